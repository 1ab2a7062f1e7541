"""visionOS: a solid image stack, whose layers lie one behind the other below a circular mask."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pipeline.targets.apple import FULL_PX, ROUND
from pipeline.targets.brief import Brief
from pipeline.targets.layers import stack
from pipeline.targets.options import Option
from pipeline.targets.output import Look, Output
from pipeline.targets.target import Choices, Target

SIZES: Final = {"2x": (FULL_PX, FULL_PX)}


def table(brief: Brief, choices: Choices) -> Iterator[Output]:
    """The stack of two, drawing and ground: one drawing has nothing for a third, which is optional."""
    front = Look("master", "circle", choices.radius(ROUND), choices.share(1.0))
    looks = {"Front": front, "Back": brief.backdrop}
    yield from stack(f"{choices['name']}.solidimagestack", "solidimagestacklayer", "vision", looks, SIZES)


TARGET: Final = Target(
    "visionos",
    "visionOS app icon",
    "Into the visionOS app's Assets.xcassets.",
    table,
    (Option("name", "name", "AppIcon", "Of the icon in the asset catalog."),),
)
