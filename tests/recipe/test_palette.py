"""Which colours an asset will show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.recipe import colours
from pipeline.recipe.palette import MOST_NAMED, PLAIN, named, own


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a coin in rose pink (#EC4899) and violet", ["#EC4899", "#8B5CF6"]),
        ("Rose Pink, off-white", ["#EC4899", "#F5F5F4"]),
        ("a dark slate gray rock", ["#1E293B"]),
        ("green (leaf-shaped)", [PLAIN["green"], PLAIN["leaf"]]),
        ("gold (#f5b521)", ["#F5B521"]),
        ("#0f0, #11223344 and #abcd", ["#00FF00", "#112233", "#AABBCC"]),
        ("bluetooth in a greenhouse, redder", []),
        ("#abcdeg, #12, no 3", []),
        ("", []),
    ],
)
def test_colours_named_in_a_text(text, found):
    assert list(named(text)) == found


@given(st.sampled_from(sorted({**PLAIN, **colours.NAMES}.items())))
def test_every_name_is_found_whole(name_and_colour):
    name, colour = name_and_colour
    assert list(named(f"x {name.upper()}, x")) == [colour]


@given(st.text(max_size=80))
def test_any_text_names_only_colours(text):
    assert all(colours.normalise(colour) == colour and len(colour) == 7 for colour in named(text))


def test_template_values_count_where_they_are_colours():
    values = {"brand.colors.a": "#EC4899", "brand.colors.b": "#22C55E80", "brand.name": "Teal", "vars.n": 7}
    assert own(values, "x") == {"#EC4899", "#22C55E"}


def test_every_colour_a_prompt_names_counts():
    assert own({}, "#101010, #202020 and #303030") == {"#101010", "#202020", "#303030"}


def test_no_prompt_keeps_the_reader_for_ever():
    many = " ".join(f"#{number:06X}" for number in range(100_000))
    assert len(own({}, many)) == MOST_NAMED
