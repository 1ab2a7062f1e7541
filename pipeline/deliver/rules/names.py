"""Sizes that a file's name or folder promises: Windows tiles, Linux themes, densities, ``32x32.png``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipeline.deliver.finding import Finding
from pipeline.deliver.look import Look

DENSITIES: Final = {
    "ldpi": 0.75,
    "mdpi": 1.0,
    "tvdpi": 4 / 3,
    "hdpi": 1.5,
    "xhdpi": 2.0,
    "xxhdpi": 3.0,
    "xxxhdpi": 4.0,
}
"""Android's densities: px a dp."""

_TILES: Final = {
    "Square30x30Logo": (30, 30),
    "Square44x44Logo": (44, 44),
    "Square71x71Logo": (71, 71),
    "Square89x89Logo": (89, 89),
    "Square107x107Logo": (107, 107),
    "Square142x142Logo": (142, 142),
    "Square150x150Logo": (150, 150),
    "Square284x284Logo": (284, 284),
    "Square310x310Logo": (310, 310),
    "Wide310x150Logo": (310, 150),
    "SmallTile": (71, 71),
    "MediumTile": (150, 150),
    "LargeTile": (310, 310),
    "WideTile": (310, 150),
    "StoreLogo": (50, 50),
    "BadgeLogo": (24, 24),
}
_LEAST_PX: Final = 16  # below it, "4x3" and "16x9" are proportions
_SPLASH: Final = (620, 300)  # only with a scale: everybody has a SplashScreen.png
_TILE: Final = re.compile(
    r"(?P<name>[A-Za-z0-9]+)(?:\.scale-(?P<scale>\d{2,3})|\.targetsize-(?P<target>\d{1,3}))?"
    r"(?:_(?:altform|contrast|theme)-[a-z-]+)*"
)
_PLAIN: Final = re.compile(r"(?:.*[-_])?(?P<wide>\d{1,4})x(?P<high>\d{1,4})(?:@(?P<times>[1-9])x)?")
_SAID_ELSEWHERE: Final = (".appiconset", ".iconset", ".imageset")
_THEME: Final = re.compile(r"(?P<px>\d{1,4})x(?P=px)(?:@(?P<times>[1-9]))?")
_DP: Final = (
    (re.compile(r"ic_launcher(_round)?"), 48),
    (re.compile(r"ic_launcher_(foreground|background|monochrome)"), 108),
    (re.compile(r"ic_stat_[a-z0-9_]+"), 24),
)


def size_in_name(look: Look) -> Iterator[Finding]:
    """A picture has the px that its name, or the folder it lies in, says."""
    want = _promised(look)
    if want is None or look.picture is None:
        return
    got = look.picture.size
    if max(abs(got[0] - want[0]), abs(got[1] - want[1])) > want[2]:
        said = f"is {got[0]} × {got[1]} px, and its {want[3]} says {want[0]} × {want[1]} px"
        yield Finding(
            "warning", said, "Draw it again in that size, or rename it: it shows blurred or not at all."
        )


def _promised(look: Look) -> tuple[int, int, int, str] | None:
    """Width and height in px, how much they may differ, and where that is said."""
    parts = look.path.absolute().parts
    if parts[-2].lower().endswith(_SAID_ELSEWHERE):
        return None
    return _tile(look.path.stem) or _density(parts) or _theme(parts) or _plain(look.path.stem)


def _tile(stem: str) -> tuple[int, int, int, str] | None:
    found = _TILE.fullmatch(stem)
    if not found:
        return None
    if found["target"]:
        return int(found["target"]), int(found["target"]), 0, "name"
    size = _TILES.get(found["name"])
    if found["name"] == "SplashScreen" and found["scale"]:
        size = _SPLASH
    if size is None:
        return None
    scale = int(found["scale"] or 100) / 100
    return _rounded(size[0] * scale), _rounded(size[1] * scale), int(scale % 1 > 0), "name"


def _density(parts: tuple[str, ...]) -> tuple[int, int, int, str] | None:
    """Of launcher and notification icons, whose sizes are the system's."""
    folder, stem = parts[-2], parts[-1].partition(".")[0]
    kind, *qualifiers = folder.split("-")
    scale = next((DENSITIES[one] for one in qualifiers if one in DENSITIES), None)
    dp = next((size for pattern, size in _DP if pattern.fullmatch(stem)), None)
    if kind not in ("mipmap", "drawable") or scale is None or dp is None:
        return None
    return _rounded(dp * scale), _rounded(dp * scale), 0, "folder"


def _theme(parts: tuple[str, ...]) -> tuple[int, int, int, str] | None:
    """By freedesktop.org's icon theme specification: ``hicolor/48x48/apps``, ``hicolor/48x48@2/apps``."""
    if len(parts) < 4 or "hicolor" not in parts[:-3]:  # noqa: PLR2004
        return None
    found = _THEME.fullmatch(parts[-3])
    if not found:
        return None
    px = int(found["px"]) * int(found["times"] or 1)
    return px, px, 0, "folder"


def _plain(stem: str) -> tuple[int, int, int, str] | None:
    """``32x32.png``, ``128x128@2x.png`` and ``card-1200x630.png``."""
    found = _PLAIN.fullmatch(stem)
    if not found or min(int(found["wide"]), int(found["high"])) < _LEAST_PX:
        return None
    times = int(found["times"] or 1)
    return int(found["wide"]) * times, int(found["high"]) * times, 0, "name"


def _rounded(size: float) -> int:
    return int(size + 0.5)
