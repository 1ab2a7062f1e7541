"""The two bundle files, .ico and .icns, and the sizes they hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pipeline.targets.output import Bundle, Entry, Look

ICO: Final = (16, 20, 24, 30, 32, 36, 40, 48, 60, 64, 72, 80, 96, 256)
"""In px: title bar and taskbar at 100 to 400 %, and the large one (learn.microsoft.com, app icons)."""

ICNS: Final = (
    ("is32", 16),  # with s8mk
    ("il32", 32),  # with l8mk
    ("ic11", 32),  # 16 at 2x
    ("ic12", 64),  # 32 at 2x
    ("ic07", 128),
    ("ic13", 256),  # 128 at 2x
    ("ic08", 256),
    ("ic14", 512),  # 256 at 2x
    ("ic09", 512),
    ("ic10", 1024),  # 512 at 2x
)
"""Code and px of every size and scale that macOS asks for: 10 pictures in 12 chunks."""


def ico(path: str, look: Look, sizes: Iterable[int] = ICO) -> Bundle:
    """An .ico with these sizes in px, in this order."""
    return Bundle(path, tuple(Entry(px, look) for px in sizes))


def icns(path: str, look: Look) -> Bundle:
    """An .icns with the full set."""
    return Bundle(path, tuple(Entry(px, look, code) for code, px in ICNS))
