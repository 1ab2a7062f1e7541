"""The smallest circle around points."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

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


def enclosing(points: Sequence[Point]) -> Circle:
    """The smallest circle that holds every point, of which there is at least one.

    Of their convex hull, in expected linear time: E. Welzl, Smallest enclosing disks (1991), as a loop.
    """
    corners = hull(points)
    random.Random(len(corners)).shuffle(corners)  # the same points, the same order
    circle = Circle(*corners[0], 0.0)
    for number, corner in enumerate(corners):
        if not circle.holds(corner):
            circle = _with_one(corners[:number], corner)
    return circle


def hull(points: Sequence[Point]) -> list[Point]:
    """The convex hull, counter-clockwise: A. M. Andrew's monotone chain (1979)."""
    ordered = sorted(set(points))
    if len(ordered) <= 2:  # noqa: PLR2004 a point or a line
        return ordered
    return [*_chain(ordered)[:-1], *_chain(ordered[::-1])[:-1]]


def _chain(points: Sequence[Point]) -> list[Point]:
    chain: list[Point] = []
    for point in points:
        while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0:
            chain.pop()
        chain.append(point)
    return chain


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


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
