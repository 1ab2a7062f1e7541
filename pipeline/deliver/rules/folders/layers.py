"""Icons in layers, for tvOS and visionOS: image stacks and the brand assets that hold them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pipeline.deliver.finding import Finding
from pipeline.deliver.rules.folders.catalog import entries, folder_kind
from pipeline.deliver.rules.folders.tree import Rel, Tree, px
from pipeline.picture import masks

MOST: Final = {".imagestack": 5, ".solidimagestack": 3}
"""How many layers there may be; at least two."""

_LEAST: Final = 2
_VISION_PX: Final = 1024
_FLATTEN: Final = "Flatten the back layer onto a colour: the system shows black where it is transparent."


def image_stack(tree: Tree) -> Iterator[Finding]:
    """Two layers and more of one size, the back one opaque."""
    for folder in tree.named(*MOST):
        kind, listed = folder_kind(tree, folder), _listed(tree, folder)
        if not listed:
            continue
        if not _LEAST <= len(listed) <= MOST[kind]:
            said = f"has {len(listed)} layers; {_LEAST} to {MOST[kind]} are taken"
            yield tree.finding("error", folder, said, "Split the drawing, or leave layers out.")
        yield from _layers(tree, folder, listed)
        if kind == ".solidimagestack":
            yield from _vision(tree, listed)


def _listed(tree: Tree, folder: Rel) -> list[Rel]:
    """What a folder lists, each once, in order."""
    return list(dict.fromkeys(one.file for one in entries(tree, folder) if one.file))


def _layers(tree: Tree, folder: Rel, listed: list[Rel]) -> Iterator[Finding]:
    sizes: dict[int, set[tuple[int, int]]] = {}
    for number, layer in enumerate(listed, 1):
        pictures = _pictures(tree, layer / "Content.imageset")
        if not pictures:
            yield tree.finding("error", layer, "has no picture in its Content.imageset")
        for file, scale in pictures.items():
            if head := tree.head(file):
                sizes.setdefault(scale, set()).add((head.width, head.height))
            picture = tree.picture(file) if number == len(listed) and head and head.alpha else None
            if picture is not None and masks.has_alpha_below(picture):
                yield tree.finding("error", file, "is the back layer and transparent in places", _FLATTEN)
    if any(len(found) > 1 for found in sizes.values()):
        yield tree.finding(
            "error", folder, "has layers of different sizes", "Draw all of them on one canvas."
        )


def _vision(tree: Tree, listed: list[Rel]) -> Iterator[Finding]:
    for layer in listed:
        for file in _pictures(tree, layer / "Content.imageset"):
            head = tree.head(file)
            if head and (head.width, head.height) != (_VISION_PX, _VISION_PX):
                said = f"is {px(head.width, head.height)}; visionOS takes {px(_VISION_PX, _VISION_PX)}"
                yield tree.finding("error", file, said, "Draw it on a canvas of that size.")


def brand_assets(tree: Tree) -> Iterator[Finding]:
    """Icons and top-shelf pictures of the sizes their roles have."""
    for folder in tree.named(".brandassets"):
        sized = {(asset.file, asset.size) for asset in entries(tree, folder) if asset.file and asset.size}
        for place, (wide, high) in sorted(sized):
            for file, scale in _shown(tree, place).items():
                head, want = tree.head(file), (int(wide * scale), int(high * scale))
                if head and (head.width, head.height) != want:
                    said = f"is {px(head.width, head.height)}, and its role takes {px(*want)}"
                    yield tree.finding("error", file, said, "Draw it again on a canvas of that size.")


def _shown(tree: Tree, folder: Rel) -> dict[Rel, int]:
    """The pictures of a stack's layers, or of an image set, with their scales."""
    if folder_kind(tree, folder) == ".imageset":
        return _pictures(tree, folder)
    if folder_kind(tree, folder) not in MOST:
        return {}
    layers = (_pictures(tree, layer / "Content.imageset") for layer in _listed(tree, folder))
    return {file: scale for pictures in layers for file, scale in pictures.items()}


def _pictures(tree: Tree, folder: Rel) -> dict[Rel, int]:
    """The pictures of an image set that are there, with their scales."""
    return {one.file: one.scale or 1 for one in entries(tree, folder) if one.file and one.file in tree.files}
