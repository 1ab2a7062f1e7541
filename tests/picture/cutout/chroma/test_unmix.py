from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.picture.cutout.chroma.unmix import fit, gamut_share, to_rgb, to_ycc

COLOR = st.tuples(*[st.integers(0, 255)] * 3)


def column(color) -> np.ndarray:
    return np.array(color, np.float32)[:, None]


@given(COLOR)
def test_ycc_and_back_is_the_same_colour(color):
    assert np.abs(to_rgb(to_ycc(column(color))) - column(color)).max() < 0.1


def test_grey_has_no_chroma():
    assert np.abs(to_ycc(column((90, 90, 90))) - column((90, 0, 0))).max() < 0.01


@pytest.mark.parametrize("alpha", [0.0, 0.25, 0.5, 1.0])
def test_a_mixed_pixel_lies_on_its_line_at_its_alpha(alpha):
    foreground = column((80, -30, 60))
    found = fit(alpha * foreground, foreground)
    assert found.alpha[0] == pytest.approx(alpha, abs=1e-4)
    assert found.apart[0] < 1e-3


def test_luma_off_the_line_counts_for_more_than_chroma():
    foreground = column((80, -30, 60))
    luma, chroma = (fit(foreground / 2 + column(off), foreground) for off in ((9, 0, 0), (0, 9, 0)))
    assert luma.alpha[0] != pytest.approx(0.5, abs=0.02)
    assert chroma.alpha[0] == pytest.approx(0.5, abs=0.05)


def test_an_edge_seen_in_chroma_alone_is_steepened_and_one_in_luma_is_not():
    chroma, luma = column((0, -60, 80)), column((90, 0, 0))
    assert fit(0.7 * chroma, chroma, 1.0).alpha[0] > 0.78
    assert fit(0.7 * luma, luma, 1.0).alpha[0] == pytest.approx(0.7, abs=1e-3)


@given(COLOR, COLOR, st.floats(0.05, 1))
def test_no_less_alpha_than_the_gamut_allows_is_ever_true(backdrop, foreground, alpha):
    apart = alpha * (column(foreground) - column(backdrop))
    assert gamut_share(apart, column(backdrop))[0] <= alpha + 1e-5
