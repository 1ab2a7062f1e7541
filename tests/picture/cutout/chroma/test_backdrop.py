from __future__ import annotations

import numpy as np
import pytest
from painted import GREEN, painted, ring

from pipeline.picture.cutout.chroma.backdrop import axes, estimate

EMPTY = np.zeros((120, 160, 4), np.uint8)


def slanted(height: int = 120, width: int = 160) -> np.ndarray:
    x, y = axes(height, width)
    surface = np.stack([20 + 6 * x + 0 * y, 170 - 9 * y * y + 0 * x, 64 + 5 * x * y])
    return surface.transpose(1, 2, 0)


def test_a_quadratic_surface_is_found_under_a_subject():
    surface = slanted()
    pixels = surface.round().astype(np.uint8)
    pixels[40:90, 50:120] = (220, 40, 40)
    back = estimate(pixels)
    off = np.abs(back.planes(120, 160) - surface.transpose(2, 0, 1)).max()
    assert off < 1.0, f"{off:.2f} of 255"
    assert not back.touched
    assert back.explained == 1


def test_a_subject_at_the_border_does_not_bend_the_surface():
    surface = slanted()
    pixels = surface.round().astype(np.uint8)
    pixels[60:, 60:100] = (220, 40, 40)
    back = estimate(pixels)
    assert np.abs(back.planes(120, 160) - surface.transpose(2, 0, 1)).max() < 1.5
    assert back.touched
    assert 0.8 < back.explained < 0.95


def test_places_and_boxes_see_the_same_surface():
    back = estimate(slanted().round().astype(np.uint8))
    x, y = axes(120, 160)
    rows, columns = np.array([3, 50, 119]), np.array([0, 77, 159])
    whole = back.planes(120, 160)
    assert np.abs(back.at(x[0, columns], y[rows, 0]) - whole[:, rows, columns]).max() < 0.01
    assert (back.planes(120, 160, (slice(5, 20), slice(30, 70))) == whole[:, 5:20, 30:70]).all()


def test_noise_is_measured_and_never_none():
    noisy = painted(EMPTY, GREEN)
    assert 0.8 <= max(estimate(noisy).noise) < 2.5
    assert estimate(np.full((40, 40, 3), GREEN, np.uint8)).noise == pytest.approx((0.8, 0.8, 0.8))


def test_the_colour_is_that_of_the_border():
    assert np.abs(np.array(estimate(painted(ring(96), GREEN)).color) - GREEN).max() <= 4
    flat = np.full((30, 30, 3), (10, 20, 200), np.uint8)
    assert estimate(flat).color == (10, 20, 200)
    assert estimate(flat).flatness == pytest.approx(0, abs=0.01)
