from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.cli.export_options import background_of, name_of, title_of, uses_of
from pipeline.errors import UsageError
from pipeline.targets import catalogue


def test_targets_are_listed_once_each_in_the_order_given():
    assert [use.name for use in uses_of(["web, ios", "ios,android"], (), None)] == ["web", "ios", "android"]
    assert [use.name for use in uses_of(["web,all"], (), None)][:2] == ["web", "ios"]
    assert len(uses_of(["all"], (), None)) == len(catalogue.NAMES)


def test_options_are_read_as_their_kinds_are_written():
    (ios, linux) = uses_of(
        ["ios,linux"],
        ["ios.style=classic", "ios.variants=dark, tinted", "linux.sizes=64,16", "linux.desktop=true"],
        0.1,
    )
    assert (ios.options["style"], ios.options["variants"]) == ("classic", ("dark", "tinted"))
    assert (linux.options["sizes"], linux.options["desktop"]) == ((16, 64), True)
    assert [use.options["padding"] for use in (ios, linux)] == [0.1, 0.1]


def test_a_padding_of_its_own_goes_before_that_of_all():
    (ios, web) = uses_of(["ios,web"], ["ios.padding=20%"], 0.1)
    assert (ios.options["padding"], web.options["padding"]) == (0.2, 0.1)


@pytest.mark.parametrize(
    ("targets", "options", "expected"),
    [
        (["andriod"], (), 'There is no target "andriod".*did you mean android'),
        ([" , "], (), "names none"),
        (["ios"], ["style=classic"], "Write TARGET.NAME=VALUE"),
        (["ios"], ["web.base=/"], '"web" is not among --targets.*allowed: ios'),
        (["ios"], ["wep.base=/"], "did you mean web"),
        (["ios"], ["ios.stile=classic"], 'ios has no option "stile".*Did you mean style'),
        (["ios"], ["ios.style=clasic"], "does not take clasic.*Did you mean classic"),
        (["ios"], ["ios.padding=60%"], "It takes a share"),
        (["macos"], ["macos.shadow=yes"], "It takes true or false"),
        (["linux"], ["linux.sizes=16,x"], "It takes a list"),
    ],
)
def test_what_no_target_takes_is_refused_with_what_was_meant(targets, options, expected):
    with pytest.raises(UsageError) as caught:
        uses_of(targets, options, None)
    assert re.search(expected, f"{caught.value.message} {caught.value.hint}")


def test_files_are_called_as_the_picture_unless_said():
    assert name_of(None, Path("art/Café Logo (1).png")) == "Cafe-Logo-1"
    assert name_of(None, Path("日本.png")) == "icon"
    assert name_of("app", Path("logo.png")) == "app"
    with pytest.raises(UsageError, match="must begin with a letter"):
        name_of("../app", Path("logo.png"))


def test_a_title_is_one_line_and_a_background_a_colour():
    assert (title_of(None), title_of("Lumen – Läden")) == ("", "Lumen – Läden")
    assert (background_of(None), background_of("#ec4899")) == ("", "#EC4899")
    for wrong in ("a\nb", "x" * 201):
        with pytest.raises(UsageError, match="one line"):
            title_of(wrong)
    for wrong in ("pink", "#FFF", ""):
        with pytest.raises(UsageError, match="--background does not take"):
            background_of(wrong)
