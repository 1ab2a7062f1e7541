"""What a plan says of an asset whose result did not pass its checks, and of what attempts may cost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from acts import FIRST, SECOND, act, entry, purchase, said
from builders import asset, recipe

from pipeline.plan.build import Plan, build
from pipeline.plan.decide import Facts, Wishes
from pipeline.recipe import expectations as asked
from pipeline.recipe.spec import Asset, Icon

CHECKS = asked.Expectations(not_blank=True)
COIN = asset("coin", checks=CHECKS, attempts=3)


def pale(attempt: int = 1, of: Asset = COIN):
    return entry(of, unmet=("too pale",), attempt=attempt)


def test_it_is_made_again_while_attempts_are_left() -> None:
    action = act(COIN, entry=pale())
    assert (action.kind, action.credits, action.attempt) == ("remake", 18.0, 2)
    assert said(action) == ["too pale", "attempt 2 of 3"]


def test_with_the_last_attempt_it_is_left_as_it_is() -> None:
    assert act(COIN, entry=pale(3)).kind == "none"


def test_without_attempts_nothing_is_bought_for_a_check() -> None:
    once = replace(COIN, attempts=1)
    assert act(once, entry=pale(of=once)).kind == "none"


def test_a_local_change_is_tried_first_for_it_is_free() -> None:
    action = act(replace(COIN, icons=(Icon("48", 48),)), entry=pale())
    assert (action.kind, action.credits, action.attempt) == ("rework", 0.0, 1)


def test_an_attempt_that_came_in_is_delivered_as_the_next_one() -> None:
    action = act(COIN, entry=pale(), purchases=(purchase("fetched", number=2, original=SECOND),))
    assert (action.kind, action.original, action.attempt) == ("deliver", SECOND, 2)


def test_an_attempt_under_way_is_followed_as_the_next_one() -> None:
    action = act(COIN, entry=pale(2), purchases=(purchase("submitted", number=3),))
    assert (action.kind, action.attempt) == ("resume", 3)


def test_the_same_picture_bought_again_is_another_attempt() -> None:
    action = act(COIN, entry=pale(), purchases=(purchase("fetched", number=2, original=FIRST),))
    assert action.attempt == 2


def test_without_a_lock_what_was_bought_of_the_request_counts() -> None:
    bought = tuple(purchase("delivered", number=n, original=FIRST) for n in (1, 2, 3))
    assert act(COIN, disk={}, purchases=bought).attempt == 3
    assert act(COIN, disk={}, purchases=(*bought, purchase("submitted", number=4))).attempt == 4


def test_to_regenerate_begins_to_count_anew() -> None:
    action = act(COIN, Wishes(regenerate=True), entry=pale(3))
    assert (action.kind, action.attempt) == ("remake", 1)


def test_another_request_begins_to_count_anew() -> None:
    other = asset("coin", prompt="a better coin", checks=CHECKS, attempts=3)
    action = act(other, entry=pale(3))
    assert (action.kind, action.attempt) == ("remake", 1)


@pytest.mark.parametrize(
    ("facts", "certain", "at_most"),
    [
        ({}, 18, 54),
        ({"entry": pale(), "held": frozenset({FIRST.sha256}), "disk": dict(pale().files)}, 18, 36),
        ({"entry": pale(3), "held": frozenset({FIRST.sha256}), "disk": dict(pale().files)}, 0, 0),
        ({"purchases": (purchase("submitted"),)}, 0, 36),
        ({"purchases": (purchase("unknown"),)}, 0, 0),
        ({"purchases": (purchase("fetched", original=FIRST),), "held": frozenset({FIRST.sha256})}, 0, 0),
    ],
    ids=["new", "one made", "all made", "one under way", "unknown", "one to be delivered"],
)
def test_the_plan_counts_what_attempts_may_cost(tmp_path: Path, facts, certain, at_most) -> None:
    steps = build(recipe(tmp_path, COIN), {"coin": Facts(**facts)}, {}, lambda _: Wishes())
    cost = Plan(tuple(steps)).cost()
    assert (cost.certain, cost.at_most, cost.unpriced) == (certain, at_most, 0)


def test_attempts_without_a_price_are_counted_as_unpriced(tmp_path: Path) -> None:
    free = replace(COIN, price=None)
    steps = build(recipe(tmp_path, free), {"coin": Facts()}, {}, lambda _: Wishes())
    assert Plan(tuple(steps)).cost().unpriced == 1
