"""Shapes that a platform expects to be drawn into a file: circle, rounded square, superellipse."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL.Image import Image

    from pipeline.targets.output import Shape

SQUIRCLE: Final = 5.0
"""Exponent of the superellipse that Apple's icon body comes nearest to (platform notes, rule 13)."""
ROUNDING: Final = 0.2237  # corner radius of a rounded square, of its side (same rule)
_OVER: Final = 4  # samples a side and pixel


@lru_cache(maxsize=64)
def mask(shape: Shape, side: int) -> Image:
    """The shape as large as a square of ``side`` px: mode L, 255 inside, edges by area."""
    import numpy as np
    from PIL import Image, ImageDraw

    if shape == "square":
        return Image.new("L", (side, side), 255)
    over = side * _OVER
    if shape == "squircle":
        way = np.abs((np.arange(over) + 0.5) / over * 2 - 1) ** SQUIRCLE
        return _small(Image.fromarray(((way[:, None] + way[None, :]) <= 1).astype(np.uint8) * 255), side)
    drawn = Image.new("L", (over, over), 0)
    radius = over / 2 if shape == "circle" else over * ROUNDING
    ImageDraw.Draw(drawn).rounded_rectangle((0, 0, over - 1, over - 1), radius, fill=255)
    return _small(drawn, side)


def _small(drawn: Image, side: int) -> Image:
    from PIL import Image

    return drawn.resize((side, side), Image.Resampling.BOX)
