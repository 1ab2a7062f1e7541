from __future__ import annotations

import struct
import zlib

import pytest
from drawn import plain
from pictures import icc_profile
from PIL import Image, ImageCms, PngImagePlugin

from pipeline.picture.containers.marks import describes_srgb, read

WIDE = icc_profile("Wide", (0.7, 0.3, 0.0), (0.2, 0.7, 0.1), (0.1, 0.1, 0.8), 2.2)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "I;16"])
def test_whether_a_png_has_an_alpha_channel(tmp_path, mode):
    plain(4, mode, 0 if mode in ("P", "1", "I;16", "L") else "white").save(tmp_path / "a.png")
    head = read(tmp_path / "a.png")
    assert (head.extension, head.width, head.height, head.alpha) == ("png", 4, 4, mode in ("RGBA", "LA"))


def test_transparent_entries_of_a_palette_are_one(tmp_path):
    plain(4, "P", 0).save(tmp_path / "a.png", transparency=0)
    assert read(tmp_path / "a.png").alpha


@pytest.mark.parametrize(("ending", "alpha"), [("jpg", False), ("webp", True), ("gif", True), ("avif", True)])
def test_other_formats(tmp_path, ending, alpha):
    plain(8, "RGBA" if alpha else "RGB", "#00000000" if alpha else "red").save(tmp_path / f"a.{ending}")
    head = read(tmp_path / f"a.{ending}")
    assert (head.extension, head.width, head.alpha, head.marks, head.profile) == (ending, 8, alpha, (), b"")


def with_chunk(data: bytes, kind: bytes, content: bytes) -> bytes:
    """A PNG with one more chunk, the last before its end."""
    chunk = struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
    return data[:-12] + chunk + data[-12:]


def test_what_a_png_carries(tmp_path):
    path = tmp_path / "a.png"
    text = PngImagePlugin.PngInfo()
    text.add_text("date:create", "2026-01-01")
    plain(4).save(path, pnginfo=text, icc_profile=WIDE)
    path.write_bytes(with_chunk(path.read_bytes(), b"tIME", bytes(7)))
    head = read(path)
    assert (head.marks, head.profile) == (("a time", "text"), WIDE)


def test_what_a_photo_carries(tmp_path):
    exif = Image.Exif()
    exif[0x010F] = "camera"
    plain(4).save(tmp_path / "a.jpg", exif=exif, comment=b"made by")
    assert read(tmp_path / "a.jpg").marks == ("EXIF", "a comment")
    plain(4).save(tmp_path / "a.png", exif=exif)
    assert read(tmp_path / "a.png").marks == ("EXIF",)


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"RIFF\0\0\0\0WEBP"]
)
def test_what_is_no_picture_has_no_head(tmp_path, content):
    (tmp_path / "a").write_bytes(content)
    assert read(tmp_path / "a") is None
    assert read(tmp_path / "lost") is None


def test_whether_a_profile_is_srgb():
    assert describes_srgb(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    assert describes_srgb(b"broken")
    assert not describes_srgb(WIDE)
