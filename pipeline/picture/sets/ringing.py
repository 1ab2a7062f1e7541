"""No rims that are not in the drawing: what a sharp filter and sharpening add beside edges."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    Levels = NDArray[np.uint8]


def bounded(small: Image, fine: Image) -> Image:
    """``small`` (RGB or RGBa, H×W) with each pixel between the least and the greatest level around it.

    ``fine`` is the same drawing scaled by area, a whole number of times as large. Around a pixel are its own
    place and those of its eight neighbours.
    """
    import numpy as np
    from PIL import Image

    over = fine.width // small.width
    bands = len(small.getbands())
    blocks = np.asarray(fine).reshape(small.height, over, small.width, over, bands)
    least, most = _around(blocks.min((1, 3)), np.minimum), _around(blocks.max((1, 3)), np.maximum)
    pixels = np.clip(np.asarray(small), least, most)
    if small.mode == "RGBa":  # a colour weighted by its alpha is never above it
        pixels[..., :3] = np.minimum(pixels[..., :3], pixels[..., 3:])
    return Image.frombytes(small.mode, small.size, pixels.tobytes())


def _around(levels: Levels, choose: np.ufunc) -> Levels:
    """The least or greatest of each place and its neighbours, H×W×C."""
    import numpy as np

    rows = np.pad(levels, ((1, 1), (0, 0), (0, 0)), mode="edge")
    tall = choose(choose(rows[:-2], rows[1:-1]), rows[2:])
    columns = np.pad(tall, ((0, 0), (1, 1), (0, 0)), mode="edge")
    found: Levels = choose(choose(columns[:, :-2], columns[:, 1:-1]), columns[:, 2:])
    return found
