from __future__ import annotations

import numpy as np
import pytest
from renders import BLACK, WHITE, alpha_error, icon, moved, other, paint, pair

from pipeline.errors import ProcessError
from pipeline.picture.cutout.difference import solve
from pipeline.picture.cutout.difference.renders import measurable

ICON = icon(128)
INSIDE = ICON[..., 3] == 255


def assert_alpha(found, true, most):
    error = alpha_error(found, true)
    assert error <= most, f"mean alpha error {error:.2f} of 1000, allowed {most}"


def test_clean_renders_give_alpha_and_colour_exactly():
    found, facts = solve(*pair(ICON, rough=0), threads=1)
    assert_alpha(found, ICON, 0.2)
    seen = ICON[..., 3] > 100
    apart = np.abs(found[seen][:, :3].astype(int) - ICON[seen][:, :3])
    assert (apart.mean(), apart.max()) <= (0.5, 8), (
        f"colours are {apart.mean():.2f}, {apart.max()} of 255 off"
    )
    assert facts.matches
    assert (facts.shift, facts.linear) == (pytest.approx((0, 0), abs=0.05), False)
    assert (facts.span, facts.backdrop) == (1.0, "#FFFFFF")


@pytest.mark.parametrize(
    ("changes", "most"),
    [
        pytest.param({"jpeg": 0}, 1.5, id="gradient and noise"),
        pytest.param({}, 4, id="and JPEG"),
        pytest.param({"jpeg": 75}, 6, id="and coarse JPEG"),
    ],
)
def test_renders_as_a_generator_paints_them(changes, most):
    found, facts = solve(*pair(ICON, **changes), threads=1)
    assert_alpha(found, ICON, most)
    assert facts.matches
    assert 0.001 < facts.noise < 0.02
    empty = ICON[..., 3] == 0
    haze = (found[empty][:, 3] >= 8).mean()
    assert haze < 0.05, f"{haze:.1%} of what is empty is not"


@pytest.mark.parametrize("move", [(1.4, -0.7), (-3.0, 2.0)])
def test_a_second_render_that_has_moved_is_laid_over_the_first(move):
    found, facts = solve(paint(ICON, WHITE, 1), paint(moved(ICON, *move), BLACK, 2), threads=1)
    assert facts.shift == pytest.approx(move, abs=0.1)
    assert facts.scale == pytest.approx((1, 1), abs=0.003)
    assert_alpha(found, ICON, 5)


def test_a_second_render_in_another_tone_is_brought_to_that_of_the_first():
    toned = paint(ICON, BLACK, 2, gain=0.97, offset=8)
    found, facts = solve(paint(ICON, WHITE, 1), toned, threads=1)
    assert facts.offset == pytest.approx((8, 8, 8), abs=6)
    assert_alpha(found, ICON, 5)
    as_painted = paint(ICON, WHITE, 1)
    assert (found[INSIDE][:, :3] == as_painted[INSIDE]).mean() > 0.9, "the first's own pixels are kept"


def test_a_subject_as_white_as_the_backdrop_has_no_tone_to_measure():
    ghost = np.dstack([np.full((128, 128, 3), 255, np.uint8), ICON[..., 3]])
    found, facts = solve(*pair(ghost, rough=0), threads=1)
    assert (facts.gain, facts.offset) == ((1, 1, 1), (0, 0, 0))
    assert_alpha(found, ghost, 0.5)


def test_renders_composited_in_linear_light_are_told_from_the_usual_ones():
    found, facts = solve(*pair(ICON, linear=True), threads=1)
    assert facts.linear
    assert facts.matches
    assert_alpha(found, ICON, 6)


def test_the_light_can_be_named():
    white, black = pair(ICON, rough=0)
    _, facts = solve(white, black, linear=True, threads=1)
    assert facts.linear
    assert not facts.matches


@pytest.mark.parametrize(
    "second",
    [
        pytest.param(other(128), id="another subject"),
        pytest.param(ICON[..., [2, 0, 1, 3]], id="other colours"),
        pytest.param(np.rot90(ICON), id="turned"),
    ],
)
def test_renders_that_do_not_show_one_subject_do_not_match(second):
    _, facts = solve(paint(ICON, WHITE, 1), paint(second, BLACK, 2), threads=1)
    assert not facts.matches
    assert facts.confidence < 0.2


@pytest.mark.parametrize("shape", [(140, 260), (300, 100)])
def test_pictures_of_any_shape_are_solved_tile_by_tile(shape):
    high, wide = shape
    canvas = np.zeros((high, wide, 4), np.uint8)
    canvas[high // 2 - 40 : high // 2 + 40, wide // 2 - 40 : wide // 2 + 40] = icon(80)
    found, facts = solve(*pair(canvas, jpeg=0), threads=1)
    assert facts.matches
    assert found.shape == canvas.shape
    assert_alpha(found, canvas, 2)


def test_however_many_threads_share_the_work_the_result_is_one():
    pictures = pair(icon(300), rough=0)
    assert (solve(*pictures, threads=1)[0] == solve(*pictures, threads=3)[0]).all()


def test_sizes_must_agree_and_be_measurable():
    white, black = pair(ICON)
    with pytest.raises(ProcessError, match="differ in size"):
        solve(white, black[:-1])
    with pytest.raises(ProcessError, match="300×20 px are too small or too narrow"):
        solve(np.zeros((20, 300, 3), np.uint8), np.zeros((20, 300, 3), np.uint8))
    assert measurable((4096, 4096))
    assert not measurable((4096, 300))
