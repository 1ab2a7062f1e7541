"""One picture of a set: ground, drawing, shape, shadow. Each drawing is scaled once, from its full size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

from pipeline.picture.export import REDUCING_GAP
from pipeline.picture.sets.art import VISIBLE, Box, Drawing
from pipeline.picture.sets.geometry import Placement, Shape, place
from pipeline.picture.sets.masks import mask
from pipeline.picture.sets.sharpen import LARGEST_PX, OVER, sharpen
from pipeline.targets.output import BACKGROUND, SMALL_PX, Look, Slot

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

_SHADOW_BLUR: Final = 0.012  # of the canvas' shorter side
_SHADOW_DROP: Final = 0.01
_SHADOW_ALPHA: Final = 76  # of 255
_TRIES: Final = 4
_STEP: Final = 0.25  # px that a radius is made smaller by at a time
_INKED: Final = {"white": (255, 255, 255), "black": (0, 0, 0)}


class Studio:
    """The drawings of one asset, and pictures composed of them. Safe to use from several threads."""

    def __init__(self, art: Mapping[Slot, Image]) -> None:
        self._art = {slot: Drawing(picture) for slot, picture in art.items()}

    @property
    def master(self) -> Drawing:
        """The drawing that is always there."""
        return self._art["master"]

    def prepare(self, looks: Iterable[tuple[Look, int]]) -> None:
        """Measure and convert what looks (each with its width in px) need, so that threads only read."""
        for drawing in {self.drawing(look, px, px) for look, px in looks}:
            _ = drawing.source, drawing.circle

    def drawing(self, look: Look, width: int, height: int) -> Drawing:
        """The drawing a look means, or what stands in for it."""
        if look.ink in _INKED:
            return self._art.get("monochrome") or self._silhouette
        if look.ink == "grey":
            return self._art.get("tinted") or self._greys
        if look.art == "master" and max(width, height) <= SMALL_PX and "small" in self._art:
            return self._art["small"]
        return self._art.get(look.art) or self.master

    @cached_property
    def _silhouette(self) -> Drawing:
        from PIL import Image

        from pipeline.picture.sets.inks import silhouette

        picture = self.master.picture
        if self.master.is_opaque:
            return self.master
        white = Image.new("RGBA", picture.size, (255, 255, 255, 0))
        white.putalpha(silhouette(picture))
        return Drawing(white)

    @cached_property
    def _greys(self) -> Drawing:
        from pipeline.picture.sets.inks import greys

        return Drawing(greys(self.master.picture))

    def size_of(self, look: Look, width: int, height: int) -> tuple[int, int]:
        """Width and height in px, where a height of 0 follows the drawing's proportions."""
        if height:
            return width, height
        own = self.drawing(look, width, width).picture.size
        return width, max(1, round(width * own[1] / own[0]))

    def drawn_size(self, look: Look, width: int, height: int) -> tuple[int, int]:
        """How large what is visible of the drawing comes out, in px."""
        placement = place(_shape_of(self.drawing(look, width, height)), look, (width, height))
        return placement.target.width, placement.target.height

    def compose(self, look: Look, width: int, height: int) -> Image:
        """The picture: RGB where the look is opaque, else RGBA; uint8, sRGB, ``width`` × ``height`` px."""
        from PIL import Image

        canvas = self._ground(look, width, height)
        if look.art != BACKGROUND:
            layer = self._layer(look, width, height)
            canvas = layer if canvas is None else Image.alpha_composite(canvas, layer)
        canvas = canvas or Image.new("RGBA", (width, height), (0, 0, 0, 0))
        if look.shape != "square" or look.body < 1:
            canvas = _shaped(canvas, look)
        return canvas.convert("RGB") if look.opaque else canvas

    def _ground(self, look: Look, width: int, height: int) -> Image | None:
        from PIL import Image

        if not look.ground and look.art != BACKGROUND:
            return None
        if look.ground.startswith("#"):
            return Image.new("RGBA", (width, height), look.ground)
        behind = self._art.get("background")
        if behind is None:
            return None
        return _scaled(behind, Look(fit="cover"), width, height)

    def _layer(self, look: Look, width: int, height: int) -> Image:
        drawing = self.drawing(look, width, height)
        layer = _scaled(drawing, look, width, height)
        if look.ink in _INKED:
            from PIL import Image

            inked = Image.new("RGBA", layer.size, (*_INKED[look.ink], 0))
            inked.putalpha(layer.getchannel("A"))
            return inked
        return layer


def _shape_of(drawing: Drawing) -> Shape:
    return Shape(drawing.picture.size, drawing.box, drawing.circle, drawing.is_opaque)


def _scaled(drawing: Drawing, look: Look, width: int, height: int) -> Image:
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

    placement = place(_shape_of(drawing), look, (width, height))
    size = placement.target.width, placement.target.height
    small = _reduced(drawing, placement, size)
    if max(size) <= LARGEST_PX and _reduces(placement):
        large = _reduced(drawing, placement, (size[0] * OVER, size[1] * OVER))
        small = sharpen(small, large)
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


def _reduced(drawing: Drawing, placement: Placement, size: tuple[int, int]) -> Image:
    from PIL import Image

    return drawing.source.resize(
        size, Image.Resampling.LANCZOS, box=placement.source, reducing_gap=REDUCING_GAP
    )


def _reduces(placement: Placement) -> bool:
    """Whether the drawing has the pixels to tell what the small picture leaves out."""
    left, top, right, bottom = placement.source
    return right - left >= OVER * placement.target.width and bottom - top >= OVER * placement.target.height


def _shaped(canvas: Image, look: Look) -> Image:
    """What is inside the shape; below it a shadow, where there is to be one."""
    from PIL import Image, ImageChops

    side = max(1, round(min(canvas.size) * look.body))
    box = _middle(side, canvas.size)
    stencil = Image.new("L", canvas.size, 0)
    stencil.paste(mask(look.shape, side), (box.left, box.top))
    shaped = canvas.copy()
    shaped.putalpha(ImageChops.multiply(canvas.getchannel("A"), stencil))
    return Image.alpha_composite(_shadow(stencil), shaped) if look.shadow else shaped


def _shadow(stencil: Image) -> Image:
    from PIL import Image, ImageChops, ImageFilter

    shorter = min(stencil.size)
    soft = stencil.filter(ImageFilter.GaussianBlur(shorter * _SHADOW_BLUR))
    lower = ImageChops.offset(soft, 0, round(shorter * _SHADOW_DROP))
    shadow = Image.new("RGBA", stencil.size, (0, 0, 0, 0))
    shadow.putalpha(lower.point([level * _SHADOW_ALPHA // 255 for level in range(256)]))
    return shadow


def _middle(side: int, canvas: tuple[int, int]) -> Box:
    left, top = (canvas[0] - side) // 2, (canvas[1] - side) // 2
    return Box(left, top, left + side, top + side)
