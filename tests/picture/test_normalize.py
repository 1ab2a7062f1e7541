from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from coloraide import Color
from hypothesis import given
from hypothesis import strategies as st
from pictures import assert_similar, icc_profile, photo, subject
from PIL import Image, ImageCms

from pipeline.errors import ProcessError
from pipeline.picture.normalize import load, normalize

DISPLAY_P3 = icc_profile(
    "Display P3",
    red=(0.51512, 0.24120, -0.00105),
    green=(0.29198, 0.69225, 0.04189),
    blue=(0.15710, 0.06657, 0.78407),
    gamma=2.2,
)


def saved(picture: Image.Image, path, **options):
    picture.save(path, **options)
    return path


def test_a_plain_picture_stays_as_it_is(tmp_path):
    assert_similar(load(saved(photo(64), tmp_path / "a.png")), photo(64), 0)
    assert_similar(load(saved(subject(64), tmp_path / "b.png")), subject(64), 0)


def test_a_photograph_held_sideways_is_turned_upright(tmp_path):
    picture = Image.new("RGB", (4, 2), "red")
    exif = Image.Exif()
    exif[0x0112] = 6  # turn clockwise to view
    assert load(saved(picture, tmp_path / "a.jpg", exif=exif)).size == (2, 4)


def test_a_wide_gamut_profile_is_converted_to_srgb(tmp_path):
    picture = Image.new("RGB", (8, 8), (140, 100, 90))
    got = load(saved(picture, tmp_path / "a.png", icc_profile=DISPLAY_P3)).getpixel((0, 0))

    linear = [(channel / 255) ** 2.2 for channel in (140, 100, 90)]
    want = Color("display-p3-linear", linear).convert("srgb").coords()
    apart = max(abs(a - b * 255) for a, b in zip(got, want, strict=True))
    assert apart <= 1.5, f"{apart:.2f} of 255 from what coloraide says"
    assert got != (140, 100, 90)


def test_alpha_survives_the_conversion_of_colours(tmp_path):
    got = load(saved(subject(64), tmp_path / "a.png", icc_profile=DISPLAY_P3))
    assert_similar(got.getchannel("A"), subject(64).getchannel("A"), 0)


def test_an_srgb_profile_changes_no_pixel(tmp_path):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert_similar(load(saved(photo(64), tmp_path / "a.png", icc_profile=profile)), photo(64), 0)


@pytest.mark.parametrize("profile", [b"not a profile", DISPLAY_P3[:200]])
def test_a_broken_profile_is_taken_as_srgb(tmp_path, profile):
    assert_similar(load(saved(photo(16), tmp_path / "a.png", icc_profile=profile)), photo(16), 0)


def test_a_profile_for_another_kind_of_picture_is_ignored(tmp_path):
    grey = Image.new("L", (4, 4), 77)
    assert load(saved(grey, tmp_path / "a.png", icc_profile=DISPLAY_P3)).getpixel((0, 0)) == (77, 77, 77)


@given(st.integers(0, 65_535))
def test_sixteen_bits_become_the_nearest_eight(value):
    wide = Image.fromarray(np.full((2, 2), value, np.uint16))
    assert normalize(wide).getpixel((0, 0)) == (round(value / 257),) * 3


def test_sixteen_bit_files_keep_their_brightness(tmp_path):
    ramp = Image.fromarray(np.arange(0, 65_536, 257, dtype=np.uint16).reshape(16, 16))
    got = np.asarray(load(saved(ramp, tmp_path / "a.png")))
    assert (got[..., 0].ravel() == np.arange(256)).all()


@pytest.mark.parametrize(
    ("mode", "color", "want"),
    [
        ("1", 1, (255, 255, 255)),
        ("L", 90, (90, 90, 90)),
        ("P", 0, (0, 0, 0)),
        ("CMYK", (0, 255, 255, 0), (255, 0, 0)),
        ("YCbCr", (128, 128, 128), (128, 128, 128)),
        ("HSV", (0, 0, 200), (200, 200, 200)),
        ("LA", (90, 255), (90, 90, 90)),
        ("LA", (90, 50), (90, 90, 90, 50)),
        ("RGBA", (1, 2, 3, 255), (1, 2, 3)),
        ("RGBA", (1, 2, 3, 4), (1, 2, 3, 4)),
    ],
)
def test_every_mode_becomes_rgb_or_with_something_to_see_through_rgba(mode, color, want):
    got = normalize(Image.new(mode, (2, 2), color))
    assert (got.mode, got.getpixel((0, 0))) == ("RGBA" if len(want) == 4 else "RGB", want)


def test_a_palette_with_a_transparent_colour_becomes_rgba(tmp_path):
    picture = Image.new("P", (2, 1), 0)
    picture.putpalette([10, 20, 30, 200, 100, 50])
    picture.putpixel((1, 0), 1)
    got = load(saved(picture, tmp_path / "a.png", transparency=0))
    assert got.getpixel((0, 0))[3] == 0
    assert got.getpixel((1, 0)) == (200, 100, 50, 255)


def test_inks_are_converted_even_where_the_profile_is_one_of_a_screen(tmp_path):
    picture = Image.new("CMYK", (8, 8), (0, 255, 255, 0))
    assert load(saved(picture, tmp_path / "a.jpg", icc_profile=DISPLAY_P3)).getpixel((4, 4)) == (255, 0, 0)


def test_metadata_is_dropped_and_the_source_left_alone(tmp_path):
    picture = photo(16)
    picture.info["comment"] = "made by hand"
    assert normalize(picture).info == {}
    assert picture.info == {"comment": "made by hand"}
    assert load(saved(photo(16), tmp_path / "a.png", dpi=(300, 300))).info == {}


def test_a_picture_with_too_many_pixels_is_refused_before_it_is_decoded(tmp_path):
    with pytest.raises(ProcessError, match=r"a\.png is 64×64: more than 4,000 pixels"):
        load(saved(photo(64), tmp_path / "a.png"), max_pixels=4_000)


@pytest.mark.parametrize(("side", "says"), [(9_500, "9500×9500"), (100_000, "far more than 80,000,000")])
def test_a_picture_bomb_is_refused(tmp_path, side, says):
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    (tmp_path / "a.png").write_bytes(bomb)
    with pytest.raises(ProcessError, match=says):
        load(tmp_path / "a.png")


def test_a_damaged_or_foreign_file_is_an_error_with_its_name(tmp_path):
    whole = saved(photo(64), tmp_path / "a.png").read_bytes()
    for number, content in enumerate((b"", b"%PDF-1.7", whole[:60], whole[:-400])):
        path = tmp_path / f"{number}.png"
        path.write_bytes(content)
        with pytest.raises(ProcessError, match=rf"{number}\.png cannot be decoded"):
            load(path)


def test_a_missing_file_is_an_error_with_its_name(tmp_path):
    with pytest.raises(ProcessError, match=r"gone\.png cannot be decoded"):
        load(tmp_path / "gone.png")


def test_floating_point_pixels_have_no_agreed_range():
    with pytest.raises(ValueError, match="no agreed range"):
        normalize(Image.new("F", (2, 2), 0.5))


def test_no_other_decoder_sees_a_file_whatever_its_name(tmp_path):
    stream = io.BytesIO()
    Image.new("RGB", (2, 2)).save(stream, "TIFF")
    (tmp_path / "a.png").write_bytes(stream.getvalue())
    with pytest.raises(ProcessError, match="cannot identify"):
        load(tmp_path / "a.png")
