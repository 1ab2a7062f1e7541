"""Apple asset catalogs: every ``Contents.json`` and the files beside it, both ways."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from pipeline.deliver.finding import Finding
from pipeline.deliver.rules.folders.tree import Rel, Tree, Unreadable, items, px, text
from pipeline.errors import clean

CONTENTS: Final = "Contents.json"
LISTS: Final = {
    ".appiconset": "images",
    ".imageset": "images",
    ".imagestack": "layers",
    ".solidimagestack": "layers",
    ".brandassets": "assets",
}
"""What a folder of that ending lists, and below which key."""

_PLAIN: Final = (".imagestacklayer", ".solidimagestacklayer", ".xcassets")  # need one, list nothing
ENDINGS: Final = (*LISTS, *_PLAIN)
"""What the folders of a catalog that need a ``Contents.json`` end with."""
_MANY: Final = 1000
_SIZE: Final = re.compile(r"(\d{1,5}(?:\.\d{1,2})?)x(\d{1,5}(?:\.\d{1,2})?)")
_SCALE: Final = re.compile(r"([1-9])x")
_LIST: Final = "Contents.json binds names to sizes: list the file there, or take it away."
_DRAW: Final = "Draw it again from the full-size picture: the compiler drops what does not fit its entry."


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a ``Contents.json``. ``file`` is None for an empty slot; ``size`` is in points."""

    file: Rel | None
    idiom: str
    platform: str
    size: tuple[float, float] | None
    scale: int  # 0: not said
    appearance: str  # "", "dark", "tinted"
    role: str
    subtype: str

    @property
    def px(self) -> tuple[int, int] | None:
        """What its picture has to measure; None where the entry does not say."""
        if self.size is None:
            return None
        wide, high = (int(side * (self.scale or 1) + 0.5) for side in self.size)
        return wide, high


def entries(tree: Tree, folder: Rel) -> list[Entry]:
    """The entries of a folder's ``Contents.json``; none when that cannot be read, which is said elsewhere."""
    found: list[Entry] | None = tree.known.get(("entries", folder))
    if found is None:
        try:
            listed = items(tree.json(folder / CONTENTS), LISTS[folder_kind(tree, folder)], _MANY)
        except Unreadable:
            listed = []
        found = tree.known["entries", folder] = [_entry(folder, one) for one in listed]
    return found


def folder_kind(tree: Tree, folder: Rel) -> str:
    """The ending of a folder's name: ".appiconset"."""
    return Rel(tree.called(folder)).suffix.lower()


def asset_catalog(tree: Tree) -> Iterator[Finding]:
    """Every folder of a catalog says what is in it, and that is what is in it, in the sizes it says."""
    for folder in tree.named(*ENDINGS):
        kind = folder_kind(tree, folder)
        try:
            data = tree.json(folder / CONTENTS)
        except Unreadable as error:
            yield _unreadable(tree, folder, error)
            continue
        if kind not in LISTS:
            continue
        if not isinstance(data.get(LISTS[kind]), list):
            yield tree.finding(
                "error", folder / CONTENTS, f'has no list "{LISTS[kind]}"', "Xcode takes the set for empty."
            )
        elif len(data[LISTS[kind]]) > _MANY:
            yield tree.finding("error", folder / CONTENTS, f"lists more than {_MANY} entries")
        else:
            yield from _both_ways(tree, folder, entries(tree, folder))


def _unreadable(tree: Tree, folder: Rel, error: Unreadable) -> Finding:
    """Xcode puts up with a catalog's root, or a layer, that has none."""
    optional = folder_kind(tree, folder) in _PLAIN and folder / CONTENTS not in tree.files
    return tree.finding(
        "note" if optional else "error",
        folder / CONTENTS,
        str(error),
        "Write one that lists what is in the folder; the exporters of this program do.",
    )


def _both_ways(tree: Tree, folder: Rel, listed: list[Entry]) -> Iterator[Finding]:
    named = {entry.file for entry in listed if entry.file}
    there = {file for file in tree.folders[folder] if file.name != CONTENTS}
    there |= {one for one in tree.subfolders.get(folder, ()) if _is_layer(one)}
    for file in sorted(named - there):
        yield tree.finding("error", file, "is listed in Contents.json and is missing", _LIST)
    for file in sorted(there - named):
        yield tree.finding("warning", file, "is in the set and not listed in Contents.json", _LIST)
    for entry in _twice(listed):
        said = f"lists {clean(entry.idiom)} {_said(entry)} twice"
        yield tree.finding("warning", folder / CONTENTS, said, "The compiler takes either of them.")
    for file, want, got in sorted({found for entry in listed if (found := _misfit(tree, entry))}):
        yield tree.finding("error", file, f"is {px(*got)}, and its entry says {px(*want)}", _DRAW)


def _misfit(tree: Tree, entry: Entry) -> tuple[Rel, tuple[int, int], tuple[int, int]] | None:
    if entry.file is None or entry.px is None or (head := tree.head(entry.file)) is None:
        return None
    got = (head.width, head.height)
    return None if got == entry.px else (entry.file, entry.px, got)


def _twice(listed: list[Entry]) -> list[Entry]:
    """Entries for a slot that another one fills, each once."""
    slots = Counter(_slot(entry) for entry in listed if entry.file)
    seen = {_slot(entry): entry for entry in listed if entry.file and slots[_slot(entry)] > 1}
    return [entry for entry in seen.values() if entry.size is not None]


def _slot(entry: Entry) -> tuple[object, ...]:
    return (
        entry.idiom,
        entry.platform,
        entry.size,
        entry.scale,
        entry.appearance,
        entry.role,
        entry.subtype,
    )


def _said(entry: Entry) -> str:
    assert entry.size is not None
    points = "x".join(f"{side:g}" for side in entry.size)
    return f"{points}@{entry.scale}x" if entry.scale else points


def _is_layer(folder: Rel) -> bool:
    return folder.suffix.lower() in (".imagestacklayer", ".solidimagestacklayer", ".imagestack", ".imageset")


def _entry(folder: Rel, data: dict[str, Any]) -> Entry:
    size, scale = _SIZE.fullmatch(text(data, "size")), _SCALE.fullmatch(text(data, "scale"))
    name = text(data, "filename")
    shown = [text(one, "value") for one in items(data, "appearances", 10)]
    return Entry(
        file=_child(folder, name) if name else None,
        idiom=text(data, "idiom"),
        platform=text(data, "platform"),
        size=(float(size[1]), float(size[2])) if size else None,
        scale=int(scale[1]) if scale else 0,
        appearance=next((one for one in shown if one in ("dark", "tinted")), ""),
        role=text(data, "role"),
        subtype=text(data, "subtype"),
    )


def _child(folder: Rel, name: str) -> Rel:
    """A file directly in ``folder``: catalogs know no paths, so another name is of one that is not there."""
    return folder / (name if name == Rel(name).name else clean(name).replace("/", ":"))
