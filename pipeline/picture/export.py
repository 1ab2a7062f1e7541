"""Other sizes of one picture, each made from the full-size picture and never from another export."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

REDUCING_GAP = 3.0
"""Pillow shrinks by whole numbers first, to no less than this multiple of the target, then filters.

Against a float reference, seven sizes (24 to 1024 px) of a 4096² cut-out: within 0.1 dB of filtering
every pixel (47.0 against 47.1 dB at 256 px), in 365 ms against 1,276. A gap of 2 loses up to 0.5 dB.
"""


class Scaler:
    """Makes sizes of one RGB or RGBA picture (uint8, sRGB), premultiplying its alpha only once."""

    def __init__(self, picture: Image) -> None:
        self._picture = picture
        self._source = picture.convert("RGBa") if picture.mode == "RGBA" else picture

    def resize(self, px: int) -> Image:
        """A copy whose longer side is ``px``; LANCZOS, colours weighted by alpha so that edges stay clean."""
        from PIL.Image import Resampling

        size = fit(self._picture.size, px)
        if size == self._picture.size:
            return self._picture.copy()
        small = self._source.resize(size, Resampling.LANCZOS, reducing_gap=REDUCING_GAP)
        return small.convert(self._picture.mode)

    def enlarges(self, px: int) -> bool:
        """True when ``px`` is more than the picture has to give."""
        return px > max(self._picture.size)


def resize(picture: Image, px: int) -> Image:
    """One size of one picture; see ``Scaler`` for several."""
    return Scaler(picture).resize(px)


def fit(size: tuple[int, int], px: int) -> tuple[int, int]:
    """Width and height in px with the longer side ``px``, same proportions, at least one pixel each."""
    width, height = size
    longer = max(width, height)
    return max(1, round(width * px / longer)), max(1, round(height * px / longer))
