"""Downloads that go wrong: each makes an answer of the bytes a result really has."""

from __future__ import annotations

import functools
import io
import itertools
import random
import struct
import zlib
from collections.abc import AsyncIterator, Callable

from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from pipeline import media
from pipeline.clock import Clock
from pipeline.sandbox.faults import Spoiler
from pipeline.sandbox.hangup import hang_up

SLOW_S = 10.0
TRICKLE_PIECES, TRICKLE_PAUSE_S = 40, 0.25
HUGE_BYTES = 64 * 10**9
ENDLESS_BYTES = 2**32  # it does end: nobody gains from a disk that is really full
BOMB_SIDE = 40_000  # px, black and white: 1.6 gigapixels, 200 MB decoded
PRIVATE = ("http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/admin.png")
LOCAL_FILE = "file:///etc/passwd"

_PIECE = bytes(2**18)
_HEAD = 41  # a PNG's signature, its IHDR chunk, and where the next chunk says what it is
_BOMB_BLOCKS = 40
_WEB_PAGE = b"<!doctype html>\n<html><title>Sign in</title><script>alert('result')</script></html>\n"


def spoiler(fault: str, clock: Clock, number: int) -> Spoiler:
    """The spoiler of a fault of the menu's downloads; ``number`` chooses among its variants."""
    return _SPOILERS[fault](clock, number)


class _CutShort(Response):
    """Declares ``length`` bytes, sends what there is, and hangs up."""

    def __init__(self, body: bytes, length: int, media_type: str) -> None:
        super().__init__(media_type=media_type, headers={"Content-Length": str(length)})
        self.body = body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        await hang_up(scope, receive)


def _slow(clock: Clock, _number: int) -> Spoiler:
    async def late(file: bytes) -> AsyncIterator[bytes]:
        await clock.sleep(SLOW_S)
        yield file

    return lambda file: _streamed(late(file), file)


def _trickle(clock: Clock, _number: int) -> Spoiler:
    async def dribble(file: bytes) -> AsyncIterator[bytes]:
        ends = [len(file) * piece // TRICKLE_PIECES for piece in range(TRICKLE_PIECES + 1)]
        for start, end in itertools.pairwise(ends):
            await clock.sleep(TRICKLE_PAUSE_S)
            yield file[start:end]

    return lambda file: _streamed(dribble(file), file)


def _streamed(pieces: AsyncIterator[bytes], file: bytes) -> Response:
    """The right bytes with the right headers, at their own pace."""
    return StreamingResponse(
        pieces, media_type=_content_type(file), headers={"Content-Length": str(len(file))}
    )


def _truncated(_clock: Clock, _number: int) -> Spoiler:
    return lambda file: _CutShort(file[: len(file) // 2], len(file), _content_type(file))


def _huge(_clock: Clock, _number: int) -> Spoiler:
    return lambda file: _CutShort(file, HUGE_BYTES, _content_type(file))


def _corrupt(_clock: Clock, number: int) -> Spoiler:
    def spoil(file: bytes) -> Response:
        noise = random.Random(number).randbytes(max(64, len(file) - _HEAD))
        return Response(file[:_HEAD] + noise, media_type=_content_type(file))

    return spoil


def _html(_clock: Clock, _number: int) -> Spoiler:
    return lambda _file: Response(_WEB_PAGE, media_type="text/html")


def _wrong_type(_clock: Clock, number: int) -> Spoiler:
    def spoil(file: bytes) -> Response:
        others = [kind for kind in ("jpg", "webp") if kind != media.sniff(file)]
        return Response(_converted(file, others[number % len(others)]), media_type=_content_type(file))

    return spoil


def _endless(_clock: Clock, _number: int) -> Spoiler:
    async def pour(file: bytes) -> AsyncIterator[bytes]:
        yield file
        for _ in range(ENDLESS_BYTES // len(_PIECE)):
            yield _PIECE

    return lambda file: StreamingResponse(pour(file), media_type=_content_type(file))


def _bomb(_clock: Clock, _number: int) -> Spoiler:
    return lambda _file: Response(bomb(), media_type="image/png")


def _redirect_private(_clock: Clock, number: int) -> Spoiler:
    return lambda _file: RedirectResponse(PRIVATE[number % len(PRIVATE)], 302)


def _redirect_file(_clock: Clock, _number: int) -> Spoiler:
    return lambda _file: RedirectResponse(LOCAL_FILE, 302)


_SPOILERS: dict[str, Callable[[Clock, int], Spoiler]] = {
    "slow": _slow,
    "trickle": _trickle,
    "truncated": _truncated,
    "corrupt": _corrupt,
    "html": _html,
    "wrong-type": _wrong_type,
    "huge-declared": _huge,
    "endless": _endless,
    "bomb": _bomb,
    "redirect-private": _redirect_private,
    "redirect-file": _redirect_file,
}


@functools.cache
def bomb() -> bytes:
    """A valid black PNG of ``BOMB_SIDE`` pixels squared, made without ever holding that many."""
    header = struct.pack(">IIBBBBB", BOMB_SIDE, BOMB_SIDE, 1, 0, 0, 0, 0)  # one bit of grey a pixel
    chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", _zeros()), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _zeros() -> bytes:
    """A zlib stream of all rows: blocks that stand for themselves may be repeated without deflating again."""
    row = 1 + -(-BOMB_SIDE // 8)  # its filter and its pixels, all zero
    deflate = zlib.compressobj(9, wbits=-15)
    block = deflate.compress(bytes(row * BOMB_SIDE // _BOMB_BLOCKS)) + deflate.flush(zlib.Z_FULL_FLUSH)
    adler = (row * BOMB_SIDE % 65521) << 16 | 1  # RFC 1950, of nothing but zeros
    return b"\x78\xda" + block * _BOMB_BLOCKS + b"\x03\x00" + struct.pack(">I", adler)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _converted(file: bytes, kind: str) -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    with Image.open(io.BytesIO(file)) as picture:
        picture.convert("RGB").save(buffer, "JPEG" if kind == "jpg" else "WEBP", quality=92)
    return buffer.getvalue()


def _content_type(file: bytes) -> str:
    return media.mime(media.sniff(file) or "png")
