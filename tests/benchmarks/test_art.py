"""Icons of any size, with an outline that is as steep as it was."""

from __future__ import annotations

import numpy as np
import pytest
from balls import RED, disc
from known_alpha.art import Render, draw, file_of, steepened, with_margin
from PIL import Image


@pytest.fixture
def small(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    Image.fromarray(disc(RED, px=64)).resize((32, 32), Image.Resampling.LANCZOS).save(tmp_path / "disc.png")
    return Render(tmp_path / "disc.png")


def soft_px(picture) -> int:
    """How many pixels of the middle line are neither empty nor opaque."""
    middle = np.asarray(picture)[picture.height // 2, :, 3]
    return int(((middle > 5) & (middle < 250)).sum())


def test_an_enlarged_render_keeps_its_place_color_and_steepness(small):
    icon = small.icon(128)
    pixels = np.asarray(icon)
    assert icon.size == (128, 128)
    assert (pixels[..., 3] > 127).mean() == pytest.approx(np.pi / 16, rel=0.03)
    assert np.abs(pixels[64, 64].astype(int) - (*RED, 255)).max() <= 2
    with Image.open(small.file) as opened:
        plainly = opened.resize((128, 128), Image.Resampling.BICUBIC)
    assert soft_px(icon) <= soft_px(plainly) / 2


def test_see_through_parts_and_even_slopes_stay_as_they_are():
    alpha = np.full((40, 80), 0.4, np.float32)
    alpha[:, :8] = 0
    assert steepened(alpha, 4)[20, 40] == pytest.approx(0.4)
    slope = np.tile(np.linspace(0, 1, 80, dtype=np.float32), (40, 1))
    assert np.abs(steepened(slope, 4) - slope)[:, 10:70].max() < 1e-6


def test_a_picture_is_made_once(small):
    made = draw(small, 64)
    assert made == file_of(small, 64)
    small.file.unlink()
    assert draw(small, 64) == made


def test_an_icon_stands_in_the_middle():
    icon = with_margin(Image.new("RGBA", (84, 84), "red"), 100)
    assert icon.size == (100, 100)
    assert icon.getchannel("A").getbbox() == (8, 8, 92, 92)
