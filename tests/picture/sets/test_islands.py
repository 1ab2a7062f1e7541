from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy import ndimage

from pipeline.picture.sets.islands import grown, label

MASKS = arrays(bool, array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=12))


@given(MASKS, st.booleans())
def test_islands_are_those_that_scipy_finds(mask, diagonal):
    labels, count = label(mask, diagonal=diagonal)
    wanted, wanted_count = ndimage.label(mask, np.ones((3, 3)) if diagonal else None)
    assert count == wanted_count
    assert ((labels > 0) == mask).all()
    pairs = set(zip(labels[mask].tolist(), wanted[mask].tolist(), strict=True))
    assert len(pairs) == count  # one name of ours for one of theirs


@pytest.mark.parametrize("turned", [False, True])
def test_a_long_way_round_is_one_island(turned):
    snake = np.zeros((201, 200), bool)
    snake[::2] = True
    snake[1::4, -1] = snake[3::4, 0] = True
    assert label(snake.T if turned else snake, diagonal=False)[1] == 1


@given(MASKS, st.integers(0, 3))
def test_a_mask_grows_as_scipy_lets_it(mask, px):
    assert (grown(mask, px) == (ndimage.binary_dilation(mask, iterations=px) if px else mask)).all()
