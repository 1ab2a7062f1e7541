"""Background removal from two renders of one subject, the first on white, the second on black.

What lies behind a subject shows through it by the same share in all three channels, so the two renders
differ by ``(1 - alpha)`` times the difference of their backdrops: alpha and colour follow without a guess
about what the subject is (triangulation matting: Smith and Blinn, "Blue Screen Matting", 1996). A generator
does not paint the same picture twice, though. Each render has its own gradient, vignette, noise and JPEG
blocks, and the second is moved by a few pixels and toned a little. So both backdrops are measured, the second
render is laid over the first, its tone is calibrated on what is opaque, alpha is smoothed as far as the noise
allows, and the six equations for four unknowns say how far the two renders agree.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image

from pipeline.errors import ProcessError
from pipeline.picture.cutout.difference.agreement import Facts
from pipeline.picture.cutout.difference.renders import measurable, solve
from pipeline.picture.cutout.difference.shade import without_shadows
from pipeline.picture.cutout.method import Found
from pipeline.picture.encode import flatten

if TYPE_CHECKING:
    from pipeline.picture.cutout.method import Pixels
    from pipeline.recipe.spec import Cutout

__all__ = ["Facts", "remove", "solve"]

_SAME_SHAPE: Final = 0.01  # by how much the ratio of the sides may differ: providers round to whole blocks
_ALONE: Final = 0.5  # of the confidence one picture gives, where two were wanted: somebody should look


def remove(pixels: Pixels, settings: Cutout, *, on_black: Pixels | None = None, threads: int = 0) -> Found:
    """The subject of ``pixels``, H×W×3 or H×W×4 uint8 sRGB on white, and of ``on_black``, h×w×3 on black.

    Renders that do not show one subject are left to the method ``auto``, which sees the first one only, with
    a warning and half its confidence. Raises ``ProcessError`` without ``on_black``, and as ``auto`` does.
    """
    if on_black is None:
        raise ProcessError(
            "Method difference needs two renders of one subject, on white and on black; there is only one.",
            hint="In a recipe, removeBg: {method: difference} buys both. For files, give the second as"
            " NAME-black beside NAME-white, or with --black FILE.",
        )
    on_white = np.asarray(flatten(Image.fromarray(pixels)))
    size = on_white.shape[:2]
    if not _same_shape(on_black.shape, size):
        return _alone(pixels, settings, threads, f"the render on black is {_px(on_black)}, not {_px(pixels)}")
    if not measurable(size):
        return _alone(pixels, settings, threads, "two renders this small or narrow cannot be compared")
    found, facts = solve(on_white, _resized(on_black, size), threads=threads)
    if not facts.matches:
        return _alone(pixels, settings, threads, "the renders on white and on black do not show one subject")
    if settings.shadow == "drop":
        found = without_shadows(found)
    return Found(found, "difference", facts.confidence, facts.backdrop)


def _alone(pixels: Pixels, settings: Cutout, threads: int, why: str) -> Found:
    """What one picture gives."""
    from pipeline.picture.cutout import find

    found = find("auto")(pixels, replace(settings, method="auto"), threads=threads)
    warning = f"{why}: cut from the first alone, look at it"
    return replace(found, confidence=found.confidence * _ALONE, warnings=(warning, *found.warnings))


def _same_shape(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return abs(one[0] * other[1] / (one[1] * other[0]) - 1) <= _SAME_SHAPE


def _resized(pixels: Pixels, size: tuple[int, ...]) -> Pixels:
    if pixels.shape[:2] == size:
        return pixels
    return np.asarray(Image.fromarray(pixels).resize((size[1], size[0]), Image.Resampling.LANCZOS))


def _px(pixels: Pixels) -> str:
    return f"{pixels.shape[1]}×{pixels.shape[0]} px"
