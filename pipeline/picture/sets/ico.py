"""Windows .ico files.

Layout (D: learn.microsoft.com, "Icons in Win32"; all little-endian): a directory of 6 + 16 n bytes, then each
picture. One of 256 px is a whole PNG file; a smaller one is a BITMAPINFOHEADER of twice its height, 32-bit
BGRA rows from the bottom up, and a mask of one bit a pixel for readers that know no alpha.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from pipeline.picture.sets import png

if TYPE_CHECKING:
    from PIL.Image import Image

PNG_PX: Final = 256
_DIRECTORY: Final = struct.Struct("<HHH")
_ENTRY: Final = struct.Struct("<BBBBHHII")
_HEADER: Final = struct.Struct("<IiiHHIIiiII")
_MASKED_BELOW: Final = 128  # alpha under which the mask says "not there"


def encode(pictures: Sequence[Image | bytes]) -> bytes:
    """Square RGBA pictures of 1 to 256 px, in the order given, as one .ico file.

    The bytes of a PNG file of 256² px will do for a picture.
    """
    sides = [PNG_PX if isinstance(picture, bytes) else picture.width for picture in pictures]
    blocks = [_block(picture) for picture in pictures]
    offset = _DIRECTORY.size + _ENTRY.size * len(blocks)
    entries = []
    for px, block in zip(sides, blocks, strict=True):
        side = px % PNG_PX  # 0 means 256
        entries.append(_ENTRY.pack(side, side, 0, 0, 1, 32, len(block), offset))
        offset += len(block)
    return b"".join([_DIRECTORY.pack(0, 1, len(blocks)), *entries, *blocks])


def _block(picture: Image | bytes) -> bytes:
    if isinstance(picture, bytes):
        return picture
    return png.encode(picture) if picture.width >= PNG_PX else _bitmap(picture)


def _bitmap(picture: Image) -> bytes:
    from PIL import Image

    rgba = picture.convert("RGBA")
    side = rgba.width
    rows = rgba.transpose(Image.Transpose.FLIP_TOP_BOTTOM).tobytes("raw", "BGRA")
    mask = _mask(rgba)
    header = _HEADER.pack(_HEADER.size, side, 2 * side, 1, 32, 0, len(rows) + len(mask), 0, 0, 0, 0)
    return header + rows + mask


def _mask(rgba: Image) -> bytes:
    """One bit a pixel, 1 where nothing is, from the bottom up; rows end at a multiple of 32 bits."""
    import numpy as np

    hidden = np.asarray(rgba.getchannel("A"))[::-1] < _MASKED_BELOW
    packed = np.packbits(hidden, axis=1)
    rows = np.zeros((rgba.height, -(-rgba.width // 32) * 4), np.uint8)
    rows[:, : packed.shape[1]] = packed
    return rows.tobytes()
