"""What must be alike in both renders whatever is behind them, and how far that says they have slipped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import ndimage

from pipeline.picture.cutout.difference.light import TINY, Doubles, Floats, Seen, luma

OPAQUE: Final = 0.1  # share of backdrop below which a pixel may be opaque and only toned
_POINTS: Final = 12000  # pixels that decide a step
_LEAST_POINTS: Final = 30
_DIP: Final = 5  # px, wider than what a slip makes of an edge within an opaque part
_DETAIL: Final = 6.0  # squared slope in 255ths a px, from which a pixel tells of the alignment
_FRAME: Final = 3  # px at the edges of a picture that say nothing
_SLACK: Final = 0.25  # px: what may be off by this is no stray
_GUESS: Final = 3.0  # how much less a relation counts that only nearly holds
_MOVE_PRIOR: Final = 1e2  # in units of what one pixel says; moves and growth are shares of the longer side
_GROW_PRIOR: Final = 2e5
_SHAPE_PRIOR: Final = 1e5  # across and down grow alike


@dataclass(frozen=True, slots=True)
class Relation:
    """One thing that must be alike, h×w."""

    off: Floats  # by how much it is not, of 255
    of: Floats  # the picture that a slip moves
    share: Floats  # how much of that picture is in ``off``
    exact: bool  # whether it must be alike, or only nearly so


def slip(apart: Seen, found: Doubles) -> Doubles:
    """How far ``found`` is off: move and growth across and down, as shares of the longer side.

    ``apart`` holds both renders less their backdrops, the second laid over the first as ``found`` says.
    """
    normal = np.diag([_MOVE_PRIOR, _MOVE_PRIOR, _GROW_PRIOR, _GROW_PRIOR])
    normal[2:, 2:] += _SHAPE_PRIOR * np.array([[1, -1], [-1, 1]])
    wanted = normal @ (found * [0, 0, 1, 1])
    for relation in _relations(apart):
        told = _told(relation)
        if told is not None:
            normal += told[0]
            wanted += told[1]
    return np.asarray(np.linalg.solve(normal, wanted))


def _told(relation: Relation) -> tuple[Doubles, Doubles] | None:
    """What one relation says: normal equations, 4×4 and 4. None where too few pixels have any detail."""
    height, width = relation.off.shape
    down, across = (each * relation.share for each in np.gradient(relation.of))
    detail = down * down + across * across
    detail[:_FRAME] = detail[-_FRAME:] = detail[:, :_FRAME] = detail[:, -_FRAME:] = 0
    chosen = np.flatnonzero(detail > _DETAIL)
    chosen = chosen[:: 1 + chosen.size // _POINTS]
    if chosen.size < _LEAST_POINTS:
        return None
    gx, gy, rest = (each.ravel()[chosen].astype(np.float64) for each in (across, down, relation.off))
    y, x = np.divmod(chosen, width)
    reach = max(height, width)
    slopes = np.stack([gx * reach, gy * reach, gx * (x - (width - 1) / 2), gy * (y - (height - 1) / 2)])
    spread = max(1.0, 1.5 * float(np.median(np.abs(rest))))
    slack = _SLACK**2 * detail.ravel()[chosen] if relation.exact else (_GUESS * spread) ** 2
    weight = 1 / (spread**2 + slack + (rest / 2) ** 2)
    toned = np.stack([(relation.of * relation.share).ravel()[chosen], np.ones(chosen.size)])
    slopes = _without(slopes, toned, weight)
    return (slopes * weight) @ slopes.T, (slopes * weight) @ rest


def _without(slopes: Doubles, known: Doubles, weight: Doubles) -> Doubles:
    """``slopes`` less what ``known`` explains of them: a change of tone must not pass for a move."""
    inner = (known * weight) @ known.T + TINY * np.eye(len(known))
    return np.asarray(slopes - np.linalg.solve(inner, (known * weight) @ slopes.T).T @ known)


def _relations(apart: Seen) -> Iterator[Relation]:
    """The colour differences, which a grey backdrop leaves alone; the luma of what is opaque; and at edges
    ``(1 - color) * black = color * (1 - white)``, which holds for any alpha if the colour is that around.
    """
    white, black = luma(apart.white), luma(apart.black)
    for channel in (0, 2):
        of = apart.black[..., channel] - black
        yield Relation(of - (apart.white[..., channel] - white), of, np.ones_like(of), exact=True)
    span = np.maximum(luma(apart.behind_white - apart.behind_black), 1)
    unlike: Floats = (-white / span).astype(np.float32)  # alpha * (1 - color)
    like: Floats = (black / span).astype(np.float32)  # alpha * color
    alpha = np.clip(unlike + like, 0, 1).astype(np.float32)
    opaque = _opaque(alpha)
    yield Relation(opaque * (black - white - span), black, opaque, exact=True)
    color = _color(like, alpha)
    uneven = span * ((1 - color) * like - color * unlike)
    yield Relation(uneven.astype(np.float32), black, 1 - color, exact=False)


def _opaque(alpha: Floats) -> Floats:
    """0..1, h×w: whether a pixel is inside what is opaque; dips as narrow as a slip makes them are filled."""
    filled = ndimage.maximum_filter(ndimage.uniform_filter(alpha, 3), _DIP)
    inside = ndimage.minimum_filter(filled, _DIP + 2)
    return np.asarray(np.clip((inside - 1 + 2 * OPAQUE) / OPAQUE, 0, 1))


def _color(like: Floats, alpha: Floats) -> Floats:
    """The luma of the subject around each pixel, 0..1."""
    power = ndimage.uniform_filter(alpha * alpha, 9) + 0.01
    return np.asarray(np.clip(ndimage.uniform_filter(like * alpha, 9) / power, 0, 1))
