from __future__ import annotations

import numpy as np
import pytest
from drawn import disc, plain, rounded
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from pipeline.picture import masks


def test_whether_something_shows_through():
    assert not masks.has_alpha_below(plain(8))
    assert not masks.has_alpha_below(plain(8, "RGBA"))
    assert masks.has_alpha_below(plain(8, "RGBA", "#FF0000FE"))
    assert not masks.has_alpha_below(plain(8, "RGBA", "#FF0000FE"), 100)


def test_the_extent_of_a_body_without_its_shadow():
    canvas = plain((100, 50), "RGBA", "#00000000")
    canvas.paste("#00000060", (0, 0, 90, 50))
    canvas.paste("#2563EB", (10, 10, 60, 30))
    assert masks.extent(canvas) == (0.5, 0.4)
    assert masks.extent(canvas, 1) == (0.9, 1.0)
    assert masks.extent(plain(8)) == (1.0, 1.0)
    assert masks.extent(plain(8, "RGBA", "#00000000")) == (0.0, 0.0)


@given(st.integers(40, 300), st.floats(0.2, 1.0))
def test_a_disc_reaches_as_far_as_its_radius(px, share):
    assert masks.reach(disc(px, share)) == pytest.approx(share / 2, abs=1.5 / px)


def test_a_square_reaches_its_corners_and_a_faint_halo_nowhere():
    assert masks.reach(plain(200)) == pytest.approx(0.705, abs=0.005)
    assert masks.reach(plain(200, "RGBA", "#FF000010")) == 0


def test_a_drawing_on_a_ground():
    assert masks.reach_on_ground(disc(200, 0.8, ground="#2563EB")) == pytest.approx(0.4, abs=0.02)
    assert masks.reach_on_ground(plain(200)) == 0
    assert masks.reach_on_ground(plain(8)) is None
    halves = plain(200)
    halves.paste("black", (0, 0, 100, 200))
    assert masks.reach_on_ground(halves) is None


def test_specks_reach_nowhere():
    picture = disc(200, 0.5, ground="#2563EB").convert("RGB")
    picture.putpixel((3, 3), (255, 255, 255))
    assert masks.reach_on_ground(picture) == pytest.approx(0.25, abs=0.02)


def test_a_plate_fills_its_box_and_a_disc_does_not():
    canvas = plain(100, "RGBA", "#00000000")
    assert not masks.fills_its_box(canvas)
    canvas.paste("red", (20, 30, 70, 60))
    assert masks.fills_its_box(canvas)
    assert masks.fills_its_box(plain(9))
    assert not masks.fills_its_box(disc(100, 0.5))


@pytest.mark.parametrize("radius", [0.08, 0.1, 0.2237, 0.35])
@pytest.mark.parametrize("ground", ["white", "black", "#00000000"])
def test_rounded_corners_are_found(radius, ground):
    mode = "RGBA" if ground == "#00000000" else "RGB"
    assert masks.has_baked_corners(rounded(256, radius, ground, mode))


def test_a_squircle_is_rounded():
    at = np.abs((np.arange(256) + 0.5) / 128 - 1)
    inside = at[:, None] ** 5 + at[None, :] ** 5 <= 1
    assert masks.has_baked_corners(Image.fromarray(np.where(inside, 40, 255).astype(np.uint8)).convert("RGB"))


def diamond() -> Image.Image:
    picture = plain(256, "RGB", "white")
    ImageDraw.Draw(picture).polygon([(128, 0), (255, 128), (128, 255), (0, 128)], fill="red")
    return picture


def cut() -> Image.Image:
    picture = plain(256, "RGB", "white")
    corners = [(60, 0), (195, 0), (255, 60), (255, 195), (195, 255), (60, 255), (0, 195), (0, 60)]
    ImageDraw.Draw(picture).polygon(corners, fill="red")
    return picture


def framed() -> Image.Image:
    picture = plain(256, "RGB", "white")
    picture.paste("red", (20, 20, 236, 236))
    return picture


def one_rounded() -> Image.Image:
    picture = rounded(256, 0.2)
    picture.paste("#2563EB", (0, 0, 128, 256))
    return picture


def four_colours() -> Image.Image:
    picture = rounded(256, 0.2)
    for at, colour in zip(
        [(0, 0), (255, 0), (0, 255), (255, 255)], ["red", "lime", "blue", "gray"], strict=True
    ):
        ImageDraw.floodfill(picture, at, Image.new("RGB", (1, 1), colour).getpixel((0, 0)))
    return picture


def vignette(radius: float) -> Image.Image:
    """A picture that falls off to black beyond a circle about its centre."""
    at = (np.arange(256) + 0.5) / 256 - 0.5
    inside = np.hypot(at[:, None], at[None, :]) < radius
    return Image.fromarray(np.where(inside, 200, 0).astype(np.uint8)).convert("RGB")


@pytest.mark.parametrize("radius", [0.505, 0.53, 0.545, 0.55, 0.57, 0.6, 0.65, 0.68])
def test_a_vignette_is_a_drawing(radius):
    assert not masks.has_baked_corners(vignette(radius))


@pytest.mark.parametrize(
    "picture",
    [
        plain(256),
        plain(8),
        rounded(100, 0.2),
        disc(256, 1, ground="#2563EB"),
        disc(256, 0.8),
        diamond(),
        cut(),
        framed(),
        one_rounded(),
        four_colours(),
        Image.radial_gradient("L").convert("RGB"),
        Image.linear_gradient("L").convert("RGB"),
        Image.effect_noise((256, 256), 80).convert("RGB"),
    ],
    ids=[
        *("plain", "tiny", "small", "disc to the sides", "disc", "diamond", "cut", "framed", "one rounded"),
        *("four colours", "radial", "linear", "noise"),
    ],
)
def test_drawings_that_are_not_rounded_corners(picture):
    assert not masks.has_baked_corners(picture)


@pytest.mark.parametrize("px", [120, 180, 512])
def test_a_gradient_has_no_edge(px):
    gradient = Image.radial_gradient("L").resize((1024, 1024))
    turned = gradient.transpose(Image.Transpose.ROTATE_90)
    picture = Image.merge("RGB", [gradient, turned, gradient]).resize((px, px), Image.Resampling.LANCZOS)
    assert not masks.has_baked_corners(picture)
