"""A flat backdrop as a smooth surface: what the border says it would be behind the subject.

A painted backdrop is a colour with a gradient and a vignette: a quadratic in x and y, per channel, known to
a fraction of a level once a few thousand pixels agree. Near white (or black) single pixels run into the end
of the scale, and their mean bends before it gets there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np

from pipeline.picture.cutout.planes import touching

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Mask = NDArray[np.bool_]
    Pixels = NDArray[np.uint8]

_Float = TypeVar("_Float", np.float32, np.float64)

GRID = 128  # cells on the longer side on which the surface is fitted: 16 k samples are plenty for 18 numbers
NARROW = 48  # cells that the shorter side of a long picture keeps: its border must not be half of it
BORDER = 0.03  # share of the shorter side that counts as border
OUTLIER = 12.0  # levels from the border's median that halve a sample's first weight
LEAST_NOISE = 0.5  # levels: rounding alone
GRAIN = 1.5
"""Levels of noise in a painted pixel."""
SOFT = GRAIN * 0.4 / math.log(2)  # levels: width of the bend that noise makes at the ends of the scale
REACH = 4 * GRAIN  # levels from an end at which the bend begins
RIDGE = 1e-3  # of a sample: what holds terms that no sample speaks about
DAMPED = 0.01  # share of a step beyond an end, where hardly anything is seen
CLOSE = 3.0  # levels from the surface that are backdrop, or more where noise asks for it
LOUD = 5.0  # levels of noise that a backdrop may have: photographs have 10 and more
LEAST_FIT = 0.2  # share of the border below which nothing inside is taken for backdrop
PASSES = 8
_TERMS = 6


class Ground(Protocol):
    """Whatever can say what would be seen without the subject."""

    @property
    def floor(self) -> NDArray[np.float64]:
        """Three levels at which the backdrop is cut off below."""
        ...

    @property
    def ceiling(self) -> NDArray[np.float64]:
        """Three levels at which the backdrop is cut off above."""
        ...

    @property
    def fits(self) -> float:
        """Share 0..1 of the border that is backdrop."""
        ...

    def over(self, height: int, width: int) -> Floats:
        """H×W×3 float32, levels 0..255 sRGB."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """A backdrop: ``terms`` 6×3 of a quadratic over -1..1 in x, y, cut off at ``floor`` and ``ceiling``."""

    terms: NDArray[np.float64]
    noise: float  # levels, of one cell of the fitting grid
    fits: float  # share 0..1 of the border that lies on the surface
    floor: NDArray[np.float64] = field(default_factory=lambda: np.zeros(3))  # levels
    ceiling: NDArray[np.float64] = field(default_factory=lambda: np.full(3, 255.0))  # levels

    def over(self, height: int, width: int) -> Floats:
        """H×W×3 float32, levels 0..255 sRGB, whatever the size."""
        y = (np.arange(height, dtype=np.float64) + 0.5)[:, None, None] / height * 2 - 1
        x = (np.arange(width, dtype=np.float64) + 0.5)[None, :, None] / width * 2 - 1
        t = self.terms
        column = t[0] + y * (t[2] + y * t[5])  # the part without x
        slope = (t[1] + y * t[4]).astype(np.float32)
        x = x.astype(np.float32)
        return _bent(column.astype(np.float32) + x * (slope + x * t[3].astype(np.float32)))


def _bent(levels: NDArray[_Float]) -> NDArray[_Float]:
    """What is seen of levels, in the mean, when each noisy pixel is cut off at the ends of the scale.

    The mean of min(255, x + noise) lies under 255 by a softplus of 255 - x (to 0.02 levels), which is 0.4
    times the noise at 255 itself.
    """
    soft, out = levels.dtype.type(SOFT), levels
    if levels.max(initial=0) > 255 - REACH:
        out = 255 - soft * np.logaddexp(0, (255 - out) / soft)
    if levels.min(initial=255) < REACH:
        out = soft * np.logaddexp(0, out / soft)
    return np.clip(out, 0, 255)


def unbent(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """The levels that ``_bent`` made these of, no further than the ends of the scale."""
    out, soft = levels, SOFT
    if levels.max(initial=0) > 255 - REACH:
        high = np.maximum(255 - levels, soft * math.log(2)) / soft
        out = 255 - soft * (high + np.log(-np.expm1(-high)))
    if levels.min(initial=255) < REACH:
        low = np.maximum(levels, soft * math.log(2)) / soft
        out = np.where(levels < REACH, soft * (low + np.log(-np.expm1(-low))), out)
    return out


def _shown(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much of a change of levels is seen, 0..1: nothing beyond the ends of the scale."""
    inside = np.clip(np.minimum(255 - levels, levels) / SOFT, -50, 50)
    out: NDArray[np.float64] = 1 / (1 + np.exp(-inside))
    return out


