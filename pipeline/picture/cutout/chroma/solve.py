"""Alpha and foreground of every pixel, at the size a picture is understood at."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from scipy import ndimage

from pipeline.picture.cutout.chroma.arrays import Floats, Mask, Places
from pipeline.picture.cutout.chroma.beside import beside
from pipeline.picture.cutout.chroma.explain import Answer, Mixed, by_share, chosen, explained
from pipeline.picture.cutout.chroma.layers import Layers, View
from pipeline.picture.cutout.chroma.lines import lines
from pipeline.picture.cutout.chroma.panes import panes
from pipeline.picture.cutout.chroma.spread import nearby
from pipeline.picture.cutout.chroma.strands import strands
from pipeline.picture.cutout.chroma.tails import with_tails
from pipeline.picture.cutout.chroma.unmix import gamut_share, to_rgb, to_ycc

DEEP = 6  # px inside the subject: the colour a soft edge fades from
OPAQUE, EMPTY = 0.975, 0.02  # alpha that is rounded to 1 and 0
EXPLAINS = 2.0  # standard deviations: what explains a soft part is no farther from its middle pixel
NEUTRAL = 0.15  # share in a foreground: below, a soft pixel's share tells its alpha, whatever lies behind
DARK = 60.0  # luma of 255: a shadow's foreground is darker

LEAST_OWN, MOST_OWN = -2.0, 0.8  # share


_LEAST = 0.05  # alpha: to divide by


class Solved(NamedTuple):
    """A picture at the size it was understood at, cut to the subject, in the light of its edges."""

    box: tuple[slice, slice]
    seen: View
    layers: Layers
    alpha: Floats
    foreground: Floats  # 3×H×W, difference from the backdrop in Y, Cb, Cr
    doubt: float  # mean distance of edge pixels from what explains them, in standard deviations


def solve(seen: View, found: Layers, box: tuple[slice, slice], *, translucent: bool | None) -> Solved:
    """Alpha and foreground of a picture that was told apart into layers."""
    mixed = _mixed(seen, found, translucent=translucent)
    known = lines(seen, found)
    answer = explained(seen, found, mixed, known)
    doubt = float(answer.cost[~mixed.soft].mean()) if not mixed.soft.all() else 0.0
    answer = _with_panes(_with_shares(answer, mixed, found), mixed, seen, found)
    alpha, foreground = found.core.astype(np.float32), seen.apart * found.core
    rows, columns = mixed.place
    alpha[rows, columns] = _rounded(answer.alpha)
    foreground[:, rows, columns] = answer.foreground
    alpha[found.thin], foreground[:, found.thin] = 1, known.middle[:, found.thin]
    found = with_tails(seen, found, alpha, foreground)
    between = beside(seen, found, alpha)
    if between is not None:
        alpha[between.mask], foreground[:, between.mask] = _rounded(between.alpha), between.foreground
        found = replace(found, soft=found.soft & ~between.mask)
    return _with_strands(Solved(box, seen, found, alpha, foreground, doubt))


def _with_strands(solved: Solved) -> Solved:
    """Hair and the like, where its paints explain it; none of it is opaque to the last pixel."""
    told = strands(solved.seen, solved.layers)
    if told is None:
        return solved
    alpha, foreground, apart = solved.alpha.copy(), solved.foreground.copy(), solved.seen.apart.copy()
    alpha[told.mask], foreground[:, told.mask] = _rounded(told.alpha), told.foreground
    apart[1:, told.mask] = told.chroma
    core, soft = (of & ~told.mask for of in (solved.layers.core, solved.layers.soft))
    found = replace(solved.layers, core=core, soft=soft)
    return solved._replace(
        seen=replace(solved.seen, apart=apart), layers=found, alpha=alpha, foreground=foreground
    )


def _rounded(alpha: Floats) -> Floats:
    """Alpha without the traces that noise leaves at both ends."""
    return np.where(alpha > OPAQUE, 1, np.where(alpha < EMPTY, 0, alpha)).astype(np.float32)


def _mixed(seen: View, found: Layers, *, translucent: bool | None) -> Mixed:
    rows, columns = np.nonzero(found.soft | found.edge)
    soft, backdrop = found.soft[rows, columns], seen.backdrop[:, rows, columns]
    colors: Floats = np.where(soft, seen.calm[:, rows, columns], seen.apart[:, rows, columns])
    share = np.clip(1 - seen.share[rows, columns], 0, 1)
    if found.core.any():
        share = np.where(
            soft, share, _beyond_own(1 - seen.share[rows, columns], seen, found, (rows, columns))
        )
    if translucent:
        share = np.where(soft, np.maximum(share, gamut_share(to_rgb(colors), backdrop)), share)
    return Mixed((rows, columns), soft, colors, backdrop, share)


def _beyond_own(share: Floats, seen: View, found: Layers, place: Places) -> Floats:
    """Alpha of edges by their share: what the subject beside them has of the backdrop's chroma is its own."""
    own = 1 - nearby(np.clip(seen.share, LEAST_OWN, MOST_OWN)[None], found.core)[0][place]
    return np.asarray(np.clip(share / own, 0, 1), dtype=np.float32)


def _with_shares(answer: Answer, mixed: Mixed, found: Layers) -> Answer:
    """Soft parts that no candidate explains go by their share: one answer a part, so no seams."""
    if not mixed.soft.any():
        return answer
    neutral = np.abs(_share_of(answer.foreground, mixed.backdrop)) < NEUTRAL
    parts, count = ndimage.label(found.soft)
    costs = np.zeros(parts.shape, np.float32)
    costs[mixed.place] = np.where(neutral, np.float32(np.inf), answer.cost)
    alone = ndimage.median(costs, parts, np.arange(count + 1)) > EXPLAINS
    return chosen(mixed.soft & alone[parts[mixed.place]], by_share(mixed, answer.cost), answer)


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
