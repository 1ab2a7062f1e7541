from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.picture.cutout.chroma.spread import BLOCK, farther, nearby, spread, strongest

SIZES = st.tuples(st.integers(1, 70), st.integers(1, 70))


@settings(max_examples=40, deadline=None)
@given(SIZES, st.integers(0, 10**6), st.sampled_from([nearby, spread, farther]))
def test_one_known_pixel_is_carried_to_every_corner_of_any_shape(size, place, carry):
    known = np.zeros(size, dtype=bool)
    known.flat[place % known.size] = True
    planes = np.zeros((2, *size), np.float32)
    planes[:, known] = [[7.0], [-3.0]]
    found = carry(planes, known)
    assert found.shape == planes.shape
    assert np.abs(found - np.array([7.0, -3.0])[:, None, None]).max() < 1e-3


def test_each_side_takes_the_colour_next_to_it():
    known = np.zeros((40, 101), dtype=bool)
    known[:, 8:13] = known[:, 90:95] = True
    planes = np.broadcast_to(np.where(np.arange(101) < 50, 10.0, 50.0), (1, 40, 101)).astype(np.float32)
    found = spread(planes, known)[0]
    assert np.abs(found[:, 6:16] - 10).max() < 8
    assert np.abs(found[:, 87:97] - 50).max() < 8
    assert found[:, :30].mean() < 20
    assert found[:, 71:].mean() > 40


def test_known_pixels_keep_their_colour():
    random = np.random.default_rng(0)
    planes = random.random((3, 33, 47)).astype(np.float32)
    assert np.abs(spread(planes, np.ones((33, 47), dtype=bool)) - planes).max() < 1e-5


@pytest.mark.parametrize("shape", [(1, 1), (20, 45), (64, 64)])
def test_the_strongest_pixel_is_that_of_the_block_and_those_around(shape):
    strength = np.random.default_rng(1).random(shape).astype(np.float32)
    rows, columns = strongest(strength)
    for i in range(rows.shape[0]):
        for j in range(rows.shape[1]):
            top, left = max(0, (i - 1) * BLOCK), max(0, (j - 1) * BLOCK)
            around = strength[top : (i + 2) * BLOCK, left : (j + 2) * BLOCK]
            assert strength[rows[i, j], columns[i, j]] == around.max()
