"""One subject all the way: painted, cut out, scored."""

from __future__ import annotations

import numpy as np
import pytest
from balls import RED
from known_alpha.contenders import ALONE, AUTO, cut, known
from known_alpha.measure import Plan, measure_one, renders, seconds_of
from pictures import u2netp

__all__ = ["u2netp"]

PLAN = Plan((ALONE, AUTO), ("white", "white-clean"))


@pytest.mark.usefixtures("u2netp")
def test_a_red_ball_on_white_is_found_by_all(ball):
    rows = measure_one(PLAN, ball, matting=False)
    assert [(row.method, row.backdrop, row.kind, row.name) for row in rows] == [
        (ALONE, "white", "plain", "ball"),
        (AUTO, "white", "plain", "ball"),
        (ALONE, "white-clean", "plain", "ball"),
        (AUTO, "white-clean", "plain", "ball"),
    ]
    assert all(row.score.iou > 0.9 and row.score.alpha < 20 and not row.failed for row in rows)
    assert [row.confidence for row in rows if row.method == ALONE] == [1, 1]  # rembg does not say


def test_a_method_that_gives_up_leaves_the_picture_whole(ball):
    pictures = renders(PLAN, ball, "white")
    result = cut("no-such-method", pictures)
    assert result.failed
    assert result.confidence == 0
    assert "no-such-method" in result.said
    assert (result.pixels[..., :3] == pictures[0]).all()
    assert (result.pixels[..., 3] == 255).all()


@pytest.mark.parametrize(("backdrop", "count"), [("pair", 2), ("pair-clean", 2), ("white", 1)])
def test_a_pair_is_two_renders_and_a_backdrop_one(ball, backdrop, count):
    assert len(renders(PLAN, ball, backdrop)) == count


def test_the_second_render_of_a_pair_is_on_black(ball):
    assert renders(PLAN, ball, "pair")[1][0].mean() < 12
    assert (renders(PLAN, ball, "pair-clean")[1][0] == 0).all()


def test_baselines_come_first_and_native_needs_no_cutting():
    assert known()[:3] == (ALONE, "rembg-matting", AUTO)
    assert set(known()[3:]) == {"rembg", "key", "difference"}


def test_the_median_leaves_a_slow_round_out(monkeypatch):
    seconds = iter([9.0, 0.2, 5.0, 0.3])  # the first is the warm one

    class Timed:
        def __init__(self):
            self.seconds = next(seconds)

    monkeypatch.setattr("known_alpha.measure.cut", lambda _method, _renders: Timed())
    assert seconds_of(AUTO, [(np.full((8, 8, 3), RED, np.uint8),)], rounds=3) == 0.3
