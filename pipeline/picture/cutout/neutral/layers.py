"""Alpha and colour of the smaller picture, away from edges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from pipeline.picture.cutout.neutral.band import band
from pipeline.picture.cutout.neutral.regions import HALF
from pipeline.picture.cutout.planes import box, filled, project, shrunk, smooth, weighed

if TYPE_CHECKING:
    from pipeline.picture.cutout.neutral.parts import Parts
    from pipeline.picture.cutout.neutral.scene import Scene
    from pipeline.picture.cutout.planes import Floats, Mask

    Shadow = Literal["keep", "drop"]

NEAR_BY = 0.01
"""Share of a neighbourhood that must be known for its mean to be."""
FAINT = 6.0
"""Levels between subject and backdrop below which alpha cannot be solved."""
RIDGE_PRICE = 4.0
"""Levels by which a second colour must explain a pixel better than the first."""
TINT = 3.0  # levels of chroma that shade may have
TINTED = 0.1  # of its depth: the same for deep shade


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """Planes of the smaller picture, sRGB levels."""

    alpha: Floats  # h×w 0..1
    colors: Floats  # 3×h×w
    band: Mask  # h×w: where subject and backdrop mix
    inside: Floats  # 3×h×w: the colour of the nearest solid inside
    known: Mask  # h×w: that is near by


def layers(scene: Scene, parts: Parts, shadow: Shadow) -> Layers:
    """Solid px keep their colour; soft px get alpha and the colour that explains them."""
    mixed = band(scene, parts.solid)
    core = parts.solid & ~mixed
    inside, known = _inside(scene, core, scene.edge - 1)
    known |= mixed & shrunk(parts.solid, scene.edge - 1)
    alpha, colors = parts.solid.astype(np.float32), scene.colors.copy()
    if parts.soft.any():
        lay = _beside_subject if core.any() else _alone
        alpha[parts.soft], colors[:, parts.soft] = lay(scene, parts, inside, shadow)
    return Layers(alpha, colors, mixed, inside, known)


def _inside(scene: Scene, core: Mask, reach: int) -> tuple[Floats, Mask]:
    """Colour 3×h×w of the core, carried out twice ``reach`` px, and where that is a mean near by."""
    weight = core.astype(np.float32)
    mass = box(box(weight, reach), reach)
    known: Mask = mass > NEAR_BY
    total = box(box(smooth(scene.colors) * weight, reach), reach)
    return filled((total / np.maximum(mass, 1e-3)).astype(np.float32), known), known


def _alone(scene: Scene, parts: Parts, inside: Floats, shadow: Shadow) -> tuple[Floats, Floats]:
    """Alpha N and colour 3×N of smoke without a subject: darker is black, lighter is white."""
    del inside
    apart, ground = scene.soft[:, parts.soft], scene.ground[:, parts.soft]
    by_black, _, _ = project(apart, -ground)
    by_white, _, _ = project(apart, 255 - ground)
    darker = weighed(apart)[0] < 0
    share = np.where(darker, by_black if shadow == "keep" else 0, by_white).astype(np.float32)
    return share, np.where(darker, 0, np.full_like(apart, 255))


def _beside_subject(scene: Scene, parts: Parts, inside: Floats, shadow: Shadow) -> tuple[Floats, Floats]:
    """Alpha N and colour 3×N: black for neutral shade, else the colour of the subject near by."""
    soft = parts.soft
    apart, ground, front = scene.soft[:, soft], scene.ground[:, soft], inside[:, soft]
    by_black, off_black, _ = project(apart, -ground)
    by_color, off_color, long = project(apart, front - ground)
    by_color = np.where(long < 2.5 * FAINT, 0, by_color)
    neutral = _neutral(apart) & (box(scene.net, 2)[soft] < HALF)
    black = neutral & (~parts.fading[soft] | (off_color > off_black + RIDGE_PRICE))
    if shadow == "drop":
        by_black = np.zeros_like(by_black)
    return np.where(black, by_black, by_color), np.where(black, 0, front)


def _neutral(apart: Floats) -> Mask:
    """Darker than the backdrop and hardly another hue."""
    luma, *chroma = weighed(apart)
    out: Mask = (np.abs(chroma).max(axis=0) < np.maximum(TINT, -TINTED * luma)) & (luma < 0)
    return out
