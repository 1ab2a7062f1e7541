"""Panes through which the backdrop's own gradient is seen, on pictures as a generator paints them."""

from __future__ import annotations

import numpy as np
import pytest
from achromatic import ACROSS, GREY, WHITE, alpha_error, canvas, disc, edge_error, on, scaled, with_shadow
from PIL import ImageDraw

from pipeline.picture.cutout import neutral
from pipeline.picture.cutout.neutral.through import thin

PX = 512


def card(alpha: float, color=(244, 114, 182), px: int = PX) -> np.ndarray:
    """A see-through card with an opaque bar and a hole."""
    drawn, unit = canvas(px), px * ACROSS / 16
    draw = ImageDraw.Draw(drawn)
    draw.rectangle([2 * unit, 4 * unit, 14 * unit, 13 * unit], fill=(*color, round(255 * alpha)))
    draw.rectangle([3 * unit, 5 * unit, 9 * unit, 6 * unit], fill=(30, 20, 90, 255))
    draw.ellipse([10 * unit, 9 * unit, 12 * unit, 11 * unit], fill=(0, 0, 0, 0))
    return scaled(drawn)


def graded(start, end, *, across: bool = True, px: int = PX) -> np.ndarray:
    """A card whose four channels go evenly from one end to the other."""
    out = np.zeros((px, px, 4))
    along = np.linspace(0, 1, 320)[:, None]
    stripe = np.broadcast_to(np.asarray(start) * (1 - along) + np.asarray(end) * along, (320, 320, 4))
    out[96:416, 96:416] = stripe if not across else stripe.transpose(1, 0, 2)
    return out.round().astype(np.uint8)


def lit(rgba: np.ndarray, level: float, drift: float = 24.0) -> np.ndarray:
    """A subject on a backdrop under a light that falls on both alike."""
    y, x = np.mgrid[0 : rgba.shape[0], 0 : rgba.shape[1]] / rgba.shape[0] - 0.5
    light = (1 + (x + y - 2 * (x * x + y * y)) * drift / 255)[..., None]
    alpha = rgba[..., 3:] / 255
    seen = (rgba[..., :3] * alpha + level * (1 - alpha)) * light
    return (seen + np.random.default_rng(3).normal(0, 1.5, seen.shape)).clip(0, 255).round().astype(np.uint8)


@pytest.mark.parametrize("level", [WHITE - 9, GREY, 90.0])
@pytest.mark.parametrize("alpha", [0.3, 0.5, 0.8])
def test_a_pane_is_measured_by_the_gradient_behind_it(level, alpha):
    truth = card(alpha)
    found = neutral.key(on(truth, level, drift=10))
    assert found.panes
    assert alpha_error(found.pixels, truth) < 30, alpha_error(found.pixels, truth)
    pane = found.pixels[round(PX * 0.48) : round(PX * 0.54), round(PX * 0.2) : round(PX * 0.5)]
    off = np.abs(pane[..., :3].reshape(-1, 3).mean(axis=0) - (244, 114, 182)).max()
    assert off < 30, off
    assert found.pixels[round(PX * 5.5 / 16), round(PX * 6 / 16), 3] == 255  # the bar
    assert found.pixels[round(PX * 10 / 16), round(PX * 11 / 16), 3] == 0  # the hole


def test_the_edge_of_a_pane_is_clean_on_a_new_backdrop():
    truth = card(0.5)
    error = edge_error(neutral.key(on(truth, GREY, drift=10)).pixels, truth)
    assert error < 16, error


@pytest.mark.parametrize("across", [True, False])
@pytest.mark.parametrize(
    ("start", "end"),
    [
        ((14, 165, 233, 178), (168, 85, 247, 178)),
        ((255, 255, 255, 190), (255, 255, 255, 70)),
        ((90, 120, 200, 200), (240, 200, 160, 60)),
    ],
)
def test_a_pane_shaded_along_an_axis_is_measured_too(start, end, across):
    truth = graded(start, end, across=across)
    found = neutral.key(on(truth, GREY, drift=14))
    assert found.panes
    assert alpha_error(found.pixels, truth) < 40, alpha_error(found.pixels, truth)


@pytest.mark.parametrize(
    "truth",
    [
        card(1),
        disc(px=PX),
        graded((14, 165, 233, 255), (168, 85, 247, 255)),
        graded((255, 240, 230, 255), (120, 90, 80, 255), across=False),
        with_shadow(),
    ],
)
@pytest.mark.parametrize("level", [WHITE, GREY])
def test_what_is_opaque_stays(truth, level):
    assert not neutral.key(on(truth, level, drift=10)).panes


@pytest.mark.parametrize("color", [(200, 190, 180), (120, 120, 120)])
def test_a_light_that_falls_on_the_subject_as_well_is_no_pane(color):
    assert not neutral.key(lit(card(1, color), GREY)).panes


def test_a_shaded_subject_under_such_a_light_is_no_pane():
    truth = graded((150, 140, 130, 255), (250, 240, 230, 255))
    assert not neutral.key(lit(truth, GREY)).panes


@pytest.mark.parametrize("truth", [card(0.5), graded((14, 165, 233, 178), (168, 85, 247, 178))])
@pytest.mark.parametrize(("noise", "jpeg"), [(0, 0), (1.5, 90)])
def test_a_flat_backdrop_tells_nothing(truth, noise, jpeg):
    assert not neutral.key(on(truth, GREY, drift=0, noise=noise, jpeg=jpeg)).panes


def test_where_nothing_shows_through_nothing_changes():
    out = np.full((4, 4, 4), 200, np.uint8)
    thin(out, np.zeros((3, 2, 2), np.float32), np.ones((2, 2), np.float32), 2)
    assert (out == 200).all()


@pytest.mark.parametrize("shape", [(5, 5), (9, 70), (1, 40)])
def test_pictures_smaller_than_a_block_are_no_trouble(shape):
    pixels = np.full((*shape, 3), 190, np.uint8)
    pixels[shape[0] // 2, shape[1] // 2] = 20
    assert not neutral.key(pixels).panes


def test_thinning_takes_the_backdrop_out_of_the_colour():
    out = np.zeros((4, 4, 4), np.uint8)
    out[...] = (150, 100, 50, 200)
    share = np.array([[0.5, 1], [1, 1]], np.float32)
    thin(out, np.full((3, 2, 2), 100, np.float32), share, 2)
    assert (out[:2, :2] == (200, 100, 0, 100)).all()
    assert (out[2:] == (150, 100, 50, 200)).all()
