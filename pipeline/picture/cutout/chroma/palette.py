"""The few colours that a subject is painted with, told from its opaque parts; in Y, Cb, Cr, of 255."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.picture.cutout.chroma.arrays import Floats, Mask

MOST = 7  # paints: hair, fur and grass are shades of one or two
ALIKE = 12.0  # weighed distance, of 255: what shading, noise and JPEG make of one paint
BIN = 10.0  # of 255: colours are counted in cubes of that side, a little finer than ``ALIKE``
FEW = 0.01  # of a subject: less is no paint of its own
SOME = 20_000  # pixels to count
CHROMA = 0.3  # weight of a squared chroma difference beside luma's: JPEG stores a quarter as much of it

WEIGHTS = np.array([1, CHROMA, CHROMA], np.float32)


class Palette(NamedTuple):
    """Paints, the commonest first, and how much of a subject they are."""

    paints: Floats  # K×3
    share: float  # of the opaque pixels, 0..1

    def has(self, colors: Floats) -> Mask:
        """Which of N ``colors``, 3×N, are one of the paints."""
        found = np.zeros(colors.shape[1], dtype=bool)
        for paint in self.paints:
            found |= _distance(colors.T, paint) < ALIKE
        return found


class _Counted(NamedTuple):
    colors: Floats  # N×3
    shares: NDArray[np.float64]


def palette_of(colors: Floats) -> Palette:
    """The paints of N pixels, ``colors`` 3×N."""
    counted = _counted(colors[:, :: max(1, colors.shape[1] // SOME)])
    left = counted.shares.copy()
    paints: list[Floats] = []
    while len(paints) < MOST and left.max(initial=0) > 0:
        paint = _mean_near(counted, left)
        like = (_distance(counted.colors, paint) < ALIKE) | (left == left.max())
        share, left[like] = left[like].sum(), 0
        if share < FEW:
            return Palette(_stacked(paints), 1 - float(left.sum() + share))
        paints.append(paint)
    return Palette(_stacked(paints), 1 - float(left.sum()))


def _counted(colors: Floats) -> _Counted:
    which, counts = np.unique(np.round(colors / BIN), axis=1, return_inverse=True, return_counts=True)[1:]
    means = [np.bincount(which.ravel(), plane) / counts for plane in colors]
    return _Counted(np.stack(means, axis=1).astype(np.float32), counts / max(1, counts.sum()))


def _mean_near(counted: _Counted, left: NDArray[np.float64]) -> Floats:
    """The mean of what is like the commonest colour that is left."""
    near = (_distance(counted.colors, counted.colors[left.argmax()]) < ALIKE) & (left > 0)
    return np.average(counted.colors[near], axis=0, weights=left[near]).astype(np.float32)


def _distance(colors: Floats, paint: Floats) -> Floats:
    return np.asarray(np.sqrt(((colors - paint) ** 2) @ WEIGHTS), dtype=np.float32)


def _stacked(paints: list[Floats]) -> Floats:
    return np.array(paints, np.float32).reshape(-1, 3)
