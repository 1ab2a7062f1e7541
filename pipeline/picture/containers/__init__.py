"""Inside files that hold several pictures, or facts beside one: read without a decoder and within bounds."""

from __future__ import annotations

import struct
from typing import Final

PNG_MAGIC: Final = b"\x89PNG\r\n\x1a\n"
MAX_BYTES: Final = 64_000_000
"""Of a container: the largest sets of icons have a few MB."""


class ContainerFault(ValueError):
    """The bytes are not what such a file is made of. The message starts small and has no full stop."""


def png_size(data: bytes) -> tuple[int, int] | None:
    """Width and height in px of the PNG at the start of ``data``; None where there is none."""
    if not data.startswith(PNG_MAGIC) or data[12:16] != b"IHDR" or len(data) < 24:  # noqa: PLR2004
        return None
    wide, high = struct.unpack(">II", data[16:24])
    return int(wide), int(high)
