"""Apple .icns files.

Layout: ``icns`` and the whole length, then chunks, each a type of four letters, its length with this header,
and data; big-endian. ``is32`` and ``il32`` are planes of red, green and blue, run-length coded, with a mask
chunk (``s8mk``, ``l8mk``) of plain alpha; ``ic04`` and ``ic05`` are ``ARGB`` and four planes coded the same
way; the others are whole PNG files.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from pipeline.picture.sets import png

if TYPE_CHECKING:
    from PIL.Image import Image

MASKS: Final = {"is32": "s8mk", "il32": "l8mk"}
ARGB: Final = frozenset({"ic04", "ic05"})
_LONGEST_RUN: Final = 130
_LONGEST_PLAIN: Final = 128
_SHORTEST_RUN: Final = 3


def encode(entries: Sequence[tuple[str, Image | bytes]]) -> bytes:
    """Types with their square RGBA pictures, in the order given, as one .icns file.

    Where ``takes_png``, the bytes of a PNG file will do for a picture.
    """
    chunks = b"".join(chunk for code, picture in entries for chunk in _chunks(code, picture))
    return b"icns" + struct.pack(">I", 8 + len(chunks)) + chunks


def takes_png(code: str) -> bool:
    """Whether a chunk of this type holds a PNG file."""
    return code not in MASKS and code not in ARGB


def _chunks(code: str, picture: Image | bytes) -> Iterator[bytes]:
    if isinstance(picture, bytes):
        yield _chunk(code, picture)
    elif takes_png(code):
        yield _chunk(code, png.encode(picture))
    elif code in MASKS:
        yield _chunk(code, b"".join(map(pack_runs, _planes(picture)[:3])))
        yield _chunk(MASKS[code], _planes(picture)[3])
    else:
        *colors, alpha = _planes(picture)
        yield _chunk(code, b"ARGB" + b"".join(map(pack_runs, [alpha, *colors])))


def _chunk(code: str, data: bytes) -> bytes:
    return code.encode("ascii") + struct.pack(">I", 8 + len(data)) + data


def _planes(picture: Image) -> list[bytes]:
    return [band.tobytes() for band in picture.split()]


def pack_runs(plane: bytes) -> bytes:
    """The run-length code: 0..127 and 1..128 bytes as they are, or 128..255 and a byte 3..130 times."""
    packed = bytearray()
    plain = at = 0
    while at < len(plane):
        run = _run(plane, at)
        if run < _SHORTEST_RUN:
            at += run
            continue
        packed += _plain(plane[plain:at])
        packed += bytes([run + 125, plane[at]])
        at += run
        plain = at
    return bytes(packed + _plain(plane[plain:]))


def _run(plane: bytes, at: int) -> int:
    end = at + 1
    while end < len(plane) and plane[end] == plane[at] and end - at < _LONGEST_RUN:
        end += 1
    return end - at


def _plain(data: bytes) -> bytes:
    pieces = (data[at : at + _LONGEST_PLAIN] for at in range(0, len(data), _LONGEST_PLAIN))
    return b"".join(bytes([len(piece) - 1]) + piece for piece in pieces)
