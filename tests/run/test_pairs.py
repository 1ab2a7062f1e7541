from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.run.pairs import Neighbours, Pair, name_of, pair_up

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("coin-white.png", ("coin", "white")),
        ("coin_BLACK.jpg", ("coin", "black")),
        ("snow-white-black.png", ("snow-white", "black")),
        ("coin.png", ("coin", "")),
        ("black.png", ("black", "")),
        ("-black.png", ("-black", "")),
        ("offwhite.png", ("offwhite", "")),
        ("coin-whitest.png", ("coin-whitest", "")),
    ],
)
def test_the_ending_tells_the_ground(name, told):
    assert name_of(Path(name)) == told


@given(NAMES, st.sampled_from("-_@ ."), st.sampled_from(["white", "black"]))
def test_any_name_keeps_what_stands_before_its_ending(name, mark, ground):
    assert name_of(Path(f"{name}{mark}{ground}.png")) == (name, ground)


def test_a_folder_that_cannot_be_listed_leaves_what_was_given(tmp_path):
    here = [Path("gone/a-white.png"), Path("gone/a-black.png")]
    among = Neighbours(tmp_path, here, lambda _: True)
    assert pair_up(here, among) == [Pair(*here)]


def test_a_pair_is_told_once():
    here = [Path("a-white.png"), Path("a-black.png")]
    assert pair_up([*here, *here], Neighbours(Path("/nowhere"), here, lambda _: True)) == [Pair(*here)]


def test_what_is_no_picture_is_no_partner():
    here = [Path("a-white.png"), Path("a-black.png")]
    with pytest.raises(UsageError, match="no a-black"):
        pair_up(here, Neighbours(Path("/nowhere"), here, lambda _: False))
