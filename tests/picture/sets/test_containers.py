from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import subject
from PIL import Image

from pipeline.picture.sets import icns, ico

# --- readers written from the specifications, sharing nothing with the writers ---


def read_ico(data: bytes) -> list[tuple[int, str, Image.Image, bytes]]:
    """Of each entry: px, "png" or "bmp", the picture as RGBA, and the AND mask."""
    reserved, kind, count = struct.unpack_from("<HHH", data)
    assert (reserved, kind) == (0, 1)
    found, end = [], 6 + 16 * count
    for number in range(count):
        wide, high, _, _, planes, bits, size, offset = struct.unpack_from("<4B2H2I", data, 6 + 16 * number)
        assert offset == end  # no gap, no overlap
        end += size
        px = wide or 256
        assert (high or 256, planes, bits) == (px, 1, 32)
        block = data[offset:end]
        if block.startswith(b"\x89PNG"):
            found.append((px, "png", Image.open(io.BytesIO(block)), b""))
            continue
        head, width, double, planes, bits, packing, length = struct.unpack_from("<IiiHHII", block)
        assert (head, width, double, planes, bits, packing) == (40, px, 2 * px, 1, 32, 0)
        assert length == len(block) - 40
        rows = [block[40 + row * px * 4 :][: px * 4] for row in range(px)][::-1]
        picture = Image.frombytes("RGBA", (px, px), b"".join(rows), "raw", "BGRA")
        found.append((px, "bmp", picture, block[40 + px * px * 4 :]))
    assert end == len(data)
    return found


def read_icns(data: bytes) -> list[tuple[str, bytes]]:
    """Types and data of the chunks."""
    assert data[:4] == b"icns"
    assert struct.unpack(">I", data[4:8])[0] == len(data)
    found, at = [], 8
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at + 4)
        found.append((data[at : at + 4].decode("ascii"), data[at + 8 : at + length]))
        at += length
    assert at == len(data)
    return found


def unpack_runs(data: bytes) -> bytes:
    """What the run-length code of Apple's planes stands for."""
    plain, at = bytearray(), 0
    while at < len(data):
        if data[at] < 128:
            plain += data[at + 1 : at + 2 + data[at]]
            at += 2 + data[at]
        else:
            plain += data[at + 1 : at + 2] * (data[at] - 125)
            at += 2
    return bytes(plain)


# --- tests ---


ENTRIES = {"is32": 16, "il32": 32, "ic04": 16, "ic05": 32, "ic11": 32, "ic12": 64, "ic07": 128}
ENTRIES |= {"ic13": 256, "ic08": 256, "ic14": 512, "ic09": 512, "ic10": 1024}


def test_an_ico_holds_its_entries_in_their_order_pixel_by_pixel():
    sizes = (48, 32, 16, 20, 256)
    pictures = [subject(px) for px in sizes]
    found = read_ico(ico.encode(pictures))
    assert [(px, kind) for px, kind, _, _ in found] == [
        (48, "bmp"), (32, "bmp"), (16, "bmp"), (20, "bmp"), (256, "png"),
    ]  # fmt: skip
    for picture, (_, _, got, _) in zip(pictures, found, strict=True):
        assert got.mode == "RGBA"
        assert got.tobytes() == picture.tobytes()


@pytest.mark.parametrize("px", [16, 20, 33, 48])
def test_the_mask_of_an_ico_hides_what_is_transparent(px):
    picture = subject(px)
    ((_, _, _, mask),) = read_ico(ico.encode([picture]))
    stride = -(-px // 32) * 4
    bits = np.unpackbits(np.frombuffer(mask, np.uint8).reshape(px, stride), axis=1)[::-1, :px]
    assert (bits == (np.asarray(picture)[..., 3] < 128)).all()


def test_pillow_reads_the_ico():
    with Image.open(io.BytesIO(ico.encode([subject(px) for px in (16, 32, 256)]))) as read:
        assert read.info["sizes"] == {(16, 16), (32, 32), (256, 256)}


def test_an_icns_holds_every_chunk_pixel_by_pixel():
    data = icns.encode([(code, subject(px)) for code, px in ENTRIES.items()])
    chunks = dict(read_icns(data))
    assert list(chunks) == ["is32", "s8mk", "il32", "l8mk", *list(ENTRIES)[2:]]
    for code, mask in (("is32", "s8mk"), ("il32", "l8mk")):
        bands = [band.tobytes() for band in subject(ENTRIES[code]).split()]
        assert unpack_runs(chunks[code]) == b"".join(bands[:3])
        assert chunks[mask] == bands[3]
    for code in ("ic04", "ic05"):
        red, green, blue, alpha = (band.tobytes() for band in subject(ENTRIES[code]).split())
        assert chunks[code][:4] == b"ARGB"
        assert unpack_runs(chunks[code][4:]) == alpha + red + green + blue
    for code in list(ENTRIES)[4:]:
        with Image.open(io.BytesIO(chunks[code])) as read:
            assert (read.format, read.mode) == ("PNG", "RGBA")
            assert read.tobytes() == subject(ENTRIES[code]).tobytes()


def test_pillow_reads_the_icns():
    data = icns.encode([(code, subject(ENTRIES[code])) for code in ("is32", "il32", "ic07", "ic10")])
    with Image.open(io.BytesIO(data)) as read:
        assert {size[:2] for size in read.info["sizes"]} >= {(16, 16), (32, 32), (128, 128)}
    with Image.open(io.BytesIO(icns.encode([("il32", subject(32))]))) as read:
        assert read.size == (32, 32)
        assert read.tobytes() == subject(32).tobytes()


@given(st.binary(max_size=600) | st.lists(st.tuples(st.integers(0, 3), st.integers(1, 300))).map(
    lambda runs: b"".join(bytes([value]) * times for value, times in runs)
))  # fmt: skip
def test_runs_come_back_as_they_were(plane):
    packed = icns.pack_runs(plane)
    assert unpack_runs(packed) == plane
    assert len(packed) <= len(plane) + -(-len(plane) // 128)
