"""Shapes that a platform expects to be drawn into a file: circle, rounded square, superellipse."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    from pipeline.targets.output import Shape

    Floats = NDArray[np.float32]

SQUIRCLE: Final = 5.0
"""Exponent of the superellipse that Apple's icon body comes nearest to (platform notes, rule 13)."""
ROUNDING: Final = 0.2237  # corner radius of a rounded square, of its side (same rule)
_LINES: Final = 8  # a row of pixels, each measured exactly


@lru_cache(maxsize=64)
def mask(shape: Shape, side: int) -> Image:
    """The shape as large as a square of ``side`` px: mode L, 255 inside, edges by area."""
    import numpy as np
    from PIL import Image

    if shape == "square":
        return Image.new("L", (side, side), 255)
    half = (side + 1) // 2  # a quarter, turned over: with an odd side the middle row and column count once
    lines = (np.arange(half * _LINES, dtype=np.float32) + np.float32(0.5)) / np.float32(side * _LINES / 2)
    ends = (1 - _reach(shape, np.abs(1 - lines))) * np.float32(side / 2)
    covered = np.clip(np.arange(1, half + 1, dtype=np.float32) - ends[:, None], 0, 1)
    if side % 2:  # what is missing of the middle column is missing on both sides
        covered[:, -1] = np.maximum(2 * covered[:, -1] - 1, 0)
    quarter = covered.reshape(half, _LINES, half).mean(1)
    upper = np.concatenate((quarter, quarter[:, : side // 2][:, ::-1]), axis=1)
    whole = np.concatenate((upper, upper[: side // 2][::-1]))
    return Image.fromarray(np.rint(whole * 255).astype(np.uint8))


def _reach(shape: Shape, height: Floats) -> Floats:
    """How far to a side the shape reaches at ``height`` above its middle, both in halves of its side."""
    import numpy as np

    if shape == "squircle":
        found: Floats = (1 - height**SQUIRCLE) ** np.float32(1 / SQUIRCLE)
        return found
    radius = 1.0 if shape == "circle" else 2 * ROUNDING
    above = np.maximum(height - np.float32(1 - radius), 0)
    found = np.float32(1 - radius) + np.sqrt(np.float32(radius**2) - above**2)
    return found  # noqa: RET504 typed above
