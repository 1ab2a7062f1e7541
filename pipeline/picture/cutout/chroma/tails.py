"""The faint ends of shadows and glows, followed from where they can be told from noise down to nothing.

Where a soft part is cut off at what a single pixel tells, its rim shows on another ground. Means over a few
px tell much less than that; they are trusted beside a soft part that is faint already, and nowhere else.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pipeline.picture.cutout.chroma.arrays import Floats, Mask
from pipeline.picture.cutout.chroma.layers import Layers, View
from pipeline.picture.cutout.chroma.shapes import EDGE
from pipeline.picture.cutout.chroma.spread import blurred, spread
from pipeline.picture.cutout.chroma.unmix import fit
from pipeline.picture.cutout.planes import grown, near, opened

FAINT = 0.25  # alpha: a soft part that ends stronger than this has an edge, and no tail
WIDE = 5  # px: half the width of any shadow or glow; what is left soft of an edge is narrower
TOLD = 0.04  # alpha from which the colour of a soft part is known
REACH = 32  # px: a shadow that wide at an alpha of 0.1 has nothing left farther out
CALM = 3.0  # px, sigma: averages some 100 px, a tenth of the noise
NEXT_TO = EDGE + 1  # px from what is opaque: there it is blurred
NOTHING = 0.01  # alpha that nobody sees

_LEAST = 1e-3  # weight: to divide by


def with_tails(seen: View, found: Layers, alpha: Floats, foreground: Floats) -> Layers:
    """``found`` with its tails as soft parts; their ``alpha`` and ``foreground`` are written in place."""
    tail = _tail(found, alpha)
    if not tail.any():
        return found
    rows, columns = np.nonzero(tail)
    box = np.s_[:, rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    inside = tail[box[1:]]
    alone = ~near(found.core[box[1:]], NEXT_TO)
    color = spread(foreground[box], (found.soft & (alpha > TOLD))[box[1:]] & alone)[:, inside]
    share = fit(_calmed(seen.apart[box], alone)[:, inside], color).alpha
    alpha[tail] = np.where(share < NOTHING, 0, np.minimum(share, FAINT))
    foreground[:, tail] = color
    kept = tail & (alpha > 0)
    return replace(found, soft=found.soft | kept, ground=found.ground & ~kept)


def _calmed(planes: Floats, known: Mask) -> Floats:
    """Means round each pixel, of what is known: an opaque part beside a shadow is no part of it."""
    weight = blurred(known.astype(np.float32), CALM)
    return np.asarray(blurred(planes * known, CALM) / np.maximum(weight, _LEAST), dtype=np.float32)


def _tail(found: Layers, alpha: Floats) -> Mask:
    """What lies beside the faint ends of wide soft parts, and not beside anything opaque."""
    wide = opened(found.soft, WIDE)
    if not wide.any():
        return wide
    outside = found.ground | found.edge
    ends = near(wide, WIDE) & found.soft & (alpha > TOLD) & (alpha < FAINT) & grown(outside)
    return near(ends, REACH) & outside & ~near(found.core, NEXT_TO)
