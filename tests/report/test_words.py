from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.report import words


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (-1, "0 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (102, "1 min 42 s"), (7500, "2 h 5 min")],
)
def test_duration(seconds, said):
    assert words.duration(seconds) == said


@pytest.mark.parametrize(
    ("amount", "said"),
    [(0, "0 credits"), (1, "1 credit"), (4.5, "4.5 credits"), (100, "100 credits"), (1600, "1,600 credits")],
)
def test_credits(amount, said):
    assert words.credits_of(amount) == said


@given(st.integers(0, 10**7).map(lambda cents: cents / 100))
def test_credits_lose_nothing_but_idle_zeros(amount):
    assert float(words.credit(amount).replace(",", "")) == amount


def test_count():
    assert words.count(1, "asset") == "1 asset"
    assert words.count(1200, "asset") == "1,200 assets"
    assert words.count(2, "entry", "entries") == "2 entries"


def test_progress_is_said_only_while_generating():
    assert words.state("generating", 42) == "generating 42 %"
    assert words.state("generating") == "generating"
    assert words.state("downloading", 42) == "downloading"
    assert words.state("of-the-future") == "of-the-future"
