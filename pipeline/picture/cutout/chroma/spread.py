"""Colours carried over from where they are known: blurs, pyramids, the strongest pixel of a block.

Planes are H×W or 3×H×W float32.
"""

from __future__ import annotations

import numpy as np
from PIL import Image
from scipy import ndimage

from pipeline.picture.cutout.chroma.arrays import Floats, Mask, Places

BLOCK = 8  # px: strongest colours are looked for in 3×3 blocks, far enough along a line to meet a clean pixel

_PLANE = 2  # dimensions
_SOME = 0.01  # weight: a trace of known pixels


def blurred(planes: Floats, sigma: float) -> Floats:
    """H×W or 3×H×W blurred, sigma in px; cut at 2.5 sigma, where the kernel is below 1/20 of its peak."""
    if planes.ndim == _PLANE:
        return np.asarray(ndimage.gaussian_filter(planes, sigma, truncate=2.5), dtype=np.float32)
    return np.stack([blurred(plane, sigma) for plane in planes])


def nearby(planes: Floats, known: Mask) -> Floats:
    """The colour of the known pixels around each pixel: their mean within a few px, or what ``spread`` finds.

    Worked out at half size: colours of the foreground change slowly, and edges take them from some px away.
    """
    total, weight = _halved(planes * known, known.astype(np.float32))
    near = blurred(weight, 1.0)
    mean = blurred(total, 1.0) / np.maximum(near, 1e-6)
    return _doubled(np.where(near > _SOME, mean, _filled([(total, weight)])), known)


def farther(planes: Floats, known: Mask) -> Floats:
    """What ``spread`` finds, at half size: from afar it is no matter which pixel."""
    return _doubled(_filled([_halved(planes * known, known.astype(np.float32))]), known)


def spread(planes: Floats, known: Mask) -> Floats:
    """Fill what is not known from what is: the average of the smallest block around that knows anything."""
    weight = known.astype(np.float32)
    return _filled([(planes * weight, weight)])


def strongest(strength: Floats) -> Places:
    """Row and column of the strongest pixel in and around each of H/BLOCK × W/BLOCK blocks."""
    height, width = strength.shape
    rows, columns = -(-height // BLOCK), -(-width // BLOCK)
    padded = np.pad(strength, ((0, rows * BLOCK - height), (0, columns * BLOCK - width)))
    blocks = padded.reshape(rows, BLOCK, columns, BLOCK).swapaxes(1, 2).reshape(rows, columns, BLOCK * BLOCK)
    place = blocks.argmax(axis=-1)
    y = np.minimum(np.arange(rows)[:, None] * BLOCK + place // BLOCK, height - 1)
    x = np.minimum(np.arange(columns)[None, :] * BLOCK + place % BLOCK, width - 1)
    value, y, x = (np.pad(part, 1) for part in (blocks.max(axis=-1), y, x))
    around = [(slice(i, i + rows), slice(j, j + columns)) for i in range(3) for j in range(3)]
    best = np.stack([value[part] for part in around]).argmax(axis=0)[None]
    y, x = (np.take_along_axis(np.stack([of[part] for part in around]), best, 0)[0] for of in (y, x))
    return y, x


def shrunk(planes: Floats) -> Floats:
    """3×H×W at half the size."""
    return np.stack([np.asarray(Image.fromarray(plane).reduce(2)) for plane in planes])


def around_blocks(half: Floats, blocks: tuple[int, ...]) -> Floats:
    """Sums in and around each block of ``strongest``, of a plane at half the size."""
    side = BLOCK // 2
    pad = [(0, count * side - size) for count, size in zip(blocks, half.shape, strict=True)]
    sums = np.pad(half, pad).reshape(blocks[0], side, blocks[1], side).sum(axis=(1, 3))
    return np.asarray(9 * ndimage.uniform_filter(sums, 3, mode="constant"), dtype=np.float32)


def _filled(levels: list[tuple[Floats, Floats]]) -> Floats:
    while max(levels[-1][1].shape) > 1:
        levels.append(_halved(*levels[-1]))
    total, weight = levels.pop()
    filled: Floats = (total / np.maximum(weight, np.float32(1e-12))).astype(np.float32)
    for total, weight in reversed(levels):
        sure = np.minimum(4 * weight, np.float32(1))
        own = total / np.maximum(weight, np.float32(1e-12))
        filled = (sure * own + (1 - sure) * _doubled(filled, weight)).astype(np.float32)
    return filled


def _halved(total: Floats, weight: Floats) -> tuple[Floats, Floats]:
    height, width = weight.shape
    pad = ((0, height % 2), (0, width % 2))
    planes = np.pad(np.concatenate([total, weight[None]]), ((0, 0), *pad))
    planes = planes[:, ::2] + planes[:, 1::2]
    planes = (planes[:, :, ::2] + planes[:, :, 1::2]) / 4
    return planes[:-1], planes[-1]


def _doubled(planes: Floats, like: Floats | Mask) -> Floats:
    """Twice as high and wide, or a pixel less: what ``_halved`` was given."""
    size = (2 * planes.shape[2], 2 * planes.shape[1])
    images = (Image.fromarray(np.ascontiguousarray(plane, np.float32)) for plane in planes)
    whole = np.stack([np.asarray(image.resize(size, Image.Resampling.BILINEAR)) for image in images])
    return whole[:, : like.shape[0], : like.shape[1]]
