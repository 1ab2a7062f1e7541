"""PNG files that say themselves that they were made here and not changed since.

A text chunk holds the digest of the rest of the file. Whoever edits the picture and saves it either drops
the chunk or leaves one that no longer fits: both make the file theirs.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from pathlib import Path
from typing import Final

_HEAD_BYTES: Final = 33  # signature and IHDR, which must come first (PNG specification, 5.6)
_KEYWORD: Final = b"asset-pipeline\0"


def stamp(png: bytes) -> bytes:
    """``png``, a whole PNG file, with its own digest in a ``tEXt`` chunk; the picture is the same."""
    return png[:_HEAD_BYTES] + _chunk(hashlib.sha256(png)) + png[_HEAD_BYTES:]


def is_stamped(path: Path) -> bool:
    """Whether the file at ``path`` is as ``stamp`` left it; False for what cannot be read or is no file."""
    try:
        with path.open("rb") as stream:
            digest = hashlib.sha256(stream.read(_HEAD_BYTES))
            found = stream.read(_CHUNK_BYTES)
            if _KEYWORD not in found:
                return False  # most files: nothing more is read
            while block := stream.read(1 << 20):
                digest.update(block)
    except OSError:
        return False
    return found == _chunk(digest)


def _chunk(digest: hashlib._Hash) -> bytes:
    text = _KEYWORD + digest.hexdigest().encode()
    return struct.pack(">I", len(text)) + b"tEXt" + text + struct.pack(">I", zlib.crc32(b"tEXt" + text))


_CHUNK_BYTES: Final = len(_chunk(hashlib.sha256()))
