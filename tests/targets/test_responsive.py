"""The widths of platform-assets.md section 3, typed in here by hand."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from platform_sets import Set, addresses, elements

from pipeline.targets.brief import Brief

WIDE = Brief("hero", title="A hero", size=(2000, 1000))
PHOTO = Brief("hero", title="A hero", size=(2000, 1000), opaque=True)
WIDTHS = (320, 640, 768, 1024, 1280, 1536, 1920)


def test_every_width_in_every_format_in_its_own_proportions():
    wanted = {f"hero-{width}w.{form}": (width, 0) for form in ("avif", "webp", "png") for width in WIDTHS}
    assert Set("responsive", WIDE).sizes() == wanted


def test_the_ending_is_the_format():
    for path, drawn in Set("responsive", WIDE).draws.items():
        assert path.endswith(f".{drawn.format}")


@given(st.integers(1, 4000), st.integers(1, 4000), st.lists(st.integers(1, 4000), min_size=1, max_size=5))
def test_nothing_is_wider_than_the_master(width, height, widths):
    made = Set("responsive", Brief("hero", size=(width, height)), widths=widths, formats=[])
    assert made.draws
    assert all(one.width <= width for one in made.draws.values())


def test_a_master_smaller_than_every_width_comes_in_its_own():
    assert set(Set("responsive", Brief("hero", size=(200, 100))).draws) == {
        "hero-200w.avif",
        "hero-200w.webp",
        "hero-200w.png",
    }


def test_the_picture_element():
    hero = Set("responsive", WIDE, widths=[320, 640], base="/img", sizes="(min-width: 40em) 50vw, 100vw")
    sizes = "(min-width: 40em) 50vw, 100vw"
    assert elements(hero.text("picture.html")) == [
        ("picture", {}),
        (
            "source",
            {
                "type": "image/avif",
                "srcset": "/img/hero-320w.avif 320w, /img/hero-640w.avif 640w",
                "sizes": sizes,
            },
        ),
        (
            "source",
            {
                "type": "image/webp",
                "srcset": "/img/hero-320w.webp 320w, /img/hero-640w.webp 640w",
                "sizes": sizes,
            },
        ),
        (
            "img",
            {
                "src": "/img/hero-640w.png",
                "srcset": "/img/hero-320w.png 320w, /img/hero-640w.png 640w",
                "sizes": sizes,
                "width": "640",
                "height": "320",
                "alt": "A hero",
                "loading": "lazy",
                "decoding": "async",
            },
        ),
    ]


@pytest.mark.parametrize("brief", [WIDE, PHOTO])
def test_the_picture_element_names_every_file_and_nothing_else(brief):
    hero = Set("responsive", brief, folder="my img/a & b", base="https://cdn.example.com/x, y/")
    named = {
        unquote(one).removeprefix("https://cdn.example.com/x, y/")
        for one in addresses(hero.text("picture.html"))
    }
    assert named == set(hero.draws)


def test_the_fallback_of_an_opaque_picture_is_a_jpeg():
    hero = Set("responsive", PHOTO, formats=["webp"])
    assert {one.format for one in hero.draws.values()} == {"webp", "jpg"}
    look = hero.look("hero-320w.jpg")
    assert (look.fit, look.opaque) == ("cover", True)


def test_a_jpeg_of_a_transparent_picture_has_a_ground_and_the_others_none():
    hero = Set("responsive", WIDE, fallback="jpg")
    assert (hero.look("hero-320w.jpg").ground, hero.look("hero-320w.jpg").opaque) == ("#FFFFFF", True)
    assert (hero.look("hero-320w.webp").ground, hero.look("hero-320w.webp").opaque) == ("", False)


def test_a_background_is_behind_all_of_them():
    hero = Set("responsive", WIDE, background="#ec4899")
    assert {(one.look.ground, one.look.opaque) for one in hero.draws.values()} == {("#EC4899", True)}
    assert "hero-320w.jpg" in hero.paths


def test_a_padding_leaves_room_around_an_opaque_picture():
    look = Set("responsive", PHOTO, padding="10%").look("hero-320w.jpg")
    assert (look.fit, look.share) == ("whole", pytest.approx(0.8))
