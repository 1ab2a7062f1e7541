from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from painted import card, over, ring

from pipeline.picture.cutout import alpha


def test_an_opaque_picture_with_an_alpha_channel_is_not_clear():
    assert not alpha.is_clear(np.full((40, 40, 4), 255, np.uint8))
    assert not alpha.is_clear(np.zeros((40, 40, 3), np.uint8))
    assert alpha.is_clear(ring(64))


def test_a_few_clear_corners_are_not_what_alpha_is_meant_by():
    picture = np.full((100, 100, 4), 255, np.uint8)
    picture[:5, :5, 3] = 0
    assert not alpha.is_clear(picture)
    assert alpha.is_clear(picture, alpha.SOME)


def test_what_is_hidden_takes_the_colour_around_it():
    picture = np.dstack([over(ring(64), (0, 177, 64)), np.full((64, 64), 255, np.uint8)])
    picture[:6, :6] = (255, 0, 0, 0)
    seen = alpha.opaque(picture)
    assert seen.shape == (64, 64, 3)
    assert (seen[:6, :6] == (0, 177, 64)).all()
    assert (seen[30] == picture[30, :, :3]).all()


def test_a_picture_of_which_nothing_shows_is_white():
    assert (alpha.opaque(np.zeros((8, 8, 4), np.uint8)) == 255).all()


def test_a_subject_that_is_clear_all_round_has_no_backdrop():
    assert not alpha.is_framed(ring(64))
    assert alpha.is_framed(np.full((8, 8, 4), 255, np.uint8))
    assert alpha.is_framed(np.zeros((8, 8, 3), np.uint8))


@given(st.integers(0, 255), st.integers(0, 255))
def test_alpha_is_never_more_than_there_was(had, found):
    pixels, cut = np.full((2, 2, 4), had, np.uint8), np.full((2, 2, 4), found, np.uint8)
    assert (alpha.bounded(cut, pixels)[..., 3] <= min(had, found)).all()
    assert (cut == found).all()
    assert (alpha.bounded(cut, pixels[..., :3]) == found).all()


@pytest.mark.parametrize("px", [96, 192, 1200])
def test_a_hole_is_counted_and_the_outside_is_not(px):
    holes = alpha.enclosed(ring(px)[..., 3])
    assert len(holes) == 1
    assert abs(holes[0] - np.pi * 0.2**2) < 0.01, f"a share of {holes[0]:.4f}, not {np.pi * 0.04:.4f}"
    assert alpha.enclosed(card(px)[..., 3]) == ()


def test_specks_panes_and_bays_are_no_holes():
    shape = np.full((128, 128), 255, np.uint8)
    shape[20:22, 20:23] = 0  # a speck
    shape[40:60, 40:60] = 60  # a pane
    shape[80:100, :60] = 0  # a bay, open to the border
    assert alpha.enclosed(shape) == ()
    shape[80:100, 80:100] = 0
    assert alpha.enclosed(shape) == (400 / 128**2,)
