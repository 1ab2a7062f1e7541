"""Where a drawing goes: from a look, what is known of the drawing and a canvas to one scaling step.

What is seen of a drawing always ends on whole pixels: straight edges stay sharp at 16 px, and nothing leaks
out of the box. The price is a stretch of less than half a pixel.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from pipeline.picture.sets.art import Box
from pipeline.picture.sets.circle import Circle
from pipeline.targets.output import Look

Size = tuple[int, int]
Bounds = tuple[float, float, float, float]

EYE: Final = 0.5  # of the way from the middle of the box to that of the circle, as room allows
MOST_SHIFT: Final = 0.06  # of the canvas' side: more looks like a mistake
SOFT_EDGE: Final = 0.5  # px that scaling adds around a drawing


@dataclass(frozen=True, slots=True)
class Shape:
    """What a drawing measures, in its own px."""

    size: Size
    box: Box
    circle: Circle
    is_opaque: bool = False


@dataclass(frozen=True, slots=True)
class Placement:
    """``source`` (left, top, right, bottom in px of the drawing, fractions allowed) becomes ``target``.

    What is seen of it has to end within ``seen``, on the canvas too; the rest of the target is fainter.
    """

    source: Bounds
    target: Box
    seen: Box


def place(shape: Shape, look: Look, canvas: Size) -> Placement:
    """Where the drawing goes on a canvas of width × height px; the target lies within the canvas."""
    if look.fit == "cover":
        return _cover(shape, canvas, 1.0)
    if look.fit == "whole":
        return _whole(shape, canvas, look.share)
    if shape.is_opaque:
        return _cover(shape, canvas, look.bleed)
    return _circle(shape, canvas, look.share) if look.fit == "circle" else _box(shape, canvas, look.share)


def _cover(shape: Shape, canvas: Size, share: float) -> Placement:
    """A centred box of ``share`` of both sides, full to its edges; what sticks out is cut off evenly."""
    width, height = (max(1, round(side * share)) for side in canvas)
    scale = max(width / shape.size[0], height / shape.size[1])
    left = max(0.0, (shape.size[0] - width / scale) / 2)
    top = max(0.0, (shape.size[1] - height / scale) / 2)
    source = (left, top, shape.size[0] - left, shape.size[1] - top)
    target = _middle((width, height), canvas)
    return Placement(source, target, target)


def _whole(shape: Shape, canvas: Size, share: float) -> Placement:
    scale = min(canvas[0] * share / shape.size[0], canvas[1] * share / shape.size[1])
    width, height = (max(1, min(round(shape.size[i] * scale), canvas[i])) for i in (0, 1))
    target = _middle((width, height), canvas)
    return Placement((0, 0, *shape.size), target, target)


def _box(shape: Shape, canvas: Size, share: float) -> Placement:
    """As large as the box allows; on the other axis moved towards the balance of its outline."""
    box, circle = shape.box, shape.circle
    room = [max(1, math.floor(side * share + 1e-9)) for side in canvas]
    scale = min(room[0] / box.width, room[1] / box.height)
    width = max(1, min(round(box.width * scale), room[0]))
    height = max(1, min(round(box.height * scale), room[1]))
    left = _along(canvas[0], room[0], width, (circle.x - (box.left + box.right) / 2) * scale)
    top = _along(canvas[1], room[1], height, (circle.y - (box.top + box.bottom) / 2) * scale)
    return _with_faint(shape, canvas, Box(left, top, left + width, top + height))


def _along(canvas: int, room: int, size: int, lean: float) -> int:
    """The offset on one axis: in the middle, moved against the ``lean`` within the room there is."""
    most = min((room - size) / 2, MOST_SHIFT * canvas)
    start = (canvas - size) / 2 - max(-most, min(most, EYE * lean))
    least = math.ceil((canvas - room) / 2)
    return max(least, min(least + room - size, math.floor(start + 0.5), canvas - size))


def _circle(shape: Shape, canvas: Size, share: float) -> Placement:
    """The smallest circle around what is seen, in the middle: in no other place could it be as large."""
    box, circle = shape.box, shape.circle
    scale = max(share * min(canvas) - SOFT_EDGE, 0.5) / circle.radius
    left, right = _span(canvas[0], (box.left - circle.x) * scale, (box.right - circle.x) * scale)
    top, bottom = _span(canvas[1], (box.top - circle.y) * scale, (box.bottom - circle.y) * scale)
    return _with_faint(shape, canvas, Box(left, top, right, bottom))


def _span(side: int, before: float, after: float) -> tuple[int, int]:
    """Whole px from ``before`` to ``after`` the middle of a side: at least one of them, all on the canvas."""
    start = max(0, min(side - 1, math.floor(side / 2 + before + 0.5)))
    return start, min(side, max(start + 1, math.floor(side / 2 + after + 0.5)))


def _with_faint(shape: Shape, canvas: Size, seen: Box) -> Placement:
    """The seen part on ``seen``, and of the faint rest around it what canvas and drawing have room for."""
    box = shape.box
    left, right, from_x, to_x = _grown(
        (box.left, box.right, shape.size[0]), (seen.left, seen.right, canvas[0])
    )
    top, bottom, from_y, to_y = _grown(
        (box.top, box.bottom, shape.size[1]), (seen.top, seen.bottom, canvas[1])
    )
    return Placement((from_x, from_y, to_x, to_y), Box(left, top, right, bottom), seen)


def _grown(source: tuple[int, int, int], target: tuple[int, int, int]) -> tuple[int, int, float, float]:
    """One axis (start, end, side of both), grown by whole px of the target: where both start and end."""
    per = (source[1] - source[0]) / (target[1] - target[0])  # px of the drawing for one of the canvas
    before = min(target[0], math.floor(source[0] / per))
    after = min(target[2] - target[1], math.floor((source[2] - source[1]) / per))
    start, end = source[0] - before * per, source[1] + after * per
    return target[0] - before, target[1] + after, max(0.0, start), min(float(source[2]), end)


def _middle(size: Size, canvas: Size) -> Box:
    left, top = (canvas[0] - size[0]) // 2, (canvas[1] - size[1]) // 2
    return Box(left, top, left + size[0], top + size[1])
