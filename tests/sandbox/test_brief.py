from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.recipe.backdrop import sentence
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


@pytest.mark.parametrize("colour", ["#00B140", "#FF00FF", "#0047BB", "#22C55E", "#808080", "#FFFFFF"])
def test_a_backdrop_as_recipes_ask_for_it(colour):
    brief = read(f"A coin in #EC4899. {sentence(colour, 'a coin')} No text.")
    assert (brief.backdrop, brief.subject, brief.colours[0]) == (colour, "coin", "#EC4899")
    assert brief.colours == read("A coin in #EC4899.").colours


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


def test_the_backdrop_a_recipe_asks_for_decides_nothing_else():
    words = "A key in gold."
    for colour in ("#00B140", "#FF00FF"):
        brief = read(f"{words} {sentence(colour, words)}")
        assert brief == replace(read(words), backdrop=colour, shadow=False)


@pytest.mark.parametrize(
    ("prompt", "shadow"),
    [
        ("a coin", True),  # in the studio that stands in for a backdrop nobody named
        ("a coin. No text, no logos, no shadows.", False),
        ("a coin without any shadow", False),
        ("a coin on a white background", False),
        ("a coin on a white background, soft shadow below it", True),
        (f"a coin. {sentence('#00B140', 'a coin')}", False),
        (f"a coin, soft shadow. {sentence('#00B140', 'soft shadow')} No text.", True),
    ],
)
def test_shadows_fall_where_they_are_spoken_of(prompt, shadow):
    assert read(prompt).shadow is shadow


@pytest.mark.parametrize(
    ("prompt", "glass", "glow"),
    [
        ("a glass heart", True, False),
        ("a heart, translucent and glowing", True, True),
        ("a heart with a neon halo", False, True),
        ("a heart. Style: frosted glass and neon.", False, False),
        ("a magnifying glass", False, False),
        ("a heart on a transparent background", False, False),
        ("a heart, not glowing", False, False),
    ],
)
def test_glass_and_glow_are_said_of_the_subject(prompt, glass, glow):
    brief = read(prompt)
    assert (brief.glass, brief.glow) == (glass, glow)


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
