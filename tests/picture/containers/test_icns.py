from __future__ import annotations

import io
import struct
from contextlib import suppress

import pytest
from drawn import plain
from hypothesis import given
from hypothesis import strategies as st

from pipeline.picture.containers import ContainerFault
from pipeline.picture.containers.icns import MAX_CHUNKS, Chunk, read


def png(px: int) -> bytes:
    stream = io.BytesIO()
    plain(px, "RGBA").save(stream, "png")
    return stream.getvalue()


def packed(count: int) -> bytes:
    """A run-length code of so many zeros."""
    runs, rest = divmod(count, 130)
    return b"\xff\0" * runs + (bytes([rest - 1]) + bytes(rest) if rest else b"")


def icns(*chunks: tuple[str, bytes]) -> bytes:
    body = b"".join(code.encode("latin-1") + struct.pack(">I", 8 + len(data)) + data for code, data in chunks)
    return b"icns" + struct.pack(">I", 8 + len(body)) + body


def sizes(*chunks: tuple[str, bytes]) -> list[tuple[str, str, int, tuple[int, int] | None]]:
    return [(one.code, one.kind, one.px, one.real) for one in read(icns(*chunks))]


def test_every_kind_of_chunk():
    assert sizes(
        ("TOC ", b"whatever"),
        ("is32", packed(3 * 256)),
        ("s8mk", bytes(256)),
        ("il32", bytes(3 * 1024)),
        ("it32", bytes(4) + packed(3 * 128 * 128)),
        ("ic04", b"ARGB" + packed(4 * 256)),
        ("ic05", png(32)),
        ("ic10", png(512)),
        ("ic09", b"\0\0\0\x0cjP  \r\n"),
        ("info", b"plist"),
    ) == [
        ("is32", "rgb", 16, (16, 16)),
        ("s8mk", "mask", 16, (16, 16)),
        ("il32", "rgb", 32, (32, 32)),
        ("it32", "rgb", 128, (128, 128)),
        ("ic04", "argb", 16, (16, 16)),
        ("ic05", "png", 32, (32, 32)),
        ("ic10", "png", 1024, (512, 512)),
        ("ic09", "jp2", 512, None),
        ("info", "other", 0, None),
    ]


@pytest.mark.parametrize(
    ("code", "data"),
    [
        ("is32", packed(3 * 256 - 1)),
        ("is32", packed(3 * 256 + 1)),
        ("is32", b"\x7f\0"),
        ("is32", b"\xff"),
        ("s8mk", bytes(255)),
        ("ic04", packed(4 * 256)),
        ("ic07", b"neither"),
        ("ic07", b"\x89PNG\r\n\x1a\n"),
    ],
)
def test_a_chunk_whose_data_is_of_no_size(code, data):
    assert [real for _, _, _, real in sizes((code, data))] == [(0, 0)]


def test_what_pillow_writes():
    stream = io.BytesIO()
    plain(1024, "RGBA").save(stream, "icns")
    found = read(stream.getvalue())
    assert {one.code for one in found} == {"ic07", "ic08", "ic09", "ic10", "ic11", "ic12", "ic13", "ic14"}
    assert all(one.real == (one.px, one.px) for one in found)
    assert isinstance(found[0], Chunk)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is no macOS icon"),
        (b"\0\0\1\0" + bytes(8), "is no macOS icon"),
        (icns(("ic07", png(128)))[:-1], "says it has"),
        (b"icns\0\0\0\x0cabcd", "a chunk without its header"),
        (b"icns\0\0\0\x10ic07\0\0\0\x07", "cut short in its chunk 1"),
        (b"icns\0\0\0\x10ic07\0\0\0\x11", "cut short in its chunk 1"),
        (icns(*[("abcd", b"")] * (MAX_CHUNKS + 1)), "more than 256 chunks"),
    ],
)
def test_what_cannot_be_read(data, why):
    with pytest.raises(ContainerFault, match=why):
        read(data)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["is32", "ic04", "s8mk", "ic07", "it32", "x\xff~!"]), st.binary(max_size=80)
        )
    )
)
def test_any_chunks_are_read(chunks):
    assert len(read(icns(*chunks))) == len(chunks)


@given(st.binary(max_size=100))
def test_any_bytes_are_read_or_refused(data):
    with suppress(ContainerFault):
        read(b"icns" + struct.pack(">I", 8 + len(data)) + data)
