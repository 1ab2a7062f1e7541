from __future__ import annotations

import io
import struct
from contextlib import suppress

import pytest
from drawn import plain
from hypothesis import given
from hypothesis import strategies as st

from pipeline.picture.containers import ContainerFault, png_size
from pipeline.picture.containers.ico import IcoEntry, read


def png(px: int) -> bytes:
    stream = io.BytesIO()
    plain(px, "RGBA").save(stream, "png")
    return stream.getvalue()


def bitmap(px: int, bits: int = 32) -> bytes:
    header = struct.pack("<IiiHHIIiiII", 40, px, 2 * px, 1, bits, 0, 0, 0, 0, 0, 0)
    return header + bytes((px * bits + 31) // 32 * 4 * px) + bytes((px + 31) // 32 * 4 * px)


def ico(*entries: tuple[int, bytes]) -> bytes:
    """An icon of (listed px, data)."""
    head, body = struct.pack("<HHH", 0, 1, len(entries)), b""
    for px, data in entries:
        offset = 6 + 16 * len(entries) + len(body)
        head += struct.pack("<BBBBHHII", px % 256, px % 256, 0, 0, 1, 32, len(data), offset)
        body += data
    return head + body


def test_entries_in_the_order_of_the_file():
    assert read(ico((256, png(256)), (16, bitmap(16)))) == (
        IcoEntry(256, 256, "png", 32, len(png(256)), (256, 256)),
        IcoEntry(16, 16, "bmp", 32, len(bitmap(16)), (16, 16)),
    )


@pytest.mark.parametrize("entry_format", ["bmp", "png"])
def test_what_pillow_writes(entry_format):
    stream = io.BytesIO()
    plain(48, "RGBA").save(stream, "ico", sizes=[(16, 16), (48, 48)], bitmap_format=entry_format)
    assert [(one.real, one.kind) for one in read(stream.getvalue())] == [
        ((16, 16), entry_format),
        ((48, 48), entry_format),
    ]


def test_a_size_that_is_not_the_listed_one():
    [entry] = read(ico((32, png(16))))
    assert ((entry.width, entry.height), entry.real) == ((32, 32), (16, 16))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is no icon"),
        (b"\0\0\2\0\1\0", "is no icon"),
        (b"\0\0\1\0\0\0", "lists 0 pictures"),
        (b"\0\0\1\0\xff\xff", "lists 65535 pictures"),
        (b"\0\0\1\0\2\0" + bytes(20), "cut short in its list"),
        (ico((16, bitmap(16)))[:-1], "its picture 1 ends outside"),
        (ico((16, bitmap(16)[:500])), "picture 1 is cut short: 500 of at least 1064 bytes"),
        (ico((16, b"GIF89a")), "neither a PNG nor a bitmap"),
        (ico((16, bytes(40))), "neither a PNG nor a bitmap"),
        (ico((16, png(16)[:12])), "picture 1 is a damaged PNG"),
    ],
)
def test_what_cannot_be_read(data, why):
    with pytest.raises(ContainerFault, match=why):
        read(data)


@given(st.binary(max_size=200).map(lambda data: b"\0\0\1\0" + data))
def test_any_bytes_are_read_or_refused(data):
    with suppress(ContainerFault):
        assert read(data)


def test_the_size_of_a_png():
    assert png_size(png(7)) == (7, 7)
    assert png_size(b"GIF89a") is png_size(png(7)[:20]) is None
