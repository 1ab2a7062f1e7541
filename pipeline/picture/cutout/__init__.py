"""Background removal: a dictionary of methods, each a pure function from pixels to pixels with alpha."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

from pipeline.errors import ProcessError, clean
from pipeline.recipe.spec import Cutout

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    Pixels = NDArray[np.uint8]

VISIBLE = 8
"""Alpha (0..255) from which a pixel counts as part of the subject; a network's mask is never quite silent."""

_LEAST_SHARE = 0.0005
_FULL_SHARE = 0.995
_AUTO = "rembg"


class Method(Protocol):
    """Removes what is behind the subject."""

    def __call__(self, pixels: Pixels, settings: Cutout, *, threads: int = 0) -> Pixels:
        """``pixels`` H×W×3 or H×W×4 uint8 sRGB → H×W×4 uint8 sRGB, straight alpha; the input is left alone.

        ``threads`` bounds the threads of one call; 0 leaves it to the machine. Raises ``ProcessError``.
        """
        ...


METHODS = {"rembg": "pipeline.picture.cutout.rembg:remove"}
"""Method name → where its function is; imported when first asked for."""


@dataclass(frozen=True, slots=True)
class CutOut:
    """A subject on its own: RGBA, uint8, sRGB, colour zero where alpha is zero."""

    picture: Image
    method: str  # "rembg:u2netp"
    warnings: tuple[str, ...] = ()


def find(name: str) -> Method:
    """The method of that name, ``auto`` being the best general one. Raises ``ProcessError``."""
    place = METHODS.get(_AUTO if name == "auto" else name)
    if place is None:
        raise ProcessError(
            f"No such background removal method: {clean(name)}.", hint=f"Known: auto, {', '.join(METHODS)}."
        )
    module, function = place.split(":")
    return cast("Method", getattr(importlib.import_module(module), function))


def cut_out(picture: Image, settings: Cutout, *, threads: int = 0) -> CutOut:
    """Cut the subject out of an RGB or RGBA picture, and trim it to the subject where settings say so.

    Raises ``ProcessError`` when the method cannot work or nothing is left.
    """
    import numpy as np
    from PIL import Image

    pixels = find(settings.method)(np.asarray(picture), settings, threads=threads)
    warnings = _judge(pixels)
    pixels[pixels[..., 3] == 0] = 0  # hidden colours cost bytes and may show what was removed
    result = Image.fromarray(pixels)
    if settings.crop:
        result = trim(result, settings.padding)
    name = _AUTO if settings.method == "auto" else settings.method
    return CutOut(result, f"{name}:{settings.model}", warnings)


def trim(picture: Image, padding: float = 0.0) -> Image:
    """An RGBA picture cut to its visible pixels, with a transparent border all round.

    ``padding`` is a share (0..1) of the longer side of the subject. The picture keeps its shape: icons of a
    square picture stay square, whatever the subject.
    """
    box = picture.getchannel("A").point(lambda alpha: 255 if alpha >= VISIBLE else 0).getbbox()
    if box is None:
        return picture.copy()
    left, top, right, bottom = box
    border = round(padding * max(right - left, bottom - top))
    width, height = right - left + 2 * border, bottom - top + 2 * border
    shape = picture.width / picture.height
    wide, high = max(width, round(height * shape)), max(height, round(width / shape))
    x, y = (left + right - wide) // 2, (top + bottom - high) // 2
    return picture.crop((x, y, x + wide, y + high))


def _judge(pixels: Pixels) -> tuple[str, ...]:
    alpha = pixels[..., 3]
    if (alpha >= VISIBLE).mean() < _LEAST_SHARE:
        raise ProcessError(
            "Background removal left nothing of the picture.",
            hint="Ask for a clearer subject on a plain background, or set removeBg: false.",
        )
    if (alpha > 255 - VISIBLE).mean() >= _FULL_SHARE:
        return ("background removal found no background: the whole picture was kept",)
    return ()
