"""The band along the subject's edge in which it mixes with the backdrop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.picture.cutout.planes import grown, highest, lowest, shrunk

if TYPE_CHECKING:
    from pipeline.picture.cutout.neutral.scene import Scene
    from pipeline.picture.cutout.planes import Mask

STRONG = 80.0
"""Length in levels of a subject whose blur can be told from its shading."""
DEEP = 6  # px that a blurred edge may be deeper than a sharp one
BESIDE = 4  # px within which a blurred edge reaches the subject's colour


def band(scene: Scene, solid: Mask) -> Mask:
    """h×w: as deep as a sharp edge, and on from there while an edge still climbs away from the backdrop."""
    mixed = grown(solid) & ~shrunk(solid, scene.edge - 1)
    climbing = solid & ~scene.gentle & (highest(scene.long, BESIDE) > STRONG)
    for _ in range(DEEP):
        foot = lowest(np.where(mixed, scene.long, np.float32(np.inf)), 1)
        more = climbing & ~mixed & (scene.long > foot)
        if not more.any():
            break
        mixed |= more
    return mixed
