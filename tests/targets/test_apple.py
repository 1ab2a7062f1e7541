"""How a drawing stands on Apple's icons."""

from __future__ import annotations

import pytest
from tables import FULL, PLAIN

from pipeline.targets.apple import app_icon, mac_icon, pixels, round_icon
from pipeline.targets.output import BACKGROUND, Look
from pipeline.targets.target import Choices

USUAL = Choices({"padding": None})
PADDED = Choices({"padding": 0.2})


@pytest.mark.parametrize(
    ("points", "scale", "px"),
    [("83.5", 2, 167), ("27.5", 2, 55), ("60", 3, 180), ("1024", 1, 1024), ("27.5", 1, 28)],
)
def test_points_become_pixels(points: str, scale: int, px: int):
    assert pixels(points, scale) == px


def test_the_usual_icon_is_opaque_on_its_ground():
    assert app_icon(PLAIN, USUAL) == Look(share=0.8, ground="#FFFFFF", opaque=True)
    assert app_icon(FULL, USUAL) == Look(share=0.8, ground=BACKGROUND, opaque=True)


def test_the_dark_icon_keeps_its_transparency():
    assert app_icon(FULL, USUAL, "dark") == Look("dark", share=0.8)


def test_the_tinted_icon_is_opaque_and_in_greys():
    assert app_icon(FULL, USUAL, "tinted") == Look(
        "tinted", share=0.8, ground="#000000", ink="grey", opaque=True
    )


def test_below_a_circular_mask_distance_is_measured_from_the_centre():
    assert round_icon(PLAIN, USUAL) == Look("master", "circle", 0.4, ground="#FFFFFF", opaque=True)


def test_a_padding_counts_for_opaque_drawings_too():
    assert app_icon(PLAIN, PADDED) == Look(share=0.6, bleed=0.6, ground="#FFFFFF", opaque=True)
    assert round_icon(PLAIN, PADDED) == Look("master", "circle", 0.3, 0.6, "#FFFFFF", opaque=True)


def test_on_a_mac_the_body_of_824_in_1024_is_drawn():
    look = mac_icon(PLAIN, USUAL, shadow=True)
    assert (look.body * 1024, look.bleed * 1024, look.share * 1024) == (824, 824, pytest.approx(659.2))
    assert (look.shape, look.ground, look.shadow, look.opaque) == ("squircle", "#FFFFFF", True, False)


def test_a_padding_on_a_mac_is_measured_within_the_body():
    assert mac_icon(PLAIN, PADDED).share * 1024 == pytest.approx(824 * 0.6)
    assert mac_icon(PLAIN, PADDED, "free").share * 1024 == pytest.approx(824 * 0.6)


def test_a_free_outline_is_as_large_as_the_body_and_casts_no_shadow():
    assert mac_icon(PLAIN, USUAL, "free", shadow=True) == Look(share=824 / 1024, bleed=824 / 1024)
