"""Glass, which only a network can guess where the backdrop has no gradient that would show through."""

from __future__ import annotations

import numpy as np
from achromatic import ACROSS, GREY, canvas, on, scaled
from PIL import ImageDraw

from pipeline.picture.cutout import neutral


def window(px: int = 512) -> np.ndarray:
    """A dark frame around a pane of white at 0.45."""
    drawn, unit = canvas(px), px * ACROSS / 16
    draw = ImageDraw.Draw(drawn)
    draw.rectangle([3 * unit, 3 * unit, 13 * unit, 13 * unit], fill=(50, 40, 30, 255))
    draw.rectangle([5 * unit, 5 * unit, 11 * unit, 11 * unit], fill=(255, 255, 255, 115))
    return scaled(drawn)


def test_a_lighter_pane_that_the_network_sees_through_is_glass():
    truth = window()
    frame = np.where(truth[..., 3] > 200, 255, 0).astype(np.uint8)
    found = neutral.key(on(truth, GREY, drift=0), frame)
    assert found.glass
    pane = found.pixels[192:320, 192:320]
    assert abs(float(pane[..., 3].mean()) - 115) < 15, pane[..., 3].mean()
    assert pane[..., :3].min() == 255


def test_glass_is_never_guessed_where_the_network_sees_a_surface_or_was_not_asked():
    truth = window()
    whole = np.where(truth[..., 3] > 0, 255, 0).astype(np.uint8)
    for mask in (whole, None):
        found = neutral.key(on(truth, GREY, drift=0), mask)
        assert not found.glass
        assert found.pixels[256, 256, 3] == 255


def test_no_glass_in_a_subject_darker_than_the_backdrop():
    truth = window().copy()
    truth[truth[..., 3] == 115] = (40, 60, 50, 255)
    assert not neutral.key(on(truth, GREY), np.zeros(truth.shape[:2], np.uint8)).glass
