"""Background removal: a dictionary of methods, each a pure function from pixels to a subject with alpha."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from pipeline.errors import ProcessError, clean
from pipeline.media import MAX_PIXELS

if TYPE_CHECKING:
    from PIL.Image import Image

    from pipeline.picture.cutout.method import Method, Pixels
    from pipeline.picture.cutout.quality import Quality
    from pipeline.recipe.spec import Cutout

VISIBLE = 8
"""Alpha (0..255) from which a pixel counts as part of the subject; a network's mask is never quite silent."""

METHODS = {
    "rembg": "pipeline.picture.cutout.rembg:remove",
    "key": "pipeline.picture.cutout.key:remove",
    "difference": "pipeline.picture.cutout.difference:remove",
    "native": "pipeline.picture.cutout.native:remove",
    "auto": "pipeline.picture.cutout.auto:remove",
}
"""Method name → where its function is; imported when first asked for."""

Need = Literal["never", "maybe", "always"]

_NEEDS: dict[str, Need] = {"rembg": "always", "auto": "maybe", "difference": "maybe"}

_LEAST_SHARE = 0.0005
_FULL_SHARE = 0.995


@dataclass(frozen=True, slots=True)
class CutOut:
    """A subject on its own: RGBA, uint8, sRGB, colour zero where alpha is zero."""

    picture: Image
    method: str  # what did it in the end: "key", "key+rembg:u2netp"
    quality: Quality
    warnings: tuple[str, ...] = ()


def find(name: str) -> Method:
    """The method of that name. Raises ``ProcessError``."""
    place = METHODS.get(name)
    if place is None:
        raise ProcessError(
            f"No such background removal method: {clean(name)}.", hint=f"Known: {', '.join(METHODS)}."
        )
    module, function = place.split(":")
    return cast("Method", getattr(importlib.import_module(module), function))


def need_of_weights(name: str) -> Need:
    """Whether the method of that name asks a network, and so needs the weights of one to be here.

    Maybe: ``auto`` does for pictures whose backdrop has no colour to key on, ``difference`` when its two
    renders do not match.
    """
    return _NEEDS.get(name, "never")


def cut_out(picture: Image, settings: Cutout, *, on_black: Image | None = None, threads: int = 0) -> CutOut:
    """Cut the subject out of an RGB or RGBA picture, and trim it to the subject where settings say so.

    ``on_black`` is a second render of the same subject on black, for ``difference`` and ``auto``.
    Raises ``ProcessError`` when the method cannot work or nothing is left.
    """
    import numpy as np
    from PIL import Image

    from pipeline.picture.cutout.quality import measure

    pixels = np.asarray(picture)
    second = None if on_black is None else np.asarray(on_black.convert("RGB"))
    found = find(settings.method)(pixels, settings, on_black=second, threads=threads)
    quality, seen = measure(pixels, found)
    warnings = (*_judge(found.pixels), *found.warnings, *seen)
    result = Image.fromarray(_without_hidden(found.pixels))
    if settings.crop:
        result = trim(result, settings.padding)
    return CutOut(result, found.method, quality, tuple(dict.fromkeys(warnings)))


def _without_hidden(pixels: Pixels) -> Pixels:
    """Colour zero where alpha is: hidden colours cost bytes and may show what was removed."""
    import numpy as np

    pixels = np.ascontiguousarray(pixels)
    whole = pixels.view(np.uint32)  # four channels at once: 0.03 s at 4096², a mask over triples takes 0.8 s
    whole *= pixels[..., 3:] > 0
    return pixels


def trim(picture: Image, padding: float = 0.0) -> Image:
    """An RGBA picture cut to its visible pixels, with a transparent border all round.

    ``padding`` is a share (0..1) of the longer side of the subject. The picture keeps its shape: icons of a
    square picture stay square, whatever the subject. Raises ``ProcessError`` when that makes more than
    ``MAX_PIXELS`` pixels, before there are any.
    """
    box = picture.getchannel("A").point(lambda alpha: 255 if alpha >= VISIBLE else 0).getbbox()
    if box is None:
        return picture.copy()
    left, top, right, bottom = box
    border = round(padding * max(right - left, bottom - top))
    width, height = right - left + 2 * border, bottom - top + 2 * border
    shape = picture.width / picture.height
    wide, high = max(width, round(height * shape)), max(height, round(width / shape))
    if wide * high > MAX_PIXELS:
        raise ProcessError(
            f"Cropped with a padding of {padding:.0%} the cut-out would be {wide:,} × {high:,} px:"
            f" at most {MAX_PIXELS / 1e6:,.0f} million pixels are made.",
            hint="Ask for less padding. It is added to the longer side, and the picture keeps its shape.",
        )
    x, y = (left + right - wide) // 2, (top + bottom - high) // 2
    return picture.crop((x, y, x + wide, y + high))


def _judge(pixels: Pixels) -> tuple[str, ...]:
    alpha = pixels[..., 3]
    if (alpha >= VISIBLE).mean() < _LEAST_SHARE:
        raise ProcessError(
            "Background removal left nothing of the picture.",
            hint="Try another method, or a picture with a clearer subject on a plain background.",
        )
    if (alpha > 255 - VISIBLE).mean() >= _FULL_SHARE:
        return ("background removal found no background: the whole picture was kept",)
    return ()
