"""What only the network knows."""

from __future__ import annotations

import numpy as np
from achromatic import ACROSS, GREY, alpha_error, canvas, disc, on, scaled
from PIL import ImageDraw

from pipeline.picture.cutout import neutral


def half_outlined(px: int = 512) -> np.ndarray:
    """A white body open to one side: two dark bars, and nothing between body and backdrop elsewhere."""
    drawn, unit = canvas(px), px * ACROSS / 16
    draw = ImageDraw.Draw(drawn)
    draw.rectangle([4 * unit, 4 * unit, 12 * unit, 12 * unit], fill=(255, 255, 255, 255))
    draw.rectangle([3 * unit, 3 * unit, 13 * unit, 4 * unit], fill=(30, 40, 80, 255))
    draw.rectangle([3 * unit, 12 * unit, 13 * unit, 13 * unit], fill=(30, 40, 80, 255))
    return scaled(drawn)


def test_an_open_white_body_is_the_networks_to_claim():
    truth = half_outlined()
    clean = np.where(truth[..., 3:] > 127, truth[..., :3], 255).astype(np.uint8)
    found = neutral.key(clean, np.ascontiguousarray(truth[..., 3]))
    assert found.pixels[256, 256, 3] == 255
    assert found.guessed > 0.5
    alone = neutral.key(clean)
    assert alone.pixels[256, 256, 3] == 0


def test_the_network_claims_nothing_that_the_backdrop_denies():
    truth = disc()
    seen = on(truth, GREY)
    found = neutral.key(seen, np.full(seen.shape[:2], 255, np.uint8))
    assert found.guessed == 0
    assert alpha_error(found.pixels, truth) < 3, alpha_error(found.pixels, truth)


def test_shading_that_passes_through_the_backdrops_level_is_no_gap():
    truth = disc(px=512)
    truth = truth.copy()
    truth[..., :3] = np.linspace(100, 280, 512).clip(0, 255).astype(np.uint8)[None, :, None]
    found = neutral.key(on(truth, GREY, drift=0), np.ascontiguousarray(truth[..., 3]))
    assert found.pixels[200:312, 256, 3].min() > 200
    assert alpha_error(found.pixels, truth) < 30, alpha_error(found.pixels, truth)


def test_near_holes_that_it_filled_the_network_is_not_believed():
    truth = disc(px=512, hole=0.1)
    found = neutral.key(on(truth, GREY), np.ascontiguousarray(disc(px=512)[..., 3]))
    assert found.pixels[256, 256, 3] == 0
    assert alpha_error(found.pixels, truth) < 2, alpha_error(found.pixels, truth)
