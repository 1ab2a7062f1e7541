"""From the size a picture was understood at to its own: only edges and soft parts are worked on again."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from PIL import Image
from scipy import ndimage

from pipeline.picture.cutout.chroma.arrays import Floats, Mask, Pixels, Places
from pipeline.picture.cutout.chroma.backdrop import Backdrop
from pipeline.picture.cutout.chroma.light import decoded
from pipeline.picture.cutout.chroma.paint import foreground, srgb
from pipeline.picture.cutout.chroma.solve import EMPTY, OPAQUE, Solved
from pipeline.picture.cutout.chroma.spread import spread
from pipeline.picture.cutout.chroma.unmix import fit, to_rgb, to_ycc

STRIP = 128  # rows of the small picture at a time: bounds memory at 4096 px and beyond


def enlarged(
    pixels: Pixels, small: Pixels, solved: Solved, back: Backdrop, step: int, *, linear: bool
) -> Pixels:
    """The cut-out at full size: what is plain is copied, what is mixed is unmixed again."""
    height, width = pixels.shape[:2]
    image = Image.fromarray(small[..., 3])
    size = (image.width * step, image.height * step)
    smooth = np.asarray(image.resize(size, Image.Resampling.BILINEAR))
    result = np.empty((height, width, 4), np.uint8)
    result[..., :3] = pixels
    result[..., 3] = np.asarray(image.resize(size, Image.Resampling.NEAREST))[:height, :width]
    work = _coarse(small[..., 3], solved)
    for top in range(0, image.height, STRIP):
        for mask in (work.edge, work.soft):
            rows, columns = _fine(mask[top : top + STRIP], step, top, (height, width))
            if not len(rows):
                continue
            x, y = (columns + 0.5) * (2 / width) - 1, (rows + 0.5) * (2 / height) - 1
            colors, behind = pixels[rows, columns].T.astype(np.float32), back.at(x, y)
            if linear:
                colors, behind = decoded(colors), decoded(behind)
            place = (rows // step, columns // step)
            given: Floats | None = None
            if mask is work.soft:
                given = (smooth[rows, columns] / np.float32(255)).astype(np.float32)
            own, alpha = _unmixed(to_ycc(colors - behind), behind, work, place, given)
            result[rows, columns, :3] = srgb(to_rgb(own) + behind, linear=linear).T
            result[rows, columns, 3] = (alpha * 255).round()
    result *= result[..., 3:] > 0
    return result


class Coarse(NamedTuple):
    """What the small picture tells about the large one; masks do not overlap."""

    edge: Mask
    soft: Mask
    low: Floats  # H×W, least alpha round each pixel
    high: Floats
    foreground: Floats  # 3×H×W


def _coarse(alpha: Pixels, solved: Solved) -> Coarse:
    found = solved.layers
    edge, soft = np.zeros((2, *alpha.shape), dtype=bool)
    edge[solved.box], soft[solved.box] = found.edge, found.soft
    edge = ndimage.binary_dilation(edge, structure=np.ones((3, 3)))
    foreground = np.zeros((3, *alpha.shape), np.float32)
    foreground[(slice(None), *solved.box)] = spread(solved.foreground, ~found.ground)
    low, high = (
        of(alpha, size=3) / np.float32(255) for of in (ndimage.minimum_filter, ndimage.maximum_filter)
    )
    return Coarse(edge, soft & ~edge, low, high, foreground)


def _unmixed(
    apart: Floats, behind: Floats, work: Coarse, place: Places, given: Floats | None
) -> tuple[Floats, Floats]:
    """Own colour and alpha of N pixels of the large picture; soft ones come with their alpha."""
    candidate = work.foreground[:, *place]
    alpha = given
    if alpha is None:
        alpha = fit(apart, candidate, 1.0).alpha
        alpha = np.where(alpha > OPAQUE, 1, np.where(alpha < EMPTY, 0, alpha))
        alpha = np.clip(alpha, work.low[place], work.high[place]).astype(np.float32)
    return foreground(apart, alpha, candidate, np.full(len(alpha), given is not None), behind), alpha


def _fine(mask: Mask, step: int, top: int, size: tuple[int, int]) -> Places:
    """The pixels of the full picture that lie under a strip of the small one's mask."""
    rows, columns = np.nonzero(mask)
    offset = np.arange(step)
    blocks = (len(rows), step, step)
    fine_rows = np.broadcast_to((rows + top)[:, None, None] * step + offset[:, None], blocks).ravel()
    fine_columns = np.broadcast_to(columns[:, None, None] * step + offset, blocks).ravel()
    within = (fine_rows < size[0]) & (fine_columns < size[1])
    return fine_rows[within], fine_columns[within]
