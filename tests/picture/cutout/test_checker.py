from __future__ import annotations

import numpy as np
import pytest
from painted import WHITE, card, checkerboard, clutter, over, painted, ring

from pipeline.picture.cutout.checker import find


@pytest.mark.parametrize(("dark", "light"), [(204, 255), (225, 240), (60, 90)])
@pytest.mark.parametrize("size", [6, 12, 16])
def test_the_greys_and_the_size_of_its_squares_are_found(size, dark, light):
    found = find(painted_over(checkerboard(192, size, dark, light)))
    assert found is not None
    assert abs(found.size - size) <= 1
    assert abs(found.dark - dark) < 4
    assert abs(found.light - light) < 4


def painted_over(backdrop):
    noise = np.random.default_rng(3).normal(0, 1.5, backdrop.shape)
    return (over(ring(), backdrop) + noise).clip(0, 255).round().astype(np.uint8)


def test_a_subject_may_cover_one_side_and_no_more():
    picture = over(ring(), checkerboard())
    picture[-16:] = (200, 60, 90)
    assert find(picture) is not None
    picture[:, -16:] = (200, 60, 90)
    assert find(picture) is None


@pytest.mark.parametrize(
    "pixels",
    [
        painted(ring(), WHITE),
        over(card(), clutter()),
        np.repeat(np.where(np.arange(192) // 12 % 2, 204, 255)[None, :, None], 192, axis=0)
        .repeat(3, axis=2)
        .astype(np.uint8),  # stripes turn along two sides only
        over(ring(), checkerboard(dark=252, light=255)),  # a step that noise makes
        over(
            ring(), np.where(checkerboard() > 220, (255, 60, 60), (60, 60, 255))
        ),  # a flag is no transparency
        np.zeros((2, 2, 3), np.uint8),
    ],
    ids=["plain", "clutter", "stripes", "faint", "coloured", "tiny"],
)
def test_other_backdrops_are_none(pixels):
    assert find(pixels) is None


def test_three_greys_are_none():
    board = checkerboard().copy()
    y, x = np.mgrid[0:192, 0:192] // 12
    board[(x + y) % 4 == 0] = 128
    assert find(board) is None


def test_it_follows_the_picture_between_its_greys():
    picture = over(ring(), checkerboard())
    found = find(picture)
    behind = found.over(192, 192)
    board = checkerboard()[:8]
    assert np.abs(behind[:8] - board).max() < 1
    assert behind.min() >= found.dark
    assert behind.max() <= found.light
    assert found.over(96, 96).shape == (96, 96, 3)
