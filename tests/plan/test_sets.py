"""Platform sets in the plan: what of them counts, how a change reads, and what their drawings cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from builders import asset, recipe

from pipeline.plan import fingerprint
from pipeline.plan.build import Step, build, with_art
from pipeline.plan.decide import Facts, Wishes
from pipeline.plan.lock import Entry
from pipeline.plan.purchase import Original
from pipeline.plan.reason import compare_post
from pipeline.recipe.spec import Art, Asset, Cutout, Icon, Picture, TargetUse

ROOT = Path("project")
NIGHT = Picture("asset", "night")
MARK = Picture("file", "brand/mark.png", ROOT / "brand" / "mark.png")
IOS = TargetUse("ios", {"style": "single", "variants": ("dark", "tinted")})
WEB = TargetUse("web", {"base": "/"})
PLAIN = asset("icon")
ICON = replace(PLAIN, targets=(IOS, WEB), art=(Art("dark", (NIGHT,), Cutout()),))
DARK = asset("night", prompt="by night")
ORIGINALS = {"icon": Original("1" * 64, "png"), "night": Original("2" * 64, "png")}


def entry_of(one: Asset, art: Mapping[str, str] | None = None, *, file: str = "3" * 64) -> Entry:
    """The lock after ``one`` was delivered; ``art`` are the originals its sets were drawn with."""
    known = {name: original.sha256 for name, original in ORIGINALS.items()} | dict(art or {})
    drawn = with_art(one, known, {MARK: file})
    original = ORIGINALS[one.name]
    return Entry(
        paid=fingerprint.paid(one.request, {}),
        free=fingerprint.free(original.sha256, drawn),
        request=fingerprint.describe_request(one.request, {}),
        post=fingerprint.describe_post(drawn),
        values={},
        original=original,
        files={f"{one.name}.png": original.sha256},
    )


def facts_of(one: Asset, *, held: bool = True, **changes: Any) -> Facts:
    entry = changes.pop("entry", entry_of(one))
    digests = frozenset({ORIGINALS[one.name].sha256}) if held else frozenset()
    return Facts(**{"entry": entry, "held": digests, "disk": dict(entry.files), **changes})


def steps_of(icon: Asset, *others: Asset, facts: Mapping[str, Facts], wish: str = "") -> dict[str, Step]:
    steps = build(
        recipe(ROOT, icon, *others), facts, {MARK: "3" * 64}, lambda name: Wishes(regenerate=name == wish)
    )
    return {step.asset.name: step for step in steps}


def said(step: Step) -> list[str]:
    return [str(reason) for reason in step.action.reasons]


def test_assets_without_sets_keep_the_fingerprints_they_always_had() -> None:
    assert fingerprint.free("o", asset("coin")) == (
        "542758174c23e96eefa229835f6ec938c934c6736351850fd212c4097131cd58"
    )
    full = asset(
        "coin",
        cutout=Cutout(crop=True, padding=0.08),
        icons=(Icon("@2x", 48),),
        formats=("png", "webp"),
        directory="x",
    )
    assert fingerprint.free("o", full) == "e3b81f2b72bbfbe27980d2adf3d1afb280692fc1177a5675229a708aa113a59b"


@pytest.mark.parametrize(
    "change",
    [
        {"targets": (IOS,)},
        {"targets": (replace(IOS, options={"style": "classic"}), WEB)},
        {"art": ()},
        {"art": (Art("small", (NIGHT,), Cutout()),)},
        {"art": (Art("dark", (NIGHT,), Cutout(crop=True)),)},
        {"contact_sheet": True},
        {"max_kb": 100},
    ],
)
def test_whatever_shapes_a_set_is_free_and_counts(change: dict[str, Any]) -> None:
    changed = replace(ICON, **change)
    assert fingerprint.free("o", changed) != fingerprint.free("o", ICON)
    assert fingerprint.paid(changed.request, {}) == fingerprint.paid(PLAIN.request, {})


def test_the_version_of_our_drawing_counts_only_where_sets_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    before = [fingerprint.free("o", one) for one in (PLAIN, ICON)]
    monkeypatch.setattr(fingerprint, "STEP_VERSIONS", {**fingerprint.STEP_VERSIONS, "sets": 99})
    after = [fingerprint.free("o", one) for one in (PLAIN, ICON)]
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, False]
    entry = replace(
        entry_of(ICON), post=entry_of(ICON).post | {"steps": {"export": 2, "sets": 1, "cutout": 4}}
    )
    assert "steps.sets 1 → 99" in [str(r) for r in compare_post(entry, fingerprint.describe_post(ICON))]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (PLAIN, replace(PLAIN, targets=(IOS,)), ["targets: + ios"]),
        (replace(ICON, art=()), replace(PLAIN, targets=(IOS,)), ["targets: - web"]),
        (
            ICON,
            replace(ICON, targets=(replace(IOS, options={**IOS.options, "style": "classic"}), WEB)),
            ["targets.ios.style single → classic"],
        ),
        (
            ICON,
            replace(ICON, targets=(IOS, replace(WEB, options={"base": "/", "background": "#EC4899"}))),
            ["targets.web.background: + #EC4899"],
        ),
        (
            replace(PLAIN, targets=(IOS,)),
            replace(PLAIN, targets=(IOS,), art=(Art("dark", (MARK,)),)),
            ["art: + dark"],
        ),
        (ICON, replace(ICON, art=(Art("dark", (NIGHT,), Cutout(crop=True)),)), ["art dark changed"]),
        (ICON, replace(ICON, max_kb=90, contact_sheet=True), ["contact_sheet: + true", "max_kb: + 90"]),
    ],
)
def test_a_change_of_sets_reads_well(before: Asset, after: Asset, expected: list[str]) -> None:
    step = steps_of(after, DARK, facts={"icon": facts_of(before), "night": facts_of(DARK)})["icon"]
    assert (step.action.kind, step.action.credits, said(step)) == ("rework", 0.0, expected)


def test_sets_that_are_delivered_are_nothing_to_do() -> None:
    steps = steps_of(ICON, DARK, facts={"icon": facts_of(ICON), "night": facts_of(DARK)})
    assert [step.action.kind for step in steps.values()] == ["none", "none"]


def test_another_drawing_remakes_the_set_alone() -> None:
    entry = entry_of(ICON, {"night": "9" * 64})
    steps = steps_of(ICON, DARK, facts={"icon": facts_of(ICON, entry=entry), "night": facts_of(DARK)})
    assert (steps["icon"].action.kind, said(steps["icon"])) == ("rework", ["art dark changed"])
    assert steps["night"].action.kind == "none"


def test_another_file_remakes_the_set_alone() -> None:
    icon = replace(ICON, art=(Art("small", (MARK,)),))
    entry = entry_of(icon, file="8" * 64)
    step = steps_of(icon, facts={"icon": facts_of(icon, entry=entry)})["icon"]
    assert (step.action.kind, said(step)) == ("rework", ["art small changed"])


def test_a_drawing_that_is_made_by_this_run_is_waited_for_and_paid_once() -> None:
    facts = {"icon": facts_of(ICON), "night": facts_of(DARK)}
    steps = steps_of(ICON, DARK, facts=facts, wish="night")
    assert [step.action.kind for step in steps.values()] == ["remake", "rework"]
    assert said(steps["icon"]) == ["drawn with night, which this run makes"]
    assert steps["icon"].action.credits == 0.0


def test_a_new_asset_is_bought_beside_its_drawing_and_not_after_it() -> None:
    steps = steps_of(ICON, DARK, facts={"icon": Facts(), "night": Facts()})
    assert {name: (s.action.kind, s.action.credits) for name, s in steps.items()} == {
        "night": ("create", 18.0),
        "icon": ("create", 18.0),
    }
    assert steps["icon"].action.fingerprint


def test_a_drawing_whose_original_is_gone_is_bought_again_only_when_it_is_needed() -> None:
    gone = facts_of(DARK, held=False)
    kept = steps_of(ICON, DARK, facts={"icon": facts_of(ICON), "night": gone})
    assert [step.action.kind for step in kept.values()] == ["none", "none"]
    more = replace(ICON, targets=(*ICON.targets, TargetUse("android")))
    due = steps_of(more, DARK, facts={"icon": facts_of(ICON), "night": gone})
    assert (due["night"].action.kind, said(due["night"])) == ("remake", ["original missing from the store"])
    assert said(due["icon"]) == ["targets: + android", "drawn with night, which this run makes"]


def test_a_drawing_that_is_gone_is_bought_before_something_that_may_need_it() -> None:
    base = asset("base", prompt="base")
    icon = replace(ICON, request=asset("icon", made_from=("base",)).request)
    gone = Facts(entry=entry_of(DARK), disk={})
    known = {Picture("asset", "base"): "5" * 64}
    entry = replace(entry_of(ICON), request=fingerprint.describe_request(icon.request, known))
    facts = {"icon": facts_of(ICON, entry=entry), "night": gone, "base": Facts()}
    steps = steps_of(icon, DARK, base, facts=facts)
    assert {name: step.action.kind for name, step in steps.items()} == {
        "base": "create",
        "night": "remake",
        "icon": "after",
    }


def test_nothing_is_drawn_over_a_file_edited_by_hand() -> None:
    edited = facts_of(ICON, disk={"icon.png": "7" * 64})
    step = steps_of(ICON, DARK, facts={"icon": edited, "night": facts_of(DARK)}, wish="night")["icon"]
    assert step.action.kind == "blocked"


@pytest.mark.parametrize("post", [{"targets": 5, "art": [1]}, {"targets": {"ios": 5}, "art": {"dark": None}}])
def test_a_lock_that_says_something_else_of_sets_is_only_out_of_date(post: dict[str, Any]) -> None:
    entry = replace(entry_of(ICON), post=post, free="")
    assert compare_post(entry, fingerprint.describe_post(ICON))
