"""``asset:NAME#nobg`` and ``asset:NAME@LABEL``: what a recipe may say, and what is known of it afterwards."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.recipe.parts import split
from pipeline.recipe.spec import Cutout, Part, Picture

COIN = "- {name: coin, prompt: A coin, removeBg: {crop: true}, icons: {'@2x': 48, hero: 160, '@hero': 90}}"
PLAIN = "- {name: coin, prompt: A coin%s}"


def pictures(assets, reference: str, coin: str = COIN) -> tuple[Picture, ...]:
    found = assets(f"{coin}\n- {{name: a, prompt: x, references: {reference}}}")["a"]
    assert found.sent == ("coin",)
    return tuple(found.request.pictures)


def test_the_cut_out_is_known_by_its_settings(assets):
    (picture,) = pictures(assets, "'asset:coin#nobg'")
    assert picture.part == Part("nobg", cutout=Cutout(crop=True, backdrop="#00B140"))
    assert picture.originals == (Picture("asset", "coin"),)
    assert picture.shown == "coin#nobg"


@pytest.mark.parametrize(
    ("written", "label", "px"),
    [("@2x", "@2x", 48), ("@hero", "@hero", 90)],
)
def test_an_icon_is_found_by_its_label(assets, written, label, px):
    (picture,) = pictures(assets, f"'asset:coin{written}'")
    assert picture.part is not None
    assert (picture.part.label, picture.part.px) == (label, px)
    assert picture.part.cutout is not None  # an icon is made from the cut-out
    assert picture.shown == f"coin{written}"


def test_a_label_without_its_sign_and_a_number_are_found_as_well(assets):
    (hero,) = pictures(assets, "'asset:coin@hero'", PLAIN % ", icons: {hero: 160}")
    assert hero.part == Part("hero", 160)
    (small,) = pictures(assets, "'asset:coin@48'", PLAIN % ", icons: [24, 48]")
    assert small.part == Part("48", 48)
    assert small.shown == "coin@48"


def test_image_takes_parts_too_and_the_same_asset_may_be_sent_in_several(assets):
    more = '{name: a, prompt: x, image: "asset:coin", references: ["asset:coin#nobg", "asset:coin@2x"]}'
    found = assets(f"{COIN}\n- {more}")["a"]
    assert [picture.shown for picture in found.request.pictures] == ["coin", "coin#nobg", "coin@2x"]
    assert found.depends == ("coin",)


def test_names_made_by_a_matrix_and_templates_can_be_meant(assets):
    text = """
        - {name: badge.v1, matrix: {tier: [gold]}, prompt: x, removeBg: true}
        - {name: a, matrix: {tier: [gold]}, prompt: x, image: "asset:badge.v1-{{ matrix.tier }}#nobg"}
    """
    (picture,) = assets(text)["a-gold"].request.pictures
    assert picture.value == "badge.v1-gold"
    assert picture.part is not None


def test_of_two_renders_the_cut_out_takes_both_and_the_whole_is_the_one_on_white(assets):
    text = """
        - {name: coin, prompt: A coin, removeBg: {method: difference}, icons: [48]}
        - {name: a, prompt: x, references: ["asset:coin#nobg", "asset:coin@48", "asset:coin"]}
    """
    found = assets(text)["a"]
    both = (Picture("asset", "coin@white"), Picture("asset", "coin"))
    assert [picture.originals for picture in found.request.pictures] == [both, both, both[:1]]
    assert found.depends == ("coin@white", "coin")


def test_what_is_rendered_twice_may_itself_be_made_from_a_part(assets):
    text = (
        f"{COIN}\n- {{name: a, prompt: x, removeBg: {{method: difference}}, references: 'asset:coin#nobg'}}"
    )
    (picture,) = assets(text)["a@white"].request.pictures
    assert picture.part is not None
    assert picture.part.cutout is not None


@pytest.mark.parametrize(
    ("coin", "reference", "message", "hint"),
    [
        ("", "asset:coin#nobg", "coin has no cut-out", "give coin removeBg: true, or write asset:coin"),
        (", icons: [48]", "asset:coin@47", 'coin has no icon "@47"', "did you mean @48? allowed: @48"),
        (
            ", removeBg: true, icons: {'@2x': 48, hero: 9}",
            "asset:coin@heros",
            'coin has no icon "@heros"',
            "did you mean @hero? allowed: #nobg, @2x, @hero",
        ),
        (
            ", removeBg: true",
            "asset:coin#nbg",
            'coin has no part "#nbg"',
            "did you mean #nobg? allowed: #nobg",
        ),
        ("", "asset:coin@2x", 'coin has no icon "@2x"', "it has neither a cut-out nor icons"),
        ("", "asset:coin#", 'coin has no part "#"', "it has neither a cut-out nor icons"),
        (
            ", removeBg: true, icons: [48]",
            "asset:coin#nobg@48",
            '"#nobg@48" is not one part of coin',
            "an icon is made from the cut-out where there is one",
        ),
        ("", "asset:cion#nobg", 'there is no asset "cion"', "did you mean coin?"),
        ("", "asset:#nobg", 'there is no asset ""', ""),
    ],
)
def test_mistakes(mistakes, coin, reference, message, hint):
    said = mistakes(f"{PLAIN % coin}\n- {{name: a, prompt: x, references: ['{reference}']}}")
    assert message in said
    assert hint in said
    assert said.count("error:") == 1
    assert said.startswith("recipes/icons.yaml:5:")


def test_parts_of_a_video_and_of_something_wrong_are_not_told_twice(mistakes):
    film = "{name: f, model: bytedance/v1-pro-image-to-video, image: 'https://x.org/a.png', prompt: x}"
    said = mistakes(f"- {film}\n- {{name: a, prompt: x, image: 'asset:f#nobg'}}")
    assert '"f" is a video' in said
    assert said.count("error:") == 1
    wrong = mistakes(
        "- {name: c, prompt: x, icons: {hero: 0}}\n- {name: a, prompt: x, image: 'asset:c@hero'}"
    )
    assert wrong.count("error:") == 1


def test_a_circle_through_a_part_is_one(mistakes):
    said = mistakes("- {name: a, prompt: x, removeBg: true, image: 'asset:a#nobg'}")
    assert "in a circle: a → a" in said


def test_an_icon_the_model_is_too_fine_for_is_refused(mistakes, assets):
    text = "%s\n- {name: a, model: recraft/remove-background, image: 'asset:coin@48'}"
    said = mistakes(text % (PLAIN % ", icons: [48, 256]"))
    assert "coin@48 is 48 px; recraft/remove-background takes none below 256 px" in said
    assert (
        assets(text.replace("@48", "@256") % (PLAIN % ", icons: [48, 256]"))["a"].request.limits is not None
    )


@given(st.text())
def test_whatever_is_written_is_parted_at_the_first_sign(text):
    name, part = split(f"asset:{text}")
    assert "#" not in name
    assert "@" not in name
    assert part == "" or part[0] in "#@"
    assert (name + part).replace(" ", "") in text.replace(" ", "") or not text.isprintable()
