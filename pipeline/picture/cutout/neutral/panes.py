"""Panes of glass: lighter than the backdrop, framed by the subject, and the network sees through them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.picture.cutout.neutral.regions import WIDE_HOLE
from pipeline.picture.cutout.planes import box, count, grown, label, largest, near

if TYPE_CHECKING:
    from pipeline.picture.cutout.neutral.parts import Parts
    from pipeline.picture.cutout.neutral.scene import Scene
    from pipeline.picture.cutout.planes import Floats, Mask

PANE = 110.0  # length in levels below which something lighter than the backdrop may be glass
THROUGH = 0.55  # of 1: the network's mean over a pane
OPEN = 0.02  # share of a pane that may touch the outside


def panes(scene: Scene, parts: Parts) -> Mask:
    """Where the solid is glass, h×w: a guess, and never without a network."""
    none = np.zeros_like(parts.ground)
    if not scene.asked:
        return none
    lighter = scene.apart.min(axis=0) > scene.limit / 2
    labels, n = label(parts.solid & scene.gentle & (scene.long < PANE) & lighter)
    area = count(labels, None, n)
    touched = count(labels, near(~parts.solid, 2), n)
    pane = (area > WIDE_HOLE) & (count(labels, scene.net, n) < THROUGH * area) & (touched < OPEN * area)
    pane[0] = False
    if not pane.any():
        return none
    return grown(pane[labels], 2) & parts.solid & (scene.long < 1.2 * PANE)


def clearness(scene: Scene) -> Floats:
    """Alpha h×w that white glass would have: how far its colour is on the way from the backdrop to white."""
    lighter: Floats = (scene.soft / np.maximum(255 - scene.ground, 8)).astype(np.float32)
    return np.clip(box(largest(lighter), 2), 0, 1)
