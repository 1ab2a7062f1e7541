"""Pictures in several scales: image sets, ``@2x`` and ``@3x`` files, Flutter's folders ``2.0x/`` …"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from pipeline.deliver.finding import Finding
from pipeline.deliver.rules.folders.catalog import entries
from pipeline.deliver.rules.folders.tree import Rel, Tree, px

_AT: Final = re.compile(r"(?P<stem>.+?)@(?P<scale>[1-9](?:\.[0-9])?)x(?P<rest>(?:[.~][a-z]+)*)")
_TIMES: Final = re.compile(r"(?P<scale>[1-9]\.[0-9])x")
_OWN_SIZE: Final = re.compile(r".*(?:^|[-_x])\d+(?:\.\d+)?(?:x\d+(?:\.\d+)?)?")  # icon_16x16, AppIcon-512
_CLOSED: Final = (".appiconset", ".imageset", ".iconset", ".launchimage")  # whose sizes are said elsewhere
_ENDINGS: Final = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif")
_DRAW: Final = "Draw every scale from the full-size picture: the one for 1x times its scale."


def image_set(tree: Tree) -> Iterator[Finding]:
    """The scales of every ``.imageset`` have the same proportions."""
    for folder in tree.named(".imageset"):
        groups: defaultdict[tuple[str, str], dict[float, Rel]] = defaultdict(dict)
        for entry in entries(tree, folder):
            if entry.file and entry.scale:
                groups[entry.idiom, entry.appearance].setdefault(float(entry.scale), entry.file)
        for _, scales in sorted(groups.items()):
            yield from _out_of_scale(tree, scales)


def scales(tree: Tree) -> Iterator[Finding]:
    """A picture in several scales has one for 1x, and the others are as much larger as they say."""
    for base, others in sorted(_families(tree).items()):
        plain = base if base in tree.files else base.with_stem(f"{base.stem}@1x")
        if plain in tree.files:
            yield from _out_of_scale(tree, {1.0: plain, **others})
        elif not _OWN_SIZE.fullmatch(base.stem):
            first = others[min(others)]
            said = f"has no {base.name} for 1x beside it"
            yield tree.finding("warning", first, said, "Apps name the picture by its 1x file: add it.")


def _families(tree: Tree) -> dict[Rel, dict[float, Rel]]:
    """The file for 1x, there or not, with those of larger scales."""
    found: defaultdict[Rel, dict[float, Rel]] = defaultdict(dict)
    for file in tree.files:
        if file.suffix.lower() not in _ENDINGS or _is_closed(tree, file.parent):
            continue
        if (at := _AT.fullmatch(file.stem)) and at["scale"] != "1":
            found[file.with_name(f"{at['stem']}{at['rest']}{file.suffix}")][float(at["scale"])] = file
        elif times := _TIMES.fullmatch(file.parent.name):
            found[file.parent.parent / file.name][float(times["scale"])] = file
    return {base: dict(sorted(others.items())) for base, others in found.items()}


def _is_closed(tree: Tree, folder: Rel) -> bool:
    return tree.called(folder).lower().endswith(_CLOSED)


def _out_of_scale(tree: Tree, files: Mapping[float, Rel]) -> Iterator[Finding]:
    """Against the smallest scale there is, within the rounding of its px. All of one size are meant so."""
    heads = {scale: head for scale, file in files.items() if (head := tree.head(file))}
    if len({(head.width, head.height) for head in heads.values()}) < 2:  # noqa: PLR2004  (launch screens)
        return
    first = min(heads)
    for scale, head in sorted(heads.items()):
        times = scale / first
        want = (heads[first].width * times, heads[first].height * times)
        if any(
            abs(side - wanted) > times / 2 + 1
            for side, wanted in zip((head.width, head.height), want, strict=True)
        ):
            said = f"is {px(head.width, head.height)}, and {times:g} × {files[first].name} is"
            yield tree.finding("warning", files[scale], f"{said} {px(round(want[0]), round(want[1]))}", _DRAW)
