"""The body of an answer in pieces of bounded size, whatever it claims to be packed in.

httpx unpacks as many layers as ``Content-Encoding`` names, each piece at once: two layers turn 64 kB into
gigabytes. Here one layer is unpacked, a megabyte at a time.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Iterator

import httpx

PIECE_BYTES = 1024 * 1024
_GZIP_OR_ZLIB = 47  # zlib's way to say: whichever header is there
_UNPACKED = ("", "identity")
_PACKED = ("gzip", "x-gzip", "deflate")


async def pieces(response: httpx.Response) -> AsyncIterator[bytes]:
    """The bytes as they were before packing, at most ``PIECE_BYTES`` at a time.

    Raises ``httpx.DecodingError`` for a packing not asked for and for what cannot be unpacked.
    """
    if response.is_stream_consumed:  # a transport that answers from memory has unpacked it
        yield response.content
        return
    packing = response.headers.get("Content-Encoding", "").strip().lower()
    if packing not in _UNPACKED + _PACKED:
        raise httpx.DecodingError("the answer is packed in a way that was not asked for")
    unpacker = zlib.decompressobj(_GZIP_OR_ZLIB) if packing in _PACKED else None
    async for raw in response.aiter_raw():
        for piece in _unpacked(raw, unpacker) if unpacker else (raw,):
            yield piece


def _unpacked(raw: bytes, unpacker: zlib._Decompress) -> Iterator[bytes]:
    while raw:
        try:
            piece = unpacker.decompress(raw, PIECE_BYTES)
        except zlib.error as error:
            raise httpx.DecodingError("the answer cannot be unpacked") from error
        raw = unpacker.unconsumed_tail
        if piece:
            yield piece
