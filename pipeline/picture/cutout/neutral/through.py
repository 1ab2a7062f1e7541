"""Panes measured, not guessed: parts of the subject that show the backdrop's own gradient.

A painted backdrop is never quite flat, and behind a pane of alpha a it is seen at 1 - a: what is seen of the
pane goes up and down with the backdrop, by that much. An opaque part does not. On a backdrop without any
gradient nothing can be told this way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.picture.cutout.neutral.blocks import BLOCK, blocks, even
from pipeline.picture.cutout.neutral.material import ALIKE, fit, materials
from pipeline.picture.cutout.neutral.regions import WIDE_HOLE
from pipeline.picture.cutout.neutral.shading import shaded
from pipeline.picture.cutout.planes import count, enlarged, highest, label, length, near
from pipeline.picture.cutout.surface import Surface

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.picture.cutout.neutral.parts import Parts
    from pipeline.picture.cutout.neutral.scene import Scene
    from pipeline.picture.cutout.neutral.shading import Shaded
    from pipeline.picture.cutout.planes import Floats, Mask, Pixels
    from pipeline.picture.cutout.surface import Ground

LEVEL, SLOPING = 0.3, 0.8  # levels/px of slope, beyond noise, in parts that are even and that are shaded
MOST_SEEN = 0.95  # of 1: a pane has some alpha
BESIDE = 3  # px within which the strongest colour is that of what a pane borders on


@dataclass(frozen=True, slots=True, eq=False)
class _Pane:
    seen: Floats  # h×w or 1×1, 0..1: the backdrop's share
    color: Floats  # 3×h×w or 3×1×1, levels: the pane's own, times its alpha
    where: Mask  # h×w: where it was found
    spreads: bool  # other parts of the same colour are the same


def through(scene: Scene, parts: Parts, surface: Ground) -> Floats:
    """Alpha h×w of the subject where it is solid: 1, but less in panes."""
    share = np.ones_like(scene.level)
    if not isinstance(surface, Surface):  # squares of a checkerboard are no gradient
        return share
    for pane in _level(scene, parts):
        share = np.minimum(share, _laid(scene, parts, pane))
    for pane in _sloping(scene, parts.solid & (share == 1)):
        share = np.minimum(share, _laid(scene, parts, pane))
    return np.where(parts.soft, np.float32(1), share)


def thin(out: Pixels, ground: Floats, share: Floats, step: int) -> None:
    """Take the backdrop, 3×h×w, out of ``out``, H×W×4, where ``share`` h×w is less than 1; in place."""
    if share.min() == 1:
        return
    at = np.nonzero(enlarged(share < 1, step, *out.shape[:2]))
    rows, columns = at[0] // step, at[1] // step
    left, behind = share[rows, columns][:, None], ground[:, rows, columns].T
    own = out[at].astype(np.float32)
    color = np.clip((own[:, :3] - (1 - left) * behind) / left, 0, 255)
    out[at] = (np.concatenate([color, own[:, 3:] * left], axis=1) + np.float32(0.5)).astype(np.uint8)


def _level(scene: Scene, parts: Parts) -> Iterator[_Pane]:
    """Panes of one colour."""
    labels = even(scene, parts.solid, LEVEL)
    for members, known in materials(blocks(scene, labels)):
        yield _Pane(
            np.full((1, 1), known.seen, np.float32),
            known.color.astype(np.float32)[:, None, None],
            np.isin(labels, list(members)),
            spreads=True,
        )


def _sloping(scene: Scene, where: Mask) -> Iterator[_Pane]:
    """Panes that are shaded along an axis."""
    labels = even(scene, where, SLOPING)
    found = blocks(scene, labels)
    for number, those in found.each():
        if not fit(those).fair and (known := shaded(those)):
            yield _drawn(known, labels == number)


def _drawn(known: Shaded, where: Mask) -> _Pane:
    height, width = where.shape
    down, across = ((np.arange(side) - (BLOCK - 1) / 2) / BLOCK for side in (height, width))
    along = known.axis[0] * down[:, None] + known.axis[1] * across[None]
    seen, *color = (
        np.interp(along, known.knots, each).astype(np.float32) for each in (known.seen, *known.color.T)
    )
    return _Pane(seen, np.stack(color), where, spreads=False)


def _laid(scene: Scene, parts: Parts, pane: _Pane) -> Floats:
    """Alpha h×w: that of the pane where it is seen, more where something opaque mixes in, 1 elsewhere."""
    seen = np.minimum(pane.seen, np.float32(MOST_SEEN))
    front: Floats = (
        pane.color - (np.float32(1) - seen) * scene.ground
    )  # the pane as it is seen, off the backdrop
    off: Floats = scene.apart - front
    core = _core(parts.solid & (length(off) < 2 * scene.limit), off, pane)
    around = near(core, scene.edge) & ~core
    outward = np.clip((off * -front).sum(axis=0) / np.maximum((front * front).sum(axis=0), 1), 0, 1)
    odd = length(off + outward * front)  # off the line to the backdrop
    mixed = np.clip(odd / np.maximum(highest(odd, BESIDE), 2 * scene.limit), 0, 1)
    share: Floats = np.where(core, 1 - seen, np.where(around, 1 - seen * (1 - mixed), np.float32(1)))
    return share.astype(np.float32)


def _core(like: Mask, off: Floats, pane: _Pane) -> Mask:
    """Pieces of what looks like the pane: where it was found, and wide ones that are it in the mean."""
    pieces, n = label(like)
    kept = np.zeros(n + 1, bool)
    if pane.spreads:
        area = np.maximum(count(pieces, None, n), 1)
        mean = np.stack([count(pieces, each, n) for each in off]) / area
        kept = (np.abs(mean).max(axis=0) < ALIKE) & (area >= WIDE_HOLE)
    kept[pieces[pane.where]] = True
    kept[0] = False
    core: Mask = kept[pieces]
    return core
