"""Flat parts of a subject that the backdrop shows through, told by the backdrop's own unevenness.

A painted backdrop is never quite even. Where it shows through, its gradient does, weaker: across a part of
one colour, the picture follows the backdrop with a slope that is the share of it let through. That tells a
pane of glass from a leaf of that colour, where colour alone cannot. On an even backdrop it says nothing.
"""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from pipeline.picture.cutout.chroma.arrays import Floats, Mask, Places
from pipeline.picture.cutout.chroma.spread import blurred
from pipeline.picture.cutout.chroma.unmix import gamut_share, to_rgb, to_ycc

STEEP = 1.5  # of 255 a pixel of the halved picture: noise stays below, an edge does not
PART = 300  # px of the halved picture: fewer average too little noise away
MOST = 64  # parts: the smallest of more would tell little
FAR = 20.0  # of 255: what is nearer to the backdrop is a shadow or a glow, never flat for long
ALIKE = 8.0  # of 255: parts of the same colour are of the same material
SURE = 0.1  # of the share let through, as a standard deviation: more tells nothing
SEEN = 3.0  # standard deviations: a share smaller than that might be none
LEAST_SEEN = 0.1  # share: less is left to colour
NEUTRAL = 0.2  # of the share: so near to what a grey foreground would let through, it is taken to be grey
SYSTEMATIC = 0.02  # of the share: clipping and JPEG shift it, however many pixels are averaged
REACH = 7  # px of the halved picture: what parts lost to edges and blur, and the edge
LOST = 3  # px of the halved picture: the first of these alone
BEYOND = 0.2  # of the share: how far it may lie beyond the gamut, as JPEG shifts both
KNOWN = 0.01  # of 255: how well the backdrop is known; a gradient as weak as that tells nothing
ROUNDING = 1 / 12  # of 255, squared: the variance of whole numbers, where there is no other noise
POSSIBLE = 0.1  # how far a share may lie outside of 0..1
HALF, WHITE = 0.5, 255.0
CLIPPED = 6.0  # of 255: noise is cut off that near to black or white, and the gradient with it

_LEAST_ALPHA = 0.02
_Plane = TypeVar("_Plane", Mask, Floats)


class Through(NamedTuple):
    """What is known of flat parts, H×W."""

    near: Mask  # parts that the backdrop shows through, and what surrounds them
    solid: Mask  # flat parts that it does not show through
    other: Mask  # flat, and of another colour than any clear part
    alpha: Floats  # in the middle of clear parts, 0 elsewhere


class Part(NamedTuple):
    """What a flat part was measured to be."""

    number: int
    color: Floats  # 3, its mean difference from the backdrop in Y, Cb, Cr
    behind: Floats  # 3, the mean backdrop in R, G, B
    share: float  # of the backdrop let through
    error: float  # its standard deviation


class Parts(NamedTuple):
    """The same of N parts."""

    numbers: NDArray[np.intp]
    colors: Floats  # 3×N
    behind: Floats  # 3×N
    share: Floats
    error: Floats


def through(apart: Floats, backdrop: Floats, ground: Mask) -> Through:
    """Measure the flat parts of a picture: ``apart`` from its ``backdrop`` (R, G, B) in Y, Cb, Cr, 3×H×W."""
    halves, behind = _halved(apart), _halved(backdrop)
    calm = blurred(halves, 1.0)
    flat = _flat(calm, ground[::2, ::2])
    labels = ndimage.label(ndimage.binary_erosion(flat, iterations=2))[0]
    parts = _pooled(_measured(labels, halves, behind))
    known, solid = _told(parts, int(labels.max(initial=0)))
    alpha = known[labels]
    for number, color in zip(parts.numbers, parts.colors.T, strict=True):
        if known[number]:
            alike = np.abs(calm - color[:, None, None]).max(axis=0) < ALIKE
            alpha[flat & alike & (alpha == 0)] = known[number]
    near, sure = _grown(alpha > 0, REACH), _grown(solid[labels], LOST)
    near, sure, other = (_doubled(of, ground.shape) for of in (near, sure & ~near, flat & (alpha == 0)))
    return Through(near, sure, other, _doubled(alpha, ground.shape))


