"""macOS icons, ``.icns``: chunks of a 4-character type and a big-endian length, each one size of the icon.

Types and meanings are those of the icns formats of icns-rs and icnsutil.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from pipeline.picture.containers import PNG_MAGIC, ContainerFault, png_size

MAGIC: Final = b"icns"
MAX_CHUNKS: Final = 256

Kind = Literal["png", "jp2", "rgb", "argb", "mask", "other"]

_HEAD: Final = 8
_RGB: Final = {"is32": 16, "il32": 32, "ih32": 48, "it32": 128}  # px; run-length coded planes
_ARGB: Final = {"ic04": 16, "ic05": 32, "icsb": 18}
_MASKS: Final = {"s8mk": 16, "l8mk": 32, "h8mk": 48, "t8mk": 128}
_CODED: Final = {
    "ic07": 128,
    "ic08": 256,
    "ic09": 512,
    "ic10": 1024,
    "ic11": 32,
    "ic12": 64,
    "ic13": 256,
    "ic14": 512,
    "icp4": 16,
    "icp5": 32,
    "icsB": 36,
    "sb24": 24,
    "SB24": 48,
}
MASK_OF: Final = {"is32": "s8mk", "il32": "l8mk", "ih32": "h8mk", "it32": "t8mk"}
"""The chunk with the transparency of one that has none of its own."""

_JP2: Final = (b"\0\0\0\x0cjP  ", b"\xff\x4f\xff\x51")


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk. ``px``: a side as its type says, 0 for a type without a size; ``real``: as its data says.

    ``real`` is None where the data does not say (JPEG 2000, and chunks that hold no picture).
    """

    code: str
    kind: Kind
    px: int
    real: tuple[int, int] | None
    data: bytes


def read(data: bytes) -> tuple[Chunk, ...]:
    """The chunks in the order of the file, without its table of contents. Raises ``ContainerFault``."""
    if len(data) < _HEAD or not data.startswith(MAGIC):
        raise ContainerFault("the file is no macOS icon: it does not begin as one")
    (length,) = struct.unpack_from(">I", data, 4)
    if length != len(data):
        raise ContainerFault(f"the macOS icon has {len(data)} bytes and says it has {length}")
    return tuple(_chunk(code, body) for code, body in _bodies(data) if code != "TOC ")


def _bodies(data: bytes) -> Iterator[tuple[str, bytes]]:
    at, count = _HEAD, 0
    while at < len(data):
        if len(data) - at < _HEAD:
            raise ContainerFault("the macOS icon is cut short: a chunk without its header")
        code = data[at : at + 4].decode("latin-1")
        (length,) = struct.unpack_from(">I", data, at + 4)
        count += 1
        if length < _HEAD or at + length > len(data):
            raise ContainerFault(f"the macOS icon is cut short in its chunk {count}")
        if count > MAX_CHUNKS:
            raise ContainerFault(f"the macOS icon has more than {MAX_CHUNKS} chunks")
        yield code, data[at + _HEAD : at + length]
        at += length


def _chunk(code: str, body: bytes) -> Chunk:
    px = next((table[code] for table in (_RGB, _ARGB, _MASKS, _CODED) if code in table), 0)
    if body.startswith(PNG_MAGIC):
        return Chunk(code, "png", px, png_size(body) or (0, 0), body)
    if body.startswith(_JP2):
        return Chunk(code, "jp2", px, None, body)
    if code in _MASKS:
        return Chunk(code, "mask", px, (px, px) if len(body) == px * px else (0, 0), body)
    if code in _RGB:
        packed = body[4:] if code == "it32" else body  # four bytes of nothing begin that one
        return Chunk(code, "rgb", px, _planes(packed, px, 3), body)
    if code in _ARGB:
        whole = _planes(body[4:], px, 4) if body.startswith(b"ARGB") else (0, 0)
        return Chunk(code, "argb", px, whole, body)
    return Chunk(code, "other", px, (0, 0) if px else None, body)


def _planes(packed: bytes, px: int, planes: int) -> tuple[int, int]:
    """The size that ``packed`` has by its length once unpacked; (0, 0) for any other."""
    want = planes * px * px
    whole = _unpacked(packed, want) == want or (planes == 3 and len(packed) == want)  # noqa: PLR2004
    return (px, px) if whole else (0, 0)


def _unpacked(packed: bytes, most: int) -> int:
    """How many bytes a run-length code stands for; more than ``most`` where it goes on beyond that.

    A byte below 128 announces so many plus one as they are, another so many less 125 times the next one.
    """
    at = total = 0
    while at < len(packed) and total <= most:
        control = packed[at]
        if control < 128:  # noqa: PLR2004
            at, total = at + control + 2, total + control + 1
        else:
            at, total = at + 2, total + control - 125
    return total if at == len(packed) else most + 1
