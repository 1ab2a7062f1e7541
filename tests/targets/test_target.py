"""A target settles what was said, hands it to its table, and keeps the order of its files."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeline.targets.brief import Brief
from pipeline.targets.options import Option, OptionFault
from pipeline.targets.output import BACKGROUND, Look, Output, Text, square
from pipeline.targets.target import Choices, Target


def table(brief: Brief, choices: Choices) -> Iterator[Output]:
    yield square("b.png", choices["px"], Look(ground=brief.ground))
    yield Text("a.txt", f"{choices.share(0.75)} {choices.radius(0.25)}\n")


TARGET = Target("one", "One", "Anywhere.", table, (Option("px", "px", 16, "Side."),))
PAINTED = Brief("kite", background="#EC4899", slots=frozenset({"background", "dark"}))


def test_files_come_in_the_order_of_the_table_with_defaults_where_nothing_is_said():
    picture, text = TARGET.outputs(Brief("kite"))
    assert picture == square("b.png", 16, Look(ground="#FFFFFF"))
    assert text == Text("a.txt", "0.75 0.25\n")


def test_every_target_takes_its_own_options_and_the_common_ones():
    assert [one.name for one in TARGET.options] == ["px", "background", "padding"]


def test_a_background_that_is_said_replaces_colour_and_picture():
    (painted, _), (plain, _) = TARGET.outputs(PAINTED), TARGET.outputs(PAINTED, {"background": "#0a0b0c"})
    assert painted == square("b.png", 16, Look(ground=BACKGROUND))
    assert plain == square("b.png", 16, Look(ground="#0A0B0C"))


@pytest.mark.parametrize(
    ("padding", "shares"),
    [("0%", "1.0 0.25"), ("25%", "0.5 0.25"), ("40%", "0.19999999999999996 0.09999999999999998")],
)
def test_a_padding_sets_a_share_and_only_ever_narrows_a_radius(padding: str, shares: str):
    assert TARGET.outputs(Brief("kite"), {"padding": padding})[1] == Text("a.txt", f"{shares}\n")


def test_what_it_does_not_take_is_refused():
    with pytest.raises(OptionFault, match="px does not take large"):
        TARGET.outputs(Brief("kite"), {"px": "large"})
