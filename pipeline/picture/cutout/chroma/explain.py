"""Which colour lies behind a mixed pixel: candidates from the subject around it, and from its lines."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import ndimage

from pipeline.picture.cutout.chroma.arrays import Floats, Mask, Places
from pipeline.picture.cutout.chroma.layers import Layers, View
from pipeline.picture.cutout.chroma.lines import Lines, paints
from pipeline.picture.cutout.chroma.shapes import EDGE
from pipeline.picture.cutout.chroma.spread import BLOCK, farther, nearby
from pipeline.picture.cutout.chroma.unmix import LEAST_CONTRAST, Fit, fit, to_ycc
from pipeline.picture.cutout.planes import grown

UNTINGED = 0.93  # alpha by share from which an edge pixel may be opaque, whatever its colour
DEEP = 6  # px inside the subject: the colour a soft edge fades from
UNEXPLAINED = 5.0  # standard deviations: from there a pixel's share of the backdrop's chroma decides alone
FARTHER = 0.7  # what a candidate from deep inside must be better by, in standard deviations
AWAY = np.float32(3)  # the same for the opaque parts nearby, from where no edge of theirs reaches
FEW = 300  # px: so few in the middle of lines are corners
LINE = 1.0  # the same for the strongest colour nearby, which noise favours
ODD, SURE = 3.5, 2.5  # standard deviations: what is farther from all it may be, and what is explained
SOLID = 0.8  # alpha of a line where its colour is known
_LEAST = 0.05  # alpha: to divide by


class Mixed(NamedTuple):
    """N pixels that are neither backdrop nor opaque."""

    place: Places
    soft: Mask
    colors: Floats  # 3×N, differences from the backdrop in Y, Cb, Cr
    backdrop: Floats  # 3×N, R, G, B
    share: Floats  # alpha of a grey foreground


class Candidate(NamedTuple):
    """A foreground that may lie behind N pixels."""

    color: Floats  # 3×N
    handicap: Floats | float  # what it must be better by, in standard deviations
    pale: Floats | None = None  # 3×N, the same as far as it is seen


class Answer(NamedTuple):
    """What N pixels are."""

    alpha: Floats
    foreground: Floats  # 3×N
    cost: Floats  # distance from what explains them, in standard deviations


def explained(seen: View, found: Layers, mixed: Mixed, known: Lines) -> Answer:
    """What N pixels are: by the colour that explains each best, or by its share of the backdrop's chroma."""
    return _continued(_best(mixed, _candidates(seen, found, mixed, known)), mixed)


def _candidates(seen: View, found: Layers, mixed: Mixed, known: Lines) -> list[Candidate]:
    """Foregrounds that may lie behind N pixels."""
    place = mixed.place
    candidates: list[Candidate] = []
    if found.core.any():
        away = ~grown(found.core, EDGE + 1)[place]
        handicap = np.where(away, AWAY, np.float32(0))
        candidates.append(Candidate(nearby(seen.apart, found.core)[:, *place], handicap))
        deep = ndimage.binary_erosion(found.core, iterations=DEEP)
        if deep.any():
            candidates.append(Candidate(farther(seen.calm, deep)[:, *place], FARTHER))
    if found.thin.sum() > FEW:
        away = ~grown(found.thin, EDGE + 1)[place]
        handicap = np.where(away, AWAY, np.float32(LINE))
        candidates.append(Candidate(nearby(known.middle, found.thin)[:, *place], handicap))
    block = place[0] // BLOCK, place[1] // BLOCK
    colors, pale = (of[:, *block] for of in (known.color, known.pale))
    rows, columns = (of[block] for of in known.place)
    no_line = mixed.soft | found.soft[rows, columns]
    candidates.append(Candidate(colors, np.where(no_line, np.float32(np.inf), np.float32(LINE)), pale))
    return candidates


def _best(mixed: Mixed, candidates: list[Candidate]) -> Answer:
    """By the candidate that explains each pixel best, or by its share."""
    answer = by_share(mixed, np.full(len(mixed.share), UNEXPLAINED, dtype=np.float32))
    clear = ~mixed.soft & (mixed.share > UNTINGED)
    answer = chosen(
        clear, Answer(np.ones_like(mixed.share), mixed.colors, np.full_like(mixed.share, LINE)), answer
    )
    for candidate in candidates:
        shown = candidate.color if candidate.pale is None else candidate.pale
        found: Fit = fit(mixed.colors, shown, (~mixed.soft).astype(np.float32))
        other = Answer(found.alpha, candidate.color, (found.apart + candidate.handicap).astype(np.float32))
        answer = chosen((other.cost < answer.cost) & (found.contrast > LEAST_CONTRAST), other, answer)
    return answer


def _continued(answer: Answer, mixed: Mixed) -> Answer:
    """What nothing explains, by the colour that explains its neighbours: a line goes on across another."""
    odd = ~mixed.soft & (answer.cost > ODD)
    sure = ~mixed.soft & (answer.cost < SURE) & (answer.alpha > SOLID)
    if not (odd.any() and sure.any()):
        return answer
    colors_of = paints(answer.foreground[:, sure], mixed.backdrop[:, sure])
    colors, behind = mixed.colors[:, odd], mixed.backdrop[:, odd]
    fits = [fit(colors, to_ycc(paint[:, None] - behind), 1.0) for paint in colors_of]
    costs = [np.where(told.contrast > LEAST_CONTRAST, told.apart, UNEXPLAINED) for told in fits]
    best = np.argmin(costs, axis=0)[None]
    alpha, cost = (np.take_along_axis(np.stack(of), best, 0)[0] for of in ([t.alpha for t in fits], costs))
    line = to_ycc(np.stack(colors_of)[best[0]].T - behind)
    better = odd.copy()
    better[odd] = cost + LINE < answer.cost[odd]
    now = better[odd]
    result = Answer(answer.alpha.copy(), answer.foreground.copy(), answer.cost.copy())
    result.alpha[better], result.cost[better] = alpha[now], cost[now] + LINE
    result.foreground[:, better] = line[:, now]
    return result


def by_share(mixed: Mixed, cost: Floats) -> Answer:
    return Answer(mixed.share, (mixed.colors / np.maximum(mixed.share, _LEAST)).astype(np.float32), cost)


def chosen(which: Mask, one: Answer, other: Answer) -> Answer:
    return Answer(*(np.where(which, a, b) for a, b in zip(one, other, strict=True)))
