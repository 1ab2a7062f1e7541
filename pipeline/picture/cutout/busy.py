"""A busy backdrop: a network's mask, its edge solved again where the picture says more than the mask does.

On both sides of the mask's edge the picture's own colours are carried into it. Where they lie apart and a
pixel lies between them, alpha is how far it does. Elsewhere the network's alpha stays: never worse than the
network is the point.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.picture.cutout.neutral import NEAR_BY, step_for
from pipeline.picture.cutout.planes import box, grown, planes, project, reduced, shrunk, smooth

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.picture.cutout.planes import Floats, Mask, Pixels

    Places = tuple[NDArray[np.intp], ...]  # rows and columns

INSIDE, OUTSIDE = 0.95, 0.05  # of 1: the network is sure
REACH = 2  # px of the smaller picture that its sure parts are drawn back: its own grid is 3 px at 1024
NEAR = 4  # px of the smaller picture from which colours are carried into the edge
CONTRAST = 30.0  # levels between both sides at which they are believed half
STRAY = 6.0  # levels off the line between them at which they are believed half
UNMIXED = (0.2, 0.7)  # alpha from which a pixel's own colour is trusted a little, and fully
LEAST = 0.05  # alpha: to divide by


def refine(pixels: Pixels, mask: Pixels) -> Pixels:
    """H×W×3 uint8 sRGB and its mask H×W uint8 → H×W×4, straight alpha, the backdrop's colour taken out."""
    step = step_for(*mask.shape)
    colors, net = planes(reduced(pixels, step)), _share(reduced(mask, step))
    front, has_front = _carried(colors, shrunk(net > INSIDE, REACH))
    back, has_back = _carried(colors, shrunk(net < OUTSIDE, REACH))
    out = np.dstack([pixels, mask])
    y, x = at = np.nonzero(_band(net) & has_back)
    rows, columns = _places(at, step, mask.shape)
    own, alpha = planes(pixels[rows, columns]), _share(mask[rows, columns])
    front, back, has_front = front[:, y, x][:, None], back[:, y, x][:, None], has_front[at][None]
    alpha = _solved(own, front, back, has_front, alpha)
    color = _unmixed(own, back, alpha, np.where(has_front, front, own))
    out[rows, columns, 3] = (alpha * 255 + 0.5).astype(np.uint8)
    out[rows, columns, :3] = np.moveaxis(color + 0.5, 0, -1).astype(np.uint8)
    return out


def _share(alpha: Pixels) -> Floats:
    share: Floats = alpha.astype(np.float32) / np.float32(255)
    return share


def _band(net: Floats) -> Mask:
    """Where the network wavers, and the edge between what it is sure of."""
    edge = shrunk(~shrunk(net > INSIDE, REACH)) & shrunk(~shrunk(net < OUTSIDE, REACH))
    return grown(edge | (net > OUTSIDE) & (net < INSIDE))


def _carried(colors: Floats, sure: Mask) -> tuple[Floats, Mask]:
    """Colours of the sure side near by, 3×h×w, and where there are any."""
    weight = sure.astype(np.float32)
    mass = box(box(weight, NEAR), 2)
    total = box(box(smooth(colors) * weight, NEAR), 2)
    return (total / np.maximum(mass, 1e-3)).astype(np.float32), mass > NEAR_BY


def _solved(own: Floats, front: Floats, back: Floats, has_front: Mask, alpha: Floats) -> Floats:
    """Alpha, step²×N: how far a pixel lies from back to front, as far as that is to be believed."""
    share, off, long = project(own - back, front - back)
    believed = long**2 / (long**2 + CONTRAST**2) / (1 + (off / STRAY) ** 2) * has_front
    mixed: Floats = (believed * share + (1 - believed) * alpha).astype(np.float32)
    return mixed


def _unmixed(own: Floats, back: Floats, alpha: Floats, near: Floats) -> Floats:
    """The subject's own colour: what is left without the backdrop where enough is, else ``near``."""
    pure = np.clip((own - (1 - alpha) * back) / np.maximum(alpha, LEAST), 0, 255)
    trust = np.clip((alpha - UNMIXED[0]) / (UNMIXED[1] - UNMIXED[0]), 0, 1)
    color: Floats = trust * pure + (1 - trust) * near
    return color


def _places(at: Places, step: int, shape: tuple[int, ...]) -> Places:
    """Rows and columns, step²×N each, of the full-size pixels in blocks of the smaller picture."""
    dy, dx = (d.ravel()[:, None] for d in np.meshgrid(range(step), range(step), indexing="ij"))
    return np.minimum(at[0] * step + dy, shape[0] - 1), np.minimum(at[1] * step + dx, shape[1] - 1)
