from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from platform_sets import CLEAR, SOLID, with_art

from pipeline.targets.brief import Brief
from pipeline.targets.output import Look
from pipeline.targets.scenes import has_silhouette, scene, visible

SIDES = st.tuples(st.integers(1, 9000), st.integers(1, 9000))


def test_a_transparent_drawing_stands_in_a_box_on_the_ground():
    assert scene(CLEAR, (1200, 630), 0.5) == Look(share=0.5, ground="#FFFFFF", opaque=True)


def test_the_ground_and_the_drawing_may_be_others():
    assert scene(CLEAR, (9, 9), 0.5, ground="#000000", art="dark") == Look(
        "dark", share=0.5, ground="#000000", opaque=True
    )
    assert scene(with_art("background"), (9, 9), 0.5).ground == "background"


@pytest.mark.parametrize(
    ("size", "canvas", "fit"),
    [
        ((1000, 1000), (1080, 1080), "cover"),
        ((1500, 1000), (1200, 630), "cover"),
        ((1000, 1000), (1200, 630), "whole"),
        ((1000, 1000), (1290, 2796), "whole"),
        ((600, 1000), (1000, 1000), "cover"),
    ],
)
def test_an_opaque_drawing_covers_unless_too_much_is_cut_off(size, canvas, fit):
    assert scene(Brief("photo", size=size, opaque=True), canvas, 0.5).fit == fit


@given(SIDES, SIDES)
def test_what_stays_visible_is_a_share_and_the_same_both_ways(drawing, canvas):
    share = visible(drawing, canvas)
    assert 0 < share <= 1
    assert share == pytest.approx(visible(canvas, drawing))
    assert visible(drawing, drawing) == pytest.approx(1)


def test_an_opaque_drawing_has_no_silhouette_of_its_own():
    assert has_silhouette(CLEAR)
    assert not has_silhouette(SOLID)
    assert has_silhouette(with_art("monochrome", opaque=True))
