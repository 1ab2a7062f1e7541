"""Pictures on their way to a model: as much as fits."""

from __future__ import annotations

import io

import numpy as np
import pytest
from pictures import photo, subject
from PIL import Image

from pipeline.errors import ProcessError
from pipeline.picture import outgoing


def noise(px: int) -> Image.Image:
    return Image.fromarray(np.random.default_rng(1).integers(0, 256, (px, px, 3), dtype=np.uint8))


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize(
    ("name", "kind"), [("png", "PNG"), ("jpg", "JPEG"), ("webp", "WEBP"), ("avif", "AVIF")]
)
def test_every_type_a_model_may_take_is_written_without_a_word_about_itself(name, kind):
    found = opened(outgoing.encode(photo(64), name))
    assert (found.format, found.size) == (kind, (64, 64))
    assert not found.info.get("icc_profile")
    assert not found.getexif()


def test_jpeg_has_white_where_the_picture_is_transparent():
    found = opened(outgoing.encode(subject(64), "jpg"))
    assert found.mode == "RGB"
    assert min(found.getpixel((0, 0))) > 250


def test_png_keeps_every_pixel():
    assert opened(outgoing.encode(subject(64), "png")).tobytes() == subject(64).tobytes()


def test_what_this_pillow_cannot_write_says_so(monkeypatch):
    monkeypatch.setattr(outgoing, "can_write", lambda name: name != "webp")
    with pytest.raises(ProcessError, match="cannot write webp"):
        outgoing.encode(photo(8), "webp")


def test_the_first_type_that_fits_is_taken():
    picture = photo(256)
    assert outgoing.within(picture, ("png", "jpg"), 0)[1:] == ("png", (256, 256))
    size = len(outgoing.encode(picture, "png"))
    assert outgoing.within(picture, ("png", "jpg"), size)[1] == "png"
    assert outgoing.within(picture, ("png", "jpg"), size - 1)[1:] == ("jpg", (256, 256))


@pytest.mark.parametrize("formats", [("png",), ("png", "webp", "jpg"), ("jpg",)])
def test_what_never_fits_is_scaled_until_it_does(formats):
    data, name, size = outgoing.within(noise(512), formats, 60_000)
    assert len(data) <= 60_000
    assert name in formats
    assert opened(data).size == size
    assert 100 <= size[0] < 512


def test_nothing_is_scaled_below_what_the_model_or_the_eye_takes():
    with pytest.raises(ProcessError, match=r"cannot be made smaller than 0\.06 MB"):
        outgoing.within(noise(512), ("png",), 60_000, smallest_px=256)
    with pytest.raises(ProcessError, match="cannot be made smaller"):
        outgoing.within(noise(128), ("png",), 200)
