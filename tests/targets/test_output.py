"""The verbs: a square is a picture of equal sides, and what is said is kept apart from what is drawn."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import get_args

import pytest

from pipeline.targets.output import SLOTS, Draw, Look, Slot, Text, square


def test_a_square_is_a_picture_of_equal_sides():
    look = Look(share=0.5)
    assert square("a.webp", 48, look, "webp", max_bytes=9) == Draw("a.webp", 48, 48, look, "webp", 9)


def test_a_picture_is_a_png_of_any_size_in_bytes_unless_said():
    plain = square("a.png", 1, Look())
    assert (plain.format, plain.max_bytes) == ("png", 0)


def test_a_drawing_fills_a_transparent_square_unless_said():
    look = Look()
    assert (look.art, look.fit, look.share, look.ground, look.shape, look.opaque) == (
        "master",
        "box",
        1.0,
        "",
        "square",
        False,
    )


def test_the_slots_are_every_drawing_but_the_master():
    assert ("master", *SLOTS) == get_args(Slot)


def test_outputs_do_not_change_and_are_equal_by_what_they_say():
    text = Text("a.txt", "a\n")
    assert text == Text("a.txt", "a\n")
    assert {text: 1}[Text("a.txt", "a\n")] == 1
    with pytest.raises(FrozenInstanceError):
        text.path = "b.txt"  # type: ignore[misc]
