"""Pictures on their way to a model, encoded so that little is lost: they are worked from, not looked at."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING, Any, Final

from pipeline.errors import ProcessError
from pipeline.picture.encode import can_write, flatten
from pipeline.picture.export import Scaler

if TYPE_CHECKING:
    from PIL.Image import Image

SMALLEST_PX: Final = 64  # no picture of use is made smaller than that to save bytes
_QUALITY: Final = 95
_MARGIN: Final = 0.95  # bytes do not shrink quite as pixels do
_OPTIONS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "png": ("PNG", {"compress_level": 6}),
    "jpg": ("JPEG", {"quality": _QUALITY, "subsampling": "4:4:4"}),
    "webp": ("WEBP", {"quality": _QUALITY, "method": 4, "exact": False}),
    "avif": ("AVIF", {"quality": _QUALITY, "subsampling": "4:4:4", "max_threads": 1}),
}


def encode(picture: Image, format_name: str) -> bytes:
    """``picture`` (RGB or RGBA, uint8, sRGB) as png, jpg (on white where it is transparent), webp or avif.

    Raises ``ProcessError`` when this installation cannot write it.
    """
    name, options = _OPTIONS[format_name]
    if not can_write(format_name):
        raise ProcessError(f"This installation of Pillow cannot write {format_name}.")
    stream = io.BytesIO()
    (flatten(picture) if format_name == "jpg" else picture).save(stream, name, **options)
    return stream.getvalue()


def within(
    picture: Image, formats: tuple[str, ...], most_bytes: int, smallest_px: int = 0
) -> tuple[bytes, str, tuple[int, int]]:
    """The file, its type and its size in px: of the first of ``formats`` that has at most ``most_bytes``.

    0: any number. When none has, the picture is scaled down, in the type that came out smallest, but no side
    below ``smallest_px``. Raises ``ProcessError`` when that is not enough.
    """
    tried: list[tuple[int, str]] = []
    for name in formats:
        data = encode(picture, name)
        if not most_bytes or len(data) <= most_bytes:
            return data, name, picture.size
        tried.append((len(data), name))
    size, name = min(tried)
    scaler, longer = Scaler(picture), max(picture.size)
    while True:
        longer = int(longer * min(math.sqrt(most_bytes / size), 1.0) * _MARGIN)
        smaller = scaler.resize(longer) if longer else picture
        if not longer or min(smaller.size) < max(smallest_px, min(SMALLEST_PX, *picture.size)):
            raise ProcessError(f"It cannot be made smaller than {most_bytes / 1e6:g} MB.")
        data = encode(smaller, name)
        if len(data) <= most_bytes:
            return data, name, smaller.size
        size = len(data)
