"""Where a picture's own bytes end, how many frames it has and how much it carries besides pixels.

Found by structure alone: nothing is decoded, so a file that would keep a decoder busy for minutes is known in
milliseconds. Whatever follows the end is no part of the picture: padding, or another file hidden behind it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from mmap import mmap

Data = bytes | mmap

_PNG_SIGNATURE = _BOX = 8
_PNG_FRAME = 12  # of a chunk: length, kind and checksum
_JPEG_MARKER = re.compile(rb"\xff([^\x00\xff])", re.DOTALL)
_JPEG_BARE = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length: TEM, RSTn, SOI
_JPEG_END, _JPEG_COMMENT = 0xD9, 0xFE
_JPEG_APP = range(0xE0, 0xF0)
_GIF_HEADER, _GIF_IMAGE = 13, 10
_GIF_MOST_JUNK = 1_000  # bytes between blocks that readers skip
_RIFF = 8
# Boxes that hold an AVIF picture (ISO/IEC 14496-12 and 23008-12); any other at the end is filling.
_AVIF_BOXES = frozenset({b"ftyp", b"meta", b"mdat", b"moov", b"moof", b"mfra"})


@dataclass(frozen=True, slots=True)
class Extent:
    """``end`` is the offset of the first byte that is not the picture's; None when there is no telling."""

    end: int | None
    frames: int = 1
    metadata: int = 0  # bytes of what JPEG readers collect: EXIF, profiles, comments


def extent(data: Data, extension: str, most_frames: int) -> Extent:
    """The extent of a picture of that kind; counting ends just beyond ``most_frames``."""
    if extension == "gif":
        return _gif(data, most_frames)
    finder = _FINDERS.get(extension)
    return finder(data) if finder else Extent(None)


def _png(data: Data) -> Extent:
    at = _PNG_SIGNATURE
    while at + _PNG_FRAME <= len(data):
        kind = data[at + 4 : at + 8]
        at += _PNG_FRAME + int.from_bytes(data[at : at + 4], "big")
        if kind == b"IEND":
            return Extent(at if at <= len(data) else None)
    return Extent(None)


def _jpg(data: Data) -> Extent:
    at, metadata = 2, 0
    while found := _JPEG_MARKER.search(data, at):
        kind, at = found[1][0], found.end()
        if kind == _JPEG_END:
            return Extent(at, metadata=metadata)
        if kind in _JPEG_BARE:
            continue
        length = int.from_bytes(data[at : at + 2], "big")
        metadata += length * (kind in _JPEG_APP or kind == _JPEG_COMMENT)
        at += length
    return Extent(None, metadata=metadata)


def _gif(data: Data, most_frames: int) -> Extent:
    frames = junk = 0
    try:
        at = _GIF_HEADER + _gif_table(data[10])
        while frames <= most_frames and junk <= _GIF_MOST_JUNK:
            match data[at : at + 1]:
                case b";":
                    return Extent(at + 1, frames)
                case b",":
                    frames += 1
                    at = _gif_blocks(data, at + _GIF_IMAGE + _gif_table(data[at + 9]) + 1)
                case b"!":
                    at = _gif_blocks(data, at + 2)
                case b"":
                    break
                case _:
                    at, junk = at + 1, junk + 1
    except IndexError:
        pass
    return Extent(None, frames)


def _gif_table(flags: int) -> int:
    """Bytes of the colour table that flags announce."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _gif_blocks(data: Data, at: int) -> int:
    """The offset after a row of blocks, each with its length before it."""
    while length := data[at]:
        at += length + 1
    return at + 1


def _webp(data: Data) -> Extent:
    size = int.from_bytes(data[4:8], "little")
    end = _RIFF + size + size % 2
    return Extent(end if end <= len(data) else None)


def _avif(data: Data) -> Extent:
    at, end = 0, None
    while at + _BOX <= len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        elif size == 0:  # to the end of the file
            size = len(data) - at
        if size < _BOX or at + size > len(data):
            return Extent(None if kind in _AVIF_BOXES else end)
        at += size
        end = at if kind in _AVIF_BOXES else end
    return Extent(end)


_FINDERS: dict[str, Callable[[Data], Extent]] = {"png": _png, "jpg": _jpg, "webp": _webp, "avif": _avif}
