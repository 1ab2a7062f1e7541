"""Edges between an opaque part and a shadow, a glow or glass behind it: a mixture of these two.

Neither the line from the backdrop to the opaque colour explains such a pixel nor what the soft part tells of
itself: both leave a seam along the outline, as wide as chroma is blurred.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import ndimage

from pipeline.picture.cutout.chroma.arrays import Floats, Mask
from pipeline.picture.cutout.chroma.layers import Layers, View
from pipeline.picture.cutout.chroma.shapes import EDGE
from pipeline.picture.cutout.chroma.spread import nearby
from pipeline.picture.cutout.chroma.unmix import LEAST_CONTRAST, fit
from pipeline.picture.cutout.planes import grown

BLUR = EDGE + 1  # px: soft parts so near to opaque ones have some of their chroma
REACH = 2 * BLUR  # px from what is told of a soft part, over the edge
QUITE = 0.95  # alpha of what is opaque
EXPLAINS = 3.0  # standard deviations: what lies farther from the line is something else


class Beside(NamedTuple):
    """N pixels between an opaque part and a soft one."""

    mask: Mask  # H×W, which
    alpha: Floats
    foreground: Floats  # 3×N, difference from the backdrop


def beside(seen: View, found: Layers, alpha: Floats) -> Beside | None:
    """The pixels that opaque and soft parts explain together; ``alpha`` H×W is what is known so far."""
    if not (found.soft.any() and found.core.any()):
        return None
    band = grown(found.core | (alpha > QUITE), BLUR)
    clean = found.soft & ~band & ~found.clear.near
    if not clean.any():
        return None
    mask = band & (found.soft | found.edge) & ~found.clear.near & grown(clean, REACH)
    if not mask.any():
        return None
    box = ndimage.find_objects(grown(mask, REACH).astype(np.uint8))[0]
    part = mask[box]
    planes = np.concatenate([seen.calm[:, *box], alpha[None, *box]])
    behind = nearby(planes, clean[box])[:, part]
    soft, share = behind[:3], np.clip(behind[3], 0, 1)
    opaque = nearby(seen.apart[:, *box], found.core[box])[:, part]
    told = fit(seen.apart[:, mask] - soft, opaque - soft, 1.0)
    good = (told.apart < EXPLAINS) & (told.contrast > LEAST_CONTRAST)
    mask[mask] = good
    front, share = told.alpha[good], share[good]
    total = front + (1 - front) * share
    color = front * opaque[:, good] + (1 - front) * soft[:, good]
    return Beside(mask, total.astype(np.float32), (color / np.maximum(total, 0.02)).astype(np.float32))
