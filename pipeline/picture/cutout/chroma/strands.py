"""Hair, fur and grass: strands so narrow and so close that their chroma is blurred into one another's.

What is known of them is their paints, from where they are dense; their luma, which is sharp; and that along a
strand nothing changes. So each pixel is taken for a paint with backdrop showing through or for two paints
beside each other, whichever explains it and its neighbours along the strand, and the chroma that this would
show when it is blurred again is compared with what is seen; the difference goes into the next round. This is
iterative back-projection (Irani and Peleg, Improving Resolution by Image Registration, 1991) with a palette
as the prior. Colours are in Y, Cb, Cr, of 255, where not said otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import ndimage

from pipeline.picture.cutout.chroma.arrays import Floats, Mask, Places
from pipeline.picture.cutout.chroma.halved import halved, is_halved
from pipeline.picture.cutout.chroma.layers import Layers, View
from pipeline.picture.cutout.chroma.palette import WEIGHTS, Palette
from pipeline.picture.cutout.chroma.tangles import tangled
from pipeline.picture.cutout.chroma.unmix import to_ycc

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

ALONG = (-4, -3, -2, -1, 1, 2, 3, 4)  # px along a strand: hair is straight for so long
FINE, WIDE = 0.7, 1.5  # px, sigma: of the gradient, and of what directions are taken from
ROUNDS = 8
STRIDE = 1.5  # of what is left: halving hands back less than all of it
TWO = 4.0  # of 255, squared: two paints beside each other are rarer than one over the backdrop
MOST = 400.0  # of 255, squared: farther off, a neighbour says nothing
WELL = 12.0  # of 255: the middle pixel of what palettes explain is no farther off


class Strands(NamedTuple):
    """N pixels of strands."""

    mask: Mask  # H×W, which
    alpha: Floats
    foreground: Floats  # 3×N, difference from the backdrop
    chroma: Floats  # 2×N, difference from the backdrop: what is seen, without what blurring brought


class _Seen(NamedTuple):
    """The N pixels, and what they may be."""

    place: Places
    apart: Floats  # 3×N
    paints: list[Floats]  # 3×N each, differences from the backdrop
    along: csr_matrix  # N×N: means over the pixels of the same strand


class _Told(NamedTuple):
    alpha: Floats
    foreground: Floats  # 3×N
    cost: Floats  # of 255, squared, mean along the strand


def strands(seen: View, found: Layers) -> Strands | None:
    """The strands of a picture; None where there are none, or where no few paints explain them."""
    crowd = tangled(seen, found)
    if crowd is None:
        return None
    mask, palette = crowd
    some, plane = _looked_at(seen, mask, palette), np.where(found.ground, 0, seen.apart)
    told = _solved(some, plane, blurred=is_halved(seen.apart[1:], mask))
    if np.median(told.cost) > WELL**2:
        return None
    return Strands(mask, told.alpha, told.foreground, (told.alpha * told.foreground)[1:])


def _looked_at(seen: View, mask: Mask, palette: Palette) -> _Seen:
    rows, columns = np.nonzero(mask)
    behind = to_ycc(seen.backdrop[:, rows, columns])
    paints = [(paint[:, None] - behind).astype(np.float32) for paint in palette.paints]
    return _Seen((rows, columns), seen.apart[:, rows, columns], paints, _along(seen, mask, (rows, columns)))


def _along(seen: View, mask: Mask, place: Places) -> csr_matrix:
    """The mean over some px along the strand of each pixel, as a matrix; pixels outside count as itself."""
    from scipy.sparse import csr_matrix

    rows, columns = place
    down, across = (of[place] for of in _tangent(seen.apart))
    number = np.full(mask.shape, -1, np.int32)
    own = np.arange(len(rows), dtype=np.int32)
    number[place] = own
    beside = [own]
    for step in ALONG:
        y = np.clip(np.rint(rows + step * down), 0, mask.shape[0] - 1).astype(np.intp)
        x = np.clip(np.rint(columns + step * across), 0, mask.shape[1] - 1).astype(np.intp)
        beside.append(np.where(number[y, x] < 0, own, number[y, x]))
    count = len(beside)
    starts = np.arange(0, count * len(own) + 1, count, dtype=np.int32)
    weights = np.full(count * len(own), 1 / count, np.float32)
    return csr_matrix((weights, np.stack(beside, axis=1).ravel(), starts), shape=(len(own), len(own)))


def _tangent(apart: Floats) -> tuple[Floats, Floats]:
    """Down and across, along the strands: the direction in which colours change least (structure tensor)."""
    xx, xy, yy = np.zeros((3, *apart.shape[1:]), np.float32)
    for plane, weight in zip(apart, WEIGHTS, strict=True):
        down, across = np.gradient(ndimage.gaussian_filter(plane, FINE))
        xx += weight * across * across
        xy += weight * across * down
        yy += weight * down * down
    xx, xy, yy = (ndimage.gaussian_filter(of, WIDE) for of in (xx, xy, yy))
    angle = 0.5 * np.arctan2(2 * xy, xx - yy)
    return np.cos(angle), -np.sin(angle)


def _solved(some: _Seen, plane: Floats, *, blurred: bool) -> _Told:
    """What the pixels are; ``plane`` 3×H×W, all that is seen, is written to. ``blurred``: its chroma is."""
    told = _told(some, some.apart)
    for _ in range(ROUNDS if blurred else 0):
        colors = some.apart.copy()
        plane[:, *some.place] = told.alpha * told.foreground
        for sharp, color in zip(plane[1:], colors[1:], strict=True):
            left = color - halved(sharp)[some.place]
            color[:] = sharp[some.place] + STRIDE * left
        told = _told(some, colors)
    smooth = (told.alpha + some.along @ told.alpha) / 2  # strands have no dots
    return told._replace(alpha=smooth.astype(np.float32))


def _told(some: _Seen, colors: Floats) -> _Told:
    """The best of all that ``colors`` may be."""
    fits = list(_fits(some, colors))
    costs = some.along @ np.minimum(np.stack([fit.cost for fit in fits], axis=1), MOST)
    best = costs.argmin(axis=1)
    alpha, foreground = np.empty_like(colors[0]), np.empty_like(colors)
    for number, fit in enumerate(fits):
        which = best == number
        alpha[which] = fit.alpha[which] if isinstance(fit.alpha, np.ndarray) else 1
        foreground[:, which] = fit.foreground[:, which]
    return _Told(alpha, foreground, costs.min(axis=1))


def _fits(some: _Seen, colors: Floats) -> Iterator[_Told]:
    """N pixels as each paint over the backdrop, then as each two paints."""
    for paint in some.paints:
        share = _share(colors, paint)
        yield _Told(share, paint, _off(colors - share * paint))
    for number, paint in enumerate(some.paints):
        for other in some.paints[:number]:
            share = _share(colors - other, paint - other)
            mixed = other + share * (paint - other)
            yield _Told(np.ones_like(share), mixed, _off(colors - mixed) + TWO)


def _share(colors: Floats, paint: Floats) -> Floats:
    weighed = WEIGHTS[:, None] * paint
    share = (weighed * colors).sum(axis=0) / np.maximum((weighed * paint).sum(axis=0), 1)
    return np.asarray(np.clip(share, 0, 1), dtype=np.float32)


def _off(rest: Floats) -> Floats:
    return np.asarray(WEIGHTS @ (rest * rest), dtype=np.float32)
