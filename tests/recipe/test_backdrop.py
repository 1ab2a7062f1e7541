"""Which backdrop is chosen, and how it is asked for."""

from __future__ import annotations

import math

import pytest
from coloraide import Color
from hypothesis import given
from hypothesis import strategies as st

from pipeline.recipe import backdrop, colours
from pipeline.recipe.backdrop import AMPLE, CHROMA, choose, decisive

HEX = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06X}")
SUBJECTS = st.lists(HEX | st.sampled_from(list(colours.NAMES.values())), max_size=6)
CANDIDATES = [colour for _, colour in CHROMA.values()]


def distance(colour: str, subject: list[str]) -> float:
    """The smallest distance in OKLab, by another implementation."""
    here = Color(colour).convert("oklab").coords()
    return min(
        (math.dist(here, Color(other).convert("oklab").coords()) for other in subject), default=math.inf
    )


@given(SUBJECTS)
def test_nothing_near_is_chosen_while_another_is_farther(subject):
    chosen = distance(choose(subject), subject)
    assert chosen >= AMPLE - 1e-3 or chosen >= max(distance(one, subject) for one in CANDIDATES) - 1e-3


@given(SUBJECTS)
def test_green_is_chosen_whenever_it_is_far_enough(subject):
    if distance(CANDIDATES[0], subject) >= AMPLE + 1e-3:
        assert choose(subject) == CANDIDATES[0]


@given(SUBJECTS.flatmap(lambda subject: st.tuples(st.just(subject), st.permutations(subject))))
def test_the_order_of_the_colours_does_not_matter(orders):
    first, second = orders
    assert choose(first) == choose(second) == choose([*second, *first])


@given(SUBJECTS, SUBJECTS)
def test_the_decisive_colours_decide_alone_and_among_others(subject, others):
    assert choose(decisive(subject)) == choose(subject)
    assert choose([*decisive(subject), *others]) == choose([*subject, *others])
    assert len(decisive(subject)) <= len(CHROMA)


@given(SUBJECTS, SUBJECTS)
def test_a_colour_farther_than_others_already_there_changes_nothing(subject, more):
    """A candidate's room is that of its nearest colour: nothing beyond it can move the choice."""
    beyond = [
        colour
        for colour in more
        if all(distance(one, [colour]) > distance(one, subject) + 1e-3 for one in CANDIDATES)
    ]
    assert choose([*subject, *beyond]) == choose(subject)


def test_every_green_avoids_green_and_the_rest_of_the_usual_brand_does_not():
    greens = [colour for name, colour in colours.NAMES.items() if "green" in name]
    assert len(greens) >= 8
    assert CANDIDATES[0] not in {choose([green]) for green in greens}
    plain = ["#FFFFFF", "#000000", "#EC4899", "#8B5CF6"]
    assert {choose([colour]) for colour in plain} == {choose(plain)} == {CANDIDATES[0]}
    assert choose([]) == CANDIDATES[0]


def test_where_two_are_taken_the_third_is_left():
    assert choose(["#00B140", "#FF00FF"]) == "#0047BB"
    assert choose(["#00B140", "#0047BB"]) == "#FF00FF"


@given(HEX, st.sampled_from(["x", "x with a shadow"]))
def test_a_sentence_says_its_colour_and_can_be_found_again(colour, words):
    said = backdrop.sentence(colour, words)
    prompt = f"{words}. {said} No text."
    assert said.count(".") == 1
    assert backdrop.asked(prompt) == colour
    assert backdrop.without_sentence(prompt) == f"{words}. No text."


def test_the_sentence_asks_for_what_a_key_needs():
    assert backdrop.sentence("#00B140", "a coin") == (
        "On a solid chroma key green (#00B140) background, perfectly flat, uniform and evenly lit,"
        " with no cast shadow on it and no green part, reflection or spill on the subject."
    )
    assert backdrop.sentence("#FF00FF", "a coin and its shadow").endswith(
        "evenly lit, with no magenta part, reflection or spill on the subject."
    )


@pytest.mark.parametrize(
    ("colour", "shown"),
    [("#00B140", "green #00B140"), ("#0047BB", "blue #0047BB"), ("#FFFFFF", "white #FFFFFF")],
)
def test_a_backdrop_is_shown_by_name_and_digits(colour, shown):
    assert backdrop.shown(colour) == shown


def test_a_prompt_without_a_sentence_of_ours_asks_for_nothing():
    assert backdrop.asked("A coin on a green (#00B140) background.") == ""
    assert backdrop.without_sentence("A coin.") == "A coin."
