"""The smallest of subjects."""

from __future__ import annotations

import numpy as np

RED = (220, 40, 40)


def disc(color: tuple[int, int, int], alpha: int = 255, px: int = 96) -> np.ndarray:
    """A disc in the middle, half as wide as the picture, with a hard outline: H×W×4 uint8."""
    y, x = np.mgrid[0:px, 0:px] - px / 2
    pixels = np.zeros((px, px, 4), np.uint8)
    pixels[np.hypot(x, y) < px / 4] = (*color, alpha)
    return pixels
