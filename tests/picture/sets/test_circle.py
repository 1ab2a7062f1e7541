from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.picture.sets.circle import Circle, enclosing

POINTS = st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=1, max_size=8)


def around(*points: tuple[float, float]) -> Circle:
    return enclosing(np.array(points, np.float64))


def by_trial(points: list[tuple[int, int]]) -> float:
    """The least radius of all circles across two points or through three that hold every point."""
    radii = [0.0] if len(set(points)) == 1 else []
    for a, b in combinations(set(points), 2):
        middle = Circle((a[0] + b[0]) / 2, (a[1] + b[1]) / 2, math.dist(a, b) / 2)
        radii += [middle.radius] * all(map(middle.holds, points))
    for a, b, c in combinations(set(points), 3):
        sides = math.dist(a, b), math.dist(b, c), math.dist(c, a)
        area = abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2
        if not area:
            continue
        found = around(a, b, c)
        radius = math.prod(sides) / (4 * area)
        if found.radius == pytest.approx(radius):
            radii += [radius] * all(map(found.holds, points))
    return min(radii)


@given(POINTS)
def test_the_circle_holds_all_and_none_is_smaller(points):
    found = around(*points)
    assert all(found.holds(point) for point in points)
    assert found.radius == pytest.approx(by_trial(points), abs=1e-9)


@pytest.mark.parametrize(
    ("points", "circle"),
    [
        ([(3, 4)], Circle(3, 4, 0)),
        ([(0, 0), (6, 8)], Circle(3, 4, 5)),
        ([(0, 0), (1, 0), (2, 0), (4, 0)], Circle(2, 0, 2)),
        ([(0, 0), (2, 0), (0, 2), (2, 2), (1, 1)], Circle(1, 1, math.sqrt(2))),
    ],
)
def test_points_whose_circle_is_known(points, circle):
    found = around(*points)
    assert (found.x, found.y, found.radius) == pytest.approx((circle.x, circle.y, circle.radius))


def test_of_a_disc_of_pixels_it_is_the_disc():
    y, x = np.mgrid[0:301, 0:301]
    inside = np.hypot(x - 150, y - 140) <= 120
    found = enclosing(np.argwhere(inside)[:, ::-1].astype(np.float64))
    assert (found.x, found.y, found.radius) == pytest.approx((150, 140, 120), abs=0.01)
