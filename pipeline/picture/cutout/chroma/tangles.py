"""Where strands crowd, as in hair, fur and grass, so that the backdrop is hardly seen as such between them.

Such gaps are taken for edges, for opaque parts tinged by the backdrop or for glass, whichever they look like.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from pipeline.picture.cutout.chroma.arrays import Mask
from pipeline.picture.cutout.chroma.layers import OWN_HUE, Layers, View
from pipeline.picture.cutout.chroma.palette import WEIGHTS, Palette, palette_of
from pipeline.picture.cutout.chroma.shapes import EDGE
from pipeline.picture.cutout.chroma.spread import blurred
from pipeline.picture.cutout.chroma.spread import shrunk as halves
from pipeline.picture.cutout.chroma.unmix import to_ycc
from pipeline.picture.cutout.planes import enlarged, highest, near, opened, shrunk, slope

BETWEEN = EDGE + 1  # px from the backdrop: an edge with backdrop on one side only ends there
GAP = 0.15  # share: what is opaque has hardly more of the backdrop's chroma, of its very hue; a gap has
STRAND = 3  # px: half the width of what still has its own chroma in the middle
RIM = 2  # px: so far into what is wider, chroma is blurred
LINED = 8.0  # of 255, from the mean round about: shadows, glows and smoke are smoother
LOCAL = 3.0  # px, sigma: of that mean
BESIDE = 2 * EDGE + 2  # px from what is soft: as far as ``beside`` reaches
BODY = 8  # px: half the width of what has an outline of its own, and no strands
CROWD = 33  # px: side of the square in which strands are counted
ROUND = 48  # px from a crowd: single strands stick out of it so far
CROWDED = 0.15  # of such a square lies between strands: corners and crossings of lines take up less
FEW_PAINTS = 0.85  # of the opaque pixels: blur takes up the rest; a shaded subject has more
FEW = 0.002  # of a picture: fewer are corners


def tangled(seen: View, found: Layers) -> tuple[Mask, Palette] | None:
    """Gaps between strands, and the edges and rims of all round about; and what the strands are painted with.

    None where there is no crowd of them, or where they are of more colours than a palette has.
    """
    if min(found.ground.shape) < CROWD:
        return None
    around = near(found.ground, BETWEEN)
    tinted = found.core & (seen.share > GAP) & (seen.hue < OWN_HUE)
    if ((found.edge | tinted | found.soft) & ~around).mean() < FEW:
        return None
    palette = _palette(seen, found)
    gaps = _gaps(seen, found, palette) & ~around
    outline = near(opened(found.core & ~gaps, BODY), BODY)
    lined = _lined(seen, found) & ~outline
    # what lies beside a shadow, a glow or glass is its edge
    beside = near(opened(found.soft & ~lined, EDGE), BESIDE) | found.clear.near
    between = gaps | ((found.edge | lined) & ~(around | outline | beside))
    crowd = between & (ndimage.uniform_filter(between.astype(np.float32), CROWD) > CROWDED)
    if crowd.mean() < FEW or palette.share < FEW_PAINTS or not len(palette.paints):
        return None
    wide = shrunk(opened(found.core & ~gaps, STRAND), RIM) | opened(found.own, BODY)
    return near(crowd, ROUND) & (found.edge | lined | found.core) & ~wide & ~beside, palette


def _gaps(seen: View, found: Layers, palette: Palette) -> Mask:
    """What was taken for opaque, is tinged by the backdrop and is none of the paints."""
    gaps = found.core & ~opened(found.own, BODY) & (seen.share > GAP) & (seen.hue < OWN_HUE)
    gaps[gaps] = ~palette.has(seen.apart[:, gaps] + to_ycc(seen.backdrop[:, gaps]))
    return gaps


def _lined(seen: View, found: Layers) -> Mask:
    """What was taken for soft and is not smooth."""
    if not found.soft.any():
        return found.soft
    half = halves(seen.calm)
    bent = highest(np.abs(half - blurred(half, LOCAL / 2)).max(axis=0), EDGE // 2) > LINED
    return np.asarray(found.soft & enlarged(bent, 2, *found.soft.shape))


def _palette(seen: View, found: Layers) -> Palette:
    """The paints of what is opaque, from the flatter half of bodies and of strands: blurring makes slopes."""
    inside = shrunk(found.core)
    body = inside & opened(found.core, BODY)
    steep = slope(seen.calm * np.sqrt(WEIGHTS)[:, None, None])
    flat = np.zeros_like(inside)
    for part in (body, inside & ~body):
        if part.any():
            flat |= part & (steep <= np.median(steep[part]))
    return palette_of(seen.apart[:, flat] + to_ycc(seen.backdrop[:, flat]))
