"""Shadow, glow and blur: slopes that start at the backdrop without an edge keep their alpha."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.picture.cutout.neutral.band import STRONG
from pipeline.picture.cutout.neutral.claims import SURE
from pipeline.picture.cutout.neutral.regions import HALF
from pipeline.picture.cutout.planes import count, grown, highest, label, near, shrunk, spread, touching

if TYPE_CHECKING:
    from pipeline.picture.cutout.neutral.scene import Scene
    from pipeline.picture.cutout.planes import Flags, Floats, Labels, Mask

DOUBTED = 0.6  # of 1: below, the network does not stop a slope
DEEP = 8  # px of a slope that must lie deep in it
RISES = 1.5  # how much more must be found further in for a low rim to be the foot of a slope, not an edge
RIM = 30  # px of a rim that say anything
GAP = 3  # px: half the width of a gap in an edge that is no way in
FADES = 16  # px that a blurred edge may reach into what the network is sure of


def soften(scene: Scene, ground: Mask, net: Floats) -> tuple[Mask, Mask, Mask]:
    """Ground, soft and fading: what is reached from the backdrop over gentle slopes, before any edge.

    ``net`` is the network's mask as far as it is believed, h×w.
    """
    if not scene.asked:
        net = _body(scene, ground)
    reached = _reached(scene, ground, net)
    labels, n = label(reached, corners=True)
    low = _low(scene, ground, reached, labels, n)
    deep = (count(labels, shrunk(~ground, 4) & (net < DOUBTED), n) > DEEP) & ~low
    deep[0] = low[0] = False
    skirt = reached & ~(deep | low)[labels] & (scene.level < 3 * scene.limit)
    ground = ground | skirt & (net < HALF)
    labels = _admitted(ground, np.where(deep[labels], labels, 0), net)
    fades = _fades(scene.gentle, ground, labels, n)
    labels = _follow(scene, scene.gentle & ~ground, labels, fades)
    return ground, (labels > 0) & ~ground, fades[labels]


def _body(scene: Scene, ground: Mask) -> Floats:
    """What stands in for a network's mask h×w: what no slope leads to from the backdrop but through a gap.

    Slopes that end on a strong, level colour end there.
    """
    way = ground | scene.gentle & (scene.sloping | (scene.long < STRONG))
    labels, n = label(shrunk(way, GAP))
    outside = grown(touching(labels, ground, n)[labels], GAP + 1)
    return (~(outside | ground)).astype(np.float32)


def _reached(scene: Scene, ground: Mask, net: Floats) -> Mask:
    labels, n = label(scene.gentle & (ground | (net < SURE)))
    start = touching(labels, ground & shrunk(scene.gentle), n)
    return start[labels] & ~ground


def _low(scene: Scene, ground: Mask, reached: Mask, labels: Labels, n: int) -> Flags:
    """Regions that stay as low further in as at their rim: faint subjects, whose edge drowns in the noise."""
    rim = shrunk(~ground, 2)
    rim &= ~shrunk(rim, 3) & reached & (scene.level < 6 * scene.limit)
    rising = rim & (highest(scene.long, 9) > RISES * scene.long)
    all_of = count(labels, rim, n)
    return (all_of > RIM) & (count(labels, rising, n) < HALF * all_of)


def _admitted(ground: Mask, labels: Labels, net: Floats) -> Labels:
    """The regions, but not far into what the network holds: its soft rim lets slopes in at faint edges."""
    doubted = net < HALF
    return np.where(doubted | near((labels > 0) & doubted & shrunk(~ground, 5), 8), labels, 0)


def _fades(gentle: Mask, ground: Mask, labels: Labels, n: int) -> Flags:
    """Regions that go over into the solid subject without an edge."""
    around = spread(labels, 2) * (~ground & (labels == 0))
    faced = count(around, None, n)
    fades = (count(around, shrunk(gentle), n) > HALF * faced) & (faced > 0)
    fades[0] = False
    return fades


def _follow(scene: Scene, open_to: Mask, labels: Labels, fades: Flags) -> Labels:
    """Fading regions, followed into what the network is sure of for as long as it still slopes."""
    if not fades.any():
        return labels
    sloping = open_to & scene.sloping
    sloping &= highest(scene.long, FADES) > STRONG
    for _ in range(FADES):
        beside = spread(labels)
        labels = np.where(labels > 0, labels, np.where(sloping & fades[beside], beside, 0))
    return labels
