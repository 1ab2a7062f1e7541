"""watchOS: one 1024 (Xcode 14 and later) or the list by case size; a circle is cut out of either."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pipeline.targets.apple import FULL_PX, pixels, round_icon
from pipeline.targets.brief import Brief
from pipeline.targets.catalog_json import contents
from pipeline.targets.options import Option
from pipeline.targets.output import Output, square
from pipeline.targets.target import Choices, Target

CLASSIC: Final = (
    ("notificationCenter", "24", 2, "38mm"),
    ("notificationCenter", "27.5", 2, "42mm"),
    ("notificationCenter", "33", 2, "45mm"),
    ("companionSettings", "29", 2, ""),
    ("companionSettings", "29", 3, ""),
    ("appLauncher", "40", 2, "38mm"),
    ("appLauncher", "44", 2, "40mm"),
    ("appLauncher", "46", 2, "41mm"),
    ("appLauncher", "50", 2, "44mm"),
    ("appLauncher", "51", 2, "45mm"),
    ("appLauncher", "54", 2, "49mm"),
    ("quickLook", "86", 2, "38mm"),
    ("quickLook", "98", 2, "42mm"),
    ("quickLook", "108", 2, "44mm"),
    ("quickLook", "117", 2, "45mm"),
    ("quickLook", "129", 2, "49mm"),
)
MARKETING: Final = {"idiom": "watch-marketing", "scale": "1x", "size": "1024x1024"}
SINGLE: Final = {"idiom": "universal", "platform": "watchos", "size": "1024x1024"}


def table(brief: Brief, choices: Choices) -> Iterator[Output]:
    """The appiconset, every file named by its px."""
    name, look = choices["name"], round_icon(brief, choices)
    listed = _classic() if choices["style"] == "classic" else [(FULL_PX, dict(SINGLE))]
    folder = f"{name}.appiconset"
    for px in sorted({px for px, _entry in listed}):
        yield square(f"{folder}/{name}-{px}.png", px, look)
    yield contents(folder, images=[{"filename": f"{name}-{px}.png", **entry} for px, entry in listed])


def _classic() -> list[tuple[int, dict[str, Any]]]:
    """The px of every entry, and the entry but for its file."""
    listed: list[tuple[int, dict[str, Any]]] = []
    for role, points, scale, subtype in CLASSIC:
        entry = {"idiom": "watch", "role": role, "scale": f"{scale}x", "size": f"{points}x{points}"}
        listed.append((pixels(points, scale), {**entry, "subtype": subtype} if subtype else entry))
    return [*listed, (FULL_PX, dict(MARKETING))]


TARGET: Final = Target(
    "watchos",
    "watchOS app icon",
    "Into the watch app's Assets.xcassets.",
    table,
    (
        Option(
            "style",
            "choice",
            "single",
            "One 1024 for the system to scale, or the classic list.",
            ("single", "classic"),
        ),
        Option("name", "name", "AppIcon", "Of the icon in the asset catalog."),
    ),
)
