"""Windows: the .ico of a program, and the tiles and icons of an MSIX package with its Store listing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pipeline.targets.brief import Brief
from pipeline.targets.bundles import ICO, ico
from pipeline.targets.desktop import free_icon
from pipeline.targets.options import Option
from pipeline.targets.output import Draw, Look, Output, Slot, square
from pipeline.targets.scenes import scene
from pipeline.targets.target import Choices, Target

SCALES: Final = (100, 125, 150, 200, 400)
TILES: Final = (
    ("Square44x44Logo", 44, 44, 0.75),
    ("Square71x71Logo", 71, 71, 0.66),
    ("Square150x150Logo", 150, 150, 0.50),
    ("Square310x310Logo", 310, 310, 0.50),
    ("Wide310x150Logo", 310, 150, 0.50),
    ("StoreLogo", 50, 50, 0.75),
    ("SplashScreen", 620, 300, 0.50),
)
"""Width and height at 100 %, and the share of both sides the drawing takes: our choices, which leave the
lower edge of a tile to its caption. The package's manifest says which colour lies behind them."""

ALTFORMS: Final[tuple[tuple[str, Slot, float], ...]] = (
    ("", "master", 0.75),
    ("_altform-unplated", "dark", 1.0),  # straight on a dark taskbar
    ("_altform-lightunplated", "master", 1.0),
)
LISTING_PX: Final = 300
LISTING: Final = 0.75  # of a side: our choice
PARTS: Final = ("ico", "msix", "listing")


def table(brief: Brief, choices: Choices) -> Iterator[Output]:
    """The chosen parts."""
    if "ico" in choices["parts"]:
        yield ico(f"{choices['name'] or brief.name}.ico", free_icon(choices))
    if "msix" in choices["parts"]:
        yield from _tiles(brief, choices)
        yield from _target_sizes(choices)
    if "listing" in choices["parts"]:
        look = scene(brief, (LISTING_PX, LISTING_PX), choices.share(LISTING))
        yield square(f"Store/listing-{LISTING_PX}x{LISTING_PX}.png", LISTING_PX, look)


def _tiles(brief: Brief, choices: Choices) -> Iterator[Output]:
    for name, width, height, usual in TILES:
        look = _look(choices, usual)
        if brief.opaque and width != height:
            look = Look(fit="whole", share=choices.share(usual))  # else two thirds of it would be cut off
        for scale in SCALES:
            path = f"{choices['folder']}/{name}.scale-{scale}.png"
            yield Draw(path, scaled(width, scale), scaled(height, scale), look)


def _target_sizes(choices: Choices) -> Iterator[Output]:
    for px in ICO:
        for altform, art, usual in ALTFORMS:
            path = f"{choices['folder']}/Square44x44Logo.targetsize-{px}{altform}.png"
            yield square(path, px, _look(choices, usual, art))


def _look(choices: Choices, usual: float, art: Slot = "master") -> Look:
    return Look(art, share=choices.share(usual), bleed=choices.share(1.0))


def scaled(px: int, percent: int) -> int:
    """The px at a scale; halves are rounded up, 71 at 150 % being 107."""
    return (px * percent + 50) // 100


TARGET: Final = Target(
    "windows",
    "Windows .ico, MSIX assets and Store listing",
    "The .ico to the program's resources, Assets/ into the package, Store/ to the Partner Center.",
    table,
    (
        Option("name", "name", "", "Of the .ico, instead of the asset's."),
        Option("parts", "choices", PARTS, "What belongs to the set.", PARTS),
        Option("folder", "path", "Assets", "Of the package's pictures."),
    ),
)
