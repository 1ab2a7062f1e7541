from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from pictures import photo, subject
from PIL import Image

from pipeline.picture.color import dominant


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_a_picture_of_one_colour_has_that_colour(color):
    assert dominant(Image.new("RGB", (9, 7), color)) == "#{:02X}{:02X}{:02X}".format(*color)


def test_the_most_common_colour_wins():
    picture = Image.new("RGB", (100, 100), (20, 40, 200))
    picture.paste((250, 10, 10), (0, 0, 100, 30))
    assert dominant(picture) == "#1428C8"


def test_what_is_transparent_does_not_count():
    picture = Image.new("RGBA", (100, 100), (0, 255, 0, 0))
    picture.paste((200, 10, 10, 255), (0, 0, 20, 20))
    assert dominant(picture) == "#C80A0A"


def test_nothing_opaque_has_no_colour():
    assert dominant(Image.new("RGBA", (10, 10), (1, 2, 3, 90))) == ""


def test_a_cut_out_is_not_the_colour_of_its_backdrop():
    assert dominant(photo(200)) == "#FFFFFF"
    found = dominant(subject(200))
    assert re.fullmatch("#[0-9A-F]{6}", found)
    assert found != "#FFFFFF"
