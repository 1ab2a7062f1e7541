"""Answers without an end, and answers packed to explode."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import AsyncIterator

import httpx
import pytest

from pipeline.providers.kie import api as api_module
from pipeline.providers.net.body import PIECE_BYTES, pieces

MEGABYTE = bytes(1024 * 1024)


class Endless(httpx.AsyncByteStream):
    """Counts what is taken of it."""

    def __init__(self, piece: bytes = MEGABYTE, times: int = 1024) -> None:
        self.piece, self.times, self.taken = piece, times, 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for _ in range(self.times):
            self.taken += 1
            yield self.piece


def packed(content: bytes, packing: str = "gzip") -> httpx.Response:
    return httpx.Response(200, headers={"Content-Encoding": packing}, stream=Endless(content, 1))


async def read(response: httpx.Response) -> list[bytes]:
    return [piece async for piece in pieces(response)]


@pytest.mark.parametrize(
    ("packing", "pack"), [("gzip", gzip.compress), ("x-gzip", gzip.compress), ("deflate", zlib.compress)]
)
async def test_one_layer_is_unpacked_in_bounded_pieces(packing, pack):
    content = bytes(range(256)) * 20_000
    found = await read(packed(pack(content), packing))
    assert b"".join(found) == content
    assert max(map(len, found)) <= PIECE_BYTES


async def test_what_is_not_packed_passes_as_it_is():
    assert await read(httpx.Response(200, stream=Endless(b"plain", 2))) == [b"plain", b"plain"]


@pytest.mark.parametrize("packing", ["gzip, gzip", "br", "zstd", "compress", "nonsense"])
async def test_layers_and_packings_not_asked_for_are_not_unpacked(packing):
    with pytest.raises(httpx.DecodingError, match="not asked for"):
        await read(packed(gzip.compress(gzip.compress(bytes(10_000_000))), packing))


async def test_what_cannot_be_unpacked_is_said():
    with pytest.raises(httpx.DecodingError, match="cannot be unpacked"):
        await read(packed(b"not gzip at all"))


class TestCreate:
    """Whatever the answer to a create is, it is never taken for a refusal, and never a crash."""

    @pytest.fixture
    def unknown(self, provider, service):
        from pipeline.errors import OutcomeUnknown

        async def create(reply: httpx.Response) -> str:
            service.answers(reply)
            with pytest.raises(OutcomeUnknown) as caught:
                await provider.create("nano-banana-pro", {"prompt": "x"})
            assert len(service.requests) == 1
            return caught.value.message

        return create

    async def test_a_gigabyte_is_let_go_after_a_few_megabytes(self, unknown):
        body = Endless()
        await unknown(httpx.Response(200, stream=body))
        assert body.taken * len(MEGABYTE) <= api_module.MAX_ANSWER_BYTES + 2 * len(MEGABYTE)

    async def test_a_bomb_of_gzip_is_let_go_as_well(self, unknown):
        await unknown(packed(gzip.compress(bytes(500_000_000), 1)))

    @pytest.mark.parametrize("packing", ["gzip, gzip", "br"])
    async def test_a_packing_not_asked_for_is_an_answer_lost(self, unknown, packing):
        await unknown(packed(b"\x00" * 100, packing))


async def test_an_answer_in_gzip_is_understood(provider, service):
    service.answers(packed(gzip.compress(b'{"code": 200, "msg": "ok", "data": 12.5}')))
    assert await provider.balance() == 12.5


async def test_a_gigabyte_for_a_balance_is_no_answer(provider, service):
    from pipeline.errors import ServiceUnavailable

    body = Endless()
    service.answers(httpx.Response(200, stream=body))
    with pytest.raises(ServiceUnavailable):
        await provider.balance()
