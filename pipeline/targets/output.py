"""The verbs of a platform set: draw a picture, bundle sizes in one file, write a text.

Paths are relative to the folder of the set, POSIX, and safe on every file system.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Slot = Literal["master", "small", "dark", "tinted", "monochrome", "background"]
"""Which drawing is meant. Only ``master`` is always there; ``Look`` says what stands in for the others."""

SLOTS: tuple[Slot, ...] = ("small", "dark", "tinted", "monochrome", "background")
"""The drawings a recipe can add to the master."""

SMALL_PX = 32
"""Up to this size (longer side) a ``small`` drawing replaces the master."""

BACKGROUND = "background"
"""As a ``ground``: the picture in the slot of that name, covering the canvas."""

Fit = Literal["box", "circle", "cover", "whole"]
Shape = Literal["square", "circle", "rounded", "squircle"]
Ink = Literal["", "white", "black", "grey"]
Format = Literal["png", "jpg", "webp", "avif"]


@dataclass(frozen=True, slots=True)
class Look:
    """How a drawing stands on its canvas. Shares are of the canvas (of its shorter side for a radius), 0..1.

    ``art`` may be a drawing that is not there: then the master stands in for ``dark``, its greys for
    ``tinted``, its silhouette for ``monochrome``, and nothing for ``background``, which leaves the ground.

    ``fit`` of a drawing with transparency:

    - ``box``: what is visible of it, trimmed, fills a box of ``share`` of both sides, centred by eye;
    - ``circle``: no visible pixel is farther than ``share`` from the centre, so that no round mask clips it;
    - ``cover``: the whole picture covers the canvas, what sticks out is cut off evenly;
    - ``whole``: the whole picture with its own margins, as large as ``share`` of both sides allows.

    An opaque drawing has no outline to measure: in a ``box`` or ``circle`` it covers a centred box of
    ``bleed`` of both sides.
    """

    art: Slot = "master"  # an absent one is stood in for as above
    fit: Fit = "box"
    share: float = 1.0
    bleed: float = 1.0
    ground: str = ""  # "#RRGGBB", BACKGROUND, or "" for transparency
    shape: Shape = "square"  # of ground and drawing together; outside it is transparency
    body: float = 1.0  # of the canvas' shorter side: what the shape measures; margins are transparent
    shadow: bool = False  # a soft one below the shape
    ink: Ink = ""  # white, black: the alpha in this one colour; grey: lightness only
    opaque: bool = False  # written without an alpha channel; needs a ground


@dataclass(frozen=True, slots=True)
class Draw:
    """One picture file of ``width`` × ``height`` px; a height of 0 follows the drawing's proportions."""

    path: str
    width: int
    height: int
    look: Look
    format: Format = "png"
    max_bytes: int = 0  # 0: no limit; else searched for by lowering quality, then colours
    palette: bool = False  # a palette or greys will do for a PNG, where no pixel changes by it


@dataclass(frozen=True, slots=True)
class Entry:
    """One size in a bundle. ``code``: the chunk's type in an .icns ("ic07"), empty in an .ico."""

    px: int
    look: Look
    code: str = ""


@dataclass(frozen=True, slots=True)
class Bundle:
    """One file with several sizes: .ico or .icns by its ending; entries in the order they are written.

    An .ico holds 256 px as PNG and smaller ones as 32-bit bitmaps with a mask. An .icns holds what the
    entry's code demands: PNG, or run-length coded planes (is32 with its s8mk, il32 with its l8mk; ic04;
    ic05).
    """

    path: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """One text file, UTF-8, ending with a newline."""

    path: str
    text: str


Output = Draw | Bundle | Text


def square(path: str, px: int, look: Look, format_name: Format = "png", *, max_bytes: int = 0) -> Draw:
    """A square picture of ``px``."""
    return Draw(path, px, px, look, format_name, max_bytes)
