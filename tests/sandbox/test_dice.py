from __future__ import annotations

import sqlite3
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sandbox.chances import parse
from pipeline.sandbox.dice import Dice, identity

WHO = [f"asset {number}" for number in range(200)]


def dice(text: str, seed: int = 0, database: sqlite3.Connection | None = None) -> Dice:
    return Dice(parse(text), seed, database or sqlite3.connect(":memory:"))


def throws(thrown: Dice, order: list[tuple[str, str]]) -> dict[tuple[str, str], list[bool]]:
    """What came of each fault for each identity, throw by throw."""
    found: dict[tuple[str, str], list[bool]] = {}
    for fault, who in order:
        found.setdefault((fault, who), []).append(thrown.falls(fault, who))
    return found


@given(
    st.lists(
        st.tuples(st.sampled_from(["slow", "too-many", "record-500"]), st.sampled_from(WHO[:4])), max_size=40
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_of_requests_changes_nothing(order, random):
    text = "slow=0.3,too-many=0.3,record-500=0.5,seed=3"
    shuffled = list(order)
    random.shuffle(shuffled)
    assert throws(dice(text), order) == throws(dice(text), shuffled)


def test_another_seed_is_another_story_and_the_text_beats_the_sandbox():
    def story(text: str, seed: int) -> list[bool]:
        thrown = dice(text, seed)
        return [thrown.falls("slow", who) for who in WHO]

    assert story("slow=0.5", 1) == story("slow=0.5", 1) != story("slow=0.5", 2)
    assert story("slow=0.5,seed=1", 5) == story("slow=0.5", 1)


def test_a_chance_comes_true_about_as_often_as_it_says():
    thrown = dice("slow=0.2")
    assert 200 < sum(thrown.falls("slow", who) for who in WHO for _ in range(7)) < 360
    assert thrown.fired == {"slow": pytest.approx(280, abs=80)}


def test_certain_impossible_and_absent():
    thrown = dice("slow=1,html=0")
    assert all(thrown.falls("slow", who) for who in WHO)
    assert not any(thrown.falls(fault, who) for who in WHO for fault in ("html", "bomb"))
    assert thrown.fired == {"slow": 200, "html": 0}


def test_a_limit_is_for_whoever_comes_first():
    thrown = dice("slow=1x3")
    assert [thrown.falls("slow", who) for who in WHO[:5]] == [True, True, True, False, False]


def test_a_streak_takes_several_answers_and_counts_once():
    thrown = dice("too-many=1x1")
    lengths = Counter()
    for who in ("one", "two"):
        lengths[who] = sum(thrown.falls("too-many", who) for _ in range(9))
    assert 2 <= lengths["one"] <= 4
    assert lengths["two"] == 0
    assert thrown.fired == {"too-many": 1}


def test_streaks_differ_in_length():
    thrown = dice("too-many=0.1")
    story = "".join("x" if thrown.falls("too-many", "one") else " " for _ in range(600))
    assert {2, 3, 4} <= {len(streak) for streak in story.split()}


def test_the_first_that_comes_true_is_taken_and_the_rest_is_not_asked():
    thrown = dice("slow=1x1,html=1")
    assert [thrown.first(("bomb", "slow", "html"), "one") for _ in range(2)] == ["slow", "html"]
    assert thrown.first(("bomb",), "one") is None
    assert thrown.fired == {"slow": 1, "html": 1}


def test_a_restart_neither_repeats_a_throw_nor_forgets_a_limit():
    database = sqlite3.connect(":memory:")
    once = [dice("slow=0.5", 0, database).falls("slow", "one") for _ in range(40)]
    thrown = dice("slow=0.5")
    assert once == [thrown.falls("slow", "one") for _ in range(40)]
    database = sqlite3.connect(":memory:")
    assert [dice("slow=1x2", 0, database).falls("slow", "one") for _ in range(4)] == [
        True,
        True,
        False,
        False,
    ]


def test_a_number_stays_what_it_is():
    thrown = dice("slow=1")
    numbers = [thrown.number("slow", who, 6) for who in WHO]
    assert numbers == [thrown.number("slow", who, 6) for who in WHO]
    assert set(numbers) == set(range(6))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://127.0.0.1:1/files/aa/0.png", "http://127.0.0.1:2/files/bb/0.png", True),
        ("https://a.test/ab12.png?until=1", "https://a.test/ab12.png", True),
        ("https://a.test/ab12.png", "https://a.test/cd34.png", False),
        ("a coin", "a star", False),
        ("http://[", "http://]", False),
    ],
)
def test_addresses_count_by_their_file_alone(one, other, same):
    first, second = (identity("m", {"prompt": "x", "image_input": [url], "n": 1}) for url in (one, other))
    assert (first == second) is same
    assert identity("m", {"prompt": one, "a": {"b": [url] if (url := other) else 0}}) != identity("n", {})
