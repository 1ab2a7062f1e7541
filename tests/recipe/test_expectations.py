from __future__ import annotations

from dataclasses import astuple

import pytest

from pipeline.recipe.expectations import BrandColor, Contrast, Coverage, Expectations


def test_nothing_is_wished_for_unless_it_is_said():
    assert set(astuple(Expectations())) == {None, False}


def test_what_is_usual_where_only_the_rest_is_said():
    assert BrandColor("#EC4899", 0.1).max_delta_e == 15
    assert Contrast() == Contrast("both", 3)
    assert Coverage() == Coverage(0, 1)


def test_wishes_are_values():
    assert Expectations(max_kb=1) == Expectations(max_kb=1)
    with pytest.raises(AttributeError, match="max_kb"):
        Expectations().max_kb = 3
