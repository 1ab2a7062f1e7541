"""What a platform's mask would cut off a picture, and what was cut off already. RGB or RGBA, uint8, sRGB."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    Bytes = NDArray[np.uint8]
    Mask = NDArray[np.bool_]

SEEN: Final = 26
"""Alpha (0..255) from which a pixel counts as drawn: a tenth, so that no faint halo of scaling does."""
BODY: Final = 128
"""Alpha (0..255) from which a pixel belongs to a body and not to its shadow."""

_ALIKE: Final = 16  # levels of 255 in any channel: one flat colour, with what JPEG makes of it
_APART: Final = 48  # levels between a ground and what is drawn on it
_FILLED: Final = 0.995  # of the box
_SPECK: Final = 0.001  # of all pixels; less than that is no content
_LEAST_PX: Final = 32
_LEAST_ARC_PX: Final = 120  # below it the px of an arc do not tell it from a slanted cut or a vignette
_RUN: Final = (0.06, 0.50)  # of a side: from corners barely rounded to a squircle, which has no straight side
_DEEPEST: Final = 0.115  # of a side, along the diagonal: a radius of 0.39; a disc has 0.146
_ARC: Final = 1 - math.sqrt(0.5)  # how deep an arc of radius 1 leaves the corner, in each direction
_EDGE: Final = 256  # of a side, and 3 px more: within that the outside turns to what it surrounds
_SEEN_ON_SIDE: Final = (
    1.8  # twice the px that an arc is away from the side where its first row turns to its colour
)
_SHORTEST: Final = (0.9, 2.0)  # of the run of an arc that deep, less so many px of rounding; cut corners: 0.6
_LONGEST: Final = 2.4  # of its radius: a squircle has half the side
_UNEVEN: Final = 0.25  # of the longest: between the runs of four corners


def has_alpha_below(picture: Image, level: int = 255) -> bool:
    """Whether something shows through: any pixel with alpha below ``level``."""
    if picture.mode != "RGBA":
        return False
    lowest, _ = picture.getchannel("A").getextrema()
    assert isinstance(lowest, int | float)
    return bool(lowest < level)


def extent(picture: Image, level: int = BODY) -> tuple[float, float]:
    """Width and height of what has at least ``level`` alpha, as shares of the canvas; (1, 1) when opaque."""
    if picture.mode != "RGBA":
        return 1.0, 1.0
    box = picture.getchannel("A").point(lambda alpha: 255 * (alpha >= level)).getbbox()
    if box is None:
        return 0.0, 0.0
    return (box[2] - box[0]) / picture.width, (box[3] - box[1]) / picture.height


def fills_its_box(picture: Image, level: int = SEEN) -> bool:
    """Whether what is drawn fills the box around it: a photo or a plate, and no drawing with an outline."""
    import numpy as np

    if picture.mode != "RGBA":
        return True
    drawn = np.asarray(picture.getchannel("A")) >= level
    wide, high = extent(picture, level)
    return bool(drawn.any() and drawn.mean() >= _FILLED * wide * high)


def reach(picture: Image, level: int = SEEN) -> float:
    """How far from the centre the farthest drawn pixel lies, as a share of the shorter side.

    A pixel counts with its middle. An opaque picture reaches its corners: 0.71 of a square; nothing drawn: 0.
    """
    import numpy as np

    if picture.mode != "RGBA":
        return _farthest(np.ones((picture.height, picture.width), np.bool_))
    return _farthest(np.asarray(picture.getchannel("A")) >= level)


def reach_on_ground(picture: Image) -> float | None:
    """As ``reach``, of what differs from the one colour along the border; None where that has several."""
    import numpy as np

    if min(picture.size) < _LEAST_PX:
        return None
    pixels = np.asarray(picture.convert("RGB")).astype(np.int16)
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    ground = np.median(border, axis=0)
    if (np.abs(border - ground).max(axis=1) > _ALIKE).mean() > _SPECK:
        return None
    drawn = np.abs(pixels - ground).max(axis=2) > _APART
    return _farthest(drawn, spare=_SPECK)


def has_baked_corners(picture: Image) -> bool:
    """Whether rounded corners are part of the picture: transparent ones, or arcs of one colour in all four.

    An arc takes a run of the border's length in each corner and about 0.29 of it along the diagonal. A
    straight cut takes half, a frame all of it, and a disc that touches the sides is taken for a drawing.
    Below 120 px there is no telling them apart.
    """
    import numpy as np

    if min(picture.size) < _LEAST_ARC_PX:
        return False
    pixels = np.asarray(picture.convert("RGBA")).astype(np.int16)
    if picture.mode == "RGBA":
        pixels[..., :3] *= pixels[..., 3:] >= SEEN
    corners = [pixels, pixels[:, ::-1], pixels[::-1], pixels[::-1, ::-1]]
    outside = np.median([corner[0, 0] for corner in corners], axis=0)
    runs = [_runs(corner, outside) for corner in corners if _has_edge(corner, outside)]
    if len(runs) < len(corners):
        return False
    sides = [side for along, down, _ in runs for side in (along, down)]
    if not _RUN[0] <= min(sides) <= max(sides) <= _RUN[1]:
        return False
    if max(sides) - min(sides) > _UNEVEN * max(sides) or max(deep for _, _, deep in runs) > _DEEPEST:
        return False
    side = min(picture.size)
    return all(_is_arc((along + down) / 2 * side, deep * side) for along, down, deep in runs)


def _has_edge(corner: NDArray[np.int16], outside: NDArray[np.floating]) -> bool:
    """Whether ``outside`` ends at once on the diagonal; in a gradient it does not."""
    import numpy as np

    side = min(corner.shape[:2])
    diagonal = corner[range(side), range(side)]
    beyond = _run(diagonal, outside) + 3 + side // _EDGE
    return beyond < side and int(np.abs(diagonal[beyond] - outside).max()) > _APART


def _is_arc(run: float, deep: float) -> bool:
    """Whether a run of the outside along the border goes with so much of it along the diagonal; in px."""
    radius = deep / _ARC
    shortest = radius - math.sqrt(_SEEN_ON_SIDE * radius)
    return _SHORTEST[0] * shortest - _SHORTEST[1] <= run <= _LONGEST * radius


def _runs(corner: NDArray[np.int16], outside: NDArray[np.floating]) -> tuple[float, float, float]:
    """How far the colour ``outside`` goes on from [0, 0] along, down and diagonally, in shares of a side."""
    side = min(corner.shape[:2])
    along, down = corner[0, :side], corner[:side, 0]
    diagonal = corner[range(side), range(side)]
    along_run, down_run, diagonal_run = (_run(line, outside) / side for line in (along, down, diagonal))
    return along_run, down_run, diagonal_run


def _run(line: NDArray[np.int16], colour: NDArray[np.floating]) -> int:
    import numpy as np

    other = np.abs(line - colour).max(axis=1) > _ALIKE
    return int(np.argmax(other)) if other.any() else len(line)


def _farthest(drawn: Mask, spare: float = 0.0) -> float:
    """The distance that all but a share ``spare`` (of all pixels) of the drawn ones keep within."""
    import numpy as np

    rows, columns = np.nonzero(drawn)
    high, wide = drawn.shape
    skipped = int(spare * drawn.size)
    if len(rows) <= skipped:
        return 0.0
    far: NDArray[np.float64] = np.hypot(rows + 0.5 - high / 2, columns + 0.5 - wide / 2)
    last = len(far) - 1 - skipped
    found: float = np.partition(far, last)[last].item() / min(drawn.shape)
    return found
