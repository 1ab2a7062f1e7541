from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.targets.brief import Brief
from pipeline.targets.in_app import widths

SIDES = st.integers(1, 8192)


@given(SIDES, st.none() | SIDES, st.sampled_from([(2, 3), (1.5, 2.0, 3.0, 4.0), ()]))
def test_nothing_is_wider_than_the_master_and_1x_is_always_there(side, width, scales):
    made = dict(widths(Brief("coin", size=(side, 7)), width, scales))
    assert 1 in made
    assert all(1 <= px <= side for px in made.values())
    assert all(abs(px - made[1] * scale) <= 0.5 for scale, px in made.items())


def test_scales_the_master_has_no_pixels_for_are_left_out():
    assert dict(widths(Brief("coin", size=(250, 250)), 100, (2, 3))) == {1: 100, 2: 200}
    assert dict(widths(Brief("coin", size=(300, 300)), 100, (2, 3))) == {1: 100, 2: 200, 3: 300}


def test_1x_is_a_third_of_the_master_unless_said_otherwise():
    assert dict(widths(Brief("coin", size=(1024, 9)), None, (2, 3))) == {1: 341, 2: 682, 3: 1023}


def test_odd_products_round_half_up():
    assert dict(widths(Brief("coin", size=(200, 9)), 25, (1.5,))) == {1: 25, 1.5: 38}


def test_a_master_smaller_than_1x_is_not_enlarged():
    assert dict(widths(Brief("coin", size=(40, 40)), 100, (2, 3))) == {1: 40}
