"""Tauri: what its own ``icon`` command writes to ``src-tauri/icons``, by the same names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pipeline.targets.android_res import Launcher, launcher
from pipeline.targets.apple import app_icon, mac_icon, pixels
from pipeline.targets.brief import Brief
from pipeline.targets.bundles import icns, ico
from pipeline.targets.desktop import free_icon
from pipeline.targets.options import Option
from pipeline.targets.output import Output, Text, square
from pipeline.targets.target import Choices, Target

PLAIN: Final = (("32x32", 32), ("64x64", 64), ("128x128", 128), ("128x128@2x", 256), ("icon", 512))
SQUARES: Final = (30, 44, 71, 89, 107, 142, 150, 284, 310)
STORE_PX: Final = 50
ICO: Final = (16, 24, 32, 48, 64, 256)
IOS: Final = (
    *((points, scale) for points in ("20", "29", "40") for scale in ("1", "2", "2-1", "3")),
    ("60", "2"),
    ("60", "3"),
    ("76", "1"),
    ("76", "2"),
    ("83.5", "2"),
)
"""Points and scale; "2-1" is a second copy at 2x, for the iPad."""

PARTS: Final = ("desktop", "windows", "android", "ios")


def table(brief: Brief, choices: Choices) -> Iterator[Output]:
    """Every file, in the folder that ``tauri.conf.json`` names."""
    if "desktop" in choices["parts"]:
        yield from _desktop(brief, choices)
    if "windows" in choices["parts"]:
        for px in SQUARES:
            yield square(f"icons/Square{px}x{px}Logo.png", px, free_icon(choices))
        yield square("icons/StoreLogo.png", STORE_PX, free_icon(choices))
    if "android" in choices["parts"]:
        yield from _android(brief, choices)
    if "ios" in choices["parts"]:
        yield from _ios(brief, choices)


def _desktop(brief: Brief, choices: Choices) -> Iterator[Output]:
    """What Tauri's bundler takes; the macOS icon alone stands on the grid of macOS."""
    look = free_icon(choices)
    for name, px in PLAIN:
        yield square(f"icons/{name}.png", px, look)
    yield icns("icons/icon.icns", mac_icon(brief, choices, choices["mac"]))
    yield ico("icons/icon.ico", look, ICO)


def _android(brief: Brief, choices: Choices) -> Iterator[Output]:
    parts = ("legacy", "round", "adaptive", *(("monochrome",) if choices["monochrome"] else ()))
    for output in launcher(brief, choices, Launcher("icons/android", parts=parts)):
        if not (
            isinstance(output, Text) and output.path.endswith("_round.xml")
        ):  # Tauri has one XML for both
            yield output


def _ios(brief: Brief, choices: Choices) -> Iterator[Output]:
    look = app_icon(brief, choices)
    for points, scale in IOS:
        number, _, copy = scale.partition("-")
        name = f"AppIcon-{points}x{points}@{number}x{copy and '-' + copy}.png"
        yield square(f"icons/ios/{name}", pixels(points, int(number)), look)
    yield square("icons/ios/AppIcon-512@2x.png", 1024, look)


TARGET: Final = Target(
    "tauri",
    "Tauri application",
    "icons/ into src-tauri.",
    table,
    (
        Option("parts", "choices", PARTS, "What belongs to the set.", PARTS),
        Option("mac", "choice", "body", "The .icns on the rounded body of macOS, or free.", ("body", "free")),
        Option("monochrome", "flag", False, "A monochrome layer for Android's themed icons, too."),
    ),
)
