"""The smaller picture that decisions are taken on, and what is measured of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.picture.cutout.planes import largest, length, planes, reduced, rounding, slope, smooth
from pipeline.picture.cutout.surface import border_of

if TYPE_CHECKING:
    from pipeline.picture.cutout.planes import Floats, Mask, Pixels
    from pipeline.picture.cutout.surface import Ground

LIKE = 3.0
"""Levels that a smoothed pixel may lie off the surface and still look like the backdrop."""
NOISY = 3.0  # times the median level along the border, where that is more than ``LIKE``
NOISE = (0.4, 3.0)  # levels: the least and the most that the border is held to be noisy
TELLING = 2.0  # levels to the end of the scale from which the backdrop shows white (or black) parts
GENTLE = 0.35  # 1/px: slope over level where no edge passes; the sharpest edge that JPEG leaves has 0.7
SLOPING = 0.03  # 1/px: slope over level of what is not level
ROUGH = 2.2  # times the slope that noise makes: gentle still
SMALL, LARGE = 192, 2048  # px: decisions are taken at full size up to the one, at half size up to the other
DECIDED = 1024  # px: side of the smaller picture beyond that
EDGE = 3  # px from the backdrop within which alpha is solved, at least
BLEEDS = 5  # full-size px: the same; two of edge, two of blur, one of JPEG


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """The smaller picture: colours and differences 3×h×w, masks and measures h×w; levels of 255, sRGB."""

    colors: Floats
    ground: Floats  # the backdrop
    apart: Floats  # smoothed once, minus the backdrop
    soft: Floats  # smoothed twice, minus the backdrop
    level: Floats  # greatest channel of |apart|
    long: Floats  # length of soft
    steep: Floats  # slope of soft, levels/px
    gentle: Mask  # no edge passes here
    sloping: Mask  # not level
    telling: Mask  # the backdrop is far enough from the ends of the scale to show white and black parts
    rough: float  # slope that noise alone makes, levels/px
    limit: float  # levels: ``LIKE``, or more where noise asks for it
    net: Floats  # 0..1: what a network takes for the subject; 0 where none was asked
    asked: bool  # a network was
    edge: int  # px from the backdrop within which alpha is solved


def step_for(height: int, width: int) -> int:
    """Side of the blocks that decisions are taken on, full-size px."""
    side = math.sqrt(height * width)
    if side <= SMALL:
        return 1
    return 2 if side <= LARGE else math.ceil(side / DECIDED)


def see(pixels: Pixels, mask: Pixels | None, surface: Ground, step: int) -> Scene:
    """The scene of H×W×3 uint8 sRGB over ``surface``; ``mask`` is H×W uint8."""
    colors = planes(reduced(pixels, step)) - np.float32(rounding(step))
    height, width = colors.shape[1:]
    ground = planes(surface.over(height, width))
    apart = smooth(colors - ground)
    soft = smooth(apart)
    level, long, steep = largest(np.abs(apart)), length(soft), slope(soft)
    border = border_of(height, width)
    rough = float(np.median(steep[border]))
    noise = float(np.clip(np.median(level[border]), *NOISE))
    net = np.zeros(level.shape, np.uint8) if mask is None else reduced(mask, step)
    return Scene(
        colors=colors,
        ground=ground,
        apart=apart,
        soft=soft,
        level=level,
        long=long,
        steep=steep,
        gentle=steep < GENTLE * long + ROUGH * rough + 0.2,
        sloping=steep > SLOPING * long + 1.3 * rough,
        telling=_telling(ground, surface),
        rough=rough,
        limit=max(LIKE, NOISY * noise),
        net=net.astype(np.float32) / np.float32(255),
        asked=mask is not None,
        edge=max(EDGE, math.ceil(BLEEDS / step)),
    )


def _telling(ground: Floats, surface: Ground) -> Mask:
    ceiling = surface.ceiling.astype(np.float32)[:, None, None]
    floor = surface.floor.astype(np.float32)[:, None, None]
    return (largest(ceiling - ground) > TELLING) & (largest(ground - floor) > TELLING)
