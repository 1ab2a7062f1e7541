"""What kind of backdrop a picture has, told by its border."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from pipeline.picture.cutout import checker
from pipeline.picture.cutout.planes import reduced
from pipeline.picture.cutout.surface import Ground, Surface, cell, estimate

if TYPE_CHECKING:
    from pipeline.picture.cutout.method import Pixels
    from pipeline.picture.cutout.planes import Floats

Kind = Literal["checkerboard", "chroma", "neutral", "busy"]

FLAT = 0.7  # share of the border on one smooth surface: a subject may touch, a scene does not fit
WHOLE = 0.95  # the same, from which it does not matter what the rest is
PLACES = 3  # along the border in which a subject touches it; stripes and clutter interrupt it more often
OFF = 12.0  # levels off the surface that a painted backdrop stays below
QUIET = 4.0  # levels of 255 of noise in cells of the surface's grid: photographs have 10 and more
COLOUR = 45.0
"""Chroma (Cb and Cr of BT.601, levels) from which a backdrop's colour is keyed on: below, the key that takes
a backdrop for neutral errs less. The usual green has 83, magenta 150, a pastel 25."""


@dataclass(frozen=True, slots=True, eq=False)
class Border:
    """What lies along the border of a picture, and what it says would be behind the subject."""

    kind: Kind
    ground: Ground
    color: str  # "#RRGGBB", the mean; empty where the backdrop is not flat

    @property
    def surface(self) -> Surface | None:
        """The backdrop, where it is flat and of one colour."""
        return self.ground if self.color and isinstance(self.ground, Surface) else None


def look(pixels: Pixels) -> Border:
    """The border of H×W×3 uint8 sRGB pixels."""
    pattern = checker.find(pixels)
    if pattern is not None:
        return Border("checkerboard", pattern, "")
    surface = estimate(pixels)
    if not _is_flat(pixels, surface):
        return Border("busy", surface, "")
    return Border(kind_of(surface), surface, color_of(surface))


def _is_flat(pixels: Pixels, surface: Surface) -> bool:
    if surface.fits < FLAT or surface.noise > QUIET:
        return False
    return surface.fits > WHOLE or _interruptions(pixels, surface) <= PLACES


def _interruptions(pixels: Pixels, surface: Surface) -> int:
    """In how many places along the border something else than the surface is seen."""
    small = reduced(pixels, cell(*pixels.shape[:2])).astype(np.float32)
    apart = np.abs(small - surface.over(*small.shape[:2])).max(axis=-1)
    ring = np.concatenate([apart[0], apart[1:, -1], apart[-1, -2::-1], apart[-2:0:-1, 0]])
    off = ring > max(OFF, 4 * surface.noise)
    off &= np.roll(off, 1) | np.roll(off, -1)
    return int((off & ~np.roll(off, 1)).sum())


def kind_of(surface: Surface) -> Literal["chroma", "neutral"]:
    """Whether a surface has a colour to key on."""
    red, green, blue = _mean(surface).tolist()
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    chroma = math.hypot(0.564 * (blue - luma), 0.713 * (red - luma))
    return "chroma" if chroma > COLOUR else "neutral"


def color_of(surface: Surface) -> str:
    """The mean of a surface as "#RRGGBB"."""
    red, green, blue = _mean(surface).clip(0, 255).round().astype(int).tolist()
    return f"#{red:02X}{green:02X}{blue:02X}"


def _mean(surface: Surface) -> Floats:
    return np.asarray(surface.over(16, 16).mean(axis=(0, 1)))
