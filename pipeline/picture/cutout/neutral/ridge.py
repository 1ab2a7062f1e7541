"""The strongest colour near by: where a hairline is thinner than a pixel, it is itself only on its ridge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.picture.cutout.planes import LUMA, largest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.picture.cutout.planes import Floats, Labels

REACH = 3  # px


def ridge(apart: Floats, own: Floats, shape: tuple[int, ...], at: tuple[NDArray[np.intp], ...]) -> Floats:
    """3×1×N: the colour furthest from the backdrop within ``REACH`` px of each place.

    ``own`` and ``apart`` are 3×M×N: colours of the M full-size pixels at each of the N places ``at`` of a
    picture of ``shape``, and their difference from the backdrop, levels.
    """
    far = np.abs(np.tensordot(LUMA, apart, 1)) + 0.3 * largest(np.abs(apart))
    best, index = far.argmax(axis=0), np.arange(far.shape[1], dtype=np.int32)
    height = np.zeros(shape, np.float32)
    origin = np.zeros(shape, np.int32)
    height[at], origin[at] = far[best, index], index
    for axis in (0, 1):
        for _ in range(REACH):
            height, origin = _climb(height, origin, axis)
    found: Floats = own[:, best, index][:, origin[at]][:, None]
    return found


def _climb(height: Floats, origin: Labels, axis: int) -> tuple[Floats, Labels]:
    """Each px takes over the higher of itself and its neighbours along an axis, with where it came from."""
    high, source = height.copy(), origin.copy()
    ahead, behind = np.s_[1:], np.s_[:-1]
    for to, of in ((ahead, behind), (behind, ahead)):
        a, b = ((np.s_[:], to), (np.s_[:], of)) if axis else ((to, np.s_[:]), (of, np.s_[:]))
        better = height[b] > high[a]
        np.copyto(high[a], height[b], where=better)
        np.copyto(source[a], origin[b], where=better)
    return high, source
