from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from painted import GREEN, GREY, MAGENTA, WHITE, checkerboard, clutter, over, painted, ring

from pipeline.picture.cutout.border import look

PASTEL = (200, 220, 255)


def off_by(named: str, color) -> int:
    """Levels between "#RRGGBB" and a colour, at most."""
    return max(abs(int(named[k : k + 2], 16) - level) for k, level in zip((1, 3, 5), color, strict=True))


@pytest.mark.parametrize(
    ("color", "kind"),
    [(GREEN, "chroma"), (MAGENTA, "chroma"), (WHITE, "neutral"), (GREY, "neutral"), (PASTEL, "neutral")],
)
def test_a_flat_backdrop_is_told_by_its_colour(color, kind):
    border = look(painted(ring(), color))
    assert border.kind == kind
    assert off_by(border.color, color) <= 4, f"{border.color} for {color}"


@pytest.mark.parametrize("seed", range(3))
def test_clutter_is_busy(seed):
    border = look(over(ring(), clutter(seed=seed)))
    assert (border.kind, border.color) == ("busy", "")


def test_noise_is_busy():
    noise = np.random.default_rng(0).integers(0, 256, (128, 128, 3), dtype=np.uint8)
    assert look(noise).kind == "busy"


def test_wide_stripes_are_busy_though_most_of_the_border_is_one_colour():
    stripes = np.full((192, 192, 3), 250, np.uint8)
    for start in range(10, 190, 40):
        stripes[:, start : start + 14] = (30, 200, 170)
    assert look(over(ring(), stripes)).kind == "busy"


def test_a_subject_that_touches_two_sides_leaves_the_backdrop_flat():
    subject = painted(ring(192, inner=0, outer=0.3), GREEN).copy()
    subject[80:110, :60] = subject[96, 80]
    subject[80:110, 130:] = subject[96, 80]
    border = look(subject)
    assert border.kind == "chroma"
    assert border.ground.fits < 0.95


def test_a_painted_checkerboard_is_no_backdrop_of_its_own():
    border = look(over(ring(), checkerboard()))
    assert (border.kind, border.color) == ("checkerboard", "")


@settings(max_examples=25, deadline=None)
@given(st.tuples(*[st.integers(5, 250)] * 3), st.integers(1, 80), st.integers(1, 80))
def test_any_picture_of_one_colour_is_flat_whatever_its_size(color, height, width):
    border = look(np.full((height, width, 3), color, np.uint8))
    assert border.surface is border.ground
    if min(height, width) >= 24:  # pixels enough to learn the backdrop from
        assert off_by(border.color, color) <= 2, f"{border.color} for {color}"
