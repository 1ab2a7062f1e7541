"""A drawing measured once: what of it is seen, the smallest circle around that, and where its weight lies.

A pixel counts as seen from an alpha of ``VISIBLE`` on. Fainter ones (the end of a soft shadow, the noise of
a cut-out) are drawn but neither measured nor allowed to make the drawing smaller; the rules of the platforms
speak of opaque pixels, so this is the stricter reading.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from pipeline.picture.sets.circle import Circle, enclosing
from pipeline.picture.sets.islands import label

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    from pipeline.picture.sets.circle import Points

    Mask = NDArray[np.bool_]

VISIBLE: Final = 8  # of 255: 3 %, what nobody sees on any ground
SPECK: Final = 1e-5  # of the picture's pixels (10 px at 1024²): smaller islands are dust and measure nothing


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in px; right and bottom are not part of it."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """From top to bottom."""
        return self.bottom - self.top


class Drawing:
    """One drawing (RGB or RGBA, uint8, sRGB) and what is known of it, found when it is first asked for."""

    def __init__(self, picture: Image) -> None:
        self.picture = picture if picture.mode == "RGBA" else picture.convert("RGB")

    @cached_property
    def is_opaque(self) -> bool:
        """Whether it hides whatever is behind it: then it has no outline to measure."""
        if self.picture.mode == "RGB":
            return True
        return self.picture.getchannel("A").getextrema() == (255, 255)

    @cached_property
    def source(self) -> Image:
        """What is scaled: colours multiplied by alpha (RGBa), so that edges stay clean; RGB as it is."""
        return self.picture.convert("RGBa") if self.picture.mode == "RGBA" else self.picture

    @cached_property
    def box(self) -> Box:
        """Around what is seen; all of it when it is opaque or nothing is."""
        seen = self._seen
        return Box(0, 0, *self.picture.size) if seen is None else _box(seen)

    @cached_property
    def circle(self) -> Circle:
        """The smallest circle that holds every seen pixel, corners included; in px of the picture."""
        import numpy as np

        seen = self._seen
        if seen is None:
            width, height = self.picture.size
            return enclosing(np.array([(0, 0), (width, 0), (0, height), (width, height)], np.float64))
        return enclosing(_rim(seen))

    @cached_property
    def _seen(self) -> Mask | None:
        """H×W; None when it is opaque or nothing is seen."""
        import numpy as np

        if self.is_opaque:
            return None
        seen = np.asarray(self.picture.getchannel("A")) >= VISIBLE
        return _without_dust(seen) if seen.any() else None


def _without_dust(seen: Mask) -> Mask:
    import numpy as np

    labels, count = label(seen, diagonal=True)
    areas = np.bincount(labels.ravel(), minlength=count + 1)
    areas[0] = 0
    kept: Mask = areas >= min(SPECK * seen.size, areas.max())
    if kept[1:].all():
        return seen
    kept[0] = False
    found: Mask = kept[labels]
    return found


def _box(seen: Mask) -> Box:
    import numpy as np

    columns, rows = np.flatnonzero(seen.any(0)), np.flatnonzero(seen.any(1))
    return Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)


def _rim(seen: Mask) -> Points:
    """N×2: the corners of the first and the last seen pixel of every row, all that a circle has to hold."""
    import numpy as np

    rows = np.flatnonzero(seen.any(1))
    first = seen[rows].argmax(1)
    last = seen.shape[1] - seen[rows][:, ::-1].argmax(1)
    pairs = [np.column_stack((x, y)) for x in (first, last) for y in (rows, rows + 1)]
    return np.concatenate(pairs).astype(np.float64)
