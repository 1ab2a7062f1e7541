"""Transparency that the model itself delivered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import ProcessError
from pipeline.picture.cutout.alpha import SOME, is_clear
from pipeline.picture.cutout.method import Found

if TYPE_CHECKING:
    from pipeline.picture.cutout.method import Pixels
    from pipeline.recipe.spec import Cutout


def remove(pixels: Pixels, settings: Cutout, *, on_black: Pixels | None = None, threads: int = 0) -> Found:
    """``pixels`` as they are, H×W×4 uint8 sRGB. Raises ``ProcessError`` when nothing in them is clear."""
    del settings, on_black, threads
    if not is_clear(pixels, SOME):
        raise ProcessError(
            "The picture has no transparency of its own: there is nothing to keep.",
            hint="Use method auto, which cuts the subject off whatever is behind it.",
        )
    return Found(pixels.copy(), "native", 1.0)
