"""Regions that look like the backdrop: the backdrop itself, holes of the subject, and parts of the subject.

The surface is known to a fraction of a level, so a white part (a level and a half off, or shaded) is told
from a hole (exactly the surface) by averaging. Where the backdrop runs into the end of the scale it tells
little or nothing; there regions of about the same size elsewhere are the best guide, and then the network.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.picture.cutout.planes import (
    LUMA,
    box,
    count,
    grown,
    label,
    largest,
    opened,
    shrunk,
    spread,
    touching,
)
from pipeline.picture.cutout.surface import GRAIN, border_of

if TYPE_CHECKING:
    from pipeline.picture.cutout.neutral.scene import Scene
    from pipeline.picture.cutout.planes import Figures, Flags, Floats, Labels, Mask

APART = 1.2  # levels a wide mean must lie off to be something else: twice what the surface is wrong by
AROUND = 4  # px: radius of that mean
EDGED = 3.0
"""Times the limit: the mean level beside an edge."""
LEAST_HOLE = 6  # px
WIDE_HOLE = 400
"""Px: wide enough to have a soft rim, if it is flat."""
FLAT_RISE, LEVEL_RISE = 1.6, 2.0  # times the slope that noise makes: a wide hole; any hole with a low rim
CUT_OFF = 0.4 * GRAIN  # levels that noise lacks at the end of the scale, in the mean
HINT = 0.7  # levels between hole and part from which a mean over a region tells them apart
DOUBTFUL = 0.7  # on the way to a white part: weak evidence, for want of better
CORE = 10  # px of a region away from its edges that make a mean
MIXED = 0.02  # weight of px beside an edge: they are mixed, and rung by JPEG
HAIR = 2  # px: twice this is the thickness of lines that a drawing of lines consists of
STEPS = 2  # sizes of regions told apart, to a doubling of area
ALIKE = 2.0  # doublings of area at which a region's vote is 0.6 of one of the same size
LEAST_VOTE = 0.3  # of a region of the same size
LARGE = 1 / 256  # share of the picture: highlights and the whites of eyes are smaller
LOOSE = 40  # px of what lies in a surface that is no speck
RIM = 4  # px around a region, of which the colour is compared with what lies in it
OTHER = 24.0  # levels: another colour
HALF = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Regions:
    """Regions of what looks like the backdrop, numbered from 1."""

    labels: Labels  # h×w
    outer: Flags  # by label: reaches the border
    hole: Flags  # by label: enclosed, and backdrop


@dataclass(frozen=True, slots=True, eq=False)
class _Figures:
    """What is measured of each region."""

    area: Figures  # px
    tells: Flags  # enough of the backdrop is told there
    hints: Flags  # not that much, but enough to compare means
    toward: Figures  # mean, on the way from the backdrop's level (0) to that of a white or black part (1)
    exact: Flags  # what is told lies on the surface
    rise: Figures  # mean slope over the slope that noise makes
    rim: Figures  # mean level of what is around it, levels
    net: Figures  # mean of the network's mask, 0..1


def exactly(scene: Scene, like: Mask) -> Mask:
    """Where the mean of what looks like backdrop, taken widely, is the surface's."""
    weight = like.astype(np.float32)
    mean = box((scene.colors - scene.ground) * weight, AROUND) / np.maximum(box(weight, AROUND), 0.02)
    return largest(np.abs(mean)) < APART


def regions(scene: Scene, like: Mask, exact: Mask) -> Regions:
    """The regions of ``like``, h×w, and which of them are backdrop."""
    labels, n = label(like)
    outer = touching(labels, border_of(*like.shape), n)
    figures = _measured(scene, labels, n, exact)
    enclosed = _shaped(scene, figures) & ~outer
    enclosed[0] = False
    hole = np.where(figures.tells, figures.exact, _silent(scene, labels, figures, enclosed)) & enclosed
    return Regions(labels, outer, hole)


def only_lines(scene: Scene) -> bool:
    """Whether all that stands out from the backdrop is lines: an outline has no body to be white."""
    body = scene.level > 4 * scene.limit
    return bool(opened(body, HAIR).sum() < 0.02 * body.sum())


