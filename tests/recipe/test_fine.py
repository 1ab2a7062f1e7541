"""The note that a cut-out of one render would be better made of two."""

from __future__ import annotations

import pytest

from pipeline.recipe.fine import mention


@pytest.mark.parametrize(
    ("prompt", "word"),
    [
        ("A fox with thick Fur", "Fur"),
        ("long hair in the wind", "hair"),
        ("a peacock's feathers", "feathers"),
        ("a glass of water", "glass"),
        ("smoke over a pipe", "smoke"),
    ],
)
def test_words_for_strands_and_for_what_is_seen_through_are_known(prompt, word):
    assert mention(prompt) == word


@pytest.mark.parametrize(
    "prompt", ["a chair", "furniture", "a pair of glasses", "a mistake", "a cat without hair", "no smoke", ""]
)
def test_other_words_are_not(prompt):
    assert not mention(prompt)


def test_such_a_cutout_of_one_render_is_noted_once_a_recipe_with_the_price(load):
    recipe = load("""
        defaults: {model: nano-banana-pro, removeBg: true}
        assets:
          - {name: box, prompt: a box}
          - {name: cat, prompt: a cat with long whiskers}
          - {name: fox, prompt: a fox with red fur}
    """)
    (note,) = recipe.warnings
    assert (note.severity, note.location.line, note.location.column) == ("note", 5, 41)
    assert note.message == "cat and 1 more show what two renders cut better than one (whiskers)"
    assert "removeBg: {method: difference} buys a second picture at 18 credits" in note.hint


def test_one_is_noted_by_name(load):
    (note,) = load("assets: [{name: a, model: nano-banana-pro, prompt: glass, removeBg: true}]").warnings
    assert note.message.startswith("a shows what two renders")


def test_the_price_is_that_of_the_model_that_repaints_it(load):
    (note,) = load(
        "assets: [{name: a, model: google/nano-banana, prompt: glass, removeBg: {crop: true}}]"
    ).warnings
    assert "a second picture at 4 credits" in note.hint


@pytest.mark.parametrize(
    "asset",
    [
        "model: nano-banana-pro, prompt: glass",
        "model: nano-banana-pro, prompt: glass, removeBg: {method: auto}",
        "model: nano-banana-pro, prompt: glass, removeBg: {method: difference}",
        "model: nano-banana-pro, prompt: glass, removeBg: {method: rembg}",
        "model: z-image, prompt: glass, aspect_ratio: '1:1', removeBg: true",
        "model: nano-banana-pro, prompt: a box, removeBg: true",
        "model: nano-banana-pro, prompt: glass, removeBg: true, candidates: 2",
    ],
)
def test_nothing_is_said_where_it_was_settled_or_cannot_be_had(load, asset):
    assert load(f"assets: [{{name: a, {asset}}}]").warnings == ()


def test_a_prompt_with_a_background_of_its_own_is_told_of_that_alone(load):
    (note,) = load(
        "assets: [{name: a, model: nano-banana-pro, prompt: glass on a background, removeBg: true}]"
    ).warnings
    assert "background" in note.message
