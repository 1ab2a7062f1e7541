"""A file within its ceiling: searched for, not hoped for."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from pipeline.errors import ProcessError
from pipeline.picture import encode as plain
from pipeline.picture.sets import png

if TYPE_CHECKING:
    from PIL.Image import Image

QUALITIES: Final = (25, 95)
"""The least and the best quality of a lossy file: below the first nobody would ship it."""
COLORS: Final = (256, 192, 128, 96, 64, 48, 32)
"""Palettes a PNG is reduced to, one after the other."""


def fit(picture: Image, format_name: str, max_bytes: int, *, palette: bool = False) -> bytes:
    """``picture`` (RGB or RGBA, uint8, sRGB) in ``format_name``, of ``max_bytes`` at most (0: no limit).

    The usual quality where that fits, else the best that does: of a PNG fewer colours, of the others a lower
    quality. Raises ``ProcessError`` when nothing fits.
    """
    usual = (
        png.encode(picture, palette=palette) if format_name == "png" else plain.encode(picture, format_name)
    )
    if not max_bytes or len(usual) <= max_bytes:
        return usual
    found = (
        _fewer_colors(picture, max_bytes) if format_name == "png" else _lossy(picture, format_name, max_bytes)
    )
    if found is None:
        raise ProcessError(
            f"A {picture.width}×{picture.height} {format_name} does not fit into {max_bytes / 1000:,.0f} kB.",
            hint="Allow more kB, a smaller size, or a lossy format such as webp.",
        )
    return found


def _fewer_colors(picture: Image, max_bytes: int) -> bytes | None:
    from PIL import Image

    for colors in COLORS:
        reduced = picture.quantize(
            colors, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.FLOYDSTEINBERG
        )
        data = png.encode(reduced.convert(picture.mode), palette=True)
        if len(data) <= max_bytes:
            return data
    return None


def _lossy(picture: Image, format_name: str, max_bytes: int) -> bytes | None:
    """The best quality that fits, by bisection: fewer bytes with every step down."""
    encoder = _ENCODERS[format_name]
    low, high = QUALITIES
    found: bytes | None = None
    while low <= high:
        quality = (low + high) // 2
        data = encoder(picture, quality)
        if len(data) <= max_bytes:
            found, low = data, quality + 1
        else:
            high = quality - 1
    return found


def _webp(picture: Image, quality: int) -> bytes:
    return _saved(picture, "WEBP", quality=quality, method=4)


def _jpg(picture: Image, quality: int) -> bytes:
    return _saved(plain.flatten(picture), "JPEG", quality=quality, subsampling="4:4:4")


def _avif(picture: Image, quality: int) -> bytes:
    return _saved(picture, "AVIF", quality=quality, speed=8, subsampling="4:4:4", max_threads=1)


def _saved(picture: Image, name: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, name, **options)
    return stream.getvalue()


_ENCODERS: Final[dict[str, Callable[[Image, int], bytes]]] = {"webp": _webp, "jpg": _jpg, "avif": _avif}
