"""Whether two renders show one subject: six equations for four unknowns leave two to check it by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import ndimage

from pipeline.picture.cutout.difference.light import FULL, Mask, Seen

DOUBTFUL: Final = 0.5
"""Confidence up to which two renders are not taken for one subject."""

_CONTRARY: Final = 0.08  # of alpha: more than noise, tone and averaged edges explain
_PATCH: Final = 16  # px of the small picture: a part of a subject that may be different on its own
_MOST_MISFIT: Final = 0.10
_MOST_PATCH: Final = 0.2
_LEAST_LIKENESS: Final = 0.5
_LEAST_SPAN: Final = (
    0.5  # a generator's white and black are apart by 0.8 and more; noise counts twice at a half
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the two renders say about each other."""

    shift: tuple[float, float]  # px to the right and down, of the second against the first
    scale: tuple[float, float]  # across and down
    gain: tuple[float, ...]  # of the second's R, G, B
    offset: tuple[float, ...]  # of the second's R, G, B, of 255
    noise: float  # of alpha, one deviation, before smoothing
    linear: bool  # composited in linear light
    misfit: float  # share of the subject where the two renders contradict each other
    patch: float  # the same in the worst small patch
    likeness: float  # correlation of the renders' edges, -1..1
    span: float  # from the second's backdrop to the first's, 0..1 of full brightness
    backdrop: str  # "#RRGGBB", the mean colour behind the first

    @property
    def confidence(self) -> float:
        """0..1: one half where the first of the measures of agreement reaches its limit."""
        worst = max(
            self.misfit / _MOST_MISFIT,
            self.patch / _MOST_PATCH,
            (1 - self.likeness) / (1 - _LEAST_LIKENESS),
            (1 - self.span) / (1 - _LEAST_SPAN),
        )
        return float(1 / (1 + worst**2))

    @property
    def matches(self) -> bool:
        """Whether the two show one subject."""
        return self.confidence > DOUBTFUL


def misfit(small: Seen, backdrop: Mask) -> tuple[float, float]:
    """The share of pixels where channels disagree about alpha: of all the subject's, of the worst patch's."""
    if backdrop.all():
        return 1.0, 1.0
    clear = small.clear()
    rest = small.white - small.black - clear[..., None] * (small.behind_white - small.behind_black)
    off = np.maximum(np.abs(rest).max(2) / FULL, np.maximum(-clear, clear - 1))
    contrary = (off > _CONTRARY) & ~backdrop
    worst = float(ndimage.uniform_filter(contrary.astype(np.float32), _PATCH).max())
    return float(contrary.sum() / (~backdrop).sum()), worst
