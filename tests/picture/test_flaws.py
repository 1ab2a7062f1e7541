from __future__ import annotations

import numpy as np
import pytest
from pictures import photo, subject
from PIL import Image

from pipeline.picture import flaws

GREEN = (0, 177, 64)


def noisy(px: int, level: float, spread: float = 2.0) -> Image.Image:
    pixels = np.random.default_rng(7).normal(level, spread, (px, px, 3))
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def checkerboard(px: int, square: int, light: int = 255, dark: int = 204) -> Image.Image:
    y, x = np.mgrid[0:px, 0:px] // square
    grey = np.where((x + y) % 2, dark, light).astype(np.uint8)
    return Image.fromarray(np.dstack([grey] * 3))


def on(backdrop: Image.Image, cut: Image.Image) -> Image.Image:
    return Image.alpha_composite(backdrop.convert("RGBA"), cut).convert("RGB")


@pytest.mark.parametrize(
    "picture",
    [
        Image.new("RGB", (64, 64), "red"),
        Image.new("RGBA", (64, 64)),
        noisy(256, 250),
        Image.new("RGB", (1, 1)),
    ],
    ids=["one colour", "all transparent", "noise of a generator", "one pixel"],
)
def test_a_picture_with_nothing_to_see_is_blank(picture):
    assert flaws.is_blank(picture)


@pytest.mark.parametrize(
    "picture",
    [
        photo(128),
        subject(128),
        Image.composite(Image.new("RGBA", (64, 64), "white"), Image.new("RGBA", (64, 64)), subject(64)),
        Image.linear_gradient("L").convert("RGB"),
    ],
    ids=["subject", "cut-out", "shape of one colour", "gradient"],
)
def test_a_picture_of_something_is_not(picture):
    assert not flaws.is_blank(picture)


def test_looking_leaves_the_picture_as_it_was():
    picture = photo(600)
    before = picture.tobytes()
    flaws.is_blank(picture)
    assert (picture.size, picture.tobytes()) == ((600, 600), before)


@pytest.mark.parametrize("square", [8, 13, 32])
def test_a_painted_checkerboard_is_told(square):
    assert flaws.has_painted_checkerboard(on(checkerboard(256, square), subject(256)))


@pytest.mark.parametrize(
    "picture",
    [photo(256), photo(256, "#00B140"), subject(256), checkerboard(48, 8), noisy(128, 200)],
    ids=["white", "green", "transparent", "too small to tell", "noise"],
)
def test_other_backgrounds_are_not_taken_for_one(picture):
    assert not flaws.has_painted_checkerboard(picture)


def mixed(px: int) -> Image.Image:
    """A cut-out whose edge was never unmixed: the right alpha, the colours of the picture on green."""
    picture = photo(px, "#00B140").convert("RGBA")
    picture.putalpha(subject(px).getchannel("A"))
    return picture


@pytest.mark.parametrize("px", [128, 512])
def test_an_edge_that_was_never_unmixed_has_much_of_the_backdrop(px):
    clean, left = flaws.backdrop_left(subject(px), "#00B140"), flaws.backdrop_left(mixed(px), "#00B140")
    assert clean < 0.06, f"{clean:.3f} in a clean edge"
    assert 0.25 < left < 0.6, f"{left:.3f} in a mixed one"


def test_an_edge_cut_outside_of_the_subject_has_more():
    px = 256
    wide = photo(px, "#00B140").convert("RGBA")
    alpha = np.asarray(subject(px).getchannel("A")).astype(int)
    grown = np.maximum.reduce([np.roll(alpha, step, axis) for step in (-1, 1) for axis in (0, 1)])
    wide.putalpha(Image.fromarray(grown.astype(np.uint8)))
    assert flaws.backdrop_left(wide, "#00B140") > 0.25


def test_a_shadow_is_no_fringe():
    """Black shadow on green lies between the subject's colour and the backdrop, and belongs there."""
    y, x = np.mgrid[0:256, 0:256]
    far = np.hypot(x - 128, y - 128)
    alpha = np.where(far < 60, 255, np.clip(140 - 2.0 * (far - 60), 0, 140)).astype(np.uint8)
    colors = np.where((far < 61)[..., None], (240, 230, 200), 20).astype(np.uint8)
    assert flaws.backdrop_left(Image.fromarray(np.dstack([colors, alpha])), "#00B140") == 0


@pytest.mark.parametrize(
    ("picture", "backdrop"),
    [
        (photo(128), "#00B140"),
        (Image.new("RGBA", (64, 64), (255, 0, 0, 255)), "#00B140"),
        (Image.new("RGBA", (64, 64)), "#00B140"),
        (mixed(128).convert("L").convert("RGBA"), "#808080"),
    ],
    ids=["opaque", "without an edge", "nothing", "like its backdrop"],
)
def test_where_nothing_can_be_told_nothing_is_claimed(picture, backdrop):
    assert flaws.backdrop_left(picture, backdrop) == 0


def test_greys_and_white_are_told_from_colours_and_specks_are_not_looked_at():
    ink = Image.new("RGBA", (64, 64), "#808080")
    assert (flaws.is_grey(ink), flaws.is_white(ink)) == (True, False)
    white = Image.new("RGB", (64, 64), "white")
    white.putpixel((3, 3), (255, 0, 0))
    assert (flaws.is_grey(white), flaws.is_white(white)) == (True, True)
    assert not flaws.is_grey(Image.new("RGB", (64, 64), "#EC4899"))


def test_what_is_hardly_there_has_no_colour():
    faint = Image.new("RGBA", (64, 64), "#FF000020")
    assert (flaws.is_grey(faint), flaws.is_white(faint)) == (True, True)
