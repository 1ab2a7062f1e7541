"""What a set is made of: a title, a ground, a layer that is the ground alone."""

from __future__ import annotations

from pipeline.targets.brief import Brief
from pipeline.targets.output import BACKGROUND, Look


def test_the_name_is_shown_where_there_is_no_title():
    assert Brief("kite").shown == "kite"
    assert Brief("kite", "Paper kite").shown == "Paper kite"


def test_the_ground_is_a_colour_or_the_picture_for_it():
    assert Brief("kite", background="#EC4899").ground == "#EC4899"
    assert Brief("kite", background="#EC4899", slots=frozenset({"background"})).ground == BACKGROUND


def test_the_backdrop_is_the_ground_without_the_drawing_and_has_a_colour_behind_its_picture():
    for slots in (frozenset(), frozenset({"background"})):
        backdrop = Brief("kite", background="#EC4899", slots=slots).backdrop
        assert backdrop == Look("background", "cover", ground="#EC4899", opaque=True)