def _measured(scene: Scene, labels: Labels, n: int, exact: Mask) -> _Figures:
    use = np.where(shrunk(labels > 0, 2), np.float32(1), np.float32(MIXED))
    used, told = count(labels, use, n) + 1e-9, count(labels, use * scene.telling, n)
    off, apart = _ends(scene)
    around = spread(labels, 2) * (labels == 0)
    faced = np.maximum(count(around, None, n), 1)
    square = count(labels, use * apart * apart, n)
    return _Figures(
        area=count(labels, None, n),
        tells=(told > 0.05 * used) & (told > np.minimum(10, 0.3 * used)),
        hints=(square > HINT**2 * used) & (used > CORE),
        toward=count(labels, use * off * apart, n) / np.maximum(square, 1e-9),
        exact=count(labels, use * (scene.telling & exact), n) > HALF * told,
        rise=count(labels, use * scene.steep, n) / used / max(scene.rough, 0.05),
        rim=count(around, scene.level, n) / faced,
        net=count(labels, use * scene.net, n) / used,
    )


def _ends(scene: Scene) -> tuple[Floats, Floats]:
    """Luma h×w off the backdrop, and of white (or black) parts off it: these are cut off one-sidedly too."""
    ground = np.tensordot(LUMA, scene.ground, 1)
    end = np.where(ground > 127, np.maximum(255 - CUT_OFF - ground, 0), np.minimum(CUT_OFF - ground, 0))  # noqa: PLR2004
    return np.tensordot(LUMA, scene.colors, 1) - ground, end.astype(np.float32)


def _shaped(scene: Scene, figures: _Figures) -> Flags:
    """Which regions have the shape of a hole: an edge around them, where a shade passing by has none."""
    sharp = figures.rim > EDGED * scene.limit
    level = (figures.rise < LEVEL_RISE) & (figures.rim > HALF * EDGED * scene.limit)
    wide = (figures.rise < FLAT_RISE) & (figures.area >= WIDE_HOLE)
    return (figures.area >= LEAST_HOLE) & (sharp | level | wide)


def _silent(scene: Scene, labels: Labels, figures: _Figures, enclosed: Flags) -> Flags:
    """Which regions are holes where the backdrop does not tell.

    All in a drawing of mere lines. Else what most regions of about the same size are; and where that is not
    known, those that the network sees through, and large, clear ones, since it fills holes; but what has
    something lie loose in it, such as a sheet of paper its writing, is a surface.
    """
    if only_lines(scene):
        return np.ones_like(enclosed)
    votes = _votes(figures.area, _evidence(scene, figures) * enclosed)
    clear = (figures.rim > 2 * EDGED * scene.limit) | (figures.rise < 1)
    large = clear & (figures.area > LARGE * scene.level.size) & (figures.toward < DOUBTFUL)
    large &= ~_holding(scene, labels, large & enclosed)
    supposed = (figures.net < HALF) | large
    return np.where(np.abs(votes) > LEAST_VOTE, votes > 0, supposed)


def _holding(scene: Scene, labels: Labels, which: Flags) -> Flags:
    """Which of some regions surround something loose, of another colour than what is around them.

    Of the same colour it may be what is left of a plate from which a letter was cut, such as an O.
    """
    from scipy import ndimage

    out = np.zeros_like(which)
    boxes = ndimage.find_objects(labels)
    for number in np.flatnonzero(which):
        rows, columns = (slice(max(0, box.start - RIM), box.stop + RIM) for box in boxes[number - 1])
        region = labels[rows, columns] == number
        full = ndimage.binary_fill_holes(region)
        clear = scene.level[rows, columns] > EDGED * scene.limit
        loose, around = clear & full & ~region, grown(full, RIM) & ~full
        if loose.sum() >= LOOSE and around.any():
            own = scene.colors[:, rows, columns]
            apart = np.median(own[:, loose], axis=1) - np.median(own[:, around], axis=1)
            out[number] = np.abs(apart).max() > OTHER
    return out


def _evidence(scene: Scene, figures: _Figures) -> Figures:
    """By label: 1 for a hole, -1 for a white (or black) part, 0 where nothing speaks for either."""
    part = ~figures.exact & (figures.rim > EDGED * scene.limit)
    told = figures.exact.astype(float) - part
    hinted = np.where(np.abs(figures.toward - HALF) < 1, np.clip(1 - 2 * figures.toward, -1, 1), 0)
    return np.where(figures.tells, told, hinted * figures.hints)


def _votes(area: Figures, evidence: Figures) -> Figures:
    """By label: the evidence of regions of about the same size, itself among them, summed."""
    sizes = np.round(STEPS * np.log2(np.maximum(area, 1))).astype(np.intp)
    ballot = np.bincount(sizes, weights=evidence)
    last = len(ballot) - 1
    away = np.arange(-last, last + 1) / STEPS
    votes: Figures = np.convolve(ballot, np.exp(-((away / ALIKE) ** 2) / 2))[last : 2 * last + 1]
    return votes[sizes]
