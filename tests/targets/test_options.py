"""What may be said about a target: read into one form, or refused with what would be taken."""

from __future__ import annotations

import re
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.targets.options import (
    COMMON,
    LARGEST_PADDING,
    LARGEST_PX,
    MOST_SIZES,
    MOST_TEXT,
    Kind,
    Option,
    OptionFault,
    faults,
    settle,
    takes,
    value_of,
)

CHOICES = ("light", "dark", "tinted")
KINDS: tuple[Kind, ...] = get_args(Kind)


def option(kind: Kind, default: Any = object) -> Option:
    listed = CHOICES if kind in ("choice", "choices") else ()
    return Option("one", kind, default, "One thing.", listed)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(CHOICES),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=6,
)


@given(kind=st.sampled_from(KINDS), value=ANYTHING)
def test_a_value_is_read_into_a_form_that_reads_as_itself_or_is_refused(kind: Kind, value: Any):
    one = option(kind)
    if refusals := list(faults([one], {"one": value})):
        assert [(fault.name, fault.hint) for fault in refusals] == [("one", f"it takes {takes(one)}")]
        assert str(refusals[0]) == refusals[0].message
    else:
        found = settle([one], {"one": value})
        assert settle([one], found) == found


@given(st.integers(0, 0xFFFFFF))
def test_a_colour_is_six_hexadecimal_digits_in_any_case(number: int):
    assert value_of(option("color"), f"#{number:06x}") == f"#{number:06X}"


@given(st.floats(0, LARGEST_PADDING))
def test_a_share_may_be_a_number(share: float):
    assert value_of(option("share"), share) == share


@given(st.integers(0, 4500))
def test_a_share_may_be_a_percentage(hundredths: int):
    said = f"{hundredths // 100}.{hundredths % 100:02d}%"
    assert value_of(option("share"), said) == pytest.approx(hundredths / 10_000)


@given(st.integers())
def test_px_are_whole_and_within_what_can_be_drawn(px: int):
    if 1 <= px <= LARGEST_PX:
        assert value_of(option("px"), px) == px
    else:
        with pytest.raises(OptionFault):
            value_of(option("px"), px)


@given(st.lists(st.integers(1, LARGEST_PX), min_size=1, max_size=MOST_SIZES))
def test_sizes_are_sorted_and_each_there_once(sizes: list[int]):
    assert value_of(option("sizes"), sizes) == tuple(sorted(set(sizes)))


@given(st.lists(st.sampled_from(CHOICES)))
def test_choices_come_in_the_order_they_are_listed_in(said: list[str]):
    assert value_of(option("choices"), said) == tuple(one for one in CHOICES if one in said)


@given(st.text(max_size=80))
def test_a_path_leads_nowhere_but_down(text: str):
    try:
        found = value_of(option("path"), text)
    except OptionFault:
        return
    assert found == text
    assert not any(part in ("", ".", "..") for part in found.split("/"))
    assert not re.search(r'[\\:*?"<>|\x00-\x1f]', found)


@pytest.mark.parametrize(
    ("kind", "said", "found"),
    [
        ("choice", "dark", "dark"),
        ("choices", "dark", ("dark",)),
        ("flag", False, False),
        ("share", "8%", 0.08),
        ("share", "12.5 %", 0.125),
        ("share", 0, 0.0),
        ("sizes", (48, 16), (16, 48)),
        ("text", "Ökonomie & Co", "Ökonomie & Co"),
        ("name", "org.example.App-1_2", "org.example.App-1_2"),
        ("resource", "ic_launcher2", "ic_launcher2"),
        ("path", "ios/Runner/Assets.xcassets", "ios/Runner/Assets.xcassets"),
    ],
)
def test_what_is_taken(kind: Kind, said: Any, found: Any):
    assert value_of(option(kind), said) == found


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("choice", "grey"),
        ("choice", ["dark"]),
        ("choices", ["dark", "grey"]),
        ("choices", {"dark": True}),
        ("flag", "true"),
        ("flag", 1),
        ("color", "red"),
        ("color", "#FFF"),
        ("color", "#GGGGGG"),
        ("color", "#FFFFFF\n"),
        ("share", 0.46),
        ("share", "46%"),
        ("share", "-1%"),
        ("share", True),
        ("share", float("nan")),
        ("share", "8 percent"),
        ("px", 0),
        ("px", True),
        ("px", 48.0),
        ("px", "48"),
        ("sizes", []),
        ("sizes", [16, "32"]),
        ("sizes", [16, True]),
        ("sizes", list(range(1, MOST_SIZES + 2))),
        ("sizes", 16),
        ("text", ""),
        ("text", "two\nlines"),
        ("text", "x" * (MOST_TEXT + 1)),
        ("text", 7),
        ("name", ".hidden"),
        ("name", "a/b"),
        ("name", "x" * 65),
        ("resource", "Ic"),
        ("resource", "2x"),
        ("resource", "a-b"),
        ("path", "/etc"),
        ("path", "a/../b"),
        ("path", "a//b"),
        ("path", "a/"),
        ("path", "a./b"),
        ("path", "a "),
        ("name", "a."),
        ("path", "C:\\a"),
        ("path", None),
    ],
)
def test_what_is_refused(kind: Kind, said: Any):
    with pytest.raises(OptionFault, match="one does not take"):
        value_of(option(kind), said)


def test_a_refusal_shows_nothing_that_could_act_on_a_terminal():
    with pytest.raises(OptionFault) as caught:
        value_of(option("name"), "a\x1b[31m\u202eb")
    assert caught.value.message == "one does not take a [31m b"


@pytest.mark.parametrize("default", [None, "", "#000000", 0.1, (), ("dark",), 16])
def test_a_default_may_be_said_even_if_nothing_else_like_it_may(default: Any):
    assert settle([option("choices", default)], {"one": default}) == {"one": default}


def test_a_flag_is_no_number_that_equals_it():
    with pytest.raises(OptionFault):
        value_of(option("px", True), 0)
    with pytest.raises(OptionFault):
        value_of(option("flag", True), 1)


def test_what_was_not_said_is_the_default():
    options = (option("px", 16), *COMMON)
    assert settle(options, {}) == {"one": 16, "background": "", "padding": None}
    assert settle(options, {"padding": "5%", "one": 8}) == {"one": 8, "background": "", "padding": 0.05}


def test_every_fault_is_found_and_the_first_one_raised():
    said = {"one": 0, "other\x07": 1, "background": "#12AB34", "padding": 2}
    options = (option("px", 16), *COMMON)
    found = list(faults(options, said))
    assert [(one.name, one.message, one.hint) for one in found] == [
        ("one", "one does not take 0", "it takes a whole number of px from 1 to 8192"),
        ("other\x07", "there is no option other", "known: one, background, padding"),
        ("padding", "padding does not take 2", "it takes a share such as 8%, at most 45%"),
    ]
    with pytest.raises(OptionFault, match="one does not take 0"):
        settle(options, said)


def test_what_an_option_takes_is_said_for_every_kind():
    assert takes(option("choice")) == "one of light, dark, tinted"
    assert takes(option("choices")) == "a list of any of light, dark, tinted"
    assert all(takes(option(kind)) for kind in KINDS)
