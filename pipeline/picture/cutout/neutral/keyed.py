"""The key itself: from a picture on an achromatic, flat backdrop to its subject."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.picture.cutout.neutral.edges import solve
from pipeline.picture.cutout.neutral.layers import layers
from pipeline.picture.cutout.neutral.panes import clearness, panes
from pipeline.picture.cutout.neutral.parts import part
from pipeline.picture.cutout.neutral.scene import see, step_for
from pipeline.picture.cutout.neutral.through import thin, through
from pipeline.picture.cutout.planes import enlarged
from pipeline.picture.cutout.surface import estimate

if TYPE_CHECKING:
    from pipeline.picture.cutout.neutral.layers import Shadow
    from pipeline.picture.cutout.planes import Floats, Mask, Pixels
    from pipeline.picture.cutout.surface import Ground


@dataclass(frozen=True, slots=True, eq=False)
class Keyed:
    """What keying made of a picture."""

    pixels: Pixels  # H×W×4 uint8 sRGB, straight alpha
    holes: int  # islands of backdrop inside the subject
    guessed: float  # share 0..1 of the subject's area for which only the network spoke
    residual: float  # median distance of edge colours from the line between subject and backdrop, levels
    shadow: bool  # soft parts were found
    glass: bool  # translucent parts were guessed
    panes: bool = False  # translucent parts were measured


def key(
    pixels: Pixels,
    mask: Pixels | None = None,
    *,
    surface: Ground | None = None,
    shadow: Shadow = "keep",
) -> Keyed:
    """Cut H×W×3 uint8 sRGB out of its achromatic, flat backdrop; nothing is changed in place.

    ``mask`` H×W uint8 is what a network takes for the subject; without it the picture speaks alone.
    ``surface`` is the backdrop, estimated where it is not given.
    """
    step = step_for(*pixels.shape[:2])
    ground = surface or estimate(pixels)
    scene = see(pixels, mask, ground, step)
    parts = part(scene)
    laid, clear = layers(scene, parts, shadow), through(scene, parts, ground)
    glass = panes(scene, parts) & (clear == 1)
    alpha, colors = laid.alpha, laid.colors
    if glass.any():
        alpha, colors = np.where(glass, clearness(scene), alpha), np.where(glass, np.float32(255), colors)
    out = _enlarge(pixels, alpha, colors, parts.soft | glass, step)
    residual = solve(pixels, out, scene, parts, laid, glass, step)
    thin(out, scene.ground, clear, step)
    guessed = float(parts.claimed.sum()) / max(1.0, float(parts.solid.sum()))
    seen = bool((clear < 1).any())
    return Keyed(out, parts.holes, guessed, residual, bool(parts.soft.any()), bool(glass.any()), seen)


def _enlarge(pixels: Pixels, alpha: Floats, colors: Floats, soft: Mask, step: int) -> Pixels:
    """H×W×4 at full size; the picture's own colours except where it is soft."""
    height, width = pixels.shape[:2]
    out = np.empty((height, width, 4), np.uint8)
    out[..., :3] = pixels
    out[..., 3] = enlarged((alpha * 255 + 0.5).astype(np.uint8), step, height, width)
    if soft.any():
        flat = np.moveaxis(np.clip(colors + 0.5, 0, 255), 0, -1).astype(np.uint8)
        where = enlarged(soft, step, height, width)
        out[where, :3] = enlarged(flat, step, height, width)[where]
    return out
