from __future__ import annotations

import numpy as np
import pytest

from pipeline.picture.cutout.chroma.backdrop import axes
from pipeline.picture.cutout.chroma.through import nothing_through, through
from pipeline.picture.cutout.chroma.unmix import to_ycc

SIDE = 200
PANE = (slice(50, 150), slice(40, 160))


def scene(alpha: float, color, *, slope: float = 4.0, shade: float = 0.0, noise: float = 1.0):
    """A pane of a colour on a green backdrop with a gradient: what ``through`` is given, 3×H×W."""
    x, y = axes(SIDE, SIDE)
    behind = np.stack([40 + slope * (x + y), 170 + slope * (x + y), 80 + slope * (x + y)]).astype(np.float32)
    planes = behind.copy()
    own = np.array(color, np.float32)[:, None, None] + shade * (x - y)
    planes[(slice(None), *PANE)] = (alpha * own + (1 - alpha) * behind)[(slice(None), *PANE)]
    planes += np.random.default_rng(0).normal(0, noise, planes.shape)
    ground = np.ones((SIDE, SIDE), dtype=bool)
    ground[PANE] = False
    return to_ycc((planes - behind).astype(np.float32)), behind, ground


@pytest.mark.parametrize("alpha", [0.3, 0.5, 0.8])
@pytest.mark.parametrize("color", [(250, 250, 250), (90, 20, 160)])
def test_what_a_pane_lets_through_is_measured(alpha, color):
    found = through(*scene(alpha, color))
    middle = found.alpha[90:110, 90:110]
    assert np.abs(middle - alpha).max() < 0.1, f"alpha {middle.mean():.2f} for {alpha}"
    assert found.near[PANE].mean() > 0.9
    assert not found.solid.any()


def test_an_opaque_part_shows_nothing_of_the_backdrop():
    found = through(*scene(1.0, (70, 190, 110)))
    assert not found.near.any()
    assert found.solid[90:110, 90:110].all()
    assert found.other[90:110, 90:110].all()


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"slope": 0.0}, id="an even backdrop"),
        pytest.param({"slope": 0.0, "noise": 0.0}, id="an even backdrop without noise"),
        pytest.param({"shade": 30.0}, id="shading of its own"),
    ],
)
def test_nothing_is_said_where_nothing_can_be(more):
    found = through(*scene(0.5, (90, 20, 160), **more))
    assert not found.near.any()
    assert not found.solid.any()


def test_parts_of_one_colour_are_of_one_material():
    """A part too small to be measured by itself lets as much through as a large one of its colour."""
    apart, behind, ground = scene(0.5, (90, 20, 160))
    strip = (slice(60, 140), slice(170, 190))
    apart[(slice(None), *strip)] = apart[(slice(None), *PANE)].mean(axis=(1, 2), keepdims=True)
    ground[strip] = False
    found = through(apart, behind, ground)
    assert np.abs(found.alpha[95:105, 176:184] - 0.5).max() < 0.1


def test_a_picture_of_many_parts_is_measured_by_its_largest():
    apart, behind, ground = scene(0.5, (90, 20, 160))
    ground[:] = False
    apart[:] = 40 * (np.indices((SIDE, SIDE)).sum(axis=0) // 3 % 2)
    found = through(apart, behind, ground)
    assert not found.near.any()


def test_what_is_declared_opaque_is_not_measured():
    none = nothing_through(np.ones((4, 5), dtype=bool))
    assert not any(of.any() for of in (none.near, none.solid, none.other, none.alpha))
