from __future__ import annotations

import pytest

from pipeline.recipe.wording import MOST_SUGGESTED, show, suggest


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("text", '"text"'),
        ("\x1b[31mred", '"[31mred"'),
        ("x" * 99, '"' + "x" * 59 + '…"'),
        ({"a": 1}, "a mapping"),
        ([1], "a list"),
        (None, "nothing"),
        (True, "true"),
        (2.5, "2.5"),
    ],
)
def test_show(value, shown):
    assert show(value) == shown


def test_suggest_names_the_nearest_and_all():
    assert suggest("Primry", ["primary", "secondary"]) == "did you mean primary? allowed: primary, secondary"
    assert suggest("zzz", ["primary"]) == "allowed: primary"
    assert suggest("zzz", []) == ""


def test_suggest_does_not_fill_the_screen():
    assert suggest("zzz", map(str, range(900))).endswith(f"{MOST_SUGGESTED - 1}…")
