"""Subjects with much backdrop in them: thin parts, many holes, glass."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from pipeline.sandbox.light import Layer
from pipeline.sandbox.outline import Outline, bezier, box, ellipse, mirrored, placed, rounded, spline, stroke
from pipeline.sandbox.paints import INK, STEEL, WHITE, Paints, deeper, lighter, make

SPOKES = 14


def snowflake(paints: Paints, emblem: str) -> list[Layer]:
    del emblem
    arm = [
        stroke((0, 0), (0, -0.92), 0.075),
        *(stroke((0, -at), (side * reach, -at - reach), 0.06) for at, reach in ((0.34, 0.24), (0.60, 0.20))
          for side in (-1, 1)),
        ellipse(0, -0.92, 0.07),
    ]  # fmt: skip
    arms = tuple(placed(part, turn=turn) for turn in range(0, 360, 60) for part in arm)
    ring = make((ellipse(0, 0, 0.27),), paints.second, holes=(ellipse(0, 0, 0.17),), bevel=0.05, cast=0.3)
    return [make(arms, paints.main, bevel=0.04, bounce=paints.second), ring]


def balloon(paints: Paints, emblem: str) -> list[Layer]:
    del emblem
    skin = spline([(0, -0.98), (0.42, -0.82), (0.56, -0.42), (0.34, 0.02), (0, 0.24), (-0.34, 0.02),
                   (-0.56, -0.42), (-0.42, -0.82)])  # fmt: skip
    height = np.linspace(0, 1, 24)
    string = np.column_stack([0.09 * np.sin(height * 9) * height, 0.26 + height * 0.72])
    gleam = spline([(-0.34, -0.50), (-0.28, -0.70), (-0.14, -0.80), (-0.18, -0.66), (-0.26, -0.50)])
    return [
        make(_line(string, 0.022), deeper(paints.second, 0.2), material="matte", bevel=0.01),
        make((skin,), paints.main, bevel=0.5, bounce=paints.second),
        make(
            (rounded([(0, 0.18), (0.10, 0.32), (-0.10, 0.32)], 0.03),), deeper(paints.main, 0.2), bevel=0.04
        ),
        make((gleam,), WHITE, material="glow", alpha=0.6, cast=0.0),
    ]


def glasses(paints: Paints, emblem: str) -> list[Layer]:
    del emblem
    lens = [placed(ellipse(0, 0, 0.36, 0.33), side * 0.47, 0.06) for side in (-1, 1)]
    rims = tuple(placed(ellipse(0, 0, 0.46, 0.43), side * 0.47, 0.06) for side in (-1, 1))
    arms = tuple(stroke((side * 0.88, -0.08), (side * 0.97, -0.44), 0.06) for side in (-1, 1))
    bridge = bezier(
        (-0.12, 0.0),
        ((-0.06, -0.14), (0.06, -0.14), (0.12, 0.0)),
        ((0.06, -0.05), (-0.06, -0.05), (-0.12, 0.0)),
    )
    return [
        make(arms, deeper(paints.second, 0.15), bevel=0.03),
        make(tuple(lens), lighter(paints.accent, 0.4), material="glass", alpha=0.30, bevel=0.10, cast=0.0),
        make((*rims, bridge), paints.main, holes=tuple(lens), bevel=0.05, cast=0.0, bounce=paints.second),
        make(tuple(stroke((x - 0.16, 0.10), (x + 0.02, -0.14), 0.05) for x in (-0.47, 0.47)), WHITE,
             material="glow", alpha=0.55, cast=0.0),
    ]  # fmt: skip


def bulb(paints: Paints, emblem: str) -> list[Layer]:
    del emblem
    skin = mirrored(
        bezier((0, -0.96), ((0.36, -0.96), (0.62, -0.70), (0.62, -0.34)),
               ((0.62, 0.04), (0.26, 0.16), (0.24, 0.44)), ((0.2, 0.46), (0.1, 0.46), (0, 0.46)))
    )  # fmt: skip
    wire = np.array(
        [
            (-0.12, 0.44),
            (-0.20, -0.20),
            (-0.10, -0.34),
            (0, -0.20),
            (0.10, -0.34),
            (0.20, -0.20),
            (0.12, 0.44),
        ]
    )
    gleam = spline([(-0.42, -0.30), (-0.36, -0.60), (-0.16, -0.78), (-0.24, -0.56), (-0.32, -0.30)])
    threads = [box(0, 0.54 + step * 0.13, 0.50 - step * 0.05, 0.11, 0.05) for step in range(3)]
    return [
        make(_line(wire, 0.03), paints.accent, material="metal", bevel=0.02),
        make((skin,), lighter(paints.main, 0.35), material="glass", alpha=0.34, bevel=0.26, cast=0.0),
        make((gleam,), WHITE, material="glow", alpha=0.7, cast=0.0),
        *(make((thread,), STEEL, material="metal", bevel=0.05) for thread in threads),
        make((ellipse(0, 0.90, 0.12, 0.07),), INK, bevel=0.05),
    ]  # fmt: skip


def bicycle(paints: Paints, emblem: str) -> list[Layer]:
    del emblem
    hubs = ((-0.52, 0.30), (0.52, 0.30))
    seat, head, crank = (-0.20, -0.26), (0.34, -0.30), (-0.04, 0.30)
    tubes = (
        (hubs[0], seat),
        (seat, head),
        (crank, head),
        (seat, crank),
        (hubs[0], crank),
        (hubs[1], (0.30, -0.48)),
    )
    bars = (stroke((0.30, -0.48), (0.46, -0.54), 0.05), stroke((seat[0], seat[1]), (-0.24, -0.42), 0.05))
    return [
        *(layer for hub in hubs for layer in _wheel(paints, *hub)),
        make(tuple(stroke(*tube, 0.07) for tube in tubes), paints.main, bevel=0.035, bounce=paints.second),
        make(bars, STEEL, material="metal", bevel=0.03),
        make((box(-0.26, -0.45, 0.34, 0.09, 0.04),), INK, bevel=0.04),
        make((ellipse(*crank, 0.11),), paints.accent, holes=(ellipse(*crank, 0.05),), bevel=0.04),
    ]  # fmt: skip


def _wheel(paints: Paints, x: float, y: float) -> list[Layer]:
    angles = np.linspace(0, 2 * np.pi, SPOKES, endpoint=False)
    spokes = tuple(stroke((x, y), (x + 0.40 * np.cos(at), y + 0.40 * np.sin(at)), 0.014) for at in angles)
    return [
        make(spokes, STEEL, material="matte", bevel=0.01, cast=0.0),
        make((ellipse(x, y, 0.45),), INK, holes=(ellipse(x, y, 0.385),), bevel=0.04),
        make((ellipse(x, y, 0.06),), paints.second, bevel=0.05),
    ]


def _line(points: Outline, width: float) -> tuple[Outline, ...]:
    """A curve as strokes from point to point."""
    corners = [(float(x), float(y)) for x, y in points]
    return tuple(stroke(one, two, width) for one, two in pairwise(corners))
