"""Folders that Apple's tools take as one file: ``.iconset`` for ``iconutil``, ``.icon`` of Icon Composer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pipeline.deliver.finding import Finding
from pipeline.deliver.rules.folders.tree import Rel, Tree, Unreadable, items, px, text
from pipeline.errors import clean

ICONSET: Final = {
    f"icon_{points}x{points}{'@2x' * (scale - 1)}.png": points * scale
    for points in (16, 32, 128, 256, 512)
    for scale in (1, 2)
}
"""Every file of a full ``.iconset`` with its px."""

ENDINGS: Final = (".iconset", ".icon")
"""What those folders end with."""

_ICON: Final = "icon.json"


def iconset(tree: Tree) -> Iterator[Finding]:
    """The ten files of an ``.iconset``, each of the size its name says."""
    for folder in tree.named(".iconset"):
        there = {file.name: file for file in tree.folders[folder]}
        for name, want in ICONSET.items():
            head = tree.head(there[name]) if name in there else None
            if name not in there:
                said = f"is missing: icons of {want} px are scaled from others"
                yield tree.finding("warning", folder / name, said, "Add it.")
            elif head and (head.width, head.height) != (want, want):
                said = f"is {px(head.width, head.height)}, and its name says {px(want, want)}"
                yield tree.finding("error", there[name], said, "iconutil refuses it.")
        for name in sorted(there.keys() - ICONSET.keys()):
            yield tree.finding("note", there[name], "is no name that iconutil knows", "It is left out.")


def icon_composer(tree: Tree) -> Iterator[Finding]:
    """The layers an ``icon.json`` names are in ``Assets/``, and there is one."""
    for folder in tree.named(".icon"):
        try:
            data = tree.json(folder / _ICON)
        except Unreadable as error:
            yield tree.finding("error", folder / _ICON, str(error), "Xcode takes no icon without it.")
            continue
        names = list(_layers(data))
        if not names:
            yield tree.finding("error", folder / _ICON, "has no layer with a picture", "Add one to a group.")
        if not isinstance(data.get("supported-platforms"), dict):
            yield tree.finding("error", folder / _ICON, "does not say supported-platforms")
        for name in dict.fromkeys(names):
            if Rel(name).name != name or folder / "Assets" / name not in tree.files:
                said = f"names a layer {clean(name)} that is not in Assets/"
                yield tree.finding("error", folder / _ICON, said, "Add the picture, or take the layer out.")


def _layers(data: dict[str, Any]) -> Iterator[str]:
    """The picture of every layer, and those that take its place in other appearances."""
    for group in items(data, "groups"):
        for layer in items(group, "layers"):
            others = (text(one, "value") for one in items(layer, "image-name-specializations"))
            yield from filter(None, (text(layer, "image-name"), *others))
