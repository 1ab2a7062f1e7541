"""Android resources: names the build takes, one file a name, and sizes that fit their density."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from pipeline.deliver.finding import Finding
from pipeline.deliver.rules.folders.tree import Rel, Tree, px
from pipeline.deliver.rules.names import DENSITIES

_FOLDER: Final = re.compile(r"(?P<kind>mipmap|drawable)(?P<qualifiers>(?:-[A-Za-z0-9+]+)*)")
_NAME: Final = re.compile(r"[a-z_][a-z0-9_]*")
_KINDS: Final = (".png", ".webp", ".jpg", ".jpeg", ".gif", ".xml")
_OWN_SHAPES: Final = ("splash", "screen")  # launch screens of Capacitor and Cordova: one shape a density
_NEEDED: Final = ("mdpi", "hdpi", "xhdpi", "xxhdpi", "xxxhdpi")
_SOME: Final = 3  # densities from which on a picture is meant to be in all of them
_DRAW: Final = "Draw every density from the full-size picture: mdpi times 1.5, 2, 3 and 4."


def resource_folders(tree: Tree) -> Iterator[tuple[Rel, str]]:
    """Folders of pictures below an Android ``res``, with their qualifiers ("-night-hdpi").

    One without qualifiers has to lie in a ``res``: others use those words, too.
    """
    for folder in tree.folders:
        found = _FOLDER.fullmatch(tree.called(folder))
        if found and (found["qualifiers"] or tree.called(folder.parent) == "res"):
            yield folder, found["qualifiers"]


def resource_name(tree: Tree) -> Iterator[Finding]:
    """Names are of a–z, 0–9 and underscores, and no two files of a folder share one."""
    for folder, _ in resource_folders(tree):
        taken: dict[str, Rel] = {}
        for file in tree.folders[folder]:
            name = file.name.partition(".")[0]
            if not _NAME.fullmatch(name):
                said = "is no name of a resource: a–z, 0–9 and underscores, and no digit first"
                yield tree.finding("error", file, said, "Rename it: the Android build fails otherwise.")
            elif file.suffix.lower() not in _KINDS:
                yield tree.finding("error", file, "is of a kind that Android resources have not")
            elif name in taken:
                said = f"is the same resource as {taken[name].name}"
                yield tree.finding("error", file, said, "Remove one: the Android build fails otherwise.")
            taken.setdefault(name, file)


def density(tree: Tree) -> Iterator[Finding]:
    """A picture is in every density, and as much larger in a higher one as that is.

    What one size says is no rule here.
    """
    families: defaultdict[tuple[Rel, str, str], dict[str, Rel]] = defaultdict(dict)
    for folder, qualifiers in resource_folders(tree):
        parts = qualifiers.split("-")
        found = next((one for one in parts if one in DENSITIES), "")
        others = "-".join(one for one in parts if one != found)
        for file in tree.folders[folder] if found else ():
            if not file.name.startswith(_OWN_SHAPES) and not file.stem.endswith(".9"):
                kind = tree.called(folder).partition("-")[0]
                families[folder.parent / kind, others, file.stem][found] = file
    for _, files in sorted(families.items()):
        yield from _absent(tree, files)
        yield from _out_of_scale(tree, files)


def _absent(tree: Tree, files: dict[str, Rel]) -> Iterator[Finding]:
    """Gaps between the usual densities, of a picture that most of them have."""
    there = [one for one in _NEEDED if one in files]
    if len(there) < _SOME:
        return
    model = files[there[-1]]
    for one in _NEEDED:
        if one not in files:
            parts = (one if part == there[-1] else part for part in tree.called(model.parent).split("-"))
            file = model.parent.parent / "-".join(parts) / model.name
            said = f"is missing: {', '.join(there)} are there, {one} is not"
            yield tree.finding("warning", file, said, _DRAW)


def _out_of_scale(tree: Tree, files: dict[str, Rel]) -> Iterator[Finding]:
    heads = {one: head for one, file in files.items() if (head := tree.head(file))}
    if len(heads) < 2:  # noqa: PLR2004
        return
    first = max(heads, key=lambda one: DENSITIES[one])  # the largest knows its size best
    for one, head in sorted(heads.items()):
        times = DENSITIES[one] / DENSITIES[first]
        want = (heads[first].width * times, heads[first].height * times)
        if max(abs(head.width - want[0]), abs(head.height - want[1])) > 1:
            said = f"is {px(head.width, head.height)}, and next to {files[first].parent.name} it should be"
            yield tree.finding("warning", files[one], f"{said} {px(round(want[0]), round(want[1]))}", _DRAW)
