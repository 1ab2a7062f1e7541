"""Alpha and foreground of every pixel, at the size a picture is understood at."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import ndimage

from pipeline.picture.cutout.chroma.arrays import Floats, Mask, Places
from pipeline.picture.cutout.chroma.layers import Layers, View
from pipeline.picture.cutout.chroma.panes import panes
from pipeline.picture.cutout.chroma.spread import BLOCK, farther, nearby, strongest
from pipeline.picture.cutout.chroma.tails import with_tails
from pipeline.picture.cutout.chroma.unmix import LEAST_CONTRAST, Fit, fit, gamut_share, to_rgb, to_ycc

DEEP = 6  # px inside the subject: the colour a soft edge fades from
OPAQUE, EMPTY = 0.975, 0.02  # alpha that is rounded to 1 and 0
UNEXPLAINED = 5.0  # standard deviations: from there a pixel's share of the backdrop's chroma decides alone
EXPLAINS = 2.0  # standard deviations: what explains a soft part is no farther from its middle pixel
FARTHER = 0.7  # what a candidate from deep inside must be better by, in standard deviations
LINE = 1.0  # the same for the strongest colour nearby, which noise favours
NEUTRAL = 0.15  # share in a foreground: below, a soft pixel's share tells its alpha, whatever lies behind
DARK = 60.0  # luma of 255: a shadow's foreground is darker

_LEAST = 0.05  # alpha: to divide by


class Solved(NamedTuple):
    """A picture at the size it was understood at, cut to the subject, in the light of its edges."""

    box: tuple[slice, slice]
    seen: View
    layers: Layers
    alpha: Floats
    foreground: Floats  # 3×H×W, difference from the backdrop in Y, Cb, Cr
    doubt: float  # mean distance of edge pixels from what explains them, in standard deviations


class Mixed(NamedTuple):
    """N pixels that are neither backdrop nor opaque."""

    place: Places
    soft: Mask
    colors: Floats  # 3×N, differences from the backdrop in Y, Cb, Cr
    backdrop: Floats  # 3×N, R, G, B
    share: Floats  # alpha of a grey foreground


class Answer(NamedTuple):
    """What N pixels are."""

    alpha: Floats
    foreground: Floats  # 3×N
    cost: Floats  # distance from what explains them, in standard deviations


def solve(seen: View, found: Layers, box: tuple[slice, slice], *, translucent: bool | None) -> Solved:
    """Alpha and foreground of a picture that was told apart into layers."""
    mixed = _mixed(seen, found, translucent=translucent)
    answer = _best(mixed, _candidates(seen, found, mixed))
    doubt = float(answer.cost[~mixed.soft].mean()) if not mixed.soft.all() else 0.0
    answer = _with_panes(_with_shares(answer, mixed, found), mixed, seen, found)
    alpha, foreground = found.core.astype(np.float32), seen.apart * found.core
    rows, columns = mixed.place
    alpha[rows, columns] = np.where(answer.alpha > OPAQUE, 1, np.where(answer.alpha < EMPTY, 0, answer.alpha))
    foreground[:, rows, columns] = answer.foreground
    return Solved(box, seen, with_tails(seen, found, alpha, foreground), alpha, foreground, doubt)


def _mixed(seen: View, found: Layers, *, translucent: bool | None) -> Mixed:
    rows, columns = np.nonzero(found.soft | found.edge)
    soft, backdrop = found.soft[rows, columns], seen.backdrop[:, rows, columns]
    colors: Floats = np.where(soft, seen.calm[:, rows, columns], seen.apart[:, rows, columns])
    share = np.clip(1 - seen.share[rows, columns], 0, 1)
    if translucent:
        share = np.where(soft, np.maximum(share, gamut_share(to_rgb(colors), backdrop)), share)
    return Mixed((rows, columns), soft, colors, backdrop, share)


def _candidates(seen: View, found: Layers, mixed: Mixed) -> list[tuple[Floats, Floats | float]]:
    """Foregrounds that may lie behind N pixels: 3×N each, and what each must be better by."""
    place = mixed.place
    candidates: list[tuple[Floats, Floats | float]] = []
    if found.core.any():
        candidates.append((nearby(seen.apart, found.core)[:, *place], 0.0))
        deep = ndimage.binary_erosion(found.core, iterations=DEEP)
        if deep.any():
            candidates.append((farther(seen.calm, deep)[:, *place], FARTHER))
    strength = np.sqrt(seen.apart[0] ** 2 + 0.2 * (seen.apart[1] ** 2 + seen.apart[2] ** 2))
    rows, columns = strongest(np.where(found.core | found.ground, 0, strength))
    rows, columns = (of[place[0] // BLOCK, place[1] // BLOCK] for of in (rows, columns))
    no_line = mixed.soft | found.soft[rows, columns]
    candidates.append((seen.apart[:, rows, columns], np.where(no_line, np.float32(np.inf), np.float32(LINE))))
    return candidates


def _best(mixed: Mixed, candidates: list[tuple[Floats, Floats | float]]) -> Answer:
    """By the candidate that explains each pixel best, or by its share."""
    answer = _by_share(mixed, np.full(len(mixed.share), UNEXPLAINED, dtype=np.float32))
    for candidate, handicap in candidates:
        found: Fit = fit(mixed.colors, candidate, (~mixed.soft).astype(np.float32))
        other = Answer(found.alpha, candidate, (found.apart + handicap).astype(np.float32))
        answer = _chosen((other.cost < answer.cost) & (found.contrast > LEAST_CONTRAST), other, answer)
    return answer


def _by_share(mixed: Mixed, cost: Floats) -> Answer:
    return Answer(mixed.share, (mixed.colors / np.maximum(mixed.share, _LEAST)).astype(np.float32), cost)


def _chosen(which: Mask, one: Answer, other: Answer) -> Answer:
    return Answer(*(np.where(which, a, b) for a, b in zip(one, other, strict=True)))


def _with_shares(answer: Answer, mixed: Mixed, found: Layers) -> Answer:
    """Soft parts that no candidate explains go by their share: one answer a part, so no seams."""
    if not mixed.soft.any():
        return answer
    neutral = np.abs(_share_of(answer.foreground, mixed.backdrop)) < NEUTRAL
    parts, count = ndimage.label(found.soft)
    costs = np.zeros(parts.shape, np.float32)
    costs[mixed.place] = np.where(neutral, np.float32(np.inf), answer.cost)
    alone = ndimage.median(costs, parts, np.arange(count + 1)) > EXPLAINS
    return _chosen(mixed.soft & alone[parts[mixed.place]], _by_share(mixed, answer.cost), answer)


def _with_panes(answer: Answer, mixed: Mixed, seen: View, found: Layers) -> Answer:
    """What see-through parts explain; what they might have explained, and do not, is opaque after all."""
    known, alpha = panes(mixed.colors, seen, found, mixed.place)
    alpha = np.where(known, alpha, np.where(found.held[mixed.place], 1, answer.alpha)).astype(np.float32)
    own = (mixed.colors / np.maximum(alpha, _LEAST)).astype(np.float32)
    return Answer(alpha, np.where(known, own, answer.foreground), answer.cost)


def _share_of(apart: Floats, backdrop: Floats) -> Floats:
    """How much of the backdrop's chroma N colours have, which are given as differences from it."""
    back = to_ycc(backdrop)[1:]
    return np.asarray(
        1 + (apart[1:] * back).sum(axis=0) / np.maximum((back**2).sum(axis=0), 1), dtype=np.float32
    )


def is_shadow(solved: Solved) -> Mask:
    """Soft pixels, and what surrounds them, that darken the backdrop without a colour of their own."""
    luma = solved.foreground[0] + to_ycc(solved.seen.backdrop)[0]
    soft = solved.layers.soft | (
        solved.layers.edge & ndimage.binary_dilation(solved.layers.soft, iterations=DEEP)
    )
    return np.asarray(soft & (luma < DARK) & (solved.seen.calm[0] < 0))
