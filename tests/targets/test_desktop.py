"""Icons of a free outline."""

from __future__ import annotations

from pipeline.targets.desktop import free_icon
from pipeline.targets.output import Look
from pipeline.targets.target import Choices


def test_a_free_icon_uses_all_of_its_canvas():
    assert free_icon(Choices({"padding": None})) == Look()


def test_a_padding_leaves_a_margin_around_any_drawing():
    assert free_icon(Choices({"padding": 0.25})) == Look(share=0.5, bleed=0.5)
