from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.recipe.price import RESULT, Price, describe

BY_SIZE = Price({("2048",): 10, ("4096",): 20}, by=(RESULT,))


@pytest.mark.parametrize(
    ("price", "said"),
    [
        (None, "unknown"),
        (Price({}), "unknown"),
        (Price({(): 1}), "1 credit"),
        (Price({("1K",): 18, ("4K",): 24}), "18–24 credits"),
        (Price({(): 5}, area="image_size", each="num_images"), "5 credits/MP × num_images"),
        (Price({(): 4.8}, picture=0.5), "4.8 credits + 0.5 a picture"),
        (BY_SIZE, "10–20 credits by result size"),
    ],
)
def test_in_words(price, said):
    assert describe(price) == said


@pytest.mark.parametrize(("longest", "credits"), [(1, 10), (2048, 10), (2049, 20), (4096, 20), (4097, None)])
def test_the_longest_side_chooses_the_smallest_row_that_holds_it(longest, credits):
    assert BY_SIZE.credits({}, 1, (longest, 1)) == credits
    assert BY_SIZE.credits({}, 1, (1, longest)) == credits


def test_nothing_is_known_without_the_size():
    assert BY_SIZE.credits({}, 1) is None
    assert Price({(): 4}, area=RESULT).credits({}) is None


def test_only_pictures_beyond_the_free_ones_cost():
    price = Price({(): 7}, picture=0.5, free=2)
    assert [price.credits({}, pictures) for pictures in range(5)] == [7, 7, 7, 7.5, 8]


def test_pictures_are_not_multiplied():
    assert Price({(): 2}, each="n", picture=0.5).credits({"n": 3}, 2) == 7


@pytest.mark.parametrize(
    "count",
    ["nan", "inf", "-inf", float("nan"), float("inf"), -5, "-5", 0, "0", "many", None, 10**400, 1e308],
)
def test_a_number_that_is_no_multiplier_gives_no_price(count):
    assert Price({(): 5}, each="n").credits({"n": count}) is None


@given(st.floats() | st.integers() | st.text() | st.none() | st.integers(0, 400).map(lambda zeros: 10**zeros))
def test_whatever_multiplies_it_a_price_is_a_number_of_credits_or_unknown(count):
    found = Price({(): 5}, each="n", picture=0.5).credits({"n": count}, 2)
    assert found is None or 0 <= found < math.inf


def test_says_what_it_depends_on():
    assert BY_SIZE.by_size
    assert BY_SIZE.by_pictures
    assert not Price({(): 1}, area="image_size").by_size
    assert not Price({(): 1}).by_pictures
    assert Price({(): 1}, picture=1).by_pictures


@given(st.integers(1, 4096), st.integers(1, 4096))
def test_a_larger_result_never_costs_less(one, other):
    small, large = sorted((one, other))
    assert BY_SIZE.credits({}, 1, (small, small)) <= BY_SIZE.credits({}, 1, (large, large))
