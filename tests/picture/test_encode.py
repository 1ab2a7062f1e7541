from __future__ import annotations

import io
import random
import sys

import pytest
from pictures import assert_similar, photo, subject
from PIL import Image, ImageDraw, JpegImagePlugin

from pipeline.errors import ProcessError
from pipeline.picture.encode import ENCODERS, can_write, encode, flatten


def decoded(picture: Image.Image, format_name: str) -> Image.Image:
    return Image.open(io.BytesIO(encode(picture, format_name)))


def test_small_pictures_are_exact_in_png_and_webp():
    for format_name in ("png", "webp"):
        got = decoded(subject(256), format_name)
        assert_similar(got.convert("RGBa"), subject(256).convert("RGBa"), 0)  # hidden colours may differ


@pytest.mark.parametrize("picture", [subject(320), photo(320)], ids=["RGBA", "RGB"])
@pytest.mark.parametrize(("format_name", "tolerance"), [("png", 0), ("webp", 1.0), ("avif", 1.0)])
def test_pictures_come_back_as_they_went_in(picture, format_name, tolerance):
    got = decoded(picture, format_name)
    assert_similar(flatten(got), flatten(picture), tolerance)
    assert got.mode == picture.mode


def test_jpg_shows_what_is_transparent_as_white():
    got = decoded(subject(256), "jpg")
    assert got.mode == "RGB"
    assert_similar(got, photo(256), 1.0)


def test_jpg_keeps_full_colour_resolution():
    assert JpegImagePlugin.get_sampling(decoded(photo(64), "jpg")) == 0


@pytest.mark.parametrize("px", [64, 200, 1024])
def test_noise_is_written_as_jpg_without_a_word_from_the_encoder(px, capfd):
    """Its file has more bytes than pixels, and more than Pillow keeps room for when it fits the tables."""
    noise = Image.frombytes("RGB", (px, px), random.Random(px).randbytes(3 * px * px))
    data = encode(noise, "jpg")
    assert len(data) > px * px
    assert_similar(Image.open(io.BytesIO(data)), noise, 10.0)
    assert capfd.readouterr().err == ""


def test_jpg_tables_are_fitted_to_the_picture():
    picture, plain = photo(320), io.BytesIO()
    picture.save(plain, "JPEG", quality=90, subsampling="4:4:4")
    assert len(encode(picture, "jpg")) < len(plain.getvalue())


@pytest.mark.parametrize("format_name", ENCODERS)
def test_the_same_pixels_are_the_same_bytes(format_name):
    for picture in (subject(300), photo(48)):
        assert encode(picture, format_name) == encode(picture.copy(), format_name)


@pytest.mark.parametrize("format_name", ENCODERS)
def test_files_carry_neither_metadata_nor_a_profile(format_name):
    info = decoded(photo(48), format_name).info
    assert not {"exif", "icc_profile", "xmp", "comment", "dpi"} & info.keys()


def test_an_unknown_format_is_an_error_that_names_the_known_ones():
    with pytest.raises(ProcessError, match="No such picture format: bmp") as caught:
        encode(photo(8), "bmp")
    assert "avif" in caught.value.hint


def test_a_picture_too_long_for_its_format_is_an_error():
    with pytest.raises(ProcessError, match="20000×1 picture cannot be written as webp"):
        encode(Image.new("RGB", (20_000, 1)), "webp")


def test_a_pillow_without_avif_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL._avif", None)
    assert not can_write("avif")
    assert can_write("png")
    with pytest.raises(ProcessError, match="cannot write avif"):
        encode(photo(8), "avif")


def test_a_large_flat_drawing_becomes_lossless_webp_where_that_is_smaller():
    flat = Image.new("RGBA", (1600, 1600), (0, 0, 0, 0))
    pen = ImageDraw.Draw(flat)
    pen.ellipse((50, 50, 1550, 1550), fill="#EC4899")
    pen.polygon([(800, 200), (1300, 1300), (300, 1300)], fill="#FFFFFF")
    drawing = flat.resize((400, 400), Image.Resampling.LANCZOS)
    exact = decoded(drawing, "webp").convert("RGBa")
    assert exact.tobytes() == drawing.convert("RGBa").tobytes()


@pytest.mark.parametrize("height", [1, 10, 60, 72])
def test_a_low_webp_has_no_more_bytes_than_either_way(height):
    picture = photo(400).resize((400, height))
    lossy = io.BytesIO()
    picture.save(lossy, "WEBP", quality=90, method=4)
    assert len(encode(picture, "webp")) <= len(lossy.getvalue())


def test_a_large_grainy_picture_stays_lossy_and_small():
    data = encode(photo(400), "webp")
    lossless = io.BytesIO()
    photo(400).save(lossless, "WEBP", lossless=True)
    assert len(data) < len(lossless.getvalue()) / 2
