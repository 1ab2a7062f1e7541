"""A drawing brought to its size and place, from its full size in one step."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pipeline.picture.export import REDUCING_GAP
from pipeline.picture.sets.art import VISIBLE, Drawing
from pipeline.picture.sets.geometry import Placement, Shape, place
from pipeline.picture.sets.ringing import bounded
from pipeline.picture.sets.sharpen import LARGEST_PX, OVER, sharpen
from pipeline.targets.output import Look

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

_TRIES: Final = 4
_STEP: Final = 0.25  # px that a radius is made smaller by at a time
_JUDGING_GAP: Final = 1.5  # in place of REDUCING_GAP for what is only compared with: a third of the time
_LARGE_GAP: Final = 2.0  # the same for what has pixels to spare
_LARGE_PX: Final = 96


def shape_of(drawing: Drawing) -> Shape:
    """What ``place`` has to know of a drawing."""
    return Shape(drawing.picture.size, drawing.box, drawing.circle, drawing.is_opaque)


def scaled(drawing: Drawing, look: Look, width: int, height: int) -> Image:
    """The drawing in its place on transparency, RGBA; made smaller until nothing seen is beyond its radius.

    Whole pixels and the filter add less than a pixel to an outline, where and how much depends on the
    drawing: so it is looked at.
    """
    layer = _drawn(drawing, look, width, height)
    if look.fit != "circle" or drawing.is_opaque:
        return layer
    tried = look
    for _ in range(_TRIES):
        if not _sticks_out(layer, look.share):
            return layer
        tried = replace(tried, share=max(tried.share - _STEP / min(width, height), 0.01))
        layer = _drawn(drawing, tried, width, height)
    return _faded(layer, look.share)


def _sticks_out(layer: Image, share: float) -> bool:
    import numpy as np

    beyond = _beyond(layer.size, share * min(layer.size))
    return bool((np.asarray(layer.getchannel("A"))[beyond] >= VISIBLE).any())


def _faded(layer: Image, share: float) -> Image:
    """What is left beyond the radius are echoes of the filter, at most a few levels: too faint to be seen."""
    import numpy as np
    from PIL import Image

    pixels = np.array(layer)
    beyond = _beyond(layer.size, share * min(layer.size))
    pixels[..., 3][beyond] = np.minimum(pixels[..., 3][beyond], VISIBLE - 1)
    return Image.fromarray(pixels)


@lru_cache(maxsize=16)
def _beyond(size: tuple[int, int], radius: float) -> NDArray[np.bool_]:
    """H×W: the pixels whose middle is farther than ``radius`` px from that of the canvas."""
    import numpy as np

    x, y = (np.arange(side) + 0.5 - side / 2 for side in size)
    found: NDArray[np.bool_] = x[np.newaxis] ** 2 + y[:, np.newaxis] ** 2 > radius**2
    return found


def _drawn(drawing: Drawing, look: Look, width: int, height: int) -> Image:
    from PIL import Image

    placement = place(shape_of(drawing), look, (width, height))
    size = placement.target.width, placement.target.height
    small = _reduced(drawing, placement, size, REDUCING_GAP if max(size) <= _LARGE_PX else _LARGE_GAP)
    if max(size) <= LARGEST_PX and _reduces(placement):
        large = _reduced(drawing, placement, (size[0] * OVER, size[1] * OVER), _JUDGING_GAP)
        small = bounded(sharpen(small, large), _by_area(drawing, placement, size))
    small = _confined(small.convert("RGBA"), placement)
    if size == (width, height) and placement.target.left == placement.target.top == 0:
        return small
    canvas = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    canvas.paste(small, (placement.target.left, placement.target.top))
    return canvas


def _confined(small: Image, placement: Placement) -> Image:
    """Fainter than what is seen wherever that must not be: the filter reaches a pixel past an edge."""
    import numpy as np
    from PIL import Image

    target, seen = placement.target, placement.seen
    if seen == target:
        return small
    pixels = np.array(small)
    rows = slice(seen.top - target.top, seen.bottom - target.top)
    inside = pixels[rows, seen.left - target.left : seen.right - target.left, 3].copy()
    np.minimum(pixels[..., 3], VISIBLE - 1, out=pixels[..., 3])
    pixels[rows, seen.left - target.left : seen.right - target.left, 3] = inside
    return Image.fromarray(pixels)


def _reduced(drawing: Drawing, placement: Placement, size: tuple[int, int], gap: float) -> Image:
    from PIL import Image

    return drawing.source.resize(size, Image.Resampling.LANCZOS, box=placement.source, reducing_gap=gap)


def _by_area(drawing: Drawing, placement: Placement, size: tuple[int, int]) -> Image:
    """The same ``OVER`` times as large, each pixel a mean: no level that the drawing does not have."""
    from PIL import Image

    fine = size[0] * OVER, size[1] * OVER
    return drawing.source.resize(fine, Image.Resampling.BOX, box=placement.source, reducing_gap=1.0)


def _reduces(placement: Placement) -> bool:
    """Whether the drawing has the pixels to tell what the small picture leaves out."""
    left, top, right, bottom = placement.source
    return right - left >= OVER * placement.target.width and bottom - top >= OVER * placement.target.height
