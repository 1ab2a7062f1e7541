"""Icon Composer's bundle: a plain ground, layers from the front, and what differs in other appearances."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tables import FULL, PLAIN, looks, parsed, sides, table

from pipeline.targets.icon_composer import srgb
from pipeline.targets.output import Look

DARK = replace(PLAIN, background="#EC4899", slots=frozenset({"dark", "tinted"}))


def test_one_layer_on_the_colour_of_the_background():
    outputs = table("icon-composer", background="#ec4899")
    assert sides(outputs) == {"AppIcon.icon/Assets/kite-layer.png": 1024}
    assert looks(outputs) == {"AppIcon.icon/Assets/kite-layer.png": Look(share=0.8)}
    assert parsed(outputs, "AppIcon.icon/icon.json") == {
        "fill": {"solid": "srgb:0.92549,0.28235,0.60000,1.00000"},
        "groups": [
            {
                "layers": [{"glass": False, "image-name": "kite-layer.png", "name": "kite"}],
                "shadow": {"kind": "neutral", "opacity": 0.5},
                "translucency": {"enabled": False, "value": 0.5},
            }
        ],
        "supported-platforms": {"squares": "shared"},
    }


def test_other_drawings_are_specializations_that_hold_the_usual_one_first():
    outputs = table("icon-composer", DARK)
    icon = parsed(outputs, "AppIcon.icon/icon.json")
    assert "fill" not in icon
    assert icon["fill-specializations"] == [
        {"value": {"solid": "srgb:0.92549,0.28235,0.60000,1.00000"}},
        {"appearance": "dark", "value": {"solid": "srgb:0.10980,0.10980,0.11765,1.00000"}},
    ]
    assert icon["groups"][0]["layers"] == [
        {
            "glass": False,
            "image-name-specializations": [
                {"value": "kite-layer.png"},
                {"appearance": "dark", "value": "kite-layer-dark.png"},
                {"appearance": "tinted", "value": "kite-layer-tinted.png"},
            ],
            "name": "kite",
        }
    ]
    assert looks(outputs) == {
        "AppIcon.icon/Assets/kite-layer.png": Look(share=0.8),
        "AppIcon.icon/Assets/kite-layer-dark.png": Look("dark", share=0.8),
        "AppIcon.icon/Assets/kite-layer-tinted.png": Look("tinted", share=0.8, ink="grey"),
    }


def test_a_picture_for_the_background_is_the_layer_behind():
    outputs = table("icon-composer", FULL)
    groups = parsed(outputs, "AppIcon.icon/icon.json")["groups"]
    assert [group["layers"][0]["name"] for group in groups] == ["kite", "background"]
    assert groups[1]["layers"][0]["image-name"] == "background.png"
    assert groups[1]["shadow"]["kind"] == "none"
    assert looks(outputs)["AppIcon.icon/Assets/background.png"].fit == "cover"


def test_every_named_picture_is_there():
    outputs = table("icon-composer", FULL)
    text = str(parsed(outputs, "AppIcon.icon/icon.json"))
    assert all(path.rpartition("/")[2] in text for path in sides(outputs))


def test_a_watch_cuts_a_circle_out():
    outputs = table("icon-composer", watch=True)
    assert set(looks(outputs).values()) == {Look(fit="circle", share=0.4)}
    assert parsed(outputs, "AppIcon.icon/icon.json")["supported-platforms"] == {
        "circles": ["watchOS"],
        "squares": "shared",
    }


def test_fill_glass_and_name_are_chosen():
    icon = parsed(
        table(
            "icon-composer",
            DARK,
            fill="automatic-gradient",
            glass=True,
            name="Kite",
            dark_background="#000000",
        ),
        "Kite.icon/icon.json",
    )
    assert icon["fill-specializations"][1]["value"] == {
        "automatic-gradient": "srgb:0.00000,0.00000,0.00000,1.00000"
    }
    assert icon["groups"][0]["layers"][0]["glass"] is True


@pytest.mark.parametrize(
    ("color", "found"),
    [
        ("#FFFFFF", "srgb:1.00000,1.00000,1.00000,1.00000"),
        ("#000000", "srgb:0.00000,0.00000,0.00000,1.00000"),
        ("#0188FE", "srgb:0.00392,0.53333,0.99608,1.00000"),
    ],
)
def test_a_colour_has_five_decimals(color: str, found: str):
    assert srgb(color) == found
