"""Electron: the ``build`` folder of electron-builder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pipeline.targets.apple import FULL_PX, mac_icon
from pipeline.targets.brief import Brief
from pipeline.targets.bundles import icns, ico
from pipeline.targets.desktop import free_icon
from pipeline.targets.options import Option
from pipeline.targets.output import Draw, Output, square
from pipeline.targets.scenes import scene
from pipeline.targets.target import Choices, Target

SIZES: Final = (16, 24, 32, 48, 64, 96, 128, 256, 512)
DMG: Final = (("background.png", 540, 380), ("background@2x.png", 1080, 760))
DMG_ART: Final = 0.25  # of both sides: our choice, small enough to stand between the two icons of the window


def table(brief: Brief, choices: Choices) -> Iterator[Output]:
    """Icons for the three systems and, on request, the window that opens with the disk image."""
    look = free_icon(choices)
    yield icns("icon.icns", mac_icon(brief, choices, choices["mac"]))
    yield ico("icon.ico", look)
    yield square("icon.png", FULL_PX, look)
    for px in choices["sizes"]:
        yield square(f"icons/{px}x{px}.png", px, look)
    if choices["dmg"]:
        for name, width, height in DMG:
            yield Draw(name, width, height, scene(brief, (width, height), choices.share(DMG_ART)))


TARGET: Final = Target(
    "electron",
    "Electron application",
    "Into build/, electron-builder's buildResources.",
    table,
    (
        Option("mac", "choice", "body", "The .icns on the rounded body of macOS, or free.", ("body", "free")),
        Option("sizes", "sizes", SIZES, "Of the pictures for Linux, in px."),
        Option("dmg", "flag", False, "A background for the disk image, too."),
    ),
)
