"""A painted checkerboard: what a generator draws when it is asked for transparency.

Found on the border: two greys that take turns with one period along the rows and down the columns. Keyed by
distance from the line between the two greys, since painted squares drift.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from pipeline.picture.cutout.planes import LUMA, reduced

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.picture.cutout.planes import Floats, Pixels

    Levels = NDArray[np.float64]

STRIP = 0.02  # of the shorter side: lies within one row of squares, mostly
GREY = 12.0  # levels between channels that still count as grey
LEAST_STEP = 6.0  # levels between the two greys
LEAST_SIZE = 3  # px: smaller squares are a texture
REGULAR = 0.5  # correlation of the pattern with itself one period on, and against itself half a period on
SIDES = 3  # of 4 on which it must be seen: the subject may cover one
SAME_SIZE = 1.3  # largest square over smallest, by side of the picture
LOPSIDED = 0.5  # of 1: how much more there may be of one grey than of the other
BIMODAL = 0.8  # share of the border near one of the two greys
CLOSE = (0.25, 2.0)  # of the step between the greys, plus levels: that is near


@dataclass(frozen=True, slots=True)
class Checker:
    """Two greys taking turns; stands in for a ``Surface`` and follows the picture between them."""

    dark: float  # levels
    light: float
    size: float  # side of a square, full-size px
    pixels: Pixels  # H×W×3
    noise: float = 2.0  # levels
    fits: float = 1.0
    # Greys inside the subject tell nothing: any of them may be backdrop. A network has to say.
    ceiling: Levels = field(default_factory=lambda: np.zeros(3))
    floor: Levels = field(default_factory=lambda: np.full(3, 255.0))

    def over(self, height: int, width: int) -> Floats:
        """H×W×3 float32: for each pixel the grey between the two that comes closest."""
        step = max(1, round(self.pixels.shape[0] / height))
        grey = reduced(self.pixels, step).astype(np.float32).mean(axis=-1)[:height, :width]
        return np.repeat(np.clip(grey, self.dark, self.light)[..., None], 3, axis=2)


def find(pixels: Pixels) -> Checker | None:
    """The checkerboard behind H×W×3 uint8 sRGB, or nothing."""
    seen = [(strip, size) for strip in _strips(pixels) if (size := _size(strip))]
    sizes = [size for _, size in seen]
    if len(sizes) < SIDES or max(sizes) > SAME_SIZE * min(sizes):
        return None
    levels = np.concatenate([strip.reshape(-1, 3) for strip, _ in seen]).astype(np.float64) @ LUMA
    dark, light = _greys(levels)
    step = light - dark
    near = np.minimum(np.abs(levels - dark), np.abs(levels - light)) < CLOSE[0] * step + CLOSE[1]
    if step < LEAST_STEP or near.mean() < BIMODAL:
        return None
    return Checker(dark, light, float(np.median(sizes)), pixels)


def _strips(pixels: Pixels) -> list[Pixels]:
    """A strip along each of the four sides, across × along × 3."""
    deep = max(2, round(int(min(pixels.shape[:2])) * STRIP))
    sideways = pixels.transpose(1, 0, 2)
    return [pixels[:deep], pixels[-deep:], sideways[:deep], sideways[-deep:]]


def _size(strip: Pixels) -> float:
    """The side of the grey squares along a strip, px; 0 if there are none."""
    line = strip.mean(axis=0)
    if float(np.median(np.ptp(line, axis=1))) > GREY:
        return 0.0
    return _period((line @ LUMA).astype(np.float64)) / 2


def _greys(levels: Levels) -> tuple[float, float]:
    """Two means, each of the levels closer to it."""
    dark, light = np.percentile(levels, (10, 90))
    for _ in range(8):
        lower = levels < (dark + light) / 2
        if lower.all() or not lower.any():
            break
        dark, light = levels[lower].mean(), levels[~lower].mean()
    return float(dark), float(light)


def _period(line: Levels) -> float:
    """The period of a line that takes turns between two levels, px; 0 if it does not."""
    dark, light = np.percentile(line, (10, 90))
    wave = np.sign(line - (light + dark) / 2)
    count = len(wave)
    if light - dark < LEAST_STEP / 2 or abs(wave.mean()) > LOPSIDED:
        return 0.0
    power = np.fft.irfft(np.abs(np.fft.rfft(wave - wave.mean(), 2 * count)) ** 2)[:count]
    match = power / power[0] * count / np.arange(count, 0, -1)
    half = _trough(match[: max(1, count // 3)])
    if half < LEAST_SIZE or match[min(2 * half, count - 1)] < REGULAR:
        return 0.0
    return 2.0 * half


def _trough(match: Levels) -> int:
    """Where the first of the deep troughs is deepest, for later ones are as deep; 0 if there is none."""
    below = np.flatnonzero(match < -REGULAR)
    if not len(below):
        return 0
    gaps = np.flatnonzero(np.diff(below) > 1)
    last = below[gaps[0]] if len(gaps) else below[-1]
    return int(below[0] + np.argmin(match[below[0] : last + 1]))
