"""What only a network can know: parts of the subject that look just like the backdrop around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.picture.cutout.neutral.regions import EDGED, HALF, only_lines
from pipeline.picture.cutout.planes import count, grown, highest, label, near, opened, shrunk, spread

if TYPE_CHECKING:
    from pipeline.picture.cutout.neutral.scene import Scene
    from pipeline.picture.cutout.planes import Floats, Mask

SURE = 0.9
"""Of 1: the network has no doubt."""
BROAD = 5  # px: half the breadth from which it is listened to, since it closes gaps
FOOLED = 24  # px around a hole it took for subject in which it is not believed


def claims(scene: Scene, outer: Mask, like: Mask, exact: Mask) -> Mask:
    """Parts of the outer backdrop that the network is sure are subject, where nothing speaks against it.

    Where the backdrop tells nothing the network is believed if it was right more often than wrong where it
    tells something.
    """
    says = opened(outer & (scene.net > SURE) & shrunk(like), BROAD)
    if not says.any():
        return says
    wrong, right = (says & scene.telling & exact).sum(), (says & scene.telling & ~exact).sum()
    believed = ~scene.telling if wrong <= right and not only_lines(scene) else np.zeros_like(says)
    return opened(says & (scene.telling & ~exact | believed), BROAD - 1)


def passing(scene: Scene, ground: Mask, outer: Mask) -> Mask:
    """Bands inside the subject whose shading passes through the backdrop's level: no edge is around them."""
    labels, n = label(ground & shrunk(scene.net > SURE, 3))
    around = spread(labels, 2) * (~ground & (labels == 0))
    faced = count(around, None, n)
    flat = (faced > 0) & (count(around, scene.level, n) < EDGED * scene.limit * faced)
    flat &= count(labels, outer, n) > 0
    flat[0] = False
    narrow = ~opened(ground, 4) & (highest(scene.level, 4) < 5 * scene.limit)
    band = flat[labels] | (labels > 0) & narrow
    return grown(band) & (narrow | band)


def discredited(scene: Scene, holes: Mask) -> Floats:
    """The network's mask h×w, but nothing near holes that it took for subject."""
    wrong = opened(holes & (scene.net > HALF), 3)
    return np.where(near(wrong, FOOLED), np.float32(0), scene.net) if wrong.any() else scene.net
