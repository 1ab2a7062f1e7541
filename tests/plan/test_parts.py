"""What is bought again, and what never is, for assets made from parts of others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from builders import asset, recipe
from hypothesis import given
from hypothesis import strategies as st

from pipeline.plan import fingerprint
from pipeline.plan.build import Step, build
from pipeline.plan.decide import Action, Facts, Wishes
from pipeline.plan.lock import Entry
from pipeline.plan.purchase import Original
from pipeline.plan.reason import compare_requests
from pipeline.recipe.spec import Asset, Cutout, Icon, Part, Picture
from pipeline.report.actions import sentences

GREEN = Cutout(method="key", backdrop="#00B140")
COIN = asset("coin", cutout=GREEN, icons=(Icon("hero", 160),))
MADE, OTHER = (Original(digit * 64, "png", 64, 64) for digit in "12")
NOBG = Picture("asset", "coin", part=Part("nobg", cutout=GREEN))
HERO = Picture("asset", "coin", part=Part("hero", 160, GREEN))
DIGESTS = {Picture("asset", "coin"): "a" * 64, Picture("asset", "coin@white"): "b" * 64}


def described(*pictures: Picture) -> list[Any]:
    request = asset("set", pictures=pictures).request
    return list(fingerprint.describe_request(request, DIGESTS)["pictures"]["image_input"])


def paid(picture: Picture) -> str:
    return fingerprint.paid(asset("set", pictures=(picture,)).request, DIGESTS)


def shaped(**changes: Any) -> Picture:
    return replace(NOBG, part=Part("nobg", cutout=replace(GREEN, **changes)))


def test_whole_pictures_have_the_fingerprints_of_every_lock_there_is():
    """The literal is from before there were parts: nobody's pictures may be due again for that."""
    logo, mood = Picture("file", "brand/logo.png", Path("x")), Picture("url", "https://example.com/mood.jpg")
    coin = Picture("asset", "coin")
    found = fingerprint.paid(
        asset("set", pictures=(logo, mood, coin)).request, {logo: "aa" * 32, coin: "bb" * 32}
    )
    assert found == "68297af3cda762c083113f8357d50677eab023582aed5550be434d180e8f290e"


def test_a_part_is_known_by_what_it_is_made_of_and_what_shapes_it():
    original = f"sha256:{'a' * 64}"
    settings = {"method": "key", "backdrop": "#00B140"}
    assert described(NOBG, HERO, Picture("asset", "coin")) == [
        {"original": original, "cutout": settings},
        {"original": original, "cutout": settings, "px": 160},
        original,
    ]


def test_a_part_of_two_renders_is_known_by_both():
    twice = replace(NOBG, part=Part("nobg", cutout=Cutout(method="difference"), first="coin@white"))
    assert described(twice) == [
        {
            "original": f"sha256:{'b' * 64}",
            "on_black": f"sha256:{'a' * 64}",
            "cutout": {"method": "difference"},
        }
    ]


def test_what_parts_are_bought_for_is_written_down_as_it_was():
    """Literals: a release that describes parts otherwise would buy what is made from them again."""
    assert paid(NOBG) == "38a58d52bc048d9041f3df0fb120f8a77699bf13662035a954aa4591761f3273"
    assert paid(HERO) == "5c41066dc31d6275fde4bc06fb5059968cf989cdc69ba8269b6894a171e1ae19"


def test_steps_of_ours_are_no_reason_to_pay(monkeypatch):
    before = paid(NOBG)
    monkeypatch.setattr(fingerprint, "STEP_VERSIONS", {"cutout": 99, "export": 99, "sets": 99, "video": 99})
    assert paid(NOBG) == before


def test_what_an_icon_or_an_asset_is_called_is_no_reason_to_pay():
    assert paid(replace(HERO, part=Part("@large", 160, GREEN))) == paid(HERO)
    assert paid(replace(HERO, part=Part("hero", 161, GREEN))) != paid(HERO)
    assert paid(replace(NOBG, part=Part("nobg"))) not in (paid(NOBG), paid(Picture("asset", "coin")))


def test_padding_counts_only_where_it_is_added():
    assert paid(shaped(padding=0.1)) == paid(NOBG)
    assert paid(shaped(padding=0.1, crop=True)) != paid(shaped(crop=True))


CHANGED = {
    "method": "rembg",
    "model": "u2net",
    "crop": True,
    "alpha_matting": True,
    "decontaminate": True,
    "backdrop": "#FFFFFF",
    "shadow": "drop",
    "translucent": False,
}


@given(st.dictionaries(st.sampled_from(sorted(CHANGED)), st.booleans()))
def test_every_setting_that_shapes_the_cut_out_counts(chosen: dict[str, bool]) -> None:
    changes = {name: CHANGED[name] for name, changed in chosen.items() if changed}
    assert (paid(shaped(**changes)) == paid(NOBG)) is (not changes)
    assert set(CHANGED) | {"padding"} == set(asdict(Cutout()))


def entry(one: Asset, original: Original, digests: Mapping[Picture, str]) -> Entry:
    return Entry(
        paid=fingerprint.paid(one.request, digests),
        free=fingerprint.free(original.sha256, one),
        request=fingerprint.describe_request(one.request, digests),
        post=fingerprint.describe_post(one),
        values={},
        original=original,
        files={},
    )


