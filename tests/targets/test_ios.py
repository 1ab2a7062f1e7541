"""iOS: the three lists of Xcode, which file is opaque, and which keeps its transparency."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tables import DARK, FULL, INFO, PHOTO, PLAIN, TINTED, looks, parsed, paths, sides, table

from pipeline.targets.ios import appearances

CONTENTS = "AppIcon.appiconset/Contents.json"

SINGLE = {
    "images": [
        {
            "filename": "App-Icon-1024x1024@1x.png",
            "idiom": "universal",
            "platform": "ios",
            "size": "1024x1024",
        },
        {
            "appearances": DARK,
            "filename": "App-Icon-dark-1024x1024@1x.png",
            "idiom": "universal",
            "platform": "ios",
            "size": "1024x1024",
        },
        {
            "appearances": TINTED,
            "filename": "App-Icon-tinted-1024x1024@1x.png",
            "idiom": "universal",
            "platform": "ios",
            "size": "1024x1024",
        },
    ],
    "info": INFO,
}

CLASSIC = [  # idiom, points, scale, px
    ("iphone", "20", 2, 40),
    ("iphone", "20", 3, 60),
    ("iphone", "29", 2, 58),
    ("iphone", "29", 3, 87),
    ("iphone", "40", 2, 80),
    ("iphone", "40", 3, 120),
    ("iphone", "60", 2, 120),
    ("iphone", "60", 3, 180),
    ("ipad", "20", 1, 20),
    ("ipad", "20", 2, 40),
    ("ipad", "29", 1, 29),
    ("ipad", "29", 2, 58),
    ("ipad", "40", 1, 40),
    ("ipad", "40", 2, 80),
    ("ipad", "76", 1, 76),
    ("ipad", "76", 2, 152),
    ("ipad", "83.5", 2, 167),
    ("ios-marketing", "1024", 1, 1024),
]

UNIVERSAL = [  # points, scale, px
    ("20", 2, 40),
    ("20", 3, 60),
    ("29", 2, 58),
    ("29", 3, 87),
    ("38", 2, 76),
    ("38", 3, 114),
    ("40", 2, 80),
    ("40", 3, 120),
    ("60", 2, 120),
    ("60", 3, 180),
    ("64", 2, 128),
    ("64", 3, 192),
    ("68", 2, 136),
    ("76", 2, 152),
    ("83.5", 2, 167),
    ("1024", 1, 1024),
]


def test_one_1024_for_each_appearance():
    outputs = table("ios")
    assert sides(outputs) == {
        "AppIcon.appiconset/App-Icon-1024x1024@1x.png": 1024,
        "AppIcon.appiconset/App-Icon-dark-1024x1024@1x.png": 1024,
        "AppIcon.appiconset/App-Icon-tinted-1024x1024@1x.png": 1024,
    }
    assert parsed(outputs, CONTENTS) == SINGLE
    assert len(outputs) == 4


def test_only_the_dark_one_has_an_alpha_channel():
    found = looks(table("ios", FULL, background="#112233")).values()
    assert [(one.art, one.opaque, one.ground, one.ink) for one in found] == [
        ("master", True, "#112233", ""),
        ("dark", False, "", ""),
        ("tinted", True, "#000000", "grey"),
    ]
    assert {one.shape for one in found} == {"square"}  # the system masks


@pytest.mark.parametrize(
    ("variants", "left"),
    [(["dark"], [0, 1]), (["tinted"], [0, 2]), ([], [0]), (["tinted", "dark"], [0, 1, 2])],
)
def test_appearances_are_chosen(variants: list[str], left: list[int]):
    found = parsed(table("ios", variants=variants), CONTENTS)
    assert found["images"] == [SINGLE["images"][one] for one in left]


def test_the_classic_list_shares_files_of_one_size_and_knows_no_appearances():
    outputs = table("ios", FULL, style="classic")
    assert parsed(outputs, CONTENTS) == {
        "images": [
            {
                "filename": f"Icon-App-{points}x{points}@{scale}x.png",
                "idiom": idiom,
                "scale": f"{scale}x",
                "size": f"{points}x{points}",
            }
            for idiom, points, scale, _ in CLASSIC
        ],
        "info": INFO,
    }
    assert sides(outputs) == {
        f"AppIcon.appiconset/Icon-App-{points}x{points}@{scale}x.png": px for _, points, scale, px in CLASSIC
    }
    assert len(sides(outputs)) == 15
    assert len(set(sides(outputs).values())) == 13
    assert all(one.opaque for one in looks(outputs).values())


def test_every_size_for_every_appearance():
    outputs = table("ios", style="all")
    marks: list[tuple[str, dict[str, Any]]] = [
        ("", {}),
        ("-Dark", {"appearances": DARK}),
        ("-Tinted", {"appearances": TINTED}),
    ]
    assert parsed(outputs, CONTENTS)["images"] == [
        {
            **shown,
            "filename": f"Icon-App{mark}-{points}x{points}@{scale}x.png",
            "idiom": "universal",
            "platform": "ios",
            "scale": f"{scale}x",
            "size": f"{points}x{points}",
        }
        for mark, shown in marks
        for points, scale, _ in UNIVERSAL
    ]
    assert sides(outputs) == {
        f"AppIcon.appiconset/Icon-App{mark}-{points}x{points}@{scale}x.png": px
        for mark, _ in marks
        for points, scale, px in UNIVERSAL
    }


def test_the_icon_can_have_another_name():
    assert {path.split("/")[0] for path in paths(table("ios", name="AppIcon-beta"))} == {
        "AppIcon-beta.appiconset"
    }


def test_an_opaque_drawing_has_no_dark_icon_of_its_own():
    assert appearances(PLAIN) == ("", "dark", "tinted")
    assert appearances(PHOTO) == ("", "tinted")
    assert appearances(PHOTO, ()) == ("",)
    assert len(sides(table("ios", PHOTO))) == 2


def test_a_dark_drawing_makes_a_dark_icon_of_an_opaque_one():
    assert appearances(replace(PHOTO, slots=frozenset({"dark"}))) == ("", "dark", "tinted")
