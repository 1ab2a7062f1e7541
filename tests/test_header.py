"""What picture files say of themselves, against what Pillow wrote into them."""

from __future__ import annotations

import contextlib
import io
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from pipeline import header
from pipeline.header import Header, Unreadable

KINDS = {
    "png": "PNG",
    "jpg": "JPEG",
    "webp": "WEBP",
    "avif": "AVIF",
    "gif": "GIF",
    "bmp": "BMP",
    "tiff": "TIFF",
}
LOSSY = ("jpg", "webp", "avif")


def encoded(kind: str, size: tuple[int, int] = (40, 24), mode: str = "RGB", **options: Any) -> bytes:
    stream = io.BytesIO()
    Image.new(mode, size).save(stream, KINDS[kind], **options)
    return stream.getvalue()


def read(tmp_path: Path, content: bytes) -> Header:
    path = tmp_path / "picture.any"
    path.write_bytes(content)
    return header.read(path)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_that_is_read_tells_its_size(tmp_path, kind):
    content = encoded(kind)
    found = read(tmp_path, content)
    assert found == Header(kind, 40, 24, len(content), lossless=kind not in LOSSY)


@pytest.mark.parametrize(
    ("kind", "mode", "options", "alpha"),
    [
        ("png", "RGBA", {}, True),
        ("png", "LA", {}, True),
        ("png", "P", {"transparency": 0}, True),
        ("png", "P", {}, False),
        ("webp", "RGBA", {}, True),
        ("webp", "RGBA", {"lossless": True}, True),
        ("webp", "RGB", {"lossless": True}, False),
        ("webp", "RGB", {"exif": b"Exif\0\0x"}, False),
        ("gif", "P", {"transparency": 0}, True),
        ("tiff", "RGBA", {}, True),
        ("tiff", "CMYK", {}, False),
        ("avif", "RGBA", {}, True),
    ],
)
def test_transparency_is_known_before_a_pixel_is_decoded(tmp_path, kind, mode, options, alpha):
    found = read(tmp_path, encoded(kind, mode=mode, **options))
    assert (found.alpha, found.width, found.height) == (alpha, 40, 24)


def test_a_lossless_webp_is_told_from_a_lossy_one(tmp_path):
    assert read(tmp_path, encoded("webp", lossless=True)).lossless
    assert not read(tmp_path, encoded("webp")).lossless


@pytest.mark.parametrize("kind", ["png", "webp", "gif", "tiff"])
def test_several_frames_or_pages_are_noticed(tmp_path, kind):
    frames = [Image.new("RGB", (40, 24), colour) for colour in ("red", "green", "blue")]
    stream = io.BytesIO()
    frames[0].save(stream, KINDS[kind], save_all=True, append_images=frames[1:])
    assert read(tmp_path, stream.getvalue()).moves
    assert not read(tmp_path, encoded(kind)).moves


def test_what_stands_before_the_pixels_is_passed_over(tmp_path):
    told = PngInfo()
    told.add_text("note", "x" * 5_000)
    assert read(tmp_path, encoded("png", pnginfo=told, icc_profile=b"p" * 3_000)).width == 40
    assert read(tmp_path, encoded("jpg", exif=b"Exif\0\0" + b"x" * 3_000, comment="y" * 900)).height == 24
    assert read(tmp_path, encoded("jpg", progressive=True)).width == 40


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is an empty file"),
        (b"<svg xmlns='x'/>", "it is an XML or SVG document"),
        (b"\0\0\0\x18ftypheic" + bytes(12), "it is a heic file"),
        (b"\0\0\0\x18ftypmp42" + bytes(12), "it is a mp4 file"),
        (b"II*\0\x08\0\0\0" + bytes(40), "the tiff picture is damaged or cut short"),
        (b"GIF89a", "the gif picture is damaged or cut short"),
        (b"RIFF\x10\0\0\0WEBPVP8 " + bytes(40), "the webp picture is damaged or cut short"),
        (b"\xff\xd8\xff\xda" + bytes(40), "the jpg picture is damaged or cut short"),
        (b"\xff\xd8\xff\xe0\0\x04ab\0", "the jpg picture is damaged or cut short"),
    ],
)
def test_what_is_no_still_picture_says_what_it_is(tmp_path, content, said):
    with pytest.raises(Unreadable) as caught:
        read(tmp_path, content)
    assert said in caught.value.message
    assert caught.value.hint.startswith("save it")


