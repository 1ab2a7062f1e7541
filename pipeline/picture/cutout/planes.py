"""Small, fast operations on planes: arrays ...×H×W of float32, and H×W masks and labels.

Colours are kept as three planes (3×H×W): numpy and scipy run several times faster along the last axis
than over triples. Nothing here changes its arguments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Mask = NDArray[np.bool_]
    Labels = NDArray[np.int32]
    Flags = NDArray[np.bool_]  # by label
    Figures = NDArray[np.float64]  # by label
    Pixels = NDArray[np.uint8]

_Kind = TypeVar("_Kind", bound=np.generic)

LUMA = np.array([0.299, 0.587, 0.114], np.float32)
CHROMA_TRUST = 0.6  # of luma: JPEG stores chroma at half the resolution
_YCC = np.array([[0.299, 0.587, 0.114], [-0.169, -0.331, 0.5], [0.5, -0.419, -0.081]], np.float32)
_WEIGHED = _YCC * np.array([[1.0], [CHROMA_TRUST], [CHROMA_TRUST]], np.float32)


def planes(pixels: NDArray[np.generic]) -> Floats:
    """H×W×3 → 3×H×W float32."""
    return np.ascontiguousarray(np.moveaxis(pixels, -1, 0)).astype(np.float32)


def reduced(pixels: Pixels, step: int) -> Pixels:
    """Mean of blocks of ``step`` px; H×W or H×W×3."""
    from PIL import Image

    return np.asarray(Image.fromarray(pixels).reduce(step)) if step > 1 else pixels


def rounding(step: int) -> float:
    """Levels by which ``reduced`` is too high in the mean: a half is rounded up."""
    return 0.5 / step**2 if step > 1 else 0.0


def enlarged(plane: NDArray[_Kind], step: int, height: int, width: int) -> NDArray[_Kind]:
    """Each value of h×w or h×w×n repeated over a block of ``step`` px, cut to height×width."""
    return np.repeat(np.repeat(plane, step, axis=0), step, axis=1)[:height, :width]


def smooth(x: Floats) -> Floats:
    """1 2 1 over 4, along both axes of the last two."""
    down = x * np.float32(0.5)
    part = x * np.float32(0.25)
    down[..., 1:, :] += part[..., :-1, :]
    down[..., :-1, :] += part[..., 1:, :]
    down[..., 0, :] += part[..., 0, :]
    down[..., -1, :] += part[..., -1, :]
    out = down * np.float32(0.5)
    down *= np.float32(0.25)
    out[..., 1:] += down[..., :-1]
    out[..., :-1] += down[..., 1:]
    out[..., 0] += down[..., 0]
    out[..., -1] += down[..., -1]
    return out


def box(x: Floats, radius: int) -> Floats:
    """Mean over a square of 2 × radius + 1 px, over the last two axes."""
    from scipy import ndimage

    size = 2 * radius + 1
    rows = ndimage.uniform_filter1d(x, size, axis=-1, mode="nearest")
    out: Floats = ndimage.uniform_filter1d(rows, size, axis=-2, mode="nearest")
    return out


def highest(x: NDArray[_Kind], radius: int) -> NDArray[_Kind]:
    """Greatest value in a square of 2 × radius + 1 px, H×W."""
    from scipy import ndimage

    size = 2 * radius + 1
    out: NDArray[_Kind] = ndimage.maximum_filter1d(ndimage.maximum_filter1d(x, size, axis=1), size, axis=0)
    return out


def lowest(x: NDArray[_Kind], radius: int) -> NDArray[_Kind]:
    """Least value in a square of 2 × radius + 1 px, H×W."""
    from scipy import ndimage

    size = 2 * radius + 1
    out: NDArray[_Kind] = ndimage.minimum_filter1d(ndimage.minimum_filter1d(x, size, axis=1), size, axis=0)
    return out


def near(mask: Mask, radius: int) -> Mask:
    """Within a square of 2 × radius + 1 px around the mask: ``grown`` for long ways."""
    return highest(mask.astype(np.uint8), radius) > 0


def grown(mask: Mask, times: int = 1) -> Mask:
    """The mask and its neighbours, eight to a pixel."""
    for _ in range(times):
        tall = mask.copy()
        tall[1:] |= mask[:-1]
        tall[:-1] |= mask[1:]
        mask = tall.copy()
        mask[:, 1:] |= tall[:, :-1]
        mask[:, :-1] |= tall[:, 1:]
    return mask


def shrunk(mask: Mask, times: int = 1) -> Mask:
    """What ``grown`` undoes; the outside of the picture does not eat into it."""
    return ~grown(~mask, times)


def opened(mask: Mask, times: int) -> Mask:
    """The mask without what is thinner than 2 × times px."""
    return grown(shrunk(mask, times), times)


def spread(labels: Labels, times: int = 1) -> Labels:
    """Labels grown into zeros (and into smaller labels), eight neighbours to a pixel."""
    for _ in range(times):
        tall = labels.copy()
        np.maximum(tall[1:], labels[:-1], out=tall[1:])
        np.maximum(tall[:-1], labels[1:], out=tall[:-1])
        labels = tall.copy()
        np.maximum(labels[:, 1:], tall[:, :-1], out=labels[:, 1:])
        np.maximum(labels[:, :-1], tall[:, 1:], out=labels[:, :-1])
    return labels


def label(mask: Mask, *, corners: bool = False) -> tuple[Labels, int]:
    """Connected regions numbered from 1, and how many; ``corners`` lets diagonals connect."""
    from scipy import ndimage

    labels, count = ndimage.label(mask, np.ones((3, 3), int) if corners else None)
    return labels, int(count)


def touching(labels: Labels, mask: Mask, regions: int) -> Flags:
    """Which regions have a pixel in the mask; by label, 0..regions, never 0."""
    flags = np.zeros(regions + 1, bool)
    flags[labels[mask]] = True
    flags[0] = False
    return flags


def count(labels: Labels, weight: NDArray[Any] | None, regions: int) -> Figures:
    """Sum of ``weight`` (or number of pixels) by region, 0..regions."""
    weights = None if weight is None else weight.ravel()
    return np.bincount(labels.ravel(), weights=weights, minlength=regions + 1).astype(np.float64)


def largest(x: Floats) -> Floats:
    """Greatest of three planes."""
    out: Floats = np.maximum(np.maximum(x[0], x[1]), x[2])
    return out


def length(x: Floats) -> Floats:
    """Euclidean length over three planes."""
    out: Floats = np.sqrt(x[0] * x[0] + x[1] * x[1] + x[2] * x[2])
    return out


def slope(x: Floats) -> Floats:
    """Length of the gradient of three planes together, levels per px."""
    out = np.zeros(x.shape[1:], np.float32)
    step = (x[:, 2:] - x[:, :-2]) * np.float32(0.5)
    out[1:-1] = (step * step).sum(axis=0)
    step = (x[:, :, 2:] - x[:, :, :-2]) * np.float32(0.5)
    out[:, 1:-1] += (step * step).sum(axis=0)
    root: Floats = np.sqrt(out)
    return root


def filled(x: Floats, known: Mask) -> Floats:
    """3×H×W with what is not known filled from around it, smoothly (means of ever larger blocks)."""
    height, width = known.shape
    if min(height, width) <= 2 or known.all() or not known.any():  # noqa: PLR2004
        mean = x[:, known].mean(axis=1) if known.any() else np.zeros(3, np.float32)
        return np.where(known, x, mean[:, None, None])
    weight = np.pad(known.astype(np.float32), ((0, height % 2), (0, width % 2)))
    value = np.pad(x * known, ((0, 0), (0, height % 2), (0, width % 2)))
    total, mass = _fours(value), _fours(weight)
    mean_of: Floats = (total / np.maximum(mass, 1)).astype(np.float32)
    coarse = filled(mean_of, mass > 0)
    rough = smooth(np.repeat(np.repeat(coarse, 2, axis=1), 2, axis=2)[:, :height, :width])
    return np.where(known, x, rough)


def _fours(x: Floats) -> Floats:
    return x[..., ::2, ::2] + x[..., 1::2, ::2] + x[..., ::2, 1::2] + x[..., 1::2, 1::2]


def weighed(apart: Floats) -> Floats:
    """A difference of colours, 3×..., as luma and two chromas trusted less."""
    out: Floats = np.tensordot(_WEIGHED, apart, 1)
    return out


def project(apart: Floats, full: Floats) -> tuple[Floats, Floats, Floats]:
    """How far ``apart`` goes along ``full`` (0..1), how far it lies off that line, and how long the line is.

    Both are differences from the backdrop, 3×..., levels; what is returned has their shape without the 3.
    """
    d, v = weighed(apart), weighed(full)
    long = (v * v).sum(axis=0)
    share = np.clip((d * v).sum(axis=0) / np.maximum(long, 1), 0, 1)
    rest = d - share * v
    return share, np.sqrt((rest * rest).sum(axis=0)), np.sqrt(long)
