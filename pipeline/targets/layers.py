"""Image sets and stacks of them in an asset catalog, for the layered icons of tvOS and visionOS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.targets.catalog_json import contents
from pipeline.targets.output import Draw, Look, Output

Sizes = Mapping[str, tuple[int, int]]
"""Width and height in px by scale: ``{"1x": (400, 240), "2x": (800, 480)}``."""


def imageset(folder: str, idiom: str, stem: str, look: Look, sizes: Sizes) -> Iterator[Output]:
    """One picture at several scales."""
    images = []
    for scale, (width, height) in sizes.items():
        file = f"{stem}.png" if scale == "1x" else f"{stem}@{scale}.png"
        yield Draw(f"{folder}/{file}", width, height, look)
        images.append({"filename": file, "idiom": idiom, "scale": scale})
    yield contents(folder, images=images)


def stack(folder: str, ending: str, idiom: str, looks: Mapping[str, Look], sizes: Sizes) -> Iterator[Output]:
    """A layered picture: ``looks`` by the layer's name, front first; a layer's folder has the ``ending``."""
    for name, look in looks.items():
        layer = f"{folder}/{name}.{ending}"
        yield from imageset(f"{layer}/Content.imageset", idiom, name.lower(), look, sizes)
        yield contents(layer)
    yield contents(folder, layers=[{"filename": f"{name}.{ending}"} for name in looks])
