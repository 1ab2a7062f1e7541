"""Shapes in what is not backdrop: narrow corners of it, outlines, parts with an inside, glints on panes.

A *share* is how much of the backdrop's chroma a pixel has. Planes are H×W float32, ``calm`` is 3×H×W.
"""

from __future__ import annotations

import numpy as np
from PIL import Image
from scipy import ndimage

from pipeline.picture.cutout.chroma.arrays import Floats, Mask
from pipeline.picture.cutout.chroma.spread import BLOCK, blurred, strongest
from pipeline.picture.cutout.chroma.unmix import fit
from pipeline.picture.cutout.planes import (
    enlarged,
    grown,
    highest,
    label,
    lowest,
    opened,
    spread,
    touching,
)

EDGE = 4  # px from the backdrop: anti-aliasing and JPEG's chroma reach about that far
BENT = 0.03  # of the share, from its mean round about: a glow fades more evenly than an edge
STEEP = 0.2  # of the share, within 5 px: an edge is steeper, shading is not
LINED = 20.0  # of 255, in luma, within 5 px: lines, and no surface
NARROW = 5  # px: half the width of what is between lines
PURE = 0.06  # share: noise and JPEG stay below
ON_THE_LINE = 2.5  # standard deviations from the line between backdrop and foreground
ASIDE = 0.2  # the same, of its length, where the foreground has several colours
NEARLY_PURE = 0.95  # alpha from which a part is left opaque
MOSTLY = 0.5  # of a part: so much of it is measured to be opaque, the rest is too
SURFACE = 3  # px: half the width of the narrowest
FLAT = 0.75  # share: what has more, and is no ground, is not told by what surrounds it


def around(ground: Mask) -> Mask:
    """``ground`` and what is within ``EDGE`` px of it, as far along diagonals as along the axes."""
    return np.asarray(ndimage.binary_dilation(grown(ground, EDGE // 2), iterations=EDGE - EDGE // 2))


def steep_share(share: Floats) -> Mask:
    """Where an edge of the backdrop runs."""
    bent = highest(np.abs(share - blurred(share, 2.0)), 2) > BENT
    return np.asarray(bent & (highest(share, 2) - lowest(share, 2) > STEEP))


def corners(share: Floats, calm: Floats, inside: Mask, steep: Mask) -> Mask:
    """What continues an edge into the ``inside``: corners too narrow to be told for backdrop, blurred chroma.

    Such a pixel is a mixture of the backdrop and the least tinted colour beside it, where the share is steep.
    """
    # what has as much of the backdrop a little farther on is the outline of that, inside the subject
    beside = np.where(opened(inside & ~steep & (share < FLAT), SURFACE), share, 0)
    mixed = inside & steep & (share > PURE + highest(beside, EDGE + 1))
    if not mixed.any():
        return mixed
    rows, columns = strongest(np.where(inside, np.maximum(1 - share, 0), 0))
    block = tuple(of // BLOCK for of in np.nonzero(mixed))
    rows, columns = rows[block], columns[block]
    found = fit(calm[:, mixed], calm[:, rows, columns])
    more = share[mixed] - share[rows, columns]
    off = found.apart < np.maximum(ON_THE_LINE, ASIDE * found.contrast)
    mixed[mixed] = off & (found.alpha < NEARLY_PURE) & (more > PURE)
    return reached(mixed, mixed & rim(inside))


def with_inside(own: Mask, steep: Mask, lined: Mask) -> Mask:
    """The parts of ``own`` that have an inside: neither made of edges alone, nor what is between lines."""
    parts, count = label(own)
    wide = touching(parts, opened(own, NARROW), count)
    sizes, edges = (
        np.bincount(parts[of], minlength=count + 1) for of in (own, steep | (lined & ~wide[parts]))
    )
    return np.asarray((edges < MOSTLY * sizes)[parts] & own)


def on_panes(tinted: Mask, panes: Mask) -> Mask:
    """The ``tinted`` parts that lie on a pane: what the backdrop tinges there, it shines through as well."""
    if not panes.any():
        return np.zeros_like(tinted)
    parts, count = ndimage.label(tinted)
    outline = grown(tinted) & ~tinted
    labels = spread(parts)[outline]
    sides = np.bincount(labels, minlength=count + 1)
    on = np.bincount(labels, panes[outline], minlength=count + 1)
    return np.asarray((on > MOSTLY * sides)[parts] & tinted)


def varied(plane: Floats, least: float) -> Mask:
    """Where a plane changes by more than ``least`` within some 5 px; told at half its size."""
    half = np.asarray(Image.fromarray(plane).reduce(2))
    return enlarged(highest(half, 1) - lowest(half, 1) > least, 2, *plane.shape)


def reached(area: Mask, seeds: Mask) -> Mask:
    """The parts of ``area`` that touch ``seeds``."""
    parts, count = ndimage.label(area | seeds)
    known = np.zeros(count + 1, dtype=bool)
    known[parts[seeds]] = True
    return np.asarray(known[parts] & area)


def rim(inside: Mask) -> Mask:
    return np.asarray(~ndimage.binary_erosion(inside, iterations=EDGE))
