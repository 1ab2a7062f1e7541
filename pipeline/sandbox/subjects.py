"""Things an icon set is made of, as layers in the brand's colours. One function a subject."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np

from pipeline.sandbox import fine
from pipeline.sandbox.light import Layer, Rgb, mixed
from pipeline.sandbox.outline import (
    bezier,
    box,
    cog,
    ellipse,
    mirrored,
    placed,
    regular,
    rounded,
    scallop,
    spline,
    star,
    stroke,
)
from pipeline.sandbox.paints import INK, PEARL, STEEL, WHITE, Paints, deeper, lighter, make, plate
from pipeline.sandbox.signs import HEART, mark


def coin(paints: Paints, emblem: str) -> list[Layer]:
    rim = paints.second
    return [
        *plate(ellipse(0, -0.06, 0.9), rim, paints, thick=0.16, material="metal", bevel=0.09),
        make((ellipse(0, -0.06, 0.73),), deeper(paints.main, 0.3), material="matte", bevel=0.03, cast=0.0),
        make((ellipse(0, -0.045, 0.70),), paints.main, bevel=0.06, cast=0.0, bounce=paints.second),
        *mark(emblem, lighter(paints.main, 0.55), paints, at=SIGN_PLACES["coin"]),
    ]


def badge(paints: Paints, emblem: str) -> list[Layer]:
    tail = rounded([(-0.19, 0.1), (0.19, 0.1), (0.19, 0.98), (0, 0.82), (-0.19, 0.98)], 0.03)
    tails = [placed(tail, side * 0.26, -0.02, turn=-side * 17) for side in (-1, 1)]
    return [
        *(make((shape,), paints.second, bevel=0.05, bounce=paints.main) for shape in tails),
        *plate(
            placed(scallop(14, 0.74, 0.09), 0, -0.22), paints.main, paints, thick=0.08, bevel=0.1, cast=0.45
        ),
        make((ellipse(0, -0.22, 0.52),), lighter(paints.main, 0.45), material="metal", bevel=0.07, cast=0.3),
        make(
            (ellipse(0, -0.21, 0.43),), deeper(paints.main, 0.12), bevel=0.05, cast=0.0, bounce=paints.second
        ),
        *mark(emblem, WHITE, paints, at=SIGN_PLACES["badge"]),
    ]


def shield(paints: Paints, emblem: str) -> list[Layer]:
    outer = mirrored(
        bezier(
            (0, -0.92),
            ((0.22, -0.76), (0.5, -0.70), (0.76, -0.70)),
            ((0.80, -0.70), (0.80, -0.66), (0.80, -0.62)),
            ((0.84, 0.1), (0.62, 0.62), (0, 0.93)),
        )
    )
    inner = placed(outer, 0, -0.005, 0.80)
    right = inner[inner[:, 0] >= 0]
    return [
        *plate(outer, paints.second, paints, thick=0.09, material="metal", bevel=0.1),
        make((inner,), paints.main, bevel=0.06, cast=0.25, bounce=paints.second),
        make((right,), deeper(paints.main, 0.3), material="matte", bevel=0.02, cast=0.0, alpha=0.55),
        *mark(emblem, WHITE, paints, at=SIGN_PLACES["shield"]),
    ]


def trophy(paints: Paints, emblem: str) -> list[Layer]:
    cup = mirrored(
        bezier(
            (0, -0.80), ((0.3, -0.80), (0.45, -0.80), (0.56, -0.80)), ((0.56, -0.1), (0.4, 0.22), (0, 0.28))
        )
    )
    stem = mirrored(
        bezier((0, 0.2), ((0.14, 0.2), (0.10, 0.42), (0.12, 0.5)), ((0.15, 0.6), (0.2, 0.6), (0, 0.62)))
    )
    handles = [
        make(
            (ellipse(side * 0.56, -0.47, 0.29, 0.30),),
            paints.main,
            holes=(ellipse(side * 0.56, -0.47, 0.17, 0.18),),
            material="metal",
            bevel=0.07,
            bounce=paints.second,
        )
        for side in (-1, 1)
    ]
    return [
        *handles,
        make((stem,), deeper(paints.main, 0.1), material="metal", bevel=0.1, bounce=paints.second),
        *plate(box(0, 0.78, 0.86, 0.22, 0.07), paints.second, paints, thick=0.06, bevel=0.06),
        make((box(0, 0.62, 0.52, 0.13, 0.05),), paints.main, material="metal", bevel=0.05),
        make((cup,), paints.main, material="metal", bevel=0.34, bounce=paints.second),
        make(
            (ellipse(0, -0.79, 0.585, 0.10),),
            lighter(paints.main, 0.35),
            material="metal",
            bevel=0.05,
            cast=0.3,
        ),
        make(
            (ellipse(0, -0.785, 0.50, 0.062),),
            deeper(paints.main, 0.5),
            material="matte",
            bevel=0.03,
            cast=0.0,
        ),
        *mark(emblem, lighter(paints.second, 0.5), paints, at=SIGN_PLACES["trophy"]),
    ]


def puffy_star(paints: Paints, emblem: str) -> list[Layer]:
    del emblem
    return [
        *plate(star(5, 0.98, 0.52, 0.30, 0, 0.04), paints.main, paints, thick=0.08, bevel=0.34),
        make(
            (placed(spline([(-0.30, -0.30), (-0.12, -0.52), (-0.05, -0.46), (-0.2, -0.24)]), 0.02, 0.02),),
            WHITE,
            material="glow",
            alpha=0.42,
            cast=0.0,
        ),
    ]


def gear(paints: Paints, emblem: str) -> list[Layer]:
    del emblem
    hole, wheel = ellipse(0, 0, 0.30), cog(9, 0.94, 0.72)
    return [
        *plate(wheel, paints.main, paints, thick=0.11, holes=(hole,), bevel=0.12),
        make(
            (ellipse(0, 0, 0.56),),
            paints.second,
            holes=(ellipse(0, 0, 0.31),),
            material="metal",
            bevel=0.1,
            bounce=paints.main,
        ),
    ]


def rocket(paints: Paints, emblem: str) -> list[Layer]:
    del emblem
    body = mirrored(
        bezier((0, -0.98), ((0.34, -0.66), (0.42, -0.1), (0.27, 0.46)), ((0.26, 0.5), (0.2, 0.52), (0, 0.52)))
    )
    nose = mirrored(
        bezier(
            (0, -0.98),
            ((0.17, -0.82), (0.255, -0.66), (0.305, -0.50)),
            ((0.2, -0.43), (0.1, -0.41), (0, -0.41)),
        )
    )
    fin = spline([(0.26, 0.02), (0.52, 0.26), (0.60, 0.62), (0.42, 0.54), (0.24, 0.42)])
    flame = [(0, 0.98), (-0.15, 0.72), (-0.19, 0.5), (0, 0.42), (0.19, 0.5), (0.15, 0.72)]
    layers = [
        make((spline(flame),), (1.0, 0.55, 0.16), bevel=0.12, bounce=(1.0, 0.8, 0.3)),
        make((placed(spline(flame), 0, 0.2, 0.58),), (1.0, 0.86, 0.36), material="glow", cast=0.0),
        *(make((fin * (side, 1),), paints.second, bevel=0.10, bounce=paints.main) for side in (-1, 1)),
        make((box(0, 0.51, 0.34, 0.13, 0.05),), INK, bevel=0.05),
        make((body,), PEARL, bevel=0.30, bounce=paints.second),
        make((nose,), paints.main, bevel=0.22, cast=0.15, bounce=paints.second),
        make((ellipse(0, -0.14, 0.19),), paints.main, material="metal", bevel=0.06),
        make((ellipse(0, -0.14, 0.125),), lighter(paints.accent, 0.25), bevel=0.12, cast=0.0),
        make((box(0, 0.36, 0.10, 0.34, 0.05),), paints.second, bevel=0.05),
    ]
    return _turned(layers, 32)


def bell(paints: Paints, emblem: str) -> list[Layer]:
    del emblem
    body = mirrored(
        bezier(
            (0, -0.70),
            ((0.36, -0.70), (0.52, -0.44), (0.53, -0.08)),
            ((0.54, 0.22), (0.60, 0.32), (0.72, 0.46)),
            ((0.78, 0.54), (0.72, 0.58), (0.64, 0.58)),
            ((0.4, 0.60), (0.2, 0.60), (0, 0.60)),
        )
    )
    layers = [
        make(
            (ellipse(0, -0.76, 0.17),),
            paints.second,
            holes=(ellipse(0, -0.76, 0.09),),
            material="metal",
            bevel=0.05,
        ),
        make((ellipse(0, 0.64, 0.20),), paints.second, bevel=0.18),
        make((body,), paints.main, bevel=0.38, bounce=paints.second),
        make(
            (box(0, 0.53, 1.42, 0.17, 0.085),), lighter(paints.main, 0.12), bevel=0.08, bounce=paints.second
        ),
    ]
    dot = make((ellipse(0.52, -0.52, 0.23),), paints.accent, bevel=0.22, cast=0.45)
    return [*_turned(layers, 10), dot]


def key(paints: Paints, emblem: str) -> list[Layer]:
    del emblem
    head = (
        ellipse(0, -0.52, 0.44),
        box(0, 0.25, 0.20, 1.2, 0.06),
        box(0.17, 0.46, 0.3, 0.14, 0.04),
        box(0.14, 0.72, 0.24, 0.14, 0.04),
    )
    layers = [
        make(head, deeper(paints.main, 0.35), holes=(ellipse(0, -0.56, 0.19),), depth=0.08, material="matte"),
        make(
            head,
            paints.main,
            holes=(ellipse(0, -0.56, 0.19),),
            material="metal",
            bevel=0.09,
            cast=0.0,
            bounce=paints.second,
        ),
        make((ellipse(0, -0.55, 0.31),), paints.second, holes=(ellipse(0, -0.56, 0.19),), bevel=0.06),
        make((box(0, -0.06, 0.34, 0.12, 0.06),), paints.second, bevel=0.05),
    ]
    return _turned(layers, 38)


def lock(paints: Paints, emblem: str) -> list[Layer]:
    del emblem
    shackle = (ellipse(0, -0.36, 0.46), box(0, -0.08, 0.92, 0.56, 0.02))
    inner = (ellipse(0, -0.36, 0.27), box(0, -0.02, 0.54, 0.68, 0.02))
    return [
        make(shackle, STEEL, holes=inner, material="metal", bevel=0.09, bounce=paints.second),
        *plate(box(0, 0.38, 1.36, 1.02, 0.24), paints.main, paints, thick=0.09, bevel=0.16, cast=0.4),
        make(
            (ellipse(0, 0.28, 0.15), rounded([(-0.07, 0.3), (0.07, 0.3), (0.11, 0.64), (-0.11, 0.64)], 0.03)),
            deeper(paints.second, 0.45),
            material="matte",
            bevel=0.04,
            cast=0.0,
        ),
    ]


def gem(paints: Paints, emblem: str) -> list[Layer]:
    del emblem
    top, girdle, tip = -0.62, -0.16, 0.86
    xs, ts = (-0.96, -0.40, 0.40, 0.96), (-0.58, 0.0, 0.58)
    corners = [
        ([(ts[0], top), (xs[0], girdle), (xs[1], girdle)], 0.25),
        ([(ts[0], top), (xs[1], girdle), (ts[1], top)], 0.55),
        ([(ts[1], top), (xs[1], girdle), (xs[2], girdle)], 0.12),
        ([(ts[1], top), (xs[2], girdle), (ts[2], top)], 0.40),
        ([(ts[2], top), (xs[2], girdle), (xs[3], girdle)], -0.18),
        ([(xs[0], girdle), (xs[1], girdle), (0, tip)], 0.05),
        ([(xs[1], girdle), (xs[2], girdle), (0, tip)], 0.32),
        ([(xs[2], girdle), (xs[3], girdle), (0, tip)], -0.38),
    ]
    whole = rounded([(ts[0], top), (ts[2], top), (xs[3], girdle), (0, tip), (xs[0], girdle)], 0.02)
    facets = [
        Layer((np.array(points) * 0.985,), *_facet(paints, tone), bevel=0.02, cast=0.0, bounce=paints.second)
        for points, tone in corners
    ]
    gleam = make((star(4, 0.26, 0.045, 0.01, 0.46, -0.50),), WHITE, material="glow", cast=0.0)
    return [make((whole,), lighter(paints.main, 0.6), bevel=0.03), *facets, gleam]


def ring(paints: Paints, emblem: str) -> list[Layer]:
    del emblem
    hole = ellipse(0, -0.04, 0.32)
    wave = [(0.86 + 0.05 * np.sin(at * 5 + 0.6)) for at in np.linspace(0, 2 * np.pi, 72, endpoint=False)]
    angles = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    icing = np.column_stack([np.cos(angles) * wave * 0.95, np.sin(angles) * wave * 0.95 - 0.05])
    sprinkles = [
        make(
            (
                placed(
                    box(0, 0, 0.16, 0.052, 0.026), 0.58 * np.cos(at), 0.58 * np.sin(at) - 0.05, turn=at * 131
                ),
            ),
            colour,
            bevel=0.03,
            cast=0.2,
        )
        for at, colour in zip(
            np.linspace(0.3, 6.2, 13), [WHITE, paints.second, paints.accent] * 5, strict=False
        )
    ]
    return [
        make((ellipse(0, 0, 0.93),), (0.90, 0.66, 0.40), holes=(ellipse(0, 0, 0.29),), bevel=0.30),
        make((icing,), paints.main, holes=(hole,), bevel=0.24, cast=0.3, bounce=paints.second),
        *sprinkles,
    ]


def cloud(paints: Paints, emblem: str) -> list[Layer]:
    del emblem
    puffs = (
        ellipse(-0.42, 0.22, 0.40),
        ellipse(0.02, -0.02, 0.52),
        ellipse(0.48, 0.24, 0.38),
        box(0.0, 0.38, 1.5, 0.48, 0.24),
    )
    return [
        make((ellipse(0.40, -0.36, 0.44),), paints.second, bevel=0.42, bounce=paints.accent),
        Layer(
            puffs,
            lighter(paints.main, 0.82),
            lighter(paints.main, 0.28),
            bevel=0.34,
            cast=0.4,
            bounce=paints.main,
        ),
    ]


def leaf(paints: Paints, emblem: str) -> list[Layer]:
    del emblem
    blade = bezier(
        (0, 0.92), ((-0.72, 0.62), (-0.86, -0.30), (0, -0.95)), ((0.86, -0.30), (0.72, 0.62), (0, 0.92))
    )
    half = blade[: len(blade) // 2]
    vein = rounded([(-0.012, -0.66), (0.012, -0.66), (0.035, 1.10), (-0.035, 1.10)], 0.01)
    ribs = tuple(
        placed(box(0.2, 0, 0.4, 0.032, 0.016), 0, 0.62 - step * 0.3, turn=-42 if side > 0 else -138)
        for step in range(4)
        for side in (-1, 1)
    )
    main = [
        make((blade,), paints.main, bevel=0.22, bounce=paints.second),
        make((half,), lighter(paints.main, 0.25), material="matte", bevel=0.1, cast=0.0, alpha=0.5),
        make((vein, *ribs), lighter(paints.main, 0.55), material="matte", bevel=0.02, cast=0.0, alpha=0.75),
    ]
    small = make((placed(blade, -0.42, 0.36, 0.62, -52),), paints.second, bevel=0.16, bounce=paints.main)
    return [small, *_turned(main, 24, 0.93)]


def chart(paints: Paints, emblem: str) -> list[Layer]:
    del emblem
    heights = (0.52, 0.82, 1.16, 1.56)
    colours = (lighter(paints.main, 0.35), paints.main, paints.second, deeper(paints.second, 0.1))
    bars = [
        layer
        for index, (height, colour) in enumerate(zip(heights, colours, strict=True))
        for layer in plate(
            box(-0.66 + index * 0.44, 0.82 - height / 2, 0.34, height, 0.10),
            colour,
            paints,
            thick=0.05,
            bevel=0.11,
        )
    ]
    line = [(-0.72, 0.02), (-0.26, -0.30), (0.06, -0.18), (0.42, -0.68)]
    strokes = tuple(stroke(one, two, 0.085) for one, two in pairwise(line))
    head = rounded([(0.60, -0.94), (0.56, -0.56), (0.26, -0.76)], 0.06)
    return [*bars, make((*strokes, head), paints.accent, bevel=0.045, cast=0.5, bounce=WHITE)]


def plane(paints: Paints, emblem: str) -> list[Layer]:
    del emblem
    nose, back, tail, keel = (0.95, -0.72), (-0.95, -0.10), (0.34, 0.78), (-0.10, 0.22)
    return [
        make(
            (rounded([nose, keel, (-0.20, 0.80), (-0.34, 0.16)], 0.02),),
            deeper(paints.second, 0.25),
            bevel=0.03,
        ),
        make(
            (
                rounded(
                    [
                        nose,
                        back,
                        (-0.34, 0.16),
                    ],
                    0.03,
                ),
            ),
            lighter(paints.main, 0.35),
            bevel=0.04,
            bounce=paints.second,
        ),
        make((rounded([nose, tail, keel], 0.03),), paints.main, bevel=0.04, cast=0.3, bounce=paints.second),
        make((rounded([nose, keel, (-0.20, 0.80)], 0.02),), deeper(paints.main, 0.4), bevel=0.03, cast=0.2),
    ]


def chat(paints: Paints, emblem: str) -> list[Layer]:
    del emblem
    back = (box(0.26, 0.20, 1.22, 0.92, 0.36), rounded([(0.40, 0.5), (0.82, 0.5), (0.80, 0.96)], 0.06))
    front = (box(-0.16, -0.22, 1.44, 1.08, 0.42), rounded([(-0.62, 0.1), (-0.12, 0.2), (-0.66, 0.66)], 0.07))
    dots = [
        make((ellipse(-0.56 + index * 0.40, -0.22, 0.115),), WHITE, bevel=0.11, cast=0.3)
        for index in range(3)
    ]
    return [
        make(back, paints.second, bevel=0.20, bounce=paints.accent),
        make(front, paints.main, bevel=0.24, cast=0.5, bounce=paints.second),
        *dots,
    ]


def gift(paints: Paints, emblem: str) -> list[Layer]:
    del emblem
    loops = [
        make(
            (placed(ellipse(0, 0, 0.36, 0.21), side * 0.32, -0.62, turn=side * 24),),
            paints.second,
            holes=(placed(ellipse(0, 0, 0.20, 0.085), side * 0.33, -0.62, turn=side * 24),),
            bevel=0.08,
        )
        for side in (-1, 1)
    ]
    return [
        *plate(box(0, 0.38, 1.42, 1.08, 0.12), paints.main, paints, thick=0.05, bevel=0.12),
        make((box(0, 0.38, 0.28, 1.08, 0.02),), paints.second, bevel=0.05, cast=0.2),
        *loops,
        make(
            (box(0, -0.26, 1.66, 0.40, 0.12),),
            lighter(paints.main, 0.12),
            bevel=0.12,
            cast=0.45,
            bounce=paints.second,
        ),
        make((box(0, -0.26, 0.30, 0.40, 0.03),), lighter(paints.second, 0.1), bevel=0.05, cast=0.15),
        make((box(0, -0.53, 0.24, 0.22, 0.09),), paints.second, bevel=0.09, cast=0.3),
    ]


def heart(paints: Paints, emblem: str) -> list[Layer]:
    del emblem
    return [
        *plate(placed(HEART, 0, 0, 0.96), paints.main, paints, thick=0.08, bevel=0.42),
        make(
            (
                spline(
                    [
                        (-0.64, -0.30),
                        (-0.52, -0.58),
                        (-0.30, -0.66),
                        (-0.34, -0.54),
                        (-0.50, -0.44),
                        (-0.57, -0.26),
                    ]
                ),
            ),
            WHITE,
            material="glow",
            alpha=0.5,
            cast=0.0,
        ),
    ]


def bolt(paints: Paints, emblem: str) -> list[Layer]:
    del emblem
    shape = rounded(
        [(0.22, -0.98), (-0.62, 0.14), (-0.10, 0.14), (-0.26, 0.98), (0.64, -0.24), (0.10, -0.24)], 0.10
    )
    return [*plate(shape, paints.main, paints, thick=0.10, bevel=0.13)]


def crown(paints: Paints, emblem: str) -> list[Layer]:
    del emblem
    shape = rounded(
        [(-0.92, -0.42), (-0.46, 0.02), (0, -0.70), (0.46, 0.02), (0.92, -0.42), (0.74, 0.62), (-0.74, 0.62)],
        0.06,
    )
    balls = [
        make((ellipse(x, y, 0.125),), paints.second, bevel=0.12, cast=0.3)
        for x, y in ((-0.92, -0.46), (0, -0.74), (0.92, -0.46))
    ]
    stones = [make((ellipse(x, 0.56, 0.085),), paints.accent, bevel=0.08, cast=0.3) for x in (-0.44, 0, 0.44)]
    return [
        *plate(shape, paints.main, paints, thick=0.08, material="metal", bevel=0.12),
        make(
            (box(0, 0.56, 1.54, 0.27, 0.10),),
            lighter(paints.main, 0.15),
            material="metal",
            bevel=0.09,
            cast=0.35,
        ),
        *balls,
        *stones,
    ]


def magnifier(paints: Paints, emblem: str) -> list[Layer]:
    del emblem
    layers = [
        make((box(0, 0.62, 0.25, 0.80, 0.12),), paints.second, bevel=0.11, bounce=paints.main),
        make((box(0, 0.24, 0.16, 0.22, 0.03),), STEEL, material="metal", bevel=0.06),
        Layer(
            (ellipse(0, -0.30, 0.50),),
            lighter(paints.accent, 0.75),
            lighter(paints.accent, 0.45),
            material="glass",
            alpha=0.62,
            bevel=0.24,
            cast=0.0,
        ),
        make(
            (ellipse(0, -0.30, 0.62),),
            paints.main,
            holes=(ellipse(0, -0.30, 0.45),),
            bevel=0.09,
            bounce=paints.second,
        ),
        make(
            (spline([(-0.30, -0.34), (-0.24, -0.54), (-0.06, -0.64), (-0.10, -0.55), (-0.20, -0.44)]),),
            WHITE,
            material="glow",
            alpha=0.75,
            cast=0.0,
        ),
    ]
    return _turned(layers, -42)


def camera(paints: Paints, emblem: str) -> list[Layer]:
    del emblem
    return [
        make((box(0.02, -0.54, 0.62, 0.34, 0.10),), deeper(paints.main, 0.15), bevel=0.10),
        make((box(-0.58, -0.50, 0.26, 0.18, 0.06),), paints.accent, bevel=0.06),
        *plate(box(0, 0.08, 1.80, 1.20, 0.26), paints.main, paints, thick=0.08, bevel=0.18),
        make((ellipse(0, 0.10, 0.50),), WHITE, bevel=0.10, cast=0.4, bounce=paints.second),
        make((ellipse(0, 0.10, 0.38),), INK, bevel=0.08, cast=0.0),
        make(
            (ellipse(0, 0.10, 0.29),), deeper(paints.second, 0.2), bevel=0.28, cast=0.0, bounce=paints.accent
        ),
        make((ellipse(-0.10, -0.01, 0.075),), WHITE, material="glow", alpha=0.85, cast=0.0),
        make((ellipse(0.64, -0.26, 0.095),), paints.second, bevel=0.09, cast=0.2),
    ]


def planet(paints: Paints, emblem: str) -> list[Layer]:
    del emblem
    ball, tilt = ellipse(0, 0, 0.62), -22
    orbit, gap = placed(ellipse(0, 0, 1.0, 0.30), turn=tilt), placed(ellipse(0, 0, 0.78, 0.19), turn=tilt)
    front = np.concatenate(
        [
            placed(ellipse(0, 0, 1.0, 0.30, 0, 180), turn=tilt),
            placed(ellipse(0, 0, 0.78, 0.19, 180, 0), turn=tilt),
        ]
    )
    return [
        make((orbit,), paints.second, holes=(gap,), bevel=0.05, bounce=paints.accent),
        make((ball,), paints.main, bevel=0.60, cast=0.2, bounce=paints.second),
        make(
            (ellipse(-0.20, 0.26, 0.13, 0.10), ellipse(0.24, -0.30, 0.10, 0.08), ellipse(-0.26, -0.26, 0.07)),
            deeper(paints.main, 0.25),
            material="matte",
            bevel=0.03,
            cast=0.0,
            alpha=0.5,
        ),
        make((front,), paints.second, bevel=0.05, cast=0.5, bounce=paints.accent),
        make((ellipse(0.66, -0.62, 0.15),), paints.accent, bevel=0.14),
    ]


def flame(paints: Paints, emblem: str) -> list[Layer]:
    del emblem
    outer = spline(
        [
            (0.02, -0.98),
            (0.30, -0.48),
            (0.62, -0.04),
            (0.56, 0.58),
            (0, 0.92),
            (-0.56, 0.60),
            (-0.60, 0.06),
            (-0.34, -0.24),
            (-0.26, -0.02),
            (-0.10, -0.40),
        ]
    )
    return [
        *plate(outer, paints.main, paints, thick=0.06, bevel=0.26),
        make((placed(outer, 0.02, 0.24, 0.66),), paints.second, bevel=0.22, cast=0.15),
        make((placed(outer, 0.02, 0.44, 0.38),), lighter(paints.accent, 0.45), bevel=0.14, cast=0.1),
    ]


def wallet(paints: Paints, emblem: str) -> list[Layer]:
    del emblem
    return [
        make((placed(box(0, 0, 1.28, 0.82, 0.12), 0.04, -0.36, turn=-9),), paints.accent, bevel=0.06),
        make((placed(box(0, 0, 1.28, 0.82, 0.12), -0.04, -0.26, turn=-3),), paints.second, bevel=0.06),
        *plate(box(0, 0.22, 1.78, 1.20, 0.22), paints.main, paints, thick=0.07, bevel=0.16, cast=0.45),
        make(
            (box(0, -0.24, 1.62, 0.035, 0.01),),
            lighter(paints.main, 0.4),
            material="matte",
            bevel=0.01,
            cast=0.0,
        ),
        make((box(0.64, 0.24, 0.62, 0.42, 0.20),), lighter(paints.main, 0.14), bevel=0.12, cast=0.45),
        make((ellipse(0.52, 0.24, 0.095),), paints.second, material="metal", bevel=0.06, cast=0.3),
    ]


def cube(paints: Paints, emblem: str) -> list[Layer]:
    del emblem
    x, y = 0.84, 0.47
    top, left = [(0, -0.95), (x, -y), (0, 0.0), (-x, -y)], [(-x, -y), (0, 0), (0, 0.97), (-x, 0.5)]
    right = [(x, -y), (x, 0.5), (0, 0.97), (0, 0)]
    band = [(0.30, -0.79), (0.46, -0.70), (-0.38, -0.22), (-0.54, -0.31)]
    drop = [(-0.54, -0.31), (-0.38, -0.22), (-0.38, 0.16), (-0.54, 0.07)]
    whole = regular(6, 0.97, 0.03, 30)
    return [
        make((whole,), paints.main, bevel=0.04),
        make((rounded(top, 0.05),), lighter(paints.main, 0.42), bevel=0.05, cast=0.0, bounce=paints.second),
        make((rounded(left, 0.05),), paints.main, bevel=0.05, cast=0.0, bounce=paints.second),
        make((rounded(right, 0.05),), deeper(paints.main, 0.32), bevel=0.05, cast=0.0, bounce=paints.second),
        make((np.array(band), np.array(drop)), paints.second, material="matte", bevel=0.02, cast=0.1),
    ]


def tile(paints: Paints, emblem: str) -> list[Layer]:
    angles = np.linspace(0, 2 * np.pi, 160, endpoint=False)
    cos, sin = np.cos(angles), np.sin(angles)
    squircle = np.column_stack([np.sign(cos) * np.abs(cos) ** 0.4, np.sign(sin) * np.abs(sin) ** 0.4]) * 0.9
    return [
        make((squircle,), deeper(paints.second, 0.4), depth=0.07, material="matte"),
        Layer(
            (squircle,),
            lighter(paints.main, 0.08),
            deeper(paints.second, 0.02),
            bevel=0.10,
            cast=0.0,
            bounce=paints.second,
        ),
        *mark(emblem, WHITE, paints, at=SIGN_PLACES["tile"]),
    ]


SUBJECTS: dict[str, Callable[[Paints, str], list[Layer]]] = {
    "coin": coin, "badge": badge, "shield": shield, "trophy": trophy, "star": puffy_star, "gear": gear,
    "rocket": rocket, "bell": bell, "key": key, "lock": lock, "gem": gem, "ring": ring, "cloud": cloud,
    "leaf": leaf, "chart": chart, "plane": plane, "chat": chat, "gift": gift, "heart": heart, "bolt": bolt,
    "crown": crown, "magnifier": magnifier, "camera": camera, "planet": planet, "flame": flame,
    "wallet": wallet, "cube": cube, "tile": tile, "bulb": fine.bulb, "glasses": fine.glasses,
    "snowflake": fine.snowflake, "bicycle": fine.bicycle, "balloon": fine.balloon,
}  # fmt: skip


# where the emblem sits: its y and its half size, in subject units
SIGN_PLACES = {
    "coin": (-0.05, 0.44),
    "badge": (-0.22, 0.27),
    "shield": (-0.06, 0.36),
    "trophy": (-0.34, 0.25),
    "tile": (-0.01, 0.50),
}


def sign(subject: str) -> tuple[float, float] | None:
    """Where a subject carries an emblem: the emblem's y and half size in units; None for no emblem."""
    return SIGN_PLACES.get(subject)


def layers(subject: str, emblem: str, paints: Paints) -> list[Layer]:
    """The layers of a subject, lowest first, within -1..1 units."""
    return SUBJECTS[subject](paints, emblem)


def _facet(paints: Paints, tone: float) -> tuple[Rgb, Rgb]:
    colour = lighter(paints.main, tone) if tone > 0 else deeper(paints.main, -tone)
    return lighter(colour, 0.12), mixed(colour, paints.second, 0.3)


def _turned(layers_: list[Layer], degrees: float, scale: float = 1.0) -> list[Layer]:
    return [
        replace(
            layer,
            shapes=tuple(placed(shape, scale=scale, turn=degrees) for shape in layer.shapes),
            holes=tuple(placed(hole, scale=scale, turn=degrees) for hole in layer.holes),
        )
        for layer in layers_
    ]
