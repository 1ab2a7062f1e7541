"""Alpha and colour along the subject's edges, solved at full size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.picture.cutout.neutral.layers import FAINT, RIDGE_PRICE
from pipeline.picture.cutout.neutral.ridge import ridge
from pipeline.picture.cutout.planes import box, near, planes, project

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.picture.cutout.neutral.layers import Layers
    from pipeline.picture.cutout.neutral.parts import Parts
    from pipeline.picture.cutout.neutral.scene import Scene
    from pipeline.picture.cutout.planes import Floats, Mask, Pixels

    Places = tuple[NDArray[np.intp], ...]  # rows and columns

NOISE_CUT = 6.0  # levels of error in a pixel that make a little alpha of none, or a little less of all
LEAST_CUT, MOST_CUT = 0.03, 0.2  # alpha
UNMIXED = (0.2, 0.7)  # alpha from which a pixel's own colour is trusted a little, and fully
UNEXPLAINED = 50.0  # levels: the price of a colour too faint to explain anything
HAZE = 3  # px that shadow and glow are carried on under an edge


@dataclass(frozen=True, slots=True, eq=False)
class _Solved:
    share: Floats  # step²×N, alpha 0..1
    color: Floats  # 3×step²×N or 3×1×N: what the pixel is mixed with
    rest: Floats  # step²×N, levels off the line
    faint: Mask  # step²×N: cannot be solved


def solve(
    pixels: Pixels, out: Pixels, scene: Scene, parts: Parts, layers: Layers, glass: Mask, step: int
) -> float:
    """Write alpha and unmixed colour into ``out``, H×W×4, along the edges; the median residual, levels."""
    y, x = at = np.nonzero(layers.band & ~glass)
    if not len(y):
        return 0.0
    rows, columns = _places(at, step, pixels.shape)
    own, ground = planes(pixels[rows, columns]), scene.ground[:, y, x][:, None]
    haze, hazy = _haze(scene, parts, layers)
    behind = ground + haze[:, y, x][:, None]
    best = ridge(own - behind, own, glass.shape, at)
    solved = _choose(own, behind, layers.inside[:, y, x][:, None], best, layers.known[at])
    share = 1 - (1 - _lent(solved, scene, parts, at)) * (1 - hazy[at])
    out[rows, columns, 3] = (share * 255 + 0.5).astype(np.uint8)
    out[rows, columns, :3] = np.moveaxis(_unmixed(own, ground, share, solved.color), 0, -1)
    rest = solved.rest[~solved.faint]
    return float(np.median(rest)) if rest.size else 0.0


def _unmixed(own: Floats, ground: Floats, share: Floats, color: Floats) -> Pixels:
    """The subject's own colour, uint8: what is left without the backdrop where enough is, else ``color``."""
    pure = np.clip((own - (1 - share) * ground) / np.maximum(share, 0.05), 0, 255)
    trust = np.clip((share - UNMIXED[0]) / (UNMIXED[1] - UNMIXED[0]), 0, 1)
    out: Pixels = (trust * pure + (1 - trust) * color + 0.5).astype(np.uint8)
    return out


def _places(at: Places, step: int, shape: tuple[int, ...]) -> Places:
    """Rows and columns, step²×N each, of the full-size pixels in blocks of the smaller picture."""
    dy, dx = (d.ravel()[:, None] for d in np.meshgrid(range(step), range(step), indexing="ij"))
    return np.minimum(at[0] * step + dy, shape[0] - 1), np.minimum(at[1] * step + dx, shape[1] - 1)


def _haze(scene: Scene, parts: Parts, layers: Layers) -> tuple[Floats, Floats]:
    """Shadow and glow carried on under the edge: what they add to the backdrop 3×h×w, their alpha h×w."""
    if not parts.soft.any():
        return np.zeros_like(scene.soft), np.zeros_like(layers.alpha)
    mass = np.maximum(box((parts.soft | parts.ground).astype(np.float32), HAZE), np.float32(0.02))
    weight = parts.soft.astype(np.float32)
    haze: Floats = (box(scene.soft * weight, HAZE) / mass).astype(np.float32)
    alpha: Floats = (box(layers.alpha * weight, HAZE) / mass).astype(np.float32)
    return haze, alpha


def _choose(own: Floats, behind: Floats, inside: Floats, ridge: Floats, known: Mask) -> _Solved:
    """Each pixel by the colour that explains it better."""
    apart = own - behind
    a, off_a, long_a = project(apart, inside - behind)
    b, off_b, long_b = project(apart, ridge - behind)
    price_a = off_a + np.where(long_a < FAINT, UNEXPLAINED, 0) + np.where(known, 0, 2 * UNEXPLAINED)
    price_b = off_b + RIDGE_PRICE + np.where(long_b < FAINT, UNEXPLAINED, 0)
    second = price_b < price_a
    share = _cut(np.where(second, b, a), np.where(second, long_b, long_a))
    return _Solved(
        share,
        np.where(second, ridge, inside),
        np.where(second, off_b, off_a),
        np.minimum(price_a, price_b) >= UNEXPLAINED,
    )


def _cut(share: Floats, long: Floats) -> Floats:
    """Alpha without the little that noise makes of none, and makes all lack."""
    cut = np.clip(NOISE_CUT / np.maximum(long, 1), LEAST_CUT, MOST_CUT)
    out: Floats = np.clip((share - cut) / (1 - 2 * cut), 0, 1)
    return out


def _lent(solved: _Solved, scene: Scene, parts: Parts, at: Places) -> Floats:
    """Alpha step²×N, with solid or not where it cannot be solved, and the network's where only it spoke."""
    share = np.where(solved.faint, parts.solid[at].astype(np.float32), solved.share)
    if scene.asked and parts.claimed.any():
        lent = near(parts.claimed, 2)[at] & solved.faint.any(axis=0)
        share[:, lent] = scene.net[at][lent]
    return share
