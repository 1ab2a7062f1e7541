"""Scores of cut-outs small enough to be scored by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from known_alpha.score import Score, Truth, average, distance, over, steepness, to_lab, to_linear, to_srgb


def square(px: int = 60, alpha: int = 255, color: tuple[int, int, int] = (200, 30, 40)) -> np.ndarray:
    """A square of one colour, a third of the picture wide and high, in its middle."""
    pixels = np.zeros((px, px, 4), np.uint8)
    pixels[px // 3 : 2 * px // 3, px // 3 : 2 * px // 3] = (*color, alpha)
    return pixels


def test_the_truth_itself_is_without_error():
    assert Truth(square()).score(square()) == Score(0, 0, 0, 1, 0, 0)


def test_a_lost_subject_counts_with_its_whole_area():
    score = Truth(square()).score(np.zeros((60, 60, 4), np.uint8))
    assert score.alpha == pytest.approx(1000 / 9)
    assert score.sad == pytest.approx(20 * 20 / 1000)
    assert score.iou == 0


def test_half_the_alpha_is_half_the_error():
    score = Truth(square()).score(square(alpha=51))
    assert score.alpha == pytest.approx(0.8 * 1000 / 9, rel=1e-5)


def test_iou_is_the_shared_area_over_all_of_it():
    found = square()
    found[20:40, 30:40] = 0
    assert Truth(square()).score(found).iou == pytest.approx(0.5)


def test_two_empty_pictures_agree():
    empty = np.zeros((60, 60, 4), np.uint8)
    assert Truth(empty).score(empty) == Score(0, 0, 0, 1, 0, 0)


def test_a_wrong_color_is_seen_at_the_edge_and_inside_but_not_in_alpha():
    white = Truth(square(color=(255, 255, 255)))
    score = white.score(square(color=(0, 0, 0)))
    assert (score.alpha, score.iou) == (0, 1)
    assert score.inner == pytest.approx(100, abs=0.1)  # black to white is the whole of L
    assert 0 < score.edge < 200


def test_what_is_far_from_the_outline_does_not_count_at_the_edge():
    found = square()
    found[29:31, 29:31, :3] = 0  # 9 px inside
    score = Truth(square()).score(found)
    assert score.edge == 0
    assert score.inner > 0


def test_hidden_colors_do_not_count():
    found = square()
    found[found[..., 3] == 0] = (1, 2, 3, 0)
    assert Truth(square()).score(found) == Score(0, 0, 0, 1, 0, 0)


def test_distance_counts_city_blocks():
    mask = np.zeros((3, 4), bool)
    mask[0, 0] = True
    assert distance(mask).tolist() == [[0, 1, 2, 3], [1, 2, 3, 4], [2, 3, 4, 5]]
    assert (distance(np.zeros((3, 4), bool)) == 7).all()


def test_the_gradient_filter_has_unit_norm_and_sees_no_constant():
    point = np.zeros((21, 21), np.float32)
    point[10, 10] = 1
    # The two derivatives of a point are the two filters, each of unit norm.
    assert (steepness(point) ** 2).sum() == pytest.approx(2, rel=1e-5)
    assert steepness(np.ones((21, 21), np.float32)) == pytest.approx(0, abs=1e-5)


def test_the_gradient_error_of_a_point_is_what_its_filters_hold():
    nothing, found = np.zeros((2, 21, 21, 4), np.uint8)
    found[10, 10, 3] = 255
    assert Truth(nothing).score(found).gradient == pytest.approx(2 / 1000, rel=1e-5)


def test_a_blurred_edge_has_gradient_error_where_a_moved_grey_level_has_none():
    flat, paler = np.full((2, 30, 30, 4), 200, np.uint8)
    paler[..., 3] = 180
    assert Truth(flat).score(paler).gradient == pytest.approx(0, abs=1e-9)
    blurred = square()
    blurred[19, 20:40, 3] = 127
    assert Truth(square()).score(blurred).gradient > 0


@pytest.mark.parametrize(
    ("color", "expected"),
    [((255, 255, 255), (100, 0, 0)), ((0, 0, 0), (0, 0, 0)), ((255, 0, 0), (53.24, 80.09, 67.20))],
)
def test_lab_is_that_of_the_textbook(color, expected):
    assert to_lab(np.array([color], np.float32))[0] == pytest.approx(expected, abs=0.05)


def test_light_goes_there_and_back():
    every = np.arange(256, dtype=np.float32)
    assert to_srgb(to_linear(every)) == pytest.approx(every, abs=0.01)


def test_over_mixes_by_alpha():
    assert over(np.array([[100, 0, 200, 51]], np.uint8), np.full(3, 50, np.float32))[0] == pytest.approx(
        (60, 40, 80)
    )


def test_an_average_is_taken_of_each_figure():
    assert average([Score(1, 2, 3, 1, 5, 6), Score(3, 4, 5, 0, 7, 8)]) == Score(2, 3, 4, 0.5, 6, 7)
    assert math.isnan(average([]).alpha)
