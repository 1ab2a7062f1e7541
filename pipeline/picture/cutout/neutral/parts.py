"""Every px of the smaller picture is backdrop, soft or solid subject."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.picture.cutout.neutral.claims import claims, discredited, passing
from pipeline.picture.cutout.neutral.regions import exactly, regions
from pipeline.picture.cutout.neutral.softness import soften
from pipeline.picture.cutout.planes import count, label

if TYPE_CHECKING:
    from pipeline.picture.cutout.neutral.scene import Scene
    from pipeline.picture.cutout.planes import Mask

SPECK = 40  # px


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """Masks h×w; ground, soft and solid share out the picture."""

    ground: Mask
    soft: Mask
    fading: Mask  # the soft px whose subject has no edge: blur and glow, not shadow
    claimed: Mask  # solid, though only the network says so
    holes: int  # not counting specks

    @property
    def solid(self) -> Mask:
        """What is neither ground nor soft."""
        return ~(self.ground | self.soft)


def part(scene: Scene) -> Parts:
    """Share out the scene."""
    like = scene.level < scene.limit
    exact = exactly(scene, like)
    found = regions(scene, like, exact)
    outer = found.outer[found.labels]
    ground = outer | found.hole[found.labels]
    claimed = claims(scene, outer, like, exact)
    ground &= ~claimed
    ground &= ~passing(scene, ground, outer)
    ground |= _specks(scene, ~ground)
    net = discredited(scene, found.hole[found.labels] & ground)
    ground, soft, fading = soften(scene, ground, net)
    claimed |= like & ~ground & ~soft & ~scene.telling
    wide = count(found.labels, None, len(found.hole) - 1) >= SPECK
    return Parts(ground, soft, fading, claimed, int(np.count_nonzero(found.hole & wide)))


def _specks(scene: Scene, rest: Mask) -> Mask:
    """What is not backdrop, but small and faint: noise."""
    labels, n = label(rest, corners=True)
    drop = (count(labels, None, n) < SPECK) & (count(labels, scene.level > 3 * scene.limit, n) < 1)
    drop[0] = False
    return drop[labels]
