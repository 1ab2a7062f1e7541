"""tvOS: brand assets, which are two layered icons and two pictures for the top shelf."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pipeline.targets.brief import Brief
from pipeline.targets.catalog_json import contents
from pipeline.targets.layers import Sizes, imageset, stack
from pipeline.targets.output import Look, Output
from pipeline.targets.scenes import scene
from pipeline.targets.target import Choices, Target

FOLDER: Final = "App Icon & Top Shelf Image.brandassets"
ASSETS: Final = (
    ("App Icon - App Store.imagestack", "primary-app-icon", 1280, 768, (1,)),
    ("App Icon.imagestack", "primary-app-icon", 400, 240, (1, 2)),
    ("Top Shelf Image.imageset", "top-shelf-image", 1920, 720, (1, 2)),
    ("Top Shelf Image Wide.imageset", "top-shelf-image-wide", 2320, 720, (1, 2)),
)
ICON: Final = 0.70  # of both sides: our choice; an icon in focus is enlarged and its edges are cut off
SHELF: Final = 0.50  # of both sides: our choice for a wide banner


def table(brief: Brief, choices: Choices) -> Iterator[Output]:
    """The brand assets: drawing and ground, as two layers in the icons and as one on the shelf."""
    front = Look(share=choices.share(ICON), bleed=choices.share(1.0))
    layers = {"Front": front, "Back": brief.backdrop}
    for name, role, width, height, scales in ASSETS:
        sizes: Sizes = {f"{scale}x": (scale * width, scale * height) for scale in scales}
        if name.endswith(".imagestack"):
            yield from stack(f"{FOLDER}/{name}", "imagestacklayer", "tv", layers, sizes)
        else:
            shelf = scene(brief, (width, height), choices.share(SHELF))
            yield from imageset(f"{FOLDER}/{name}", "tv", role, shelf, sizes)
    yield contents(
        FOLDER,
        assets=[
            {"filename": name, "idiom": "tv", "role": role, "size": f"{width}x{height}"}
            for name, role, width, height, _scales in ASSETS
        ],
    )


TARGET: Final = Target("tvos", "tvOS app icon and top shelf", "Into the TV app's Assets.xcassets.", table)