def test_a_file_that_is_not_there_says_so(tmp_path):
    with pytest.raises(Unreadable, match="it cannot be read: No such file"):
        header.read(tmp_path / "none.png")


def test_more_pixels_than_are_ever_read_are_refused_by_the_header(tmp_path):
    bomb = bytearray(encoded("png"))
    bomb[16:24] = (20_000).to_bytes(4, "big") * 2
    with pytest.raises(Unreadable, match="it has 400 million pixels; at most 80 are read"):
        read(tmp_path, bytes(bomb))


def test_a_file_too_large_to_be_read_is_refused_by_its_size(tmp_path):
    path = tmp_path / "huge.png"
    path.write_bytes(encoded("png"))
    with path.open("r+b") as stream:
        stream.truncate(300_000_000)
    with pytest.raises(Unreadable, match="it has 300 MB; at most 268 are read"):
        header.read(path)


def test_pictures_that_models_take_are_looked_at_without_a_decoder(tmp_path):
    for kind in ("png", "jpg", "webp"):
        (tmp_path / kind).write_bytes(encoded(kind))
    code = (
        "import sys; from pathlib import Path; from pipeline import header;"
        f"[header.read(Path({str(tmp_path)!r}) / kind) for kind in ('png', 'jpg', 'webp')];"
        "sys.exit('PIL' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.fixture(scope="module")
def whole() -> dict[str, bytes]:
    return {kind: encoded(kind) for kind in KINDS}


@given(data=st.data())
def test_a_damaged_file_is_read_or_refused_and_nothing_else(tmp_path_factory, whole, data):
    content = bytearray(whole[data.draw(st.sampled_from(sorted(whole)))])
    for _ in range(data.draw(st.integers(0, 4))):
        content[data.draw(st.integers(0, min(len(content), 200) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(bytes(content[: data.draw(st.integers(0, len(content)))]))
    with contextlib.suppress(Unreadable):
        found = header.read(path)
        assert 0 < found.width * found.height <= 80_000_000


def directory(*tags: tuple[int, int, int, int], count: int | None = None) -> bytes:
    """A little-endian TIFF of these tags (tag, type, number, value) and nothing else."""
    listed = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    return b"II*\0" + struct.pack("<IH", 8, len(tags) if count is None else count) + listed + bytes(4)


def test_a_tiff_that_points_to_more_than_it_holds_reaches_no_decoder(tmp_path):
    size = ((256, 4, 1, 10), (257, 4, 1, 10))
    assert read(tmp_path, directory(*size)).width == 10
    swollen = directory(*size, *((40_000 + n, 7, 900_000, 8) for n in range(60)))
    for content in (swollen, directory(*size, count=60_000)):
        with pytest.raises(Unreadable, match="the tiff picture has too much before its pixels"):
            read(tmp_path, content)


def test_a_tiff_of_either_byte_order_is_read(tmp_path):
    stream = io.BytesIO()
    Image.new("I;16B", (40, 24)).save(stream, "TIFF")
    assert stream.getvalue()[:2] == b"MM"
    assert (read(tmp_path, stream.getvalue()).width, read(tmp_path, stream.getvalue()).height) == (40, 24)


def test_what_decoders_forgive_is_no_reason_to_refuse(tmp_path):
    content = encoded("jpg")
    at = content.index(b"\xff\xdb")  # between two segments
    found = read(tmp_path, content[:at] + b"\0\0\0" + content[at:])
    assert (found.extension, found.width, found.lossless) == ("jpg", 40, False)


def test_markers_may_stand_alone_or_be_filled_up(tmp_path):
    content = encoded("jpg")
    at = content.index(b"\xff\xdb")
    assert read(tmp_path, content[:at] + b"\xff\x01\xff\xff" + content[at:]).width == 40


def test_a_file_of_nothing_but_headings_comes_to_an_end(tmp_path):
    heading = b"\0\0\0\0tEXt\0\0\0\0"
    for content in (
        b"\x89PNG\r\n\x1a\n" + heading * 20_000,
        b"\xff\xd8" + b"\xff\xe1\0\2" * 20_000,
        b"\xff\xd8" + b"\xff" * 20_000,
    ):
        with pytest.raises(Unreadable, match="too much before its pixels"):
            read(tmp_path, content)
