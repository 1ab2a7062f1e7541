"""Flat signs that coins, badges, shields, cups and tiles carry on their front."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.sandbox.light import Layer, Rgb
from pipeline.sandbox.outline import (
    Outline,
    bezier,
    box,
    cog,
    ellipse,
    mirrored,
    placed,
    rounded,
    spline,
    star,
)
from pipeline.sandbox.paints import Paints, make

HEART = mirrored(
    bezier(
        (0, -0.50),
        ((0.14, -0.86), (0.50, -0.92), (0.74, -0.76)),
        ((1.06, -0.52), (1.04, -0.10), (0.80, 0.20)),
        ((0.58, 0.48), (0.28, 0.70), (0, 0.94)),
    )
)


Sign = tuple[tuple[Outline, ...], tuple[Outline, ...]]


def _plane_sign() -> Sign:
    wing = rounded([(0.98, -0.86), (-0.98, -0.12), (-0.30, 0.16)], 0.05)
    return (wing, rounded([(0.98, -0.86), (0.30, 0.92), (-0.12, 0.32)], 0.05)), ()


def _rocket_sign() -> Sign:
    body = mirrored(
        bezier((0, -1.0), ((0.40, -0.60), (0.44, 0.0), (0.26, 0.56)), ((0.2, 0.6), (0.1, 0.6), (0, 0.6)))
    )
    fins = [spline([(0.26, 0.05), (0.62, 0.36), (0.62, 0.80), (0.28, 0.56)]) * (side, 1) for side in (-1, 1)]
    shapes = (body, *fins, rounded([(-0.13, 0.68), (0.13, 0.68), (0, 1.0)], 0.04))
    turned = tuple(placed(shape, turn=32) for shape in shapes)
    return turned, (placed(ellipse(0, -0.16, 0.17), turn=32),)


def _bolt_sign() -> Sign:
    return (
        rounded([(0.24, -1), (-0.66, 0.16), (-0.08, 0.16), (-0.26, 1), (0.68, -0.24), (0.1, -0.24)], 0.08),
    ), ()


def _crown_sign() -> Sign:
    points = [
        (-0.95, -0.6),
        (-0.45, -0.05),
        (0, -0.8),
        (0.45, -0.05),
        (0.95, -0.6),
        (0.76, 0.6),
        (-0.76, 0.6),
    ]
    return (rounded(points, 0.1), box(0, 0.82, 1.5, 0.2, 0.08)), ()


def _chat_sign() -> Sign:
    body = (box(0, -0.16, 1.8, 1.3, 0.5), rounded([(-0.55, 0.3), (0.05, 0.4), (-0.6, 0.95)], 0.08))
    return body, tuple(ellipse(x, -0.16, 0.13) for x in (-0.45, 0, 0.45))


def _leaf_sign() -> Sign:
    blade = bezier(
        (0, 1.0), ((-0.85, 0.55), (-0.85, -0.4), (0, -1.0)), ((0.85, -0.4), (0.85, 0.55), (0, 1.0))
    )
    return (placed(blade, turn=30),), (placed(box(0, 0.3, 0.07, 1.2, 0.03), turn=30),)


def _lock_sign() -> Sign:
    hoop = ellipse(0, -0.34, 0.5)
    return (hoop, box(0, 0.36, 1.4, 1.1, 0.22)), (ellipse(0, -0.34, 0.28, 0.3), ellipse(0, 0.34, 0.16))


def _chart_sign() -> Sign:
    return tuple(box(-0.6 + at * 0.6, 0.9 - h / 2, 0.42, h, 0.14) for at, h in enumerate((0.8, 1.3, 1.8))), ()


def _gear_sign() -> Sign:
    return (cog(8, 1.0, 0.74),), (ellipse(0, 0, 0.34),)


SIGNS: dict[str, Callable[[], Sign]] = {
    "star": lambda: ((star(5, 1.05, 0.52, 0.14, 0, 0.06),), ()),
    "heart": lambda: ((HEART,), ()),
    "bolt": _bolt_sign, "crown": _crown_sign, "leaf": _leaf_sign, "plane": _plane_sign,
    "rocket": _rocket_sign, "chat": _chat_sign, "lock": _lock_sign, "shield": _lock_sign,
    "chart": _chart_sign, "gear": _gear_sign,
    "gem": lambda: ((rounded([(-0.55, -0.75), (0.55, -0.75), (1, -0.2), (0, 0.95), (-1, -0.2)], 0.08),), ()),
    "ring": lambda: ((ellipse(0, 0, 0.9),), (ellipse(0, 0, 0.5),)),
}  # fmt: skip


def mark(emblem: str, colour: Rgb, paints: Paints, *, at: tuple[float, float]) -> list[Layer]:
    """An emblem as one raised shape; "" is none, and subjects that make no simple sign become a star."""
    if not emblem:
        return []
    shapes, holes = SIGNS.get(emblem, SIGNS["star"])()
    return [
        make(
            tuple(placed(shape, 0, *at) for shape in shapes), colour,
            holes=tuple(placed(hole, 0, *at) for hole in holes),
            bevel=0.06, cast=0.45, bounce=paints.main,
        )
    ]  # fmt: skip
