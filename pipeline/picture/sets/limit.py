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

QUALITIES: Final = (25, 100)
"""The least and the best quality of a lossy file: below the first nobody would ship it."""
STEPS: Final = (2, 3, 4, 6, 8)
"""What the levels of a PNG are rounded to multiples of, one after the other: nobody sees the first two."""
COLORS: Final = (16, 256)
"""The least and the most colours of a palette, where rounding does not do."""


def fit(picture: Image, format_name: str, max_bytes: int, *, palette: bool = False) -> bytes:
    """``picture`` (RGB or RGBA, uint8, sRGB) in ``format_name``, of ``max_bytes`` at most (0: no limit).

    The usual quality where that fits, else the best that does: a PNG packed for longer, with rounded colours,
    then with a palette; of the others a lower quality. Raises ``ProcessError`` when nothing fits.
    """
    usual = (
        png.encode(picture, palette=palette) if format_name == "png" else plain.encode(picture, format_name)
    )
    if not max_bytes or len(usual) <= max_bytes:
        return usual
    found = (
        _png(picture, max_bytes, palette=palette)
        if format_name == "png"
        else _lossy(picture, format_name, max_bytes)
    )
    if found is None:
        raise ProcessError(
            f"A {picture.width}×{picture.height} {format_name} does not fit into {max_bytes / 1000:,.0f} kB.",
            hint="Allow more kB, a smaller size, or a lossy format such as webp.",
        )
    return found


def _png(picture: Image, max_bytes: int, *, palette: bool) -> bytes | None:
    data = png.encode(picture, palette=palette, patient=True)
    for step in STEPS:
        if len(data) <= max_bytes:
            return data
        data = png.encode(_rounded(picture, step), palette=palette, patient=True)
    return (
        data if len(data) <= max_bytes else _best(lambda colors: _fewer(picture, colors), COLORS, max_bytes)
    )


def _rounded(picture: Image, step: int) -> Image:
    """Every channel to multiples of ``step``, 0 and 255 among them."""
    levels = [min(255, (level + step // 2) // step * step) for level in range(256)]
    return picture.point(levels * len(picture.mode))


def _fewer(picture: Image, colors: int) -> bytes:
    from PIL import Image

    reduced = picture.quantize(colors, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.FLOYDSTEINBERG)
    return png.encode(reduced.convert(picture.mode), palette=True)


def _lossy(picture: Image, format_name: str, max_bytes: int) -> bytes | None:
    return _best(lambda quality: _ENCODERS[format_name](picture, quality), QUALITIES, max_bytes)


def _best(encoder: Callable[[int], bytes], bounds: tuple[int, int], max_bytes: int) -> bytes | None:
    """With the highest number that fits, by bisection: fewer bytes with every step down."""
    low, high = bounds
    found: bytes | None = None
    while low <= high:
        number = (low + high) // 2
        data = encoder(number)
        if len(data) <= max_bytes:
            found, low = data, number + 1
        else:
            high = number - 1
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
