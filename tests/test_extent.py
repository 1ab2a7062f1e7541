"""Where pictures end."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from pipeline.extent import Extent, extent

KINDS = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP", "avif": "AVIF", "gif": "GIF"}
BEHIND = b"PK\x03\x04<!doctype html><script>alert(1)</script>\xff\xd9"


def encoded(kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    Image.radial_gradient("L").convert("RGB").resize((40, 30)).save(stream, KINDS[kind], **options)
    return stream.getvalue()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("behind", [b"", BEHIND, b"\0" * 100], ids=["nothing", "zip", "padding"])
def test_a_picture_ends_where_it_ends_whatever_is_behind_it(kind, behind):
    content = encoded(kind)
    assert extent(content + behind, kind, 10).end == len(content)


@pytest.mark.parametrize(
    ("kind", "options"),
    [("jpg", {"progressive": True}), ("jpg", {"quality": 100}), ("webp", {"lossless": True})],
)
def test_other_ways_of_writing_one(kind, options):
    content = encoded(kind, **options)
    assert extent(content + BEHIND, kind, 10).end == len(content)


@pytest.mark.parametrize("kind", KINDS)
def test_of_one_that_is_cut_short_there_is_no_telling(kind):
    assert extent(encoded(kind)[:-30], kind, 10).end is None
    assert extent(b"", kind, 10).end is None


def test_a_kind_without_a_finder_has_no_end():
    assert extent(b"....ftypmp42", "mp4", 10) == Extent(None)


def test_what_a_jpeg_carries_is_counted_without_reading_it():
    content = encoded("jpg")
    stuffed = content[:2] + b"\xff\xe1\xff\xff" + bytes(65533) + b"\xff\xfe\x00\x04ab" + content[2:]
    assert extent(stuffed, "jpg", 10).metadata - extent(content, "jpg", 10).metadata == 65535 + 4


def animated(frames: int) -> bytes:
    pictures = [Image.new("P", (3, 2), number) for number in range(frames)]
    stream = io.BytesIO()
    pictures[0].save(stream, "GIF", save_all=True, append_images=pictures[1:], optimize=False)
    return stream.getvalue()


def test_the_frames_of_a_gif_are_counted_up_to_a_bound():
    assert extent(animated(7), "gif", 10).frames == 7
    assert extent(animated(30), "gif", 10) == Extent(None, 11)


def test_junk_between_the_blocks_of_a_gif_is_passed_over_up_to_a_bound():
    content = animated(2)
    assert extent(content[:-1] + b"x" * 50 + b";", "gif", 10) == Extent(len(content) + 50, 2)
    assert extent(content[:-1] + b"x" * 5000 + b";", "gif", 10).end is None
    assert extent(content[:-1], "gif", 10) == Extent(None, 2)


def test_a_jpeg_with_bare_markers():
    content = encoded("jpg")
    padded = content[:2] + b"\xff\x01" + content[2:]
    assert extent(padded + BEHIND, "jpg", 10).end == len(padded)


def test_boxes_with_long_sizes_and_one_to_the_end():
    ftyp = struct.pack(">I4s", 16, b"ftyp") + b"avif\0\0\0\0"
    mdat = struct.pack(">I4sQ", 1, b"mdat", 20) + b"\1" * 4
    free = struct.pack(">I4s", 12, b"free") + b"evil"
    assert extent(ftyp + mdat + free, "avif", 1).end == 36
    assert extent(ftyp + struct.pack(">I4s", 0, b"mdat") + b"\1" * 9, "avif", 1).end == 33


def test_a_chunk_that_claims_more_than_there_is():
    signature = b"\x89PNG\r\n\x1a\n"
    assert extent(signature + struct.pack(">I4s", 2**32 - 1, b"IDAT"), "png", 1).end is None
    lying = signature + struct.pack(">I4s", 9, b"IEND") + struct.pack(">I", zlib.crc32(b"IEND"))
    assert extent(lying, "png", 1).end is None


@given(st.sampled_from([*KINDS, "mp4"]), st.binary(max_size=200))
def test_any_bytes_have_an_extent_within_them_or_none(kind, content):
    found = extent(content, kind, 10).end
    assert found is None or 0 <= found <= len(content)
