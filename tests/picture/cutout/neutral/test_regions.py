"""Holes, and white parts that look just like them."""

from __future__ import annotations

import numpy as np
import pytest
from achromatic import ACROSS, GREY, WHITE, alpha_error, canvas, framed, hairs, on, scaled
from PIL import ImageDraw

from pipeline.picture.cutout import neutral
from pipeline.picture.cutout.neutral import regions


def mask_of(truth: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(truth[..., 3])


def slab(holes=(), parts=(), px: int = 512) -> np.ndarray:
    """A red slab with square holes and square white parts; corners and sides in sixteenths of the picture."""
    drawn, unit = canvas(px), px * ACROSS / 16
    draw = ImageDraw.Draw(drawn)
    draw.rectangle([unit, unit, 15 * unit, 15 * unit], fill=(190, 30, 40, 255))
    for squares, fill in ((holes, (0, 0, 0, 0)), (parts, (255, 255, 255, 255))):
        for x, y, side in squares:
            draw.rectangle([x * unit, y * unit, (x + side) * unit, (y + side) * unit], fill=fill)
    return scaled(drawn)


def alpha_at(found: neutral.Keyed, x: float, y: float) -> int:
    height, width = found.pixels.shape[:2]
    return int(found.pixels[round(y / 16 * height), round(x / 16 * width), 3])


@pytest.mark.parametrize("level", [WHITE - 12, GREY])
def test_where_the_backdrop_tells_white_parts_stay_and_holes_go_whatever_the_network_says(level):
    truth = slab(holes=[(3, 3, 3)], parts=[(9, 9, 3)])
    for says in (mask_of(truth), mask_of(slab()), None):
        found = neutral.key(on(truth, level), says)
        assert alpha_at(found, 4.5, 4.5) == 0
        assert alpha_at(found, 10.5, 10.5) == 255
        assert found.holes == 1


def test_an_off_white_part_is_kept_on_white():
    truth = framed(inner=(247, 247, 246))
    error = alpha_error(neutral.key(on(truth)).pixels, truth)
    assert error < 3, error


def blown_out(truth: np.ndarray) -> np.ndarray:
    """On a white beyond white but for the border: the middle tells nothing."""
    height, width = truth.shape[:2]
    y, x = np.mgrid[0:height, 0:width] / height - 0.5
    far = np.maximum(np.abs(x), np.abs(y))[..., None]
    ground = np.clip(262 - 40 * np.clip(far - 0.42, 0, 1), 0, 255)
    alpha = truth[..., 3:] / 255
    seen = truth[..., :3] * alpha + ground * (1 - alpha)
    return (seen + np.random.default_rng(1).normal(0, 1, seen.shape)).clip(0, 255).round().astype(np.uint8)


def test_where_the_backdrop_tells_nothing_the_network_decides_about_small_parts():
    truth = slab(parts=[(4, 4, 0.8)])
    assert alpha_at(neutral.key(blown_out(truth), mask_of(truth)), 4.4, 4.4) == 255
    seen_through = mask_of(slab(holes=[(4, 4, 0.8)]))
    assert alpha_at(neutral.key(blown_out(truth), seen_through), 4.4, 4.4) == 0


def test_a_large_clear_hole_is_opened_though_the_network_filled_it():
    truth = slab(holes=[(5, 5, 6)])
    found = neutral.key(blown_out(truth), mask_of(slab()))
    assert alpha_at(found, 8, 8) == 0
    assert found.holes == 1


def test_a_drawing_of_mere_lines_has_no_white_body():
    truth = hairs(512, thickness=3)
    filled = np.zeros(truth.shape[:2], np.uint8)
    filled[64:448, 64:448] = 255
    error = alpha_error(neutral.key(on(truth), filled).pixels, truth)
    assert error < 8, error


def test_regions_of_a_size_share_their_evidence():
    area = np.array([90_000.0, 1000, 1100, 950, 20])
    votes = regions._votes(area, np.array([0.0, 1, 0, 0, -1]))
    assert (votes[1:4] > regions.LEAST_VOTE).all()
    assert votes[4] < -regions.LEAST_VOTE
    assert abs(votes[0]) < regions.LEAST_VOTE


def test_evidence_seen_elsewhere_decides_against_the_network():
    holes = [(3, 3, 2), (11, 3, 2), (3, 11, 2)]  # these lie where the backdrop tells
    truth = slab(holes=[*holes, (7, 7, 1.9)])
    height, width = truth.shape[:2]
    y, x = np.mgrid[0:height, 0:width] / height - 0.5
    ground = np.clip(258 - 60 * (x * x + y * y), 0, 255)[..., None]
    alpha = truth[..., 3:] / 255
    seen = (truth[..., :3] * alpha + ground * (1 - alpha)).round().astype(np.uint8)
    found = neutral.key(seen, mask_of(slab()))
    assert found.holes == 4
    assert alpha_error(found.pixels, truth) < 2


def sheet_with_writing(*, writing: bool) -> np.ndarray:
    """An outline around white with lines that are joined to nothing, or around a hole without any."""
    drawn, unit = canvas(512), 512 * ACROSS / 16
    draw = ImageDraw.Draw(drawn)
    draw.rectangle([3 * unit, 2 * unit, 13 * unit, 14 * unit], fill=(90, 90, 110, 255))
    inner = (255, 255, 255, 255) if writing else (0, 0, 0, 0)
    draw.rectangle([4 * unit, 3 * unit, 12 * unit, 13 * unit], fill=inner)
    for line in range(3 * writing):
        draw.rectangle(
            [6 * unit, (5 + 2 * line) * unit, 10 * unit, (6 + 2 * line) * unit], fill=(40, 60, 200, 255)
        )
    return scaled(drawn)


@pytest.mark.parametrize("writing", [True, False])
def test_on_pure_white_what_something_lies_loose_in_is_a_surface(writing):
    truth = sheet_with_writing(writing=writing)
    whole = np.full(truth.shape[:2], 0, np.uint8)
    whole[64:448, 96:416] = 255
    found = neutral.key(on(truth, WHITE, drift=0, noise=0, jpeg=0), whole)
    assert alpha_error(found.pixels, truth) < 3, alpha_error(found.pixels, truth)


def test_the_middle_of_a_letter_cut_from_a_plate_leaves_it_a_hole():
    drawn, unit = canvas(512), 512 * ACROSS / 16
    draw = ImageDraw.Draw(drawn)
    for side, fill in ((2, (40, 60, 200, 255)), (4, (0, 0, 0, 0)), (6, (40, 60, 200, 255))):
        draw.rectangle([side * unit, side * unit, (16 - side) * unit, (16 - side) * unit], fill=fill)
    truth = scaled(drawn)
    whole = np.zeros(truth.shape[:2], np.uint8)
    whole[64:448, 64:448] = 255
    found = neutral.key(on(truth, WHITE, drift=0, noise=0, jpeg=0), whole)
    assert alpha_error(found.pixels, truth) < 3, alpha_error(found.pixels, truth)
