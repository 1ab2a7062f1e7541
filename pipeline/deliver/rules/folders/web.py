"""Web app manifests: every icon they name is there, is what they say, and survives a mask."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

from pipeline.deliver.finding import Finding
from pipeline.deliver.rules.folders.tree import Rel, Tree, Unreadable, items, px, text
from pipeline.errors import clean
from pipeline.picture import masks

SAFE: Final = 0.40
"""Radius, as a share of the side, beyond which a maskable icon may be cut off (w3c/manifest)."""
NEEDED: Final = (192, 512)
"""Sizes of purpose ``any`` that an installable app has."""
SIDES: Final = (320, 3840)
LONGEST: Final = 2.3
"""A screenshot's sides in px, and its longer side over the shorter one."""

_TYPES: Final = {
    "png": ("image/png",),
    "jpg": ("image/jpeg", "image/jpg"),
    "webp": ("image/webp",),
    "avif": ("image/avif",),
    "gif": ("image/gif",),
    "svg": ("image/svg+xml",),
    "ico": ("image/x-icon", "image/vnd.microsoft.icon"),
}
_SIZE: Final = re.compile(r"(\d{1,5})x(\d{1,5})")
_ELSEWHERE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_REAL: Final = (
    "Write what the file is, or draw it in that size: browsers pass over an icon that is not as said."
)


@dataclass(frozen=True, slots=True)
class Icon:
    """One picture of a manifest. ``file`` is where its address leads; ``sizes`` "any" included."""

    src: str
    file: Rel
    sizes: frozenset[str]
    type: str
    purposes: frozenset[str]

    @property
    def is_vector(self) -> bool:
        """Whether it fits every size."""
        return self.file.suffix.lower() == ".svg"


def web_manifest(tree: Tree) -> Iterator[Finding]:
    """Every ``*.webmanifest``, and every ``manifest.json`` with icons as a web app has them."""
    for file in sorted(tree.files):
        is_named = file.suffix.lower() == ".webmanifest"
        if not is_named and file.name.lower() != "manifest.json":
            continue
        try:
            data = tree.json(file)
        except Unreadable as error:
            if is_named:  # of a manifest.json nobody knows whose it is
                yield tree.finding("error", file, str(error), "Browsers install no app without it.")
            continue
        if is_named or _is_web(data):
            yield from _manifest(tree, file, data)
        elif isinstance(data.get("icons"), dict) and "manifest_version" in data:
            yield from _extension(tree, file, data["icons"])


def _is_web(data: dict[str, Any]) -> bool:
    return any(text(one, "src") for one in items(data, "icons"))


def _manifest(tree: Tree, file: Rel, data: dict[str, Any]) -> Iterator[Finding]:
    icons = [_icon(tree, file, one) for one in items(data, "icons") if text(one, "src")]
    for icon in icons:
        yield from _same(tree, file, icon)
    yield from _needed(tree, file, icons)
    for icon in _once(icons):
        yield from _purposes(tree, file, icon)
    for shortcut in items(data, "shortcuts"):
        for one in items(shortcut, "icons"):
            yield from _same(tree, file, _icon(tree, file, one))
    for one in items(data, "screenshots"):
        shot = _icon(tree, file, one)
        yield from _same(tree, file, shot)
        yield from _screenshot(tree, shot)


def _icon(tree: Tree, manifest: Rel, data: dict[str, Any]) -> Icon:
    src = text(data, "src")
    return Icon(
        src=src,
        file=_resolved(tree, manifest, src),
        sizes=frozenset(text(data, "sizes").lower().split()[:100]),
        type=text(data, "type").lower(),
        purposes=frozenset(text(data, "purpose").lower().split()[:10]) or frozenset({"any"}),
    )


def _resolved(tree: Tree, manifest: Rel, src: str) -> Rel:
    """Where an address leads: from the manifest's folder, a leading slash from the nearest root that fits."""
    path = unquote(re.split(r"[?#]", src, maxsplit=1)[0])
    if not path.startswith("/"):
        return _joined(manifest.parent, path)
    places = [_joined(folder, path.lstrip("/")) for folder in (manifest.parent, *manifest.parent.parents)]
    return next((place for place in places if place in tree.files), places[0])


def _joined(folder: Rel, path: str) -> Rel:
    """As ``folder/path`` with its dots resolved; what leads above the root keeps them."""
    parts: list[str] = []
    for part in (folder / path).parts:
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        else:
            parts.append(part)
    return Rel(*parts)


