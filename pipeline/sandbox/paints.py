"""A palette as roles, and how a colour becomes a solid layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict, Unpack

from pipeline.sandbox.light import Layer, Material, Rgb
from pipeline.sandbox.outline import Outline

WHITE: Rgb = (0.985, 0.985, 1.0)
PEARL: Rgb = (0.86, 0.87, 0.94)  # a white that still shows on white
INK: Rgb = (0.13, 0.13, 0.20)
STEEL: Rgb = (0.80, 0.83, 0.90)


@dataclass(frozen=True, slots=True)
class Paints:
    """The palette's roles; sRGB, 0..1."""

    main: Rgb
    second: Rgb
    accent: Rgb


class Finish(TypedDict, total=False):
    """What may be said of a layer besides its shape and colour; see ``Layer``."""

    holes: tuple[Outline, ...]
    material: Material
    bevel: float
    depth: float
    cast: float
    alpha: float
    bounce: Rgb


def make(shapes: tuple[Outline, ...], colour: Rgb, **finish: Unpack[Finish]) -> Layer:
    """A layer that runs from a lighter to a deeper tone of its colour."""
    return Layer(shapes, top=lighter(colour, 0.10), bottom=deeper(colour, 0.10), **finish)


def plate(
    shape: Outline, colour: Rgb, paints: Paints, thick: float = 0.1, **finish: Unpack[Finish]
) -> list[Layer]:
    """A thick plate: its side below, its face above."""
    side: Finish = {"depth": thick, "bevel": 0.05, "material": "matte", "holes": finish.get("holes", ())}
    face: Finish = {"cast": 0.0, "bounce": paints.second, **finish}
    return [make((shape,), deeper(colour, 0.35), **side), make((shape,), colour, **face)]


def lighter(colour: Rgb, amount: float) -> Rgb:
    """Towards white."""
    red, green, blue = (value + (1 - value) * amount for value in colour)
    return red, green, blue


def deeper(colour: Rgb, amount: float) -> Rgb:
    """Darker, and more saturated."""
    red, green, blue = (value ** (1 + 2 * amount) * (1 - amount * 0.6) for value in colour)
    return red, green, blue
