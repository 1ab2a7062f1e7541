"""The smallest circle around points."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Points = NDArray[np.float64]

Point = tuple[float, float]

_SLACK: Final = 1 + 1e-12  # of a radius: rounding


@dataclass(frozen=True, slots=True)
class Circle:
    """Centre and radius, in the units of the points."""

    x: float
    y: float
    radius: float

    def holds(self, point: Point) -> bool:
        """Whether the point is inside or on the rim."""
        return math.hypot(point[0] - self.x, point[1] - self.y) <= self.radius * _SLACK + 1e-9


def enclosing(points: Points) -> Circle:
    """The smallest circle that holds every point (N×2, x and y), of which there is at least one.

    That of a few of them, to which the farthest is added until there is none outside: the circle grows with
    every step, and a handful of steps does for thousands of points.
    """
    import numpy as np

    few: list[Point] = []
    circle = Circle(float(points[0, 0]), float(points[0, 1]), 0.0)
    while True:
        far = points[np.hypot(points[:, 0] - circle.x, points[:, 1] - circle.y).argmax()]
        point = (float(far[0]), float(far[1]))
        if circle.holds(point) or point in few:
            return circle
        few.append(point)
        circle = _around(few)


def _around(points: Sequence[Point]) -> Circle:
    """E. Welzl, Smallest enclosing disks (1991), as a loop."""
    circle = Circle(*points[0], 0.0)
    for number, point in enumerate(points):
        if not circle.holds(point):
            circle = _with_one(points[:number], point)
    return circle


def _with_one(points: Sequence[Point], rim: Point) -> Circle:
    circle = Circle(*rim, 0.0)
    for number, point in enumerate(points):
        if not circle.holds(point):
            circle = _with_two(points[:number], rim, point)
    return circle


def _with_two(points: Sequence[Point], one: Point, other: Point) -> Circle:
    circle = _across(one, other)
    for point in points:
        if not circle.holds(point):
            circle = _through(one, other, point)
    return circle


def _across(a: Point, b: Point) -> Circle:
    return Circle((a[0] + b[0]) / 2, (a[1] + b[1]) / 2, math.dist(a, b) / 2)


def _through(a: Point, b: Point, c: Point) -> Circle:
    """The circumscribed circle; of three in a row the one across the two farthest apart."""
    (bx, by), (cx, cy) = (b[0] - a[0], b[1] - a[1]), (c[0] - a[0], c[1] - a[1])
    twice = 2 * (bx * cy - by * cx)
    if not twice:
        return _across(*max(combinations((a, b, c), 2), key=lambda pair: math.dist(*pair)))
    x = (cy * (bx**2 + by**2) - by * (cx**2 + cy**2)) / twice
    y = (bx * (cx**2 + cy**2) - cx * (bx**2 + by**2)) / twice
    return Circle(a[0] + x, a[1] + y, math.hypot(x, y))
