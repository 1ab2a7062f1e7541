"""macOS: the appiconset with its ten entries, and the .icns that everything outside Xcode wants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pipeline.targets.apple import mac_icon
from pipeline.targets.brief import Brief
from pipeline.targets.bundles import icns
from pipeline.targets.catalog_json import contents
from pipeline.targets.options import Option
from pipeline.targets.output import Look, Output, square
from pipeline.targets.target import Choices, Target

POINTS: Final = (16, 32, 128, 256, 512)  # each at 1x and 2x


def table(brief: Brief, choices: Choices) -> Iterator[Output]:
    """Set, bundle and, on request, the folder for ``iconutil``."""
    name = choices["name"]
    look = mac_icon(brief, choices, choices["style"], shadow=choices["shadow"])
    yield from _appiconset(f"{name}.appiconset", name, look)
    yield icns(f"{name}.icns", look)
    if choices["iconset"]:
        for points, scale in _entries():
            mark = "@2x" if scale == 2 else ""  # noqa: PLR2004
            yield square(f"{name}.iconset/icon_{points}x{points}{mark}.png", points * scale, look)


def _appiconset(folder: str, name: str, look: Look) -> Iterator[Output]:
    """Ten entries that share seven files, named by their px."""
    for px in sorted({points * scale for points, scale in _entries()}):
        yield square(f"{folder}/{name}-{px}.png", px, look)
    yield contents(
        folder,
        images=[
            {
                "filename": f"{name}-{points * scale}.png",
                "idiom": "mac",
                "scale": f"{scale}x",
                "size": f"{points}x{points}",
            }
            for points, scale in _entries()
        ],
    )


def _entries() -> Iterator[tuple[int, int]]:
    return ((points, scale) for points in POINTS for scale in (1, 2))


TARGET: Final = Target(
    "macos",
    "macOS app icon",
    "The .appiconset into Assets.xcassets; the .icns into the bundle's Resources.",
    table,
    (
        Option("name", "name", "AppIcon", "Of the icon in the asset catalog, and of the .icns."),
        Option(
            "style", "choice", "body", "On the rounded body of the grid, or a free outline.", ("body", "free")
        ),
        Option("shadow", "flag", False, "A soft shadow below the body."),
        Option("iconset", "flag", False, "A folder for iconutil, too."),
    ),
)
