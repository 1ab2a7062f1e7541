from __future__ import annotations

import time

import numpy as np
import pytest
from painted import GREEN, GREY, WHITE, card, checkerboard, clutter, over, painted, ring

from pipeline.picture.cutout.method import Found
from pipeline.picture.cutout.quality import Quality, measure


def found(pixels, method="key", confidence=0.9) -> Found:
    return Found(pixels, method, confidence)


def test_a_right_cut_out_has_its_holes_no_fringe_and_no_warning():
    quality, warnings = measure(painted(ring(), GREEN), found(ring()))
    assert warnings == ()
    assert (quality.confidence, quality.holes) == (0.9, 1)
    assert quality.fringe < 0.02, f"the truth has a fringe of {quality.fringe:.3f}"
    assert quality.backdrop.startswith("#")


@pytest.mark.parametrize("color", [GREEN, GREY])
@pytest.mark.parametrize("px", [192, 1500])
def test_mixed_pixels_kept_as_they_are_are_a_fringe(px, color):
    truth = ring(px)
    picture = painted(truth, color)
    mixed = np.dstack([picture, truth[..., 3]])
    wide = mixed.copy()
    wide[..., 3] = np.maximum.reduce(
        [np.roll(truth[..., 3], by, axis) for by in (-1, 0, 1) for axis in (0, 1)]
    )
    fringes = [measure(picture, found(cut))[0].fringe for cut in (truth, mixed, wide)]
    assert fringes[0] < 0.05 < fringes[1] < fringes[2], fringes
    assert fringes[2] > 0.12


def test_the_fringe_is_the_share_of_the_backdrop_left():
    truth = ring(256, inner=0, color=(200, 40, 40))
    picture = over(truth, (0, 0, 255))
    for share in (0.2, 0.5):
        cut = truth.copy()
        rim = np.hypot(*(np.mgrid[0:256, 0:256] + 0.5 - 128)) > 0.38 * 256 - 6
        cut[rim, :3] = truth[rim, :3] * (1 - share) + np.array((0, 0, 255)) * share
        fringe = measure(picture, found(cut))[0].fringe
        assert abs(fringe - share) < 0.06, f"{fringe:.3f} measured, {share} painted"


def test_without_a_flat_backdrop_there_is_no_fringe_to_measure():
    quality, warnings = measure(over(ring(), clutter()), found(ring()))
    assert (quality.fringe, quality.backdrop) == (0.0, "")
    assert warnings == ("the backdrop is not flat: holes and thin parts may be lost",)


def test_lines_without_an_inside_say_nothing():
    line = np.zeros((128, 128, 4), np.uint8)
    line[64:66, 20:100] = (200, 0, 0, 255)
    assert measure(over(line, GREEN), found(line))[0].fringe == 0


def test_a_subject_like_its_backdrop_has_no_fringe_that_could_be_told():
    truth = ring()
    truth[..., :3] = 180
    assert measure(over(truth, GREY), found(truth))[0].fringe == 0


def test_a_painted_checkerboard_is_recognised_whichever_method_worked():
    for method in ("rembg:u2netp", "key"):
        quality, warnings = measure(over(ring(), checkerboard()), found(ring(), method))
        assert warnings == ("the backdrop is a painted checkerboard, not transparency",)
        assert quality.backdrop == ""


def test_a_subject_that_touches_the_border_is_said_and_is_not_the_backdrops_fault():
    truth = ring(inner=0)[:150]
    _, warnings = measure(painted(truth, GREEN), found(truth))
    assert warnings == (f"the subject touches the border ({100 * touched(truth):.0f}% of it)",)


def touched(truth: np.ndarray) -> float:
    alpha = truth[..., 3]
    return float((np.concatenate([alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]]) > 127).mean())


def test_something_on_the_backdrop_that_was_cut_away_is_said():
    picture = painted(ring(inner=0, outer=0.3), GREEN).copy()
    picture[:, :14] = (240, 230, 220)
    _, warnings = measure(picture, found(ring(inner=0, outer=0.3)))
    (warning,) = warnings
    assert warning.startswith("the backdrop is not flat: ")
    assert warning.endswith("% of the border is something else")


def test_the_confidence_of_the_method_is_passed_on_without_words_of_our_own():
    quality, warnings = measure(painted(card(), WHITE), found(card(), confidence=0.41))
    assert (quality.confidence, warnings) == (0.41, ())


def test_real_alpha_has_holes_and_no_backdrop():
    assert measure(ring(), found(ring(), "native", 1.0)) == (Quality(1.0, 1, 0.0), ())


def test_it_does_not_touch_what_it_measures():
    picture, cut = painted(ring(), GREEN), ring()
    before = picture.copy(), cut.copy()
    measure(picture, found(cut))
    assert (picture == before[0]).all()
    assert (cut == before[1]).all()


def test_a_picture_with_alpha_of_its_own_is_measured_on_what_it_shows():
    pixels = np.dstack([painted(ring(), GREEN), np.full(ring().shape[:2], 255, np.uint8)])
    assert measure(pixels, found(ring())) == measure(pixels[..., :3], found(ring()))


def test_it_is_fast_enough_for_every_picture():
    truth = ring(1024)
    picture = over(truth, GREEN)
    spent = []
    for _ in range(3):
        start = time.process_time()
        measure(picture, found(truth))
        spent.append(time.process_time() - start)
    assert min(spent) < 0.12, f"{min(spent) * 1000:.0f} ms of processor time at 1024²; about 30 are usual"
