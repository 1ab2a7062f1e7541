"""The same for a part that is shaded along one axis, as glass and films are drawn.

Across its axis such a part is even, so what changes there is the backdrop behind it. Shades drawn by hand or
by a renderer follow no axis to a fraction of a level, and explain themselves better than the backdrop does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.picture.cutout.neutral.material import APART, LEAST_SEEN, NOISE, SIGNS, UNLIKE

if TYPE_CHECKING:
    from pipeline.picture.cutout.neutral.blocks import Blocks
    from pipeline.picture.cutout.planes import Figures

AXES = ((0.0, 1.0), (1.0, 0.0))  # rows and columns: others are hardly drawn, and found by chance
KNOT = 2.0  # blocks between two knots of the shade's spline
FREEDOM = 40  # degrees of it that a fit leaves at least
STEADY = 0.3  # of 1: how far what is seen may lie off one line of colours from the backdrop
SINGULAR = 1e8
FAR_LESS = 0.95  # of what is left unexplained: 60 of 1200 degrees of freedom that noise fills
MOST = 1.05  # alpha: measured, it may be a little over all


@dataclass(frozen=True, slots=True, eq=False)
class Shaded:
    """Seen is ``color`` + ``seen`` × backdrop, both changing along an axis from knot to knot."""

    axis: tuple[float, float]  # times row and column, in blocks: the place along it
    knots: Figures  # K
    seen: Figures  # K, 0..1
    color: Figures  # K×3, levels
    unlike: float  # F statistic: how much better a shade across the axis fits


def shaded(blocks: Blocks) -> Shaded | None:
    """The axis along which the blocks are shaded and let the backdrop through, if they do."""
    found = [each for axis in AXES if (each := _along(blocks, axis))]
    return min(found, key=lambda each: each.unlike, default=None)


def _along(blocks: Blocks, axis: tuple[float, float]) -> Shaded | None:
    u, v = blocks.place @ axis, blocks.place @ (axis[1], -axis[0])
    if min(np.ptp(u), np.ptp(v)) < KNOT:
        return None
    knots = np.linspace(u.min(), u.max(), max(2, int(np.ptp(u) / KNOT) + 1))
    hats = np.stack([np.interp(u, knots, each) for each in np.eye(len(knots))], axis=1)
    base, _ = np.linalg.qr(hats)
    freedom = 3 * (len(u) - len(knots) - 3)
    if freedom < FREEDOM:
        return None
    own, behind = _across(blocks.own, base), blocks.behind - blocks.behind.mean(axis=0)
    rest, seen, error = _likeliest(
        _steady(own, behind, base), _thinning(blocks, own, behind, base), _bending(own, behind, base, u)
    )
    extra, _ = np.linalg.qr(_across(np.stack([v, v * v, u * v], axis=1), base))
    more = float(((extra.T @ rest) ** 2).sum())
    noise = max(NOISE**2, (float((rest**2).sum()) - more) / freedom)
    unlike = more / extra.shape[1] / rest.shape[1] / noise
    if unlike > UNLIKE or not _is_through(blocks, seen, error * math.sqrt(noise)):
        return None
    both = np.column_stack([seen, blocks.own - seen[:, None] * blocks.behind])
    solved = np.asarray(np.linalg.lstsq(hats, both)[0], np.float64)
    return Shaded(axis, knots, np.clip(solved[:, 0], 0, 1), solved[:, 1:], unlike)


def _is_through(blocks: Blocks, seen: Figures, error: float) -> bool:
    """Whether enough is seen, and less than of a shade that lies on the subject too."""
    bright = float((blocks.own / np.maximum(blocks.behind, 1)).mean())
    return max(LEAST_SEEN, SIGNS * error) < float(seen.mean()) < min(1.0, bright - APART * error)


def _likeliest(steady: _Rest, thinning: _Rest | None, bending: _Rest | None) -> _Rest:
    """The one that leaves least; the last, which bends to anything, only where it leaves far less."""
    best, left = steady, _left(steady)
    if thinning and _left(thinning) < left:
        best, left = thinning, _left(thinning)
    return bending if bending and _left(bending) < FAR_LESS * left else best


_Rest = tuple["Figures", "Figures", float]
"""What is left unexplained N×3, the backdrop's share N, and its standard error for noise of one level."""


def _left(fit: _Rest) -> float:
    return float((fit[0] ** 2).sum())


def _across(x: Figures, base: Figures) -> Figures:
    """What of ``x`` N×n is not shade along the axis."""
    out: Figures = x - base @ (base.T @ x)
    return out


def _steady(own: Figures, behind: Figures, base: Figures) -> _Rest:
    """Colour changes along the axis, alpha does not."""
    across = _across(behind, base)
    square = max(1e-9, float((across * across).sum()))
    seen = float((own * across).sum()) / square
    return own - seen * across, np.full(len(own), seen), 1 / math.sqrt(square)


def _thinning(blocks: Blocks, own: Figures, behind: Figures, base: Figures) -> _Rest | None:
    """Alpha changes along the axis, colour does not: what is seen keeps to a line from the backdrop."""
    apart = base @ (base.T @ (blocks.own - blocks.behind))
    mean = apart.mean(axis=0)
    way = mean / max(1e-9, float(np.linalg.norm(mean)))
    length = apart @ way
    off = apart - length[:, None] * way
    if (off * off).sum() > STEADY**2 * (apart * apart).sum() or length.min() <= 0:
        return None
    across = _across(behind * length[:, None], base)
    square = max(1e-9, float((across * across).sum()))
    rest = _across(behind, base) - own
    per_level = float((rest * across).sum()) / square  # alpha
    alpha = per_level * length
    if alpha.min() < 0 or alpha.max() > MOST:
        return None
    return per_level * across - rest, 1 - alpha, float(length.mean()) / math.sqrt(square)


def _bending(own: Figures, behind: Figures, base: Figures, u: Figures) -> _Rest | None:
    """Both change: alpha as a quadratic along the axis."""
    powers = np.stack(
        [np.ones_like(u), (u - u.mean()) / np.ptp(u), ((u - u.mean()) / np.ptp(u)) ** 2], axis=1
    )
    across = np.stack([_across(behind * each[:, None], base).ravel() for each in powers.T], axis=1)
    square = across.T @ across
    if np.linalg.cond(square) > SINGULAR:
        return None
    terms = np.linalg.solve(square, across.T @ own.ravel())
    seen = powers @ terms
    if seen.min() < 1 - MOST or seen.max() > MOST:
        return None
    mean = powers.mean(axis=0)
    error = math.sqrt(float(mean @ np.linalg.solve(square, mean)))
    return own - (across @ terms).reshape(own.shape), seen, error
