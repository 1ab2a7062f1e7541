"""In-app images: three scales, light and dark, never enlarged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import DARK, FULL, INFO, PHOTO, PLAIN, TINY, looks, parsed, paths, sizes, table

from pipeline.targets.brief import Brief
from pipeline.targets.output import Look

CONTENTS = "kite.imageset/Contents.json"


def test_three_scales_in_a_set_of_that_name_and_the_root_of_the_catalog():
    outputs = table("imageset", px=100)
    assert sizes(outputs) == {
        "kite.imageset/kite.png": (100, 100),
        "kite.imageset/kite@2x.png": (200, 200),
        "kite.imageset/kite@3x.png": (300, 300),
    }
    assert parsed(outputs, CONTENTS) == {
        "images": [
            {"filename": "kite.png", "idiom": "universal", "scale": "1x"},
            {"filename": "kite@2x.png", "idiom": "universal", "scale": "2x"},
            {"filename": "kite@3x.png", "idiom": "universal", "scale": "3x"},
        ],
        "info": INFO,
    }
    assert parsed(outputs, "Contents.json") == {"info": INFO}


def test_a_dark_drawing_adds_three_dark_files():
    outputs = table("imageset", FULL, px=100)
    assert parsed(outputs, CONTENTS)["images"][3:] == [
        {"appearances": DARK, "filename": "kite-dark.png", "idiom": "universal", "scale": "1x"},
        {"appearances": DARK, "filename": "kite-dark@2x.png", "idiom": "universal", "scale": "2x"},
        {"appearances": DARK, "filename": "kite-dark@3x.png", "idiom": "universal", "scale": "3x"},
    ]
    assert sizes(outputs)["kite.imageset/kite-dark@3x.png"] == (300, 300)
    assert looks(outputs)["kite.imageset/kite-dark.png"] == Look("dark", "whole")


def test_the_whole_picture_is_shown_with_its_own_margins():
    assert set(looks(table("imageset")).values()) == {Look(fit="whole")}


def test_a_background_is_drawn_only_when_asked_for():
    assert set(looks(table("imageset", PHOTO, background="#112233")).values()) == {
        Look(fit="whole", ground="#112233")
    }


def test_a_template_is_one_black_outline_for_the_system_to_tint():
    outputs = table("imageset", FULL, template=True, px=24, background="#112233")
    assert parsed(outputs, CONTENTS)["properties"] == {"template-rendering-intent": "template"}
    assert len(sizes(outputs)) == 3
    assert set(looks(outputs).values()) == {Look("monochrome", "whole", ink="black")}


@pytest.mark.parametrize(
    ("px", "scales"),
    [(341, ["", "@2x", "@3x"]), (342, ["", "@2x"]), (512, ["", "@2x"]), (600, [""]), (2000, [""])],
)
def test_a_scale_larger_than_the_master_is_left_out(px: int, scales: list[str]):
    listed = [path for path in paths(table("imageset", px=px)) if path.endswith(".png")]
    assert listed == [f"kite.imageset/kite{scale}.png" for scale in scales]


def test_unless_said_three_times_the_width_is_what_the_master_has():
    assert sizes(table("imageset", PHOTO)) == {
        "kite.imageset/kite.png": (533, 400),
        "kite.imageset/kite@2x.png": (1066, 800),
        "kite.imageset/kite@3x.png": (1599, 1200),
    }
    assert sizes(table("imageset", TINY)) == {"k-1.imageset/k-1.png": (1, 7)}


@given(st.integers(1, 8192), st.integers(1, 8192), st.integers(1, 8192))
def test_scales_are_exact_multiples_and_keep_the_proportions(width: int, height: int, px: int):
    listed = sizes(table("imageset", Brief("kite", size=(width, height)), px=px))
    (first, *others) = listed.values()
    assert first[0] == px
    assert abs(first[1] - px * height / width) <= 1
    assert others == [(first[0] * scale, first[1] * scale) for scale in range(2, len(listed) + 1)]


def test_the_image_can_have_another_name():
    assert "logo.imageset/logo@2x.png" in paths(table("imageset", PLAIN, name="logo"))
