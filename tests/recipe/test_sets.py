"""Platform sets in a recipe: the forms they take, what is refused, and the drawings they are made of."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pictures import photo

from pipeline.errors import RecipeError
from pipeline.recipe.spec import Cutout, Picture
from pipeline.targets.catalogue import NAMES


def names(asset) -> list[str]:
    return [use.name for use in asset.targets]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("ios", ["ios"]),
        ("[web, ios]", ["web", "ios"]),
        ("{web: true, ios: null, android: {webp: true}}", ["web", "ios", "android"]),
        ("{web: true, ios: false}", ["web"]),
        ("[]", []),
    ],
)
def test_targets_are_a_name_a_list_or_names_with_options(assets, written, expected):
    assert names(assets(f"- {{name: a, prompt: x, targets: {written}}}")["a"]) == expected


def test_options_are_settled_with_what_is_usual_for_the_rest(assets):
    (ios,) = assets("- {name: a, prompt: x, targets: {ios: {padding: 8%}}}")["a"].targets
    assert ios.options["padding"] == pytest.approx(0.08)
    assert ios.options["style"] == "single"
    assert "background" not in ios.options


def test_a_colour_may_come_from_the_brand_and_is_no_colour_of_the_subject(assets):
    found = assets("- {name: a, prompt: x, targets: {ios: {background: '{{ brand.colors.primary }}'}}}")["a"]
    assert found.targets[0].options["background"] == "#EC4899"
    assert "brand.colors.primary" not in found.values


def test_an_assets_targets_and_art_replace_those_of_the_defaults(assets):
    head = "defaults: {model: nano-banana-pro, targets: [ios, web], art: {dark: 'asset:a'}}"
    found = assets(
        """
        - {name: a, prompt: x, art: null}
        - {name: b, prompt: x, targets: android, art: {small: 'asset:a'}}
        - {name: c, prompt: x, targets: null, art: null}
        """,
        head,
    )
    assert [names(found[name]) for name in "abc"] == [["ios", "web"], ["android"], []]
    assert [art.slot for art in found["b"].art] == ["small"]


@pytest.mark.parametrize(
    ("written", "at", "expected"),
    [
        ("targets: andriod", "andriod", 'unknown target "andriod"\n'),
        ("targets: andriod", "andriod", "did you mean android? allowed: ios, icon-composer"),
        ("targets: [web, andriod]", "andriod", 'unknown target "andriod"'),
        ("targets: {web: true, andriod: {}}", "andriod", 'unknown target "andriod"'),
        ("targets: [web, ios, web]", "web]", 'targets holds "web" twice'),
        ("targets: {ios: {stile: classic}}", "stile", 'ios has no option "stile"\n'),
        ("targets: {ios: {stile: classic}}", "stile", "did you mean style? allowed: style, "),
        ("targets: {ios: {style: clasic}}", "clasic", "ios: style does not take clasic\n"),
        (
            "targets: {ios: {style: clasic}}",
            "clasic",
            "did you mean classic? it takes one of single, classic, all",
        ),
        ("targets: {ios: {variants: [drak]}}", "[drak", "did you mean dark?"),
        ("targets: {ios: {padding: 80%}}", "80%", "it takes a share such as 8%"),
        (
            "targets: 5",
            "5",
            "targets must be a name, a list of names, or a mapping of names to their options",
        ),
        ("targets: [5]", "[5", "targets must be a name, a list of names, or a mapping"),
        ("targets: {ios: 5}", "{ios", "targets must hold, for each name, a mapping of options, or true"),
        ("targets: {ios: {background: '{{ brand.colors.prime }}'}}", "brand.", "did you mean primary?"),
        ("targets: ios, art: {drak: 'asset:b'}", "'asset", "did you mean dark? allowed: small, dark"),
        ("targets: ios, art: {dark: 'asset:bb'}", "'asset", 'there is no asset "bb"'),
        ("targets: ios, art: {dark: 'https://example.com/a.png'}", "'https", "art takes no URL"),
        ("targets: ios, art: {dark: nowhere.png}", "nowhere", '"nowhere.png" does not exist'),
        ("targets: ios, art: {dark: ../brand/primary.yaml}", "../brand", '"primary.yaml" is not one of png'),
        (
            "targets: ios, art: {dark: 'asset:a'}",
            "'asset",
            "assets are made from each other in a circle: a → a",
        ),
        ("max_kb: 0", "0", "max_kb must be greater than or equal to 1, not 0"),
        ("contact_sheet: 1", "1", "contact_sheet must be true or false, not 1"),
    ],
)
def test_mistakes_say_where_what_and_what_was_meant(mistakes, written, at, expected):
    line = f"- {{name: a, prompt: xx, {written}}}"
    said = mistakes(f"{line}\n- {{name: b, prompt: x}}")
    assert expected in said
    assert said.count("error:") == 1
    assert f"recipes/icons.yaml:4:{len('  ') + line.index(at) + 1}: error: " in said


def test_all_mistakes_of_an_asset_are_told_at_once(mistakes):
    said = mistakes("- {name: a, prompt: x, targets: {ios: {style: x, stile: y}, web: {base: 5}, wep: true}}")
    assert said.count("error:") == 4


def test_a_circle_through_a_drawing_is_one(mistakes):
    said = mistakes("""
        - {name: a, prompt: x, targets: ios, art: {dark: 'asset:b'}}
        - {name: b, prompt: x, references: 'asset:a'}
    """)
    assert "in a circle: a → b → a" in said


def test_drawings_without_a_set_are_pointed_out_and_not_waited_for(load):
    found = load("""
        defaults: {model: nano-banana-pro}
        assets:
          - {name: a, prompt: x, art: {dark: 'asset:b'}, contact_sheet: true}
          - {name: b, prompt: x}
    """)
    assert [warning.message for warning in found.warnings] == [
        "art is for platform sets, and there are none",
        "contact_sheet is for platform sets, and there are none",
    ]
    assert found.assets[0].depends == ()


def test_a_drawing_is_another_asset_or_a_file(assets, project):
    photo(16).save(project / "brand" / "night.png")
    found = assets("""
        - {name: icon, prompt: x, removeBg: true, targets: ios, references: 'asset:base',
           art: {dark: ../brand/night.png, small: 'asset:tiny', background: 'asset:base'}}
        - {name: tiny, prompt: x, removeBg: {padding: 5%}}
        - {name: base, prompt: x}
    """)
    icon = found["icon"]
    assert [art.slot for art in icon.art] == ["small", "dark", "background"]
    assert [art.cutout and art.cutout.padding for art in icon.art] == [0.05, None, None]
    assert (icon.depends, icon.sent, icon.drawn) == (("base", "tiny"), ("base",), ("tiny", "base"))
    assert [picture.value for picture in icon.files] == ["brand/night.png"]
    assert len(icon.cutouts) == 2


def test_a_drawing_that_is_rendered_twice_is_cut_out_of_both(assets):
    found = assets("""
        - {name: a, prompt: x, targets: ios, art: {dark: 'asset:b', background: 'asset:b'}}
        - {name: b, prompt: a round coin, removeBg: {method: difference}}
    """)
    dark, background = found["a"].art
    assert dark.pictures == (Picture("asset", "b@white"), Picture("asset", "b"))
    assert isinstance(dark.cutout, Cutout)
    assert (background.pictures, background.cutout) == ((Picture("asset", "b@white"),), None)
    assert found["a"].depends == ("b@white", "b")


def test_of_two_renders_only_the_second_makes_sets(assets):
    found = assets("- {name: a, prompt: a coin, targets: ios, max_kb: 9, removeBg: {method: difference}}")
    assert (found["a@white"].targets, found["a@white"].max_kb) == ((), None)
    assert (names(found["a"]), found["a"].max_kb) == (["ios"], 9)


SAID = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=6)
    | st.sampled_from([*NAMES, "{{ x }}", "8%"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["ios", "web", "style", "padding", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(targets=SAID, art=SAID)
def test_whatever_is_written_is_a_recipe_or_its_mistakes(load, targets, art):
    asset = {"name": "a", "prompt": "x", "model": "nano-banana-pro", "targets": targets, "art": art}
    with contextlib.suppress(RecipeError):  # with a place for every mistake: anything else is a bug
        (found,) = load(json.dumps({"assets": [asset]})).assets
        assert {use.name for use in found.targets} <= set(NAMES)
