from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import assert_similar, photo, subject
from PIL import Image

from pipeline.picture.export import Scaler, fit, resize


def reference(picture: Image.Image, px: int) -> np.ndarray:
    """The exact answer: LANCZOS over every pixel in floating point, colours weighted by alpha."""
    pixels = np.asarray(picture.convert("RGBA")).astype(np.float32)
    pixels[..., :3] *= pixels[..., 3:] / 255
    size = fit(picture.size, px)
    planes = [Image.fromarray(pixels[..., plane]) for plane in range(4)]
    resized = [np.asarray(plane.resize(size, Image.Resampling.LANCZOS)) for plane in planes]
    return np.clip(np.dstack(resized), 0, 255)


def decibels(picture: Image.Image, wanted: np.ndarray) -> float:
    pixels = np.asarray(picture.convert("RGBA")).astype(np.float32)
    pixels[..., :3] *= pixels[..., 3:] / 255
    return float(10 * np.log10(255**2 / np.mean((pixels - wanted) ** 2)))


@pytest.mark.parametrize("px", [24, 72, 160, 400])
@pytest.mark.parametrize("picture", [subject(1024), photo(1024)], ids=["cut out", "photo"])
def test_sizes_are_as_good_as_filtering_every_pixel(picture, px):
    quality = decibels(resize(picture, px), reference(picture, px))
    assert quality >= 42, f"{quality:.1f} dB"


def test_hidden_colours_do_not_bleed_into_visible_edges():
    picture = Image.new("RGBA", (300, 300), (0, 255, 0, 0))
    picture.paste((255, 0, 0, 255), (0, 0, 150, 300))
    small = np.asarray(resize(picture, 31))
    visible = small[small[..., 3] > 40]
    green = int(visible[:, 1].max())
    assert green <= 6, f"{green} of 255 green in a red shape"


def test_every_size_comes_from_the_full_size_picture():
    scaler = Scaler(subject(512))
    scaler.resize(24)
    assert_similar(scaler.resize(160), resize(subject(512), 160), 0)


def test_the_same_size_is_an_exact_copy():
    assert_similar(resize(subject(64), 64), subject(64), 0)


def test_only_more_pixels_than_there_are_is_enlarging():
    scaler = Scaler(Image.new("RGB", (40, 30)))
    assert [scaler.enlarges(px) for px in (39, 40, 41)] == [False, False, True]
    assert scaler.resize(80).size == (80, 60)


@given(st.tuples(st.integers(1, 9000), st.integers(1, 9000)), st.integers(1, 4096))
def test_the_longer_side_is_the_size_asked_for_and_proportions_hold(size, px):
    width, height = fit(size, px)
    assert max(width, height) == px
    assert abs(width * size[1] - height * size[0]) <= max(size)  # within one pixel
    assert min(width, height) >= 1