def cell(height: int, width: int) -> int:
    """Side in px of the cells on which a picture's surface is fitted."""
    return max(1, min(-(-max(height, width) // GRID), min(height, width) // NARROW))


def border_of(height: int, width: int, share: float = BORDER) -> Mask:
    """H×W, true along all four sides, ``share`` of the shorter side deep."""
    deep = max(1, round(min(height, width) * share))
    mask = np.ones((height, width), bool)
    mask[deep:-deep, deep:-deep] = False
    return mask


def estimate(pixels: Pixels) -> Surface:
    """The surface under the border of H×W×3 uint8 sRGB, refined on all connected to the border."""
    from PIL import Image
    from scipy import ndimage

    step = cell(*pixels.shape[:2])
    small = np.asarray(Image.fromarray(pixels).reduce(step)).astype(np.float64)
    height, width = small.shape[:2]
    border, terms = border_of(height, width), _terms(height, width)
    first = _fit(small[border], terms[border])
    away = np.abs(small - _bent(terms @ first)).max(axis=-1)
    noise = _noise(away[border])
    close = away < max(CLOSE, 4 * min(noise, LOUD))
    fits = float(close[border].mean())
    marks, n = ndimage.label(close)
    inner = ndimage.binary_erosion(touching(marks, border & close, n)[marks], iterations=2)
    joined = inner | (border & close)
    if fits < LEAST_FIT or joined.sum() < 10 * _TERMS:
        return Surface(first, noise, fits)
    best = _fit(small[joined], terms[joined], first)
    return Surface(best, _noise(np.abs(small - _bent(terms @ best)).max(axis=-1)[joined]), fits)


def _noise(away: NDArray[np.float64]) -> float:
    return max(LEAST_NOISE, 1.4826 * float(np.median(away)))


def _terms(height: int, width: int) -> NDArray[np.float64]:
    y = (np.arange(height) + 0.5)[:, None] / height * 2 - 1
    x = (np.arange(width) + 0.5)[None, :] / width * 2 - 1
    x, y = np.broadcast_arrays(x, y)
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)


def _fit(
    levels: NDArray[np.float64], terms: NDArray[np.float64], start: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """6×3 by weighted least squares, re-weighted; samples beyond an end hardly count."""
    result = _started(levels, terms) if start is None else start
    for _ in range(PASSES):
        raw = terms @ result
        rest = levels - _bent(raw)
        away = np.abs(rest).max(axis=1)
        weight = 1 / (1 + (away / (3 * _noise(away))) ** 4)
        shown = _shown(raw)
        wanted = rest * shown / (shown**2 + DAMPED)
        result = result + _solve(terms, wanted, weight[:, None] * (shown**2 + 1e-3))
    return result


def _started(levels: NDArray[np.float64], terms: NDArray[np.float64]) -> NDArray[np.float64]:
    median = np.median(levels, axis=0)
    weight = 1 / (1 + (np.abs(levels - median).max(axis=1) / OUTLIER) ** 2)
    start = _solve(terms, levels - median, np.repeat(weight[:, None], 3, axis=1))
    start[0] += median
    return start


def _solve(
    terms: NDArray[np.float64], wanted: NDArray[np.float64], weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    """One weighted fit per channel, held by a whisper of a ridge where samples say nothing."""
    out = np.empty((_TERMS, 3))
    for k in range(3):
        scaled = terms * weight[:, k : k + 1]
        out[:, k] = np.linalg.solve(scaled.T @ terms + RIDGE * np.eye(_TERMS), scaled.T @ wanted[:, k])
    return out
