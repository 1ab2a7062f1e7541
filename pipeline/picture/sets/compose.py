"""One picture of a set: ground, drawing, shape, shadow. Each drawing is scaled once, from its full size."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from pipeline.picture.sets.art import Box, Drawing
from pipeline.picture.sets.geometry import place
from pipeline.picture.sets.masks import mask
from pipeline.picture.sets.scale import scaled, shape_of
from pipeline.targets.output import BACKGROUND, SMALL_PX, Look, Slot

if TYPE_CHECKING:
    from PIL.Image import Image

_Each = Callable[..., Iterable[Any]]

_SHADOW_BLUR: Final = 0.012  # of the canvas' shorter side
_SHADOW_DROP: Final = 0.01
_SHADOW_ALPHA: Final = 76  # of 255
INKED: Final[dict[str, tuple[int, int, int]]] = {"white": (255, 255, 255), "black": (0, 0, 0)}


class Studio:
    """The drawings of one asset, and pictures composed of them. Safe to use from several threads."""

    def __init__(self, art: Mapping[Slot, Image]) -> None:
        self._art = {slot: Drawing(picture) for slot, picture in art.items()}

    @property
    def master(self) -> Drawing:
        """The drawing that is always there."""
        return self._art["master"]

    def prepare(self, looks: Iterable[tuple[Look, int]], each: _Each = map) -> None:
        """Measure and convert what looks (each with its width in px) need, so that threads only read.

        ``each`` is ``map`` or does the same in several threads.
        """
        slots = {self._slot(look, px, px): (look, px) for look, px in looks}
        for _ in each(self._measure, [look for look, _ in slots.values()], [px for _, px in slots.values()]):
            pass

    def _measure(self, look: Look, px: int) -> None:
        drawing = self.drawing(look, px, px)
        _ = drawing.source, drawing.circle

    def drawing(self, look: Look, width: int, height: int) -> Drawing:
        """The drawing a look means, or what stands in for it."""
        slot = self._slot(look, width, height)
        if slot in self._art:
            return self._art[slot]
        return self._silhouette if slot == "monochrome" else self._greys

    def _slot(self, look: Look, width: int, height: int) -> Slot:
        if look.ink in INKED:
            return "monochrome"
        if look.ink == "grey":
            return "tinted"
        if look.art == "master" and max(width, height) <= SMALL_PX and "small" in self._art:
            return "small"
        return look.art if look.art in self._art else "master"

    def settled(self, look: Look, width: int, height: int) -> Look:
        """The same for all looks that come out the same at this size, because one stands in for another."""
        if look.art == BACKGROUND:
            return look
        ink = look.ink if look.ink in INKED else ""
        return replace(look, art=self._slot(look, width, height), ink=ink)

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
        placement = place(shape_of(self.drawing(look, width, height)), look, (width, height))
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
        return scaled(behind, Look(fit="cover"), width, height)

    def _layer(self, look: Look, width: int, height: int) -> Image:
        drawing = self.drawing(look, width, height)
        return inked(scaled(drawing, look, width, height), look.ink)


def inked(picture: Image, ink: str) -> Image:
    """The alpha of an RGBA picture in one colour, or its greys, where ``ink`` says so; else as it is."""
    from PIL import Image

    if ink == "grey":  # a tinted drawing may have been painted in colours: the system reads lightness only
        level = picture.convert("RGB").convert("L")
        return Image.merge("RGBA", (level, level, level, picture.getchannel("A")))
    if ink not in INKED:
        return picture
    filled = Image.new("RGBA", picture.size, (*INKED[ink], 0))
    filled.putalpha(picture.getchannel("A"))
    return filled


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
