from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from pipeline.picture.sets.art import VISIBLE, Drawing
from pipeline.picture.sets.compose import Studio
from pipeline.picture.sets.geometry import Placement, Shape, place
from pipeline.targets.output import Look

SIDE = 240
PX = (16, 32, 48, 108, 162, 192)


@st.composite
def drawings(draw) -> Image.Image:
    """A few solid or faint blobs anywhere on a transparent square."""
    picture = Image.new("RGBA", (SIDE, SIDE), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    for _ in range(draw(st.integers(1, 4))):
        x, y = draw(st.integers(0, 200)), draw(st.integers(0, 200))
        box = (x, y, x + draw(st.integers(8, 39)), y + draw(st.integers(8, 39)))
        shape = draw(st.sampled_from((pen.ellipse, pen.rectangle)))
        shape(box, fill=(200, 40, 90, draw(st.sampled_from((255, 255, 120, 20)))))
    return picture


def alpha_of(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture.getchannel("A"))


def placed(picture: Image.Image, look: Look, canvas: tuple[int, int]) -> Placement:
    drawing = Drawing(picture)
    return place(Shape(picture.size, drawing.box, drawing.circle, drawing.is_opaque), look, canvas)


@settings(max_examples=60, deadline=None)
@given(drawings(), st.sampled_from(PX), st.sampled_from((0.3056, 0.4, 0.5)))
def test_no_visible_pixel_is_beyond_the_radius(picture, px, share):
    alpha = alpha_of(Studio({"master": picture}).compose(Look(fit="circle", share=share), px, px))
    y, x = np.nonzero(alpha >= VISIBLE)
    assert len(x)
    assert np.hypot(x + 0.5 - px / 2, y + 0.5 - px / 2).max() <= share * px


@settings(max_examples=60, deadline=None)
@given(drawings(), st.sampled_from(PX), st.sampled_from((0.3056, 0.4)))
def test_the_circle_is_nearly_filled(picture, px, share):
    if px * share < 30:
        return
    alpha = alpha_of(Studio({"master": picture}).compose(Look(fit="circle", share=share), px, px))
    y, x = np.nonzero(alpha >= VISIBLE)
    assert np.hypot(x + 0.5 - px / 2, y + 0.5 - px / 2).max() >= share * px - 3


@settings(max_examples=100, deadline=None)
@given(
    drawings(),
    st.integers(1, 300),
    st.integers(1, 300),
    st.sampled_from((1.0, 0.8, 0.5, 0.1)),
    st.sampled_from(("box", "circle", "cover", "whole")),
)
def test_every_placement_lies_on_the_canvas_and_in_the_drawing(picture, width, height, share, fit):
    found = placed(picture, Look(fit=fit, share=share), (width, height))
    target, (left, top, right, bottom) = found.target, found.source
    assert 0 <= target.left < target.right <= width
    assert 0 <= target.top < target.bottom <= height
    assert 0 <= left < right <= SIDE
    assert 0 <= top < bottom <= SIDE
    assert placed(picture, Look(fit=fit, share=share), (width, height)) == found


@settings(max_examples=60, deadline=None)
@given(drawings(), st.sampled_from(PX), st.sampled_from((1.0, 0.75)))
def test_what_is_solid_stays_in_its_box_and_touches_it(picture, px, share):
    box = Studio({"master": picture}).compose(Look(share=share), px, px).getchannel("A")
    box = box.point(lambda alpha: 255 * (alpha >= 26)).getbbox()
    if box is None:  # only faint things were drawn
        return
    room = px * share
    assert box[2] - box[0] <= room
    assert box[3] - box[1] <= room


def test_what_fills_its_box_fills_every_pixel_of_it():
    picture = Image.new("RGBA", (101, 77), (0, 0, 0, 0))
    picture.paste("red", (10, 13, 60, 63))
    alpha = alpha_of(Studio({"master": picture}).compose(Look(), 16, 16))
    assert alpha.min() >= 220  # the filter looks a little past the edge


def test_a_lopsided_drawing_moves_only_within_its_room():
    picture = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    ImageDraw.Draw(picture).polygon([(20, 20), (120, 280), (20, 280)], fill="red")
    found = placed(picture, Look(share=0.8), (200, 200)).target
    alpha = alpha_of(Studio({"master": picture}).compose(Look(share=0.8), 200, 200))
    ys, xs = np.nonzero(alpha >= 128)
    assert ys.min() >= 20
    assert ys.max() < 180
    assert xs.min() >= 20
    assert xs.max() < 180
    assert found.height >= 160


@pytest.mark.parametrize(("look", "box"), [(Look(), (0, 0, 90, 60)), (Look(bleed=0.5), (22, 15, 67, 45))])
def test_an_opaque_drawing_covers_its_bleed(look, box):
    found = placed(Image.new("RGB", (300, 300), "red"), look, (90, 60))
    assert (found.target.left, found.target.top, found.target.right, found.target.bottom) == box
    left, top, right, bottom = found.source
    assert (right - left) / (bottom - top) == pytest.approx(found.target.width / found.target.height)