SET = asset("set", pictures=(NOBG,))
KNOWN = {Picture("asset", "coin"): MADE.sha256}
HERE = frozenset({MADE.sha256, OTHER.sha256})


def due(coin: Asset, made_from_it: Asset, *, held: frozenset[str] = HERE) -> dict[str, Step]:
    """Asset → step, where the lock has the coin and the set as they were at first."""
    facts = {
        "coin": Facts(entry(COIN, MADE, {}), held=held),
        "set": Facts(entry(SET, OTHER, KNOWN), held=held),
    }
    steps = build(recipe(Path("project"), coin, made_from_it), facts, {}, lambda _: Wishes())
    return {step.asset.name: step for step in steps}


def test_nothing_changed():
    assert {name: step.action.kind for name, step in due(COIN, SET).items()} == {
        "coin": "none",
        "set": "none",
    }


def test_settings_of_the_cut_out_make_what_is_made_from_it_due_and_are_named():
    steps = due(replace(COIN, cutout=replace(GREEN, crop=True)), asset("set", pictures=(shaped(crop=True),)))
    assert steps["coin"].action.kind == "rework"
    assert (steps["set"].action.kind, steps["set"].action.credits) == ("remake", 18)
    assert sentences(steps["set"].action) == ["coin#nobg: crop false → true"]


def test_they_are_nothing_to_what_is_made_from_the_whole():
    whole = asset("set", pictures=(Picture("asset", "coin"),))
    facts = {"coin": Facts(entry(COIN, MADE, {}), held=HERE), "set": Facts(entry(whole, OTHER, KNOWN))}
    cropped = replace(COIN, cutout=replace(GREEN, crop=True))
    steps = build(recipe(Path("project"), cropped, whole), facts, {}, lambda _: Wishes())
    assert [step.action.kind for step in steps] == ["rework", "none"]


def test_other_sizes_leave_the_cut_out_alone():
    steps = due(replace(COIN, icons=(Icon("hero", 200), Icon("@2x", 48))), SET)
    assert steps["set"].action.kind == "none"


def test_another_picture_is_known_after_that():
    steps = due(replace(COIN, request=replace(COIN.request, inputs={"prompt": "a gem"})), SET)
    assert (steps["coin"].action.kind, steps["set"].action.kind) == ("remake", "after")
    assert sentences(steps["set"].action) == ["made from coin#nobg, which this run makes"]


def test_the_original_of_a_part_has_to_be_here_when_it_is_to_be_sent():
    reworded = replace(SET, request=replace(SET.request, inputs={"prompt": "a set of gems"}))
    assert due(COIN, reworded, held=HERE)["coin"].action.kind == "none"
    steps = due(COIN, reworded, held=frozenset())
    assert (steps["coin"].action.kind, steps["set"].action.kind) == ("remake", "remake")
    assert sentences(steps["coin"].action) == ["original missing from the store"]


PLAIN = {"original": f"sha256:{'a' * 64}"}


def test_pictures_beside_a_part_are_told_by_name():
    old = [PLAIN | {"cutout": {}}, "sha256:a", "sha256:b"]
    new = [PLAIN | {"cutout": {"crop": True}}, "sha256:a", "sha256:c"]
    known = replace(entry(SET, OTHER, KNOWN), request={"pictures": {"image_input": old}})
    names = ["coin#nobg", "logo.png", "mood.jpg"]
    reasons = compare_requests(known, {"pictures": {"image_input": new}}, {}, names=names)
    assert [str(reason) for reason in reasons] == ["coin#nobg: crop false → true", "mood.jpg changed"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ([PLAIN | {"cutout": {}}], [{"original": "sha256:b", "cutout": {}}], ["coin#nobg changed"]),
        ([PLAIN | {"px": 160}], [PLAIN | {"px": 200}], ["coin#nobg: px 160 → 200"]),
        ([PLAIN | {"px": 160}], [PLAIN | {"px": 160, "cutout": {}}], ["coin#nobg: removeBg false → true"]),
        (
            [PLAIN | {"cutout": {"method": "key", "shadow": "drop"}}],
            [PLAIN | {"cutout": {"method": "rembg"}}],
            ["coin#nobg: method key → rembg", "coin#nobg: shadow drop → keep"],
        ),
        (
            [f"sha256:{'a' * 64}"],
            [PLAIN | {"cutout": {}}],
            ["pictures aaaaaaaaaaaa → aaaaaaaaaaaa#nobg"],
        ),
        (
            [PLAIN | {"cutout": {}}, "https://x.org/a.png"],
            [PLAIN | {"cutout": {}, "px": 48}],
            ["pictures aaaaaaaaaaaa#nobg, https://x.org/a.png → aaaaaaaaaaaa#nobg at 48 px"],
        ),
        (["nonsense", {"px": [1]}], [PLAIN | {"cutout": {}}], None),
        ("nonsense", [PLAIN | {"cutout": {}}], None),
        ([{"cutout": 5, "original": []}], [PLAIN | {"cutout": {}}], ["coin#nobg changed"]),
    ],
)
def test_reasons_say_what_changed_whatever_a_lock_holds(old, new, said):
    known = replace(entry(SET, OTHER, KNOWN), request={"pictures": {"image_input": old}})
    reasons = compare_requests(known, {"pictures": {"image_input": new}}, {}, names=["coin#nobg"])
    told = sentences(Action("remake", tuple(reasons)))
    assert told == said if said is not None else told
