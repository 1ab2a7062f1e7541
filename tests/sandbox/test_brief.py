from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sandbox.brief import SCREEN_GREEN, colours_in, is_scene, read


@pytest.mark.parametrize(
    ("prompt", "backdrop"),
    [
        ("a coin on a pure white background", "#FFFFFF"),
        ("a coin, centred on white background. No text.", "#FFFFFF"),
        ("a rose pink (#EC4899) coin against a plain black backdrop", "#000000"),
        ("a coin on a solid pure green (#00FF00) background", "#00FF00"),
        ("a coin, background: #123", "#112233"),
        ("a coin, background colour #123456", "#123456"),
        ("a coin on a chroma key green screen", SCREEN_GREEN),
        ("a coin isolated on a solid magenta.", "#FF00FF"),
        ("a coin on a transparent background", "#FFFFFF"),
        ("a coin on a soft blurred background", None),
        ("a white coin", None),
    ],
)
def test_backdrop(prompt, backdrop):
    assert read(prompt).backdrop == backdrop


def test_the_backdrops_colour_is_not_the_subjects():
    brief = read("A coin in #EC4899 on a solid green (#00B140) background")
    assert brief.colours[0] == "#EC4899"
    assert "#00B140" not in brief.colours


@pytest.mark.parametrize(
    ("text", "colours"),
    [
        ("rose pink (#EC4899) and #8b5cf6", ["#EC4899", "#8B5CF6"]),
        ("a teal and gold cup", ["#14B8A6", "#E8B130"]),
        ("#fff", ["#FFFFFF"]),
        ("rose pink (#EC4899), rose pink (#EC4899)", ["#EC4899"]),
        ("a redwood bluebird", []),
        ("#EC48991", []),
    ],
)
def test_colours_are_read_from_hex_and_names(text, colours):
    assert colours_in(text) == colours


@pytest.mark.parametrize(
    ("prompt", "subject", "emblem"),
    [
        ("A glossy coin with a star", "coin", "star"),
        ("A star on a coin", "star", "coin"),
        ("An app icon with a rocket", "tile", "rocket"),
        ("A paper plane, key light from the left", "plane", None),
        ("A bell. No coins, no stars.", "bell", None),
        ("A padlock", "lock", None),
    ],
)
def test_the_thing_named_first_is_painted(prompt, subject, emblem):
    brief = read(prompt)
    assert brief.subject == subject
    assert emblem is None or brief.emblem == emblem


def test_shadows_can_be_refused():
    assert read("a coin").shadow
    assert not read("a coin. No text, no logos, no shadows.").shadow
    assert not read("a coin without any shadow").shadow


def test_one_colour_gets_company_and_gold_no_olive():
    [main, second, accent] = read("a gold coin").colours
    assert len({main, second, accent}) == 3
    red, green, _ = (int(second[at : at + 2], 16) for at in (1, 3, 5))
    assert red > green


def test_many_colours_are_kept_in_order():
    assert read("#111111 #222222 #333333 #444444").colours == ("#111111", "#222222", "#333333", "#444444")
    assert read("teal and pink").colours[:2] == ("#14B8A6", "#EC4899")


@pytest.mark.parametrize(
    ("prompt", "size", "scene"),
    [
        ("a rocket", (1024, 1024), False),
        ("a rocket", (1360, 768), True),
        ("a rocket", (768, 1360), True),
        ("a rocket on a white background", (1360, 768), False),
        ("a mountain landscape", (1024, 1024), True),
        ("a rocket, no landscape", (1024, 1024), False),
    ],
)
def test_scenes(prompt, size, scene):
    assert is_scene(prompt, *size) is scene


def test_a_sprite_sheet_lists_its_cells():
    brief = read(
        "A 3x2 sprite sheet grid containing items.\n- ONLY the subject\nSUBJECTS:\n- coin\n- heart\n"
    )
    assert (brief.columns, brief.rows, brief.cells) == (3, 2, ("coin", "heart"))
    assert read("A 99x99 grid").rows == 1


@given(st.text(max_size=300))
def test_any_text_has_a_brief(prompt):
    brief = read(prompt)
    assert brief == read(prompt)
    assert len(brief.colours) >= 3
    assert all(re.fullmatch("#[0-9A-F]{6}", colour) for colour in brief.colours)
