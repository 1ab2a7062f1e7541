from __future__ import annotations

import numpy as np
import pytest

from pipeline.picture.sets.masks import ROUNDING, SQUIRCLE, mask

OVER = 32


def by_samples(shape: str, side: int) -> np.ndarray:
    """The share of 32 × 32 samples of every pixel that the formula of the shape holds, times 255."""
    way = np.abs((np.arange(side * OVER) + 0.5) / (side * OVER) * 2 - 1)
    if shape == "squircle":
        inside = way[:, None] ** SQUIRCLE + way[None] ** SQUIRCLE <= 1
    else:
        radius = 1 if shape == "circle" else 2 * ROUNDING
        corner = np.maximum(way - (1 - radius), 0)
        inside = corner[:, None] ** 2 + corner[None] ** 2 <= radius**2
    return inside.reshape(side, OVER, side, OVER).mean((1, 3)) * 255


@pytest.mark.parametrize("shape", ["circle", "rounded", "squircle"])
@pytest.mark.parametrize("side", [1, 2, 7, 16, 33, 64])
def test_edges_are_as_strong_as_the_area_inside(shape, side):
    found = np.asarray(mask(shape, side)).astype(float)
    assert found.shape == (side, side)
    difference = np.abs(found - by_samples(shape, side)).max()
    print(f"{shape} of {side} px: at most {difference:.1f} of 255 off")  # noqa: T201
    assert difference <= 11


@pytest.mark.parametrize("shape", ["circle", "rounded", "squircle"])
@pytest.mark.parametrize("side", [101, 824])
def test_shapes_are_the_same_from_every_side_and_touch_it(shape, side):
    found = np.asarray(mask(shape, side))
    assert (found == found[::-1]).all()
    assert (found == found[:, ::-1]).all()
    assert found[0].max() >= 200
    assert found[side // 2].min() == 255
    assert found[0, 0] == 0


def test_a_square_is_full():
    assert mask("square", 5).getextrema() == (255, 255)
