"""Closed outlines as N×2 float arrays, in units where the subject fills -1..1, x to the right, y down."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Outline = NDArray[np.float64]
Point = tuple[float, float]

STEPS = 96  # points of a full circle


def ellipse(
    x: float, y: float, rx: float, ry: float | None = None, start: float = 0, end: float = 360
) -> Outline:
    """An ellipse or, between two angles in degrees clockwise from the right, a slice of its rim."""
    count = max(8, round(STEPS * abs(end - start) / 360))
    angles = np.radians(np.linspace(start, end, count))
    return np.column_stack([x + rx * np.cos(angles), y + (rx if ry is None else ry) * np.sin(angles)])


def rounded(points: Sequence[Point] | Outline, radius: float | Sequence[float]) -> Outline:
    """A polygon with its corners rounded off by quadratic curves that start ``radius`` before each corner."""
    corners = np.asarray(points, dtype=float)
    radii = np.broadcast_to(np.asarray(radius, dtype=float), len(corners))
    parts = [
        _corner(corners[index - 1], corners[index], corners[(index + 1) % len(corners)], float(radii[index]))
        for index in range(len(corners))
    ]
    return np.concatenate(parts)


def box(x: float, y: float, width: float, height: float, radius: float) -> Outline:
    """A rounded rectangle around (x, y)."""
    w, h = width / 2, height / 2
    return rounded([(x - w, y - h), (x + w, y - h), (x + w, y + h), (x - w, y + h)], min(radius * 1.25, w, h))


def star(points: int, outer: float, inner: float, radius: float, x: float = 0, y: float = 0) -> Outline:
    """A star with one point up."""
    angles = np.radians(np.arange(points * 2) * 180 / points - 90)
    reach = np.where(np.arange(points * 2) % 2 == 0, outer, inner)
    return rounded(np.column_stack([x + reach * np.cos(angles), y + reach * np.sin(angles)]), radius)


def regular(
    sides: int, reach: float, radius: float, turn: float = -90, x: float = 0, y: float = 0
) -> Outline:
    """A regular polygon, its first corner at ``turn`` degrees."""
    angles = np.radians(np.arange(sides) * 360 / sides + turn)
    return rounded(np.column_stack([x + reach * np.cos(angles), y + reach * np.sin(angles)]), radius)


def cog(teeth: int, outer: float, root: float) -> Outline:
    """A gear wheel with rounded, tapering teeth."""
    step = 2 * math.pi / teeth
    corners = [
        (reach * math.cos(index * step + at * step), reach * math.sin(index * step + at * step))
        for index in range(teeth)
        for at, reach in ((-0.30, root), (-0.17, outer), (0.17, outer), (0.30, root))
    ]
    return rounded(corners, 0.06)


def scallop(waves: int, outer: float, depth: float) -> Outline:
    """A round rim with soft waves, like a rosette."""
    angles = np.linspace(0, 2 * math.pi, waves * 16, endpoint=False)
    reach = outer - depth * (0.5 - 0.5 * np.cos(angles * waves))
    return np.column_stack([reach * np.cos(angles), reach * np.sin(angles)])


def spline(points: Sequence[Point]) -> Outline:
    """A smooth closed curve through the points (Catmull-Rom)."""
    knots = np.asarray(points, dtype=float)
    before, after, beyond = np.roll(knots, 1, 0), np.roll(knots, -1, 0), np.roll(knots, -2, 0)
    t = np.linspace(0, 1, 14, endpoint=False)[None, :, None]
    p0, p1, p2, p3 = (part[:, None, :] for part in (before, knots, after, beyond))
    curve = 0.5 * (
        2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3
    )
    return np.asarray(curve.reshape(-1, 2))


def bezier(start: Point, *segments: tuple[Point, Point, Point]) -> Outline:
    """A path of cubic curves, each (control, control, end), closed by a straight line."""
    parts, at = [], np.asarray(start, dtype=float)
    t = np.linspace(0, 1, 24)[:, None]
    for segment in segments:
        one, two, end = (np.asarray(point, dtype=float) for point in segment)
        parts.append((1 - t) ** 3 * at + 3 * (1 - t) ** 2 * t * one + 3 * (1 - t) * t**2 * two + t**3 * end)
        at = end
    return np.concatenate(parts)


def mirrored(half: Outline) -> Outline:
    """A right half, drawn from top to bottom, joined with its mirror image."""
    return np.concatenate([half, half[::-1] * (-1, 1)])


def stroke(start: Point, end: Point, width: float) -> Outline:
    """A line with round ends."""
    one, two = np.array(start), np.array(end)
    length, turn = float(np.linalg.norm(two - one)), float(np.degrees(np.arctan2(*(two - one)[::-1])))
    x, y = (one + two) / 2
    return placed(box(0, 0, length + width, width, width / 2), x, y, turn=turn)


def placed(outline: Outline, x: float = 0, y: float = 0, scale: float = 1, turn: float = 0) -> Outline:
    """Scaled, turned clockwise by degrees, then moved."""
    angle = math.radians(turn)
    rotation = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    return np.asarray(outline * scale @ rotation + (x, y))


def _corner(before: Outline, corner: Outline, after: Outline, radius: float) -> Outline:
    arms = [before - corner, after - corner]
    reach = [
        min(radius, float(np.linalg.norm(arm)) * 0.5) / max(float(np.linalg.norm(arm)), 1e-9) for arm in arms
    ]
    start, end = corner + arms[0] * reach[0], corner + arms[1] * reach[1]
    t = np.linspace(0, 1, 10)[:, None]
    return np.asarray((1 - t) ** 2 * start + 2 * (1 - t) * t * corner + t**2 * end)