def _doubled(half: _Plane, shape: tuple[int, ...]) -> _Plane:
    rows, columns = (np.arange(size) // 2 for size in shape)
    return np.asarray(half[rows][:, columns])


def _grown(mask: Mask, reach: int) -> Mask:
    return np.asarray(ndimage.binary_dilation(mask, iterations=reach)) if mask.any() else mask


def nothing_through(ground: Mask) -> Through:
    """What is known where the subject is declared opaque."""
    none = np.zeros_like(ground)
    return Through(none, none, none, np.zeros(ground.shape, np.float32))


def _halved(planes: Floats) -> Floats:
    return np.stack([np.asarray(Image.fromarray(plane).reduce(2)) for plane in planes])


def _flat(calm: Floats, ground: Mask) -> Mask:
    """What is far from the backdrop and has no edges."""
    flat = (np.abs(calm).max(axis=0) > FAR) & ~ground
    flat[:, 1:] &= np.abs(np.diff(calm, axis=2)).max(axis=0) < STEEP
    flat[1:] &= np.abs(np.diff(calm, axis=1)).max(axis=0) < STEEP
    return np.asarray(flat)


def _measured(labels: NDArray[np.int32], apart: Floats, backdrop: Floats) -> Parts:
    """The largest of the parts."""
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    numbers = np.flatnonzero(sizes >= max(PART, np.sort(sizes)[-MOST:][0]))
    boxes = ndimage.find_objects(labels)
    found = [_part(labels, int(number), boxes[number - 1], apart, backdrop) for number in numbers]
    colors, behind = (np.array([of[k] for of in found], np.float32).reshape(-1, 3).T for k in (1, 2))
    share, error = (np.array([of[k] for of in found], np.float32) for k in (3, 4))
    return Parts(numbers, colors, behind, share, error)


def _part(
    labels: NDArray[np.int32], number: int, box: tuple[slice, ...], apart: Floats, backdrop: Floats
) -> Part:
    rows, columns = np.nonzero(labels[box] == number)
    color, behind = (of[(slice(None), *box)][:, rows, columns].astype(np.float64) for of in (apart, backdrop))
    mean, back = color.mean(axis=1, keepdims=True), behind.mean(axis=1, keepdims=True)
    even = ((back > CLIPPED) & (back < WHITE - CLIPPED))[:, 0]
    weights = even / even.sum() if even.any() else np.full(3, 1 / 3)
    share, error = _slope(weights @ to_rgb(color - mean), weights @ (behind - back), (rows, columns))
    return Part(number, mean[:, 0].astype(np.float32), back[:, 0].astype(np.float32), share, error)


def _slope(color: NDArray[np.float64], behind: NDArray[np.float64], place: Places) -> tuple[float, float]:
    """How much of the backdrop N pixels follow, and the error of that.

    What changes across the backdrop's gradient is shading of the part's own. As much of it may run along the
    gradient, so it counts as an error.
    """
    y, x = (of - of.mean() for of in place)
    plane = np.stack([x, y])
    right, down = np.linalg.solve(plane @ plane.T + 1e-6 * np.eye(2), plane @ behind)
    basis = np.stack([behind, right * y - down * x])
    normal = basis @ basis.T + 1e-6 * np.eye(2)
    along, aside = np.linalg.solve(normal, basis @ color)
    left = color - along * basis[0] - aside * basis[1]
    noise = 2 * max(left.var(), ROUNDING)  # twice: neighbours share about half of it
    rough = np.mean(
        np.diff(left) ** 2
    )  # twice the variance of mere noise, next to nothing where it is smooth
    uneven = max(behind.var(), 1e-6)
    shading = (max(0.0, left.var() - rough - ROUNDING) + KNOWN**2) / uneven
    error = noise * np.linalg.inv(normal)[0, 0] + shading + aside**2 + SYSTEMATIC**2
    return float(1 + along), float(np.sqrt(error))


def _pooled(parts: Parts) -> Parts:
    """Parts of one material let the same share through: each takes the mean of those of its colour."""
    apart = np.abs(parts.colors[:, :, None] - parts.colors[:, None]).max(axis=0, initial=0)
    possible = np.abs(parts.share - HALF) < HALF + POSSIBLE + parts.error
    weights = (apart < ALIKE) * possible / parts.error**2
    total = np.maximum(weights.sum(axis=1), 1e-9)
    return parts._replace(share=weights @ parts.share / total, error=1 / np.sqrt(total))


def _told(parts: Parts, count: int) -> tuple[Floats, Mask]:
    """Alpha of the parts that are clear, and which are solid, by number."""
    least = gamut_share(to_rgb(parts.colors), parts.behind)
    sure = (parts.error < SURE) & (parts.share < 1 - least + BEYOND)
    back = to_ycc(parts.behind)[1:]
    neutral = 1 + (parts.colors[1:] * back).sum(axis=0) / np.maximum((back**2).sum(axis=0), 1)
    share = np.where(np.abs(neutral - parts.share) < NEUTRAL, neutral, parts.share)
    clear = sure & (np.minimum(share, parts.share) > np.maximum(LEAST_SEEN, SEEN * parts.error))
    alpha, solid = np.zeros(count + 1, np.float32), np.zeros(count + 1, dtype=bool)
    alpha[parts.numbers] = np.where(clear, np.clip(1 - share, np.maximum(least, _LEAST_ALPHA), 1), 0)
    solid[parts.numbers] = sure & (parts.share + parts.error < LEAST_SEEN)
    return alpha, solid
