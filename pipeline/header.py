"""What a picture file says of itself before a pixel is decoded: kind, size, transparency.

PNG, JPEG and WebP, which models take, are read here, so that looking at them costs nothing, and so is TIFF,
which can point a decoder to more than it holds. For the other kinds, which are always converted before they
are sent, Pillow is asked, and for files that only it understands.
"""

from __future__ import annotations

import os
import struct
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from pipeline import media
from pipeline.errors import clean

READABLE: Final = ("png", "jpg", "webp", "avif", "gif", "bmp", "tiff")
MAX_BYTES: Final = 256 * 1024 * 1024  # decoders take a file into memory whole
_PILLOW: Final = {
    "png": "PNG",
    "jpg": "JPEG",
    "webp": "WEBP",
    "avif": "AVIF",
    "gif": "GIF",
    "bmp": "BMP",
}
_LOSSY: Final = ("jpg", "webp", "avif")
_MOST_PARTS: Final = 10_000  # chunks of a PNG, segments of a JPEG, before the pixels begin
# JPEG (ITU-T T.81, table B.1): the markers of frames, whose segments hold the size.
_JPEG_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_BARE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
_JPEG_PIXELS: Final = 0xDA
_MOST_TAGS: Final = 1_000  # of a TIFF; a few dozen are usual
_TIFF_SHORT: Final = 3
_TIFF_BYTES: Final = {3: 2, 4: 4, 5: 8, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_TIFF_EXTRA: Final = 338  # ExtraSamples: 1 and 2 are alpha, associated or not


class Unreadable(Exception):
    """The file is no still picture that can be read; the message begins small and has no full stop."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


@dataclass(frozen=True, slots=True)
class Header:
    """``width`` and ``height`` in px as stored (before EXIF rotation)."""

    extension: str  # of READABLE, by the bytes
    width: int
    height: int
    size_bytes: int
    alpha: bool = False  # whether it may be transparent somewhere
    moves: bool = False  # whether it has several frames or pages
    lossless: bool = True


def read(path: Path) -> Header:
    """The header of the picture in ``path``. Raises ``Unreadable``."""
    try:
        with path.open("rb") as stream:
            return _read(stream, path)
    except OSError as error:
        raise Unreadable(f"it cannot be read: {clean(error.strerror or error)}") from error


def _read(stream: BinaryIO, path: Path) -> Header:
    size = os.fstat(stream.fileno()).st_size
    head = stream.read(media.HEAD_BYTES)
    extension = media.sniff(head) or ""
    if extension not in READABLE:
        raise Unreadable(f"it is {media.describe(head)}", "save it as PNG, JPEG or WebP")
    if size > MAX_BYTES:
        raise Unreadable(f"it has {size / 1e6:,.0f} MB; at most {MAX_BYTES / 1e6:,.0f} are read")
    found = _by_structure(stream, extension, size) or _by_pillow(path, extension, size)
    if found is None or not (found.width and found.height):
        raise Unreadable(f"the {extension} picture is damaged or cut short", "save it again")
    if found.width * found.height > media.MAX_PIXELS:
        millions = found.width * found.height / 1e6
        most = media.MAX_PIXELS / 1e6
        raise Unreadable(f"it has {millions:,.0f} million pixels; at most {most:,.0f} are read")
    return found


def _by_structure(stream: BinaryIO, extension: str, size: int) -> Header | None:
    try:
        reader = _READERS.get(extension)
        return reader(stream, size) if reader else None
    except (struct.error, IndexError):
        return None


def _png(stream: BinaryIO, size: int) -> Header | None:
    """By the chunks before the pixels (PNG specification, section 11)."""
    stream.seek(8)
    width = height = colours = 0
    alpha = moves = False
    for _ in range(_MOST_PARTS):
        length, kind = struct.unpack(">I4s", stream.read(8))
        if kind == b"IHDR":
            width, height, _, colours = struct.unpack(">IIBB", stream.read(10))
            length -= 10
        alpha = alpha or kind == b"tRNS"
        moves = moves or kind == b"acTL"
        if kind in (b"IDAT", b"IEND"):
            return Header("png", width, height, size, alpha or bool(colours & 4), moves)
        stream.seek(length + 4, os.SEEK_CUR)
    raise _endless("png")


def _jpg(stream: BinaryIO, size: int) -> Header | None:
    stream.seek(2)
    for _ in range(_MOST_PARTS):
        if stream.read(1) != b"\xff":
            return None
        marker = stream.read(1)[0]
        if marker == 0xFF:  # noqa: PLR2004 filling: the marker may be yet to come
            stream.seek(-1, os.SEEK_CUR)
            continue
        if marker in _JPEG_BARE:
            continue
        (length,) = struct.unpack(">H", stream.read(2))
        if marker in _JPEG_FRAMES:
            _, height, width = struct.unpack(">BHH", stream.read(5))
            return Header("jpg", width, height, size, lossless=False)
        if marker == _JPEG_PIXELS:
            return None
        stream.seek(length - 2, os.SEEK_CUR)
    raise _endless("jpg")


def _endless(extension: str) -> Unreadable:
    """No decoder is to look for the pixels either."""
    return Unreadable(f"the {extension} picture has too much before its pixels", "save it again")


def _webp(stream: BinaryIO, size: int) -> Header | None:
    """By the first chunk (RFC 9649): extended, lossless or lossy."""
    stream.seek(12)
    head = stream.read(18)
    kind, data = head[:4], head[8:]
    if kind == b"VP8X":
        width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (4, 7))
        return Header("webp", width, height, size, bool(data[0] & 0x10), bool(data[0] & 2), lossless=False)
    if kind == b"VP8L":
        bits = int.from_bytes(data[1:5], "little")
        return Header("webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, size, bool(bits >> 28 & 1))
    if kind == b"VP8 " and data[3:6] == b"\x9d\x01\x2a":
        width, height = (int.from_bytes(data[at : at + 2], "little") & 0x3FFF for at in (6, 8))
        return Header("webp", width, height, size, lossless=False)
    return None


def _tiff(stream: BinaryIO, size: int) -> Header | None:
    """By the first directory (TIFF 6.0, section 2), which is bounded here: readers keep all it points to."""
    stream.seek(0)
    order = "<" if stream.read(2) == b"II" else ">"
    stream.seek(4)
    stream.seek(struct.unpack(f"{order}I", stream.read(4))[0])
    (count,) = struct.unpack(f"{order}H", stream.read(2))
    if count > _MOST_TAGS:
        raise _endless("tiff")
    found: dict[int, tuple[int, ...]] = {}
    bulk = 0
    for _ in range(count):
        tag, kind, number, value = struct.unpack(f"{order}HHI4s", stream.read(12))
        bulk += number * _TIFF_BYTES.get(kind, 1)
        found[tag] = struct.unpack(f"{order}{'HH' if kind == _TIFF_SHORT else 'I'}", value)
    if bulk > media.MAX_METADATA:
        raise _endless("tiff")
    (following,) = struct.unpack(f"{order}I", stream.read(4))
    width, height = (found.get(tag, (0,))[0] for tag in (256, 257))
    alpha = found.get(_TIFF_EXTRA, (0,))[0] in (1, 2)
    return Header("tiff", width, height, size, alpha, moves=bool(following))


_READERS: Final[dict[str, Callable[[BinaryIO, int], Header | None]]] = {
    "png": _png,
    "jpg": _jpg,
    "webp": _webp,
    "tiff": _tiff,
}


def _by_pillow(path: Path, extension: str, size: int) -> Header | None:
    """What Pillow makes of it, which forgives more than we do; None when it can make nothing of it."""
    if extension not in _PILLOW:
        return None
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of bombs, and of tags nobody knows; the bound here is ours
            with Image.open(path, formats=(_PILLOW[extension],)) as image:
                alpha, moves = image.has_transparency_data, bool(getattr(image, "is_animated", False))
                return Header(extension, *image.size, size, alpha, moves, extension not in _LOSSY)
    except Exception:  # noqa: BLE001 decoders raise nearly anything for damaged files
        return None
