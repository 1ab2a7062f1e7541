from __future__ import annotations

import numpy as np
import pytest

from pipeline.picture.cutout.chroma.palette import MOST, palette_of

INKS = ((60.0, -12.0, 14.0), (110.0, -34.0, 34.0), (200.0, 5.0, -8.0))


def speckled(*shares: float, count: int = 6_000, noise: float = 2.0) -> np.ndarray:
    """So much of each ink, with noise, 3×N."""
    random = np.random.default_rng(1)
    parts = [np.repeat([ink], round(count * share), axis=0) for ink, share in zip(INKS, shares, strict=False)]
    colors = np.concatenate(parts).T
    return (colors + random.normal(0, noise, colors.shape)).astype(np.float32)


def test_paints_are_found_the_commonest_first():
    found = palette_of(speckled(0.2, 0.5, 0.3))
    assert np.abs(found.paints - np.array(INKS)[[1, 2, 0]]).max() < 1
    assert found.share > 0.99


def test_a_few_pixels_are_no_paint():
    found = palette_of(speckled(0.995, 0.005))
    assert len(found.paints) == 1
    assert found.share == pytest.approx(0.995, abs=0.003)


def test_what_is_of_all_colours_has_a_palette_of_little_of_it():
    random = np.random.default_rng(2)
    found = palette_of(random.uniform(-120, 120, (3, 20_000)).astype(np.float32))
    assert found.share < 0.3
    assert len(found.paints) <= MOST


def test_a_shaded_subject_has_more_than_a_palette():
    ramp = np.linspace(20, 235, 10_000)
    hues = [np.stack([ramp, one * ramp, other * ramp]) for one, other in ((0.4, -0.2), (-0.5, 0.1), (0, 0.7))]
    found = palette_of(np.concatenate(hues, axis=1).astype(np.float32))
    assert len(found.paints) == MOST
    assert found.share < 0.8


def test_nothing_has_no_paints():
    found = palette_of(np.zeros((3, 0), np.float32))
    assert found.paints.shape == (0, 3)
    assert not found.has(np.zeros((3, 2), np.float32)).any()


def test_colours_like_a_paint_are_told_from_others():
    found = palette_of(speckled(0.5, 0.5))
    colors = np.array([INKS[0], INKS[1], INKS[2]], np.float32).T
    assert found.has(colors).tolist() == [True, True, False]