def _same(tree: Tree, manifest: Rel, icon: Icon) -> Iterator[Finding]:
    """The picture is there, of the type and in the sizes that are said."""
    if _ELSEWHERE.match(icon.src):
        return
    if icon.file not in tree.files:
        is_outside = ".." in icon.file.parts
        said = (
            f"names {clean(icon.src)}, which is {'outside the checked folder' if is_outside else 'not there'}"
        )
        yield tree.finding(
            "note" if is_outside else "error", manifest, said, "Addresses start at the manifest's folder."
        )
        return
    head = tree.head(icon.file)
    kind = head.extension if head else icon.file.suffix.lower().removeprefix(".")
    if icon.type and kind in _TYPES and icon.type not in _TYPES[kind]:
        said = f"says {clean(icon.src)} is {clean(icon.type)}, and it is {_TYPES[kind][0]}"
        yield tree.finding("warning", manifest, said, "Mend the type: it decides whether it is loaded.")
    sizes = [size for size in icon.sizes if _SIZE.fullmatch(size)]
    if head and sizes and f"{head.width}x{head.height}" not in sizes:
        said = f"says {clean(icon.src)} is {clean(' '.join(sorted(sizes)))}, and it is"
        yield tree.finding("error", manifest, f"{said} {head.width}x{head.height}", _REAL)


def _needed(tree: Tree, manifest: Rel, icons: list[Icon]) -> Iterator[Finding]:
    plain = [icon for icon in icons if "any" in icon.purposes]
    if not plain:
        said = "has no icon of purpose any" if icons else "has no icons"
        hint = "Add 192x192 and 512x512: maskable ones alone are cut where nothing masks them."
        yield tree.finding("error" if icons else "warning", manifest, said, hint)
        return
    sizes = {size for icon in plain for size in icon.sizes}
    for px_ in () if any(icon.is_vector for icon in plain) else NEEDED:
        if f"{px_}x{px_}" not in sizes:
            said = f"has no icon of {px_}x{px_} with purpose any"
            yield tree.finding("warning", manifest, said, "Add it: an app is installed with 192 and 512.")


def _once(icons: list[Icon]) -> list[Icon]:
    return list({(icon.file, icon.purposes): icon for icon in icons}.values())


def _purposes(tree: Tree, manifest: Rel, icon: Icon) -> Iterator[Finding]:
    if {"any", "maskable"} <= icon.purposes:
        said = f"uses {clean(icon.src)} for any and maskable: it is too small as one, or cut as the other"
        yield tree.finding("warning", manifest, said, "Write two files with a purpose each.")
    if "maskable" not in icon.purposes or (picture := tree.picture(icon.file)) is None:
        return
    if masks.has_alpha_below(picture):
        said = "is maskable and transparent in places: masks show them in any colour"
        yield tree.finding("warning", icon.file, said, "Lay it on a colour that covers the square.")
        return
    if masks.has_baked_corners(picture):
        said = "is maskable and has rounded corners of its own"
        yield tree.finding("warning", icon.file, said, "Draw a full square: it is masked later.")
        return
    far = masks.reach_on_ground(picture)
    if far is not None and far > SAFE + 1 / min(picture.size):
        said = f"is maskable and reaches {far:.2f} of its side from the centre; {SAFE:.2f} is never cut"
        yield tree.finding("warning", icon.file, said, "Draw it smaller on the same ground.")


def _screenshot(tree: Tree, shot: Icon) -> Iterator[Finding]:
    head = tree.head(shot.file)
    if head is None:
        return
    short, long = sorted((head.width, head.height))
    if short < SIDES[0] or long > SIDES[1] or long > LONGEST * short:
        said = f"is a screenshot of {px(head.width, head.height)}"
        rule = f"Sides have {SIDES[0]} to {SIDES[1]} px, the longer one at most {LONGEST} times the shorter."
        yield tree.finding("warning", shot.file, said, rule)


def _extension(tree: Tree, manifest: Rel, icons: dict[str, Any]) -> Iterator[Finding]:
    """A browser extension's: size → file."""
    for size, name in list(icons.items())[:100]:
        if not isinstance(name, str):
            continue
        file = _joined(manifest.parent, name.lstrip("/"))
        head = tree.head(file)
        if file not in tree.files and ".." not in file.parts:
            said = f"names {clean(name)}, which is not there"
            yield tree.finding("error", manifest, said, "The browser refuses the extension.")
        elif head and size.isascii() and size.isdecimal() and {str(head.width), str(head.height)} != {size}:
            said = f"says {clean(name)} has {clean(size)} px, and it is {px(head.width, head.height)}"
            yield tree.finding("warning", manifest, said, "Draw it in that size: it is scaled otherwise.")
