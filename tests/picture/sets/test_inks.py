from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.picture.sets.inks import greys, silhouette


def disc(glyph: str = "", color: str = "#3355CC") -> Image.Image:
    picture = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((10, 10, 389, 389), fill=color)
    if glyph:
        pen.rectangle((150, 150, 249, 249), fill=glyph)
    return picture


@pytest.mark.parametrize(("glyph", "color"), [("white", "#3355CC"), ("black", "#FFCC66")])
def test_an_inner_drawing_survives(glyph, color):
    shape = np.asarray(silhouette(disc(glyph, color)))
    assert shape[200, 200] == 0
    assert shape[200, 50] == 255
    assert abs((shape < 128)[10:390, 195:205].sum() / 10 - 100) <= 3


def test_a_plain_drawing_and_one_with_shading_keep_their_outline():
    shaded = disc()
    ramp = Image.linear_gradient("L").resize((400, 400))
    shaded = Image.merge("RGBA", (ramp, ramp, ramp, shaded.getchannel("A")))
    for picture in (disc(), shaded):
        assert silhouette(picture).tobytes() == picture.getchannel("A").tobytes()


def test_greys_are_grey_spread_and_as_transparent_as_before():
    picture = disc("#5577EE")
    got = np.asarray(greys(picture))
    assert (got[..., 0] == got[..., 1]).all()
    assert (got[..., 1] == got[..., 2]).all()
    assert (got[..., 3] == np.asarray(picture)[..., 3]).all()
    assert got[200, 200, 0] - int(got[200, 50, 0]) > 100


def test_one_colour_becomes_white_and_an_opaque_picture_stays_opaque():
    assert np.asarray(greys(disc()))[200, 200, 0] == 255
    assert greys(Image.new("RGB", (8, 8), "red")).mode == "RGB"


def test_an_invisible_drawing_stays_invisible():
    blank = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
    assert greys(blank).getextrema()[3] == (0, 0)
    assert silhouette(blank).getextrema() == (0, 0)
