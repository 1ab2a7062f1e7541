from __future__ import annotations

import pytest
from coloraide import Color
from hypothesis import given
from hypothesis import strategies as st

from pipeline.recipe import colours

HEX = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06X}")


@pytest.mark.parametrize(
    ("written", "colour"),
    [
        ("#ec4899", "#EC4899"),
        ("#abc", "#AABBCC"),
        ("#abcd", "#AABBCCDD"),
        ("#EC489980", "#EC489980"),
        ("rebeccapurple", "#663399"),
        ("White", "#FFFFFF"),
        ("transparent", None),
        ("#EC489", None),
        ("EC4899", None),
        ("no colour", None),
        ("nocolour", None),
        ("#EC4899 ", None),
        ("", None),
    ],
)
def test_normalise(written, colour):
    assert colours.normalise(written) == colour


@pytest.mark.parametrize(
    ("colour", "words"),
    [
        ("#EC4899", "rose pink (#EC4899)"),
        ("#8b5cf6", "violet (#8B5CF6)"),
        ("#3B82F6", "azure blue (#3B82F6)"),
        ("#22C55E", "emerald green (#22C55E)"),
        ("#F5B521", "gold (#F5B521)"),
        ("#FFF", "white (#FFFFFF)"),
        ("#EC489980", "rose pink (#EC4899)"),
    ],
)
def test_describe(colour, words):
    assert colours.describe(colour) == words


@given(HEX)
def test_oklab_agrees_with_coloraide(colour):
    assert colours.oklab(colour) == pytest.approx(Color(colour).convert("oklab").coords(), abs=2e-4)


@given(HEX)
def test_the_nearest_name_is_nearest_by_coloraide_too(colour):
    here = Color(colour)
    named = here.delta_e(Color(colours.NAMES[colours.nearest_name(colour)]), method="ok", scalar=1)
    best = min(
        here.delta_e(Color(other), method="ok", scalar=1) for other in list(colours.NAMES.values())[::9]
    )
    assert named <= best + 1e-3


def test_every_name_describes_itself():
    assert all(colours.nearest_name(colour) == name for name, colour in colours.NAMES.items())


def test_names_are_many_and_apart():
    assert len(colours.NAMES) >= 60
    assert len(set(colours.NAMES.values())) == len(colours.NAMES)


def test_rgb_and_hsl():
    assert colours.rgb("#EC4899") == (236, 72, 153)
    assert colours.hsl("#EC4899") == (330, 81, 60)


@given(HEX, st.floats(0, 1))
def test_lighter_is_never_darker(colour, amount):
    lighter = colours.lighten(colour, amount)
    assert colours.normalise(lighter) == lighter
    assert colours.oklab(lighter)[0] >= colours.oklab(colour)[0] - 0.005


def test_mixing_goes_from_one_to_the_other():
    assert colours.mix("#EC4899", "#8B5CF6", 0) == "#EC4899"
    assert colours.mix("#EC4899", "#8B5CF6", 1) == "#8B5CF6"
    assert colours.mix("#000", "#fff", 0.5) == "#636363"


def test_contrast_picks_what_can_be_read():
    assert colours.contrast("#14213D", ("#000", "#FFF")) == "#FFFFFF"
    assert colours.contrast("#FFF6DC", ("#000", "#FFF")) == "#000000"


def test_what_is_no_colour_is_refused():
    with pytest.raises(ValueError, match="not a colour"):
        colours.describe("pinkish")
