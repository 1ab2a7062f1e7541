"""Which even parts of the subject let the backdrop through, and how much of it.

Seen is what a material adds, plus its share of the backdrop: on a backdrop that slopes, a regression tells
the two apart. An opaque part does not follow the backdrop, so its share is nothing within the error.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection

    from pipeline.picture.cutout.neutral.blocks import Blocks
    from pipeline.picture.cutout.planes import Figures

SIGNS = 4.5
"""Standard errors that the backdrop's share must be above nothing. On 576 opaque parts it was 3.6 at most."""
LEAST_SEEN, MOST_SEEN = 0.08, 1.1
"""Of 1: the backdrop's share in what lets it through; measured, it may be a little over all."""
UNLIKE = 4.0
"""The F statistic from which any smooth shade is likelier than the backdrop's."""
SHARED = 0.04  # of the square of the standard errors: the same where much is explained, for surfaces err too
APART = 4.0  # standard errors from a shade that lies on everything
NOISE = 0.1
"""Levels: the least that a block is held to be wrong by; JPEG alone does that."""
ALIKE = 1.0
"""Levels that pieces of one material may lie apart."""
TERMS = 6  # of a quadratic in x and y


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A material: seen is ``color`` + ``seen`` × backdrop."""

    seen: float
    error: float  # standard, of ``seen``
    unlike: float  # F statistic: how much better any other smooth shade fits
    color: Figures  # three levels
    bright: float  # what is seen over the backdrop

    @property
    def fair(self) -> bool:
        """Whether no other smooth shade is much likelier than the backdrop's."""
        return self.unlike < max(UNLIKE, SHARED * (self.seen / self.error) ** 2)

    @property
    def through(self) -> bool:
        """Whether the backdrop is seen through it."""
        return self.fair and max(LEAST_SEEN, SIGNS * self.error) < self.seen < MOST_SEEN

    @property
    def apart(self) -> float:
        """Standard errors from what a shade would do that lies on the subject too."""
        return (self.bright - self.seen) / self.error

    def explains(self, blocks: Blocks) -> bool:
        """Whether the blocks may be of the same material."""
        off = blocks.own - self.color - self.seen * blocks.behind
        return bool(np.abs(off.mean(axis=0)).max() < ALIKE)


def fit(blocks: Blocks) -> Fit:
    """How much of the backdrop is in what is seen, by least squares over all channels."""
    mean, back = blocks.own.mean(axis=0), blocks.behind.mean(axis=0)
    apart, behind = blocks.own - mean, blocks.behind - back
    square = max(1e-9, float((behind * behind).sum()))
    seen = float((apart * behind).sum()) / square
    rest = float(((apart - seen * behind) ** 2).sum())
    best = float((_unshaded(apart, blocks.place) ** 2).sum())
    noise = max(NOISE**2, best / (3 * (len(apart) - TERMS)))
    return Fit(
        seen,
        math.sqrt(noise / square),
        (rest - best) / (3 * TERMS - 4) / noise,
        mean - seen * back,
        float((mean / np.maximum(back, 1)).mean()),
    )


def _unshaded(apart: Figures, place: Figures) -> Figures:
    """What no quadratic in x and y explains, N×3."""
    x, y = ((place - place.mean(axis=0)) / max(1.0, float(np.ptp(place)))).T
    shade, _ = np.linalg.qr(np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=1))
    out: Figures = apart - shade @ (shade.T @ apart)
    return out


def lies_behind(fits: Collection[Fit]) -> bool:
    """Whether the backdrop's gradient lies behind the subject, and is no shade over all of the picture.

    Such a shade is seen on even parts in proportion to how bright they are.
    """
    signs = [each.apart for each in fits if each.fair]
    return bool(signs) and max(*signs, sum(signs) / math.sqrt(len(signs))) > APART


def materials(blocks: Blocks) -> list[tuple[set[int], Fit]]:
    """What lets the backdrop through, each with its regions: pieces of one pane are measured together."""
    fits = {number: fit(those) for number, those in blocks.each()}
    found: list[tuple[set[int], Fit]] = []
    if not lies_behind(fits.values()):
        return found
    for number in sorted(fits, key=lambda each: fits[each].error):
        those = blocks.of({number})
        place = next((n for n, (_, known) in enumerate(found) if known.explains(those)), None)
        if place is not None:
            members = found[place][0] | {number}
            found[place] = members, fit(blocks.of(members))
        elif fits[number].through:
            found.append(({number}, fits[number]))
    return found
