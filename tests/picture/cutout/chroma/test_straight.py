"""Upright and level edges, which noise must not fray."""

from __future__ import annotations

import numpy as np
import pytest
from painted import GREEN, painted

from pipeline.picture.cutout.chroma.key import key
from pipeline.picture.cutout.chroma.layers import Layers, view
from pipeline.picture.cutout.chroma.solve import Solved
from pipeline.picture.cutout.chroma.straight import straightened
from pipeline.picture.cutout.chroma.through import nothing_through

PX = 96
COLOR = np.float32([120, -40, 30])


def solved(alpha: np.ndarray, soft: np.ndarray | None = None) -> Solved:
    """A picture of one colour with that alpha, as the key understands it."""
    none = np.zeros(alpha.shape, bool)
    planes = np.full((3, *alpha.shape), 90, np.float32)
    core = alpha >= 1
    soft = none if soft is None else soft
    layers = Layers(alpha <= 0, core & ~soft, soft, none, nothing_through(none), none, none)
    foreground = np.broadcast_to(COLOR[:, None, None], planes.shape).copy()
    foreground[:, core] += 20  # what is opaque keeps the pixel's own colour, stained here
    box = (slice(0, alpha.shape[0]), slice(0, alpha.shape[1]))
    return Solved(box, view(planes, planes), layers, alpha.astype(np.float32), foreground, 0.0)


def frayed(seed: int = 0) -> np.ndarray:
    """An upright edge, its first pixel 0.4 and the second opaque or not, as noise has it."""
    alpha = np.zeros((PX, PX), np.float32)
    alpha[:, 40], alpha[:, 42:] = 0.4, 1
    alpha[:, 41] = np.where(np.random.default_rng(seed).random(PX) < 0.4, 0.6, 1)
    return alpha


@pytest.mark.parametrize("turn", [0, 1, 2, 3])
def test_a_frayed_edge_becomes_straight_and_stays_where_it_is(turn):
    alpha = np.rot90(frayed(), turn)
    found = np.rot90(straightened(solved(np.ascontiguousarray(alpha))).alpha, -turn)[12:-12]
    before, after = (of.sum(axis=1).std() for of in (frayed()[12:-12], found))
    assert before > 0.18
    assert after < before / 2.5, f"the edge's place varies by {after:.3f} px, before by {before:.3f} px"
    assert abs(found.sum(axis=1).mean() - frayed().sum(axis=1).mean()) < 0.03


def test_its_colour_is_that_of_the_mixed_pixels_which_are_not_stained():
    before = solved(frayed())
    after = straightened(before)
    changed = (after.alpha != before.alpha) & (after.alpha < 1)
    assert changed.sum() > PX
    assert np.allclose(after.foreground[:, changed], COLOR[:, None], atol=0.01)
    assert not (after.layers.core & (after.alpha < 0.97)).any()
    assert (before.foreground[:, before.layers.core] == COLOR[:, None] + 20).all(), "the input is left alone"


def slanting() -> np.ndarray:
    y, x = np.mgrid[0:PX, 0:PX]
    return np.clip((x - 40 - 0.2 * y), 0, 1)


def disc() -> np.ndarray:
    y, x = np.mgrid[0:PX, 0:PX] - PX / 2 + 0.5
    return np.clip(30 - np.hypot(x, y) + 0.5, 0, 1)


def even() -> np.ndarray:
    return np.where(np.arange(PX) == 40, 0.4, np.arange(PX) > 40) * np.ones((PX, 1))


def notched() -> np.ndarray:
    alpha = np.zeros((PX, PX))
    alpha[:, 40:] = 1
    alpha[44:52, 40:43] = 0
    alpha[44:52, 43] = 0.5
    return alpha


def hairline() -> np.ndarray:
    alpha = np.zeros((PX, PX))
    alpha[:, 40] = np.random.default_rng(1).uniform(0.3, 0.9, PX)
    return alpha


@pytest.mark.parametrize("drawn", [slanting, disc, even, notched, hairline])
def test_what_is_no_frayed_straight_edge_is_left_alone(drawn):
    before = solved(drawn())
    assert np.array_equal(straightened(before).alpha, before.alpha)


def test_soft_parts_are_left_alone():
    alpha = frayed()
    before = solved(alpha, soft=alpha < 1)
    after = straightened(before)
    assert np.array_equal(after.alpha[alpha < 1], alpha[alpha < 1])


def test_a_picture_of_a_few_pixels_is_none_too_small():
    before = solved(np.eye(4))
    assert np.array_equal(straightened(before).alpha, before.alpha)


def test_a_card_as_a_generator_paints_it_keeps_its_edges_in_place():
    truth = np.zeros((192, 192, 4), np.uint8)
    truth[40:150, 50:140] = (124, 58, 237, 255)
    truth[40:150, 49] = (124, 58, 237, 100)
    found, _ = key(painted(truth, GREEN))
    off = (found[..., 3].astype(float) - truth[..., 3])[60:130, :90].sum(axis=1) / 255
    assert off.std() < 0.1, f"the edge's place varies by {off.std():.2f} px"
    assert abs(off.mean()) < 0.3, f"the edge lies {off.mean():.2f} px too far out"
