from __future__ import annotations

import numpy as np
import pytest

from pipeline.picture.cutout.surface import GRAIN, Surface, border_of, cell, estimate, unbent


def painted(base, tilt=(0.0, 0.0), bow: float = 0.0, px: int = 512, noise: float = GRAIN) -> np.ndarray:
    """H×W×3: a level with a gradient and a vignette, noisy, cut off at the ends of the scale."""
    y, x = (np.mgrid[0:px, 0:px] + 0.5) / px * 2 - 1
    level = base + (tilt[0] * x + tilt[1] * y - bow * (x * x + y * y))[..., None]
    level = level + np.random.default_rng(5).normal(0, noise, (*level.shape[:2], 3))
    return level.clip(0, 255).round().astype(np.uint8)


def with_subject(seen: np.ndarray) -> np.ndarray:
    seen = seen.copy()
    seen[140:360, 150:380] = (170, 20, 60)
    return seen


@pytest.mark.parametrize("base", [(40, 40, 40), (190, 190, 190), (250, 240, 230), (0, 177, 64)])
def test_the_surface_behind_the_subject_is_known_to_a_fraction_of_a_level(base):
    seen = painted(np.array(base, float), (4, -3), 5)
    surface = estimate(with_subject(seen))
    off = (surface.over(512, 512) - seen.astype(np.float32))[160:340, 170:360].mean(axis=(0, 1))
    assert np.abs(off).max() < 0.5, off
    assert surface.fits > 0.95


@pytest.mark.parametrize("base", [0.0, 255.0])
def test_so_it_is_where_the_painter_runs_into_the_end_of_the_scale(base):
    seen = painted(base, (4, 3), 3 if base else -3)
    off = (estimate(with_subject(seen)).over(512, 512) - seen.astype(np.float32))[160:340, 170:360]
    off = off.reshape(6, 30, -1, 3).mean(axis=(1, 2))
    assert np.abs(off).max() < 0.4, off


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (16, 16), (20, 900)])
@pytest.mark.parametrize("level", [0, 130, 255])
def test_one_colour_of_any_shape_is_its_own_surface(shape, level):
    surface = estimate(np.full((*shape, 3), level, np.uint8))
    assert np.abs(surface.over(*shape) - level).max() < 0.1
    assert surface.fits == 1


def test_clutter_does_not_fit():
    clutter = (
        np.random.default_rng(2).integers(0, 256, (12, 12, 3), dtype=np.uint8).repeat(16, 0).repeat(16, 1)
    )
    assert estimate(clutter).fits < 0.3


def test_a_surface_is_the_same_at_any_size():
    terms = np.zeros((6, 3))
    terms[0], terms[1], terms[3] = 120, 10, 5
    surface = Surface(terms, 0.5, 1.0)
    large = surface.over(64, 96).reshape(32, 2, 48, 2, 3).mean(axis=(1, 3))
    assert np.abs(large - surface.over(32, 48)).max() < 0.01
    assert surface.over(4, 4).dtype == np.float32


def test_the_border_is_a_frame():
    frame = border_of(100, 200)
    assert frame[0].all()
    assert frame[:, -1].all()
    assert not frame[3:-3, 3:-3].any()
    assert border_of(1, 5).all()


@pytest.mark.parametrize("size", [(2896, 362), (362, 2896), (20, 4000), (1024, 200)])
def test_the_border_of_a_narrow_picture_is_not_half_of_it(size):
    side = cell(*size)
    cells = (size[0] // side, size[1] // side)
    assert border_of(*cells).mean() < 0.2, f"cells of {side} px"


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (64, 64), (1024, 1024), (4096, 4096)])
def test_cells_are_whole_pixels_and_few(size):
    side = cell(*size)
    assert side >= 1
    assert max(size) / side <= 200, f"cells of {side} px"


def test_the_bend_at_the_ends_of_the_scale_is_undone():
    for base in (40.0, 250.0, 253.0, 3.0):
        terms = np.zeros((6, 3))
        terms[0], terms[1] = base, 2.0
        seen = Surface(terms, 0.5, 1.0).over(8, 64).astype(np.float64)
        meant = base + 2.0 * ((np.arange(64) + 0.5) / 64 * 2 - 1)
        assert np.abs(unbent(seen)[0, :, 0] - np.clip(meant, 0, 255)).max() < 0.05


def test_beyond_the_ends_all_is_the_end():
    assert unbent(np.array([254.9, 255.0])).tolist() == pytest.approx([255, 255])
    assert unbent(np.array([0.0, 0.1])).tolist() == pytest.approx([0, 0])
