"""Chroma at half the resolution, as JPEG's 4:2:0 and most networks that paint leave it."""

from __future__ import annotations

import numpy as np

from pipeline.picture.cutout.chroma.arrays import Floats, Mask

NEAR, FAR = np.float32(0.75), np.float32(0.25)  # of libjpeg's "fancy" upsampling: a triangle over two pixels
STEPS, STRIDE = (
    3,
    1.5,
)  # of Landweber's iteration back to the half; the triangle's smallest gain is 1/4 a step
LOST = 0.4  # of what halving again would lose: halved chroma is short of 0.05 to 0.2, whole of 0.75 and more


def is_halved(planes: Floats, mask: Mask) -> bool:
    """Whether K×H×W chroma is what its half, enlarged, would be: told where ``mask`` has edges.

    The half is found by iteration. Rows and columns must start where JPEG's blocks do, at an even pixel.
    """
    own, again = 0.0, 0.0
    for plane in planes:
        half = _half(plane)
        for _ in range(STEPS):
            half = half + STRIDE * _half(plane - _whole(half, plane.shape))
        own += float(np.abs(plane - _whole(half, plane.shape))[mask].sum())
        again += float(np.abs(plane - halved(plane))[mask].sum())
    return own < LOST * again


def halved(plane: Floats) -> Floats:
    """H×W averaged in blocks of 2×2 px and enlarged again the way libjpeg does."""
    return _whole(_half(plane), plane.shape)


def _half(plane: Floats) -> Floats:
    even = np.pad(plane, [(0, size % 2) for size in plane.shape], mode="edge")
    fours = even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]
    return np.asarray(fours / 4, dtype=np.float32)


def _whole(half: Floats, shape: tuple[int, ...]) -> Floats:
    return _doubled(_doubled(half).T).T[: shape[0], : shape[1]]


def _doubled(plane: Floats) -> Floats:
    """Twice as many rows."""
    padded = np.pad(plane, ((1, 1), (0, 0)), mode="edge")
    result = np.empty((2 * plane.shape[0], plane.shape[1]), np.float32)
    result[::2] = NEAR * plane + FAR * padded[:-2]
    result[1::2] = NEAR * plane + FAR * padded[2:]
    return result
