"""Windows icons, ``.ico``: a directory of pictures, each a PNG or a bitmap without its file header.

Layout: 6 bytes of header (0, 1, count), 16 bytes an entry (width and height as one byte, 0 meaning 256, then
colours, 0, planes, bits, size and offset), little-endian; from Microsoft's description of icon resources.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final, Literal

from pipeline.picture.containers import PNG_MAGIC, ContainerFault, png_size

MAGIC: Final = b"\0\0\1\0"
MAX_ENTRIES: Final = 256

_HEADER: Final = 6
_ENTRY: Final = 16
_BITMAP_HEADER: Final = 40  # the smallest that icons use: BITMAPINFOHEADER
_FULL: Final = 256


@dataclass(frozen=True, slots=True)
class IcoEntry:
    """One picture. ``width`` and ``height`` in px as listed, ``real`` as its data says."""

    width: int
    height: int
    kind: Literal["png", "bmp"]
    bits: int  # a pixel, as the data says for a bitmap, as listed for a PNG
    size_bytes: int
    real: tuple[int, int]


def read(data: bytes) -> tuple[IcoEntry, ...]:
    """The entries in the order of the file. Raises ``ContainerFault``."""
    if len(data) < _HEADER or not data.startswith(MAGIC):
        raise ContainerFault("the file is no icon: it does not begin as one")
    (count,) = struct.unpack_from("<H", data, 4)
    if not 1 <= count <= MAX_ENTRIES:
        raise ContainerFault(f"the icon lists {count} pictures; 1 to {MAX_ENTRIES} are read")
    if len(data) < _HEADER + _ENTRY * count:
        raise ContainerFault("the icon is cut short in its list of pictures")
    return tuple(_entry(data, number) for number in range(count))


def _entry(data: bytes, number: int) -> IcoEntry:
    wide, high, _, _, _, bits, size, offset = struct.unpack_from("<BBBBHHII", data, _HEADER + _ENTRY * number)
    named = f"picture {number + 1}"
    if offset < _HEADER + _ENTRY or offset + size > len(data):
        raise ContainerFault(f"the icon is cut short: its {named} ends outside the file")
    body = data[offset : offset + size]
    listed = (wide or _FULL, high or _FULL)
    if body.startswith(PNG_MAGIC):
        real = png_size(body)
        if real is None:
            raise ContainerFault(f"the icon's {named} is a damaged PNG")
        return IcoEntry(*listed, "png", bits, size, real)
    return _bitmap(body, listed, named)


def _bitmap(body: bytes, listed: tuple[int, int], named: str) -> IcoEntry:
    """A bitmap's height counts its mask as well, so it is double."""
    if len(body) < _BITMAP_HEADER:
        raise ContainerFault(f"the icon's {named} is neither a PNG nor a bitmap")
    header, wide, double, _, bits = struct.unpack_from("<IiiHH", body)
    if header < _BITMAP_HEADER or wide <= 0 or double <= 0 or bits not in (1, 4, 8, 16, 24, 32):
        raise ContainerFault(f"the icon's {named} is neither a PNG nor a bitmap")
    needed = header + (wide * bits + 31) // 32 * 4 * (double // 2)
    if len(body) < needed:
        raise ContainerFault(f"the icon's {named} is cut short: {len(body)} of at least {needed} bytes")
    return IcoEntry(*listed, "bmp", bits, len(body), (wide, double // 2))
