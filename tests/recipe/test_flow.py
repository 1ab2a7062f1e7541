"""Mistakes between brackets, told where they were made and not where YAML notices them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import RecipeError
from pipeline.recipe.flow import MAX_OPEN, look
from pipeline.recipe.load import parse


def said(text: str) -> str:
    with pytest.raises(RecipeError) as caught:
        parse(text, "b.yaml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "place", "colour"),
    [
        ("colors: {primary: #EC4899}\n", "1:19", "#EC4899"),
        ("colors: {primary: #EC4899, secondary: #8B5CF6}\nname: x\n", "1:19", "#EC4899"),
        ("colors: {primary: '#EC4899', secondary: #8B5CF6}\n", "1:41", "#8B5CF6"),
        ("colors: {\n  primary: #EC4899,\n  secondary: '#fff'\n}\n", "2:12", "#EC4899"),
        ("gradients: {hero: [#EC4899, #fff]}\n", "1:20", "#EC4899"),
        ("gradients: {hero: ['#EC4899', #fff]}\n", "1:31", "#fff"),
    ],
)
def test_a_colour_that_begins_a_comment(text, place, colour):
    message = said(text)
    assert message.startswith(f"b.yaml:{place}: error: # begins a comment in YAML\n")
    assert f'put the colour in quotes: "{colour}"' in message


def test_the_caret_stands_under_the_sign():
    assert said("colors: {primary: #EC4899}\n").splitlines()[1:3] == [
        "    colors: {primary: #EC4899}",
        "                      ^",
    ]


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("a: {b: 1\nc: 2\n", "1:4", "a mapping is opened with { and not closed"),
        ("a: {b: [1,\nc: 3", "1:8", "a list is opened with [ and not closed"),
        ("a: [1, 2}\n", "1:4", "a list is opened with [ and not closed"),
        ("a: {\nb\nc:\n  - d\n", "1:4", "a mapping is opened with { and not closed"),
        ("a: {b: 1 # see #fff\nc: 2", "1:4", "a mapping is opened with { and not closed"),
        ("a: {b: 'x: #fff'\nc: 2", "1:4", "a mapping is opened with { and not closed"),
        ("a: {b: 1 c: 2}", "1:11", "a comma is missing before this"),
        ("a: {b: [1]}\nc: {d: 'x: {\n", "2:8", "a quote is opened and never closed"),
    ],
)
def test_a_bracket_is_told_from_a_comma_and_a_quote(text, place, message):
    assert said(text).startswith(f"b.yaml:{place}: error: {message}\n")


def test_looking_at_brackets_without_end_ends():
    assert len(look("[" * 10_000, (0, 20)).unclosed) == MAX_OPEN + 1


@given(st.text(alphabet="{}[]:,#a'\" \n-fF0", max_size=40))
def test_whatever_is_written_the_place_lies_in_the_text(text):
    try:
        parse(text, "b.yaml")
    except RecipeError as error:
        for problem in error.problems:
            assert 1 <= problem.location.line <= text.count("\n") + 1
