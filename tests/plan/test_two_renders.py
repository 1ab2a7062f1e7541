"""What is due for an asset with two renders, and for originals that something due is made from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from builders import asset, recipe

from pipeline.plan import fingerprint
from pipeline.plan.build import build
from pipeline.plan.decide import Facts, Wishes
from pipeline.plan.lock import Entry
from pipeline.plan.purchase import Original, Purchase
from pipeline.recipe.spec import Asset, Cutout, Icon, Picture

WHITE = asset("coin@white", formats=(), filename="")
COIN = asset("coin", prompt="on black", made_from=("coin@white",), cutout=Cutout(method="difference"))
FIRST, SECOND = (Original(digit * 64, "png", 64, 64) for digit in "12")
BOTH = {"coin@white": "remake", "coin": "remake"}
NEITHER = {"coin@white": "none", "coin": "none"}
HERE = frozenset({FIRST.sha256, SECOND.sha256})


def entry(one: Asset, original: Original, **digests: str) -> Entry:
    known = {Picture("asset", f"{name}@white"): sha256 for name, sha256 in digests.items()}
    return Entry(
        paid=fingerprint.paid(one.request, known),
        free=fingerprint.free(original.sha256, one),
        request=fingerprint.describe_request(one.request, known),
        post=fingerprint.describe_post(one),
        values={},
        original=original,
        files={},
    )


def due(
    *assets: Asset, held: frozenset[str] = HERE, wishes: Wishes | None = None, missing: str = ""
) -> dict[str, str]:
    """Asset → action, where the lock has both renders as they were at first."""
    disk = {missing: None} if missing else {}
    facts = {
        "coin@white": Facts(entry(WHITE, FIRST), held=held),
        "coin": Facts(entry(COIN, SECOND, coin=FIRST.sha256), held=held, disk=disk),
    }
    steps = build(recipe(Path("project"), *assets), facts, {}, lambda _: wishes or Wishes())
    return {step.asset.name: step.action.kind for step in steps}


def test_nothing_changed():
    assert due(WHITE, COIN) == NEITHER


def test_another_picture_on_white_is_sure_to_need_another_on_black():
    changed = asset("coin@white", prompt="a blue coin", formats=(), filename="")
    assert due(changed, COIN) == BOTH
    assert due(WHITE, COIN, wishes=Wishes(regenerate=True)) == BOTH


def test_another_edit_remakes_the_second_alone():
    reworded = asset("coin", prompt="on deep black", made_from=("coin@white",), cutout=COIN.cutout)
    assert due(WHITE, reworded) == {"coin@white": "none", "coin": "remake"}


def test_settings_are_free():
    assert due(WHITE, replace(COIN, icons=(Icon("48", 48),))) == {"coin@white": "none", "coin": "rework"}


def test_the_first_is_bought_again_only_when_it_is_gone_and_needed():
    gone = frozenset({SECOND.sha256})
    assert due(WHITE, COIN, held=gone) == NEITHER
    assert due(WHITE, replace(COIN, icons=(Icon("48", 48),)), held=gone) == BOTH
    assert due(WHITE, COIN, held=gone, missing="coin.png") == BOTH


def test_the_second_alone_is_bought_again_when_it_alone_is_gone():
    held = frozenset({FIRST.sha256})
    assert due(WHITE, COIN, held=held, missing="coin-nobg.png") == {"coin@white": "none", "coin": "remake"}


def test_a_second_under_way_is_of_no_use_when_the_first_is_gone():
    paid = fingerprint.paid(COIN.request, {Picture("asset", "coin@white"): FIRST.sha256})
    task = Purchase(1, "r", "coin", paid, "m", "submitted", task_id="task-1")
    for held, expected in ((HERE, {**NEITHER, "coin": "resume"}), (frozenset(), BOTH)):
        facts = {"coin@white": Facts(entry(WHITE, FIRST), held=held), "coin": Facts(purchases=(task,))}
        steps = build(recipe(Path("project"), WHITE, COIN), facts, {}, lambda _: Wishes())
        assert {step.asset.name: step.action.kind for step in steps} == expected


def test_both_are_bought_again_when_both_are_gone():
    assert due(WHITE, COIN, held=frozenset(), missing="coin.png") == BOTH


def test_a_picture_that_is_gone_is_bought_again_for_whatever_is_made_from_it():
    base, badge = asset("base"), asset("badge", made_from=("base",))
    locked = replace(entry(base, FIRST), free=fingerprint.free(FIRST.sha256, base))
    kept = build(recipe(Path("project"), base), {"base": Facts(locked)}, {}, lambda _: Wishes())
    assert [step.action.kind for step in kept] == ["none"]
    facts = {"base": Facts(locked), "badge": Facts()}
    steps = build(recipe(Path("project"), base, badge), facts, {}, lambda _: Wishes())
    assert [(step.asset.name, step.action.kind) for step in steps] == [
        ("base", "remake"),
        ("badge", "create"),
    ]
    assert str(steps[0].action.reasons[0]) == "original missing from the store"


def test_nothing_local_is_done_to_a_first_render():
    assert fingerprint.describe_post(WHITE) == {}
    assert fingerprint.free("a", WHITE) == fingerprint.free("a", replace(WHITE, directory="d", filename="f"))
