"""What holds for every recipe: real files, loaded, planned, taken for made, edited, planned again."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import digest
from pipeline.plan import fingerprint
from pipeline.plan.build import Plan, build, picture_digests
from pipeline.plan.decide import Action, Facts, Wishes
from pipeline.plan.lock import Entry, Lock, parse
from pipeline.plan.purchase import Original
from pipeline.recipe.loader import load_recipes
from pipeline.recipe.settings import Settings
from pipeline.recipe.spec import Recipe

COLORS = ["#EC4899", "#3B82F6", "#22C55E"]
Files = dict[str, str]

prompts = st.sampled_from(
    [
        "A coin in {{ brand.colors.primary | describe }}",
        "A coin with a {{ brand.colors.secondary }} rim",
        "A plain coin",
        ["A coin,", "{{ vars.render }}"],
    ]
)
paid_settings = {
    "prompt": prompts,
    "aspect_ratio": st.sampled_from(["1:1", "16:9"]),
    "resolution": st.sampled_from(["1K", "2K"]),
    "exclude": st.sampled_from([[], ["shadows"]]),
}
free_settings = {
    "icons": st.sampled_from([{}, {"@2x": 48}, {"@2x": 48, "hero": 160}]),
    "formats": st.sampled_from([["png"], ["png", "webp"]]),
    "removeBg": st.sampled_from([False, {"backdrop": "none"}, {"backdrop": "none", "crop": True}]),
    "filename": st.sampled_from(["", "file"]),
}


@st.composite
def assets(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """One asset; it may be made from the first."""
    found = {key: draw(values) for key, values in (paid_settings | free_settings).items()}
    found = {key: value for key, value in found.items() if value not in ("", {}, [])}
    if "filename" in found:
        found["filename"] += name
    if name != "a0" and draw(st.booleans()):
        found["references"] = ["asset:a0"]
    return {"name": name, "model": "nano-banana-pro", **found}


@st.composite
def projects(draw: st.DrawFn) -> dict[str, Any]:
    """A brand and a recipe of up to four assets, as data."""
    return {
        "brand": {"colors": {c: draw(st.sampled_from(COLORS)) for c in ("primary", "secondary", "unused")}},
        "vars": {"render": draw(st.sampled_from(["3D render", "flat drawing"]))},
        "assets": [draw(assets(f"a{number}")) for number in range(draw(st.integers(1, 4)))],
    }


def load(project: Mapping[str, Any], *, order: int = 1, dress: str = "", brand: str = "primary") -> Recipe:
    """Write the project as YAML and load it; ``order`` -1 turns assets and keys round."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        entries = [dict(list(entry.items())[::order]) for entry in project["assets"]][::order]
        content = {"brand": f"../brand/{brand}.yaml", "vars": project["vars"], "assets": entries}
        (root / "recipes").mkdir()
        (root / "brand").mkdir()
        text = dress + yaml.safe_dump(dict(list(content.items())[::order]), sort_keys=False)
        (root / "recipes" / "icons.yaml").write_text(text)
        (root / "brand" / f"{brand}.yaml").write_text(dress + yaml.safe_dump(project["brand"]))
        (recipe,) = load_recipes([root / "recipes" / "icons.yaml"], Settings(), root)
    return recipe


def plan_of(recipe: Recipe, lock: Lock | None = None) -> Plan:
    """The plan when all the lock knows is delivered, unchanged and in the store."""
    entries = lock.assets if lock is not None else {}
    facts = {asset.name: Facts() for asset in recipe.assets}
    for name in facts.keys() & entries.keys():
        entry = entries[name]
        facts[name] = Facts(entry, held=frozenset({entry.original.sha256}), disk=dict(entry.files))
    return Plan(tuple(build(recipe, facts, {}, lambda _: Wishes())))


def made(recipe: Recipe, before: Lock | None = None) -> Lock:
    """The lock after a run that did all that was due; a new original for every request that was bought."""
    old = before.assets if before is not None else {}
    entries: dict[str, Entry] = {}
    known: dict[str, Action] = {}
    by_name = {asset.name: asset for asset in recipe.assets}
    for step in plan_of(recipe, before).steps:
        asset = by_name[step.asset.name]
        digests = picture_digests(asset, known, {})
        assert digests is not None
        paid = fingerprint.paid(asset.request, digests)
        kept = asset.name in old and old[asset.name].paid == paid
        original = old[asset.name].original if kept else Original(digest.of_bytes(paid.encode()), "png")
        known[asset.name] = Action("none", original=original)
        entries[asset.name] = Entry(
            paid=paid,
            free=fingerprint.free(original.sha256, asset),
            request=fingerprint.describe_request(asset.request, digests),
            post=fingerprint.describe_post(asset),
            values=asset.values,
            original=original,
            files={f"{asset.filename}.png": original.sha256},
        )
    return parse(Lock(entries).to_text(), "x.lock.json")


def paid_actions(plan: Plan) -> set[str]:
    return {step.asset.name for step in plan.steps if step.action.pays}


def sent(recipe: Recipe) -> dict[str, str]:
    """Each asset's own request as text, pictures by name."""
    return {
        asset.name: json.dumps(
            [asset.request.model, dict(asset.request.inputs), asset.depends], sort_keys=True
        )
        for asset in recipe.assets
    }


@settings(deadline=None, max_examples=60)
@given(projects())
def test_a_plan_after_a_run_is_empty(project: dict[str, Any]) -> None:
    recipe = load(project)
    assert plan_of(recipe, made(recipe)).is_empty


@settings(deadline=None, max_examples=30)
@given(projects())
def test_the_same_inputs_give_the_same_plan_and_the_same_bytes(project: dict[str, Any]) -> None:
    first, second = load(project), load(project)
    assert [step.action for step in plan_of(first).steps] == [step.action for step in plan_of(second).steps]
    assert made(first).to_text() == made(second).to_text()


@settings(deadline=None, max_examples=40)
@given(projects(), st.sampled_from(["", "# a comment\n\n", "---\n"]), st.sampled_from(["primary", "renamed"]))
def test_order_comments_and_file_names_never_matter(project: dict[str, Any], dress: str, brand: str) -> None:
    lock = made(load(project))
    assert plan_of(load(project, order=-1, dress=dress, brand=brand), lock).is_empty
    assert made(load(project, order=-1)).to_text() == lock.to_text()


@settings(deadline=None, max_examples=100)
@given(projects(), projects())
def test_an_asset_is_bought_exactly_when_what_is_sent_changed(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    old, new = load(before), load(after)
    lock = made(old)
    plan = plan_of(new, lock)
    asked_before, asked_now = sent(old), sent(new)
    changed = {name for name in asked_now if asked_now[name] != asked_before.get(name)}
    waiting = {step.asset.name for step in plan.steps if step.action.kind == "after"}
    assert paid_actions(plan) == changed - waiting
    assert all("a0" in changed for _ in waiting), "only what is made from something new waits for it"


@settings(deadline=None, max_examples=60)
@given(projects(), st.data())
def test_local_settings_never_cost_anything(project: dict[str, Any], data: st.DataObject) -> None:
    lock = made(load(project))
    for entry in project["assets"]:
        key = data.draw(st.sampled_from(["icons", "formats", "filename"]))
        entry[key] = {"icons": {"new": 33}, "formats": ["png", "avif"], "filename": f"x{entry['name']}"}[key]
    recipe = load(project)
    plan = plan_of(recipe, lock)
    assert {step.action.kind for step in plan.steps} == {"rework"}
    assert plan.cost().at_most == 0
    assert plan_of(recipe, made(recipe, lock)).is_empty


@settings(deadline=None, max_examples=60)
@given(projects(), st.sampled_from(["primary", "secondary", "unused"]))
def test_a_brand_colour_touches_exactly_the_assets_that_use_it(project: dict[str, Any], color: str) -> None:
    lock = made(load(project))
    old = project["brand"]["colors"][color]
    project["brand"]["colors"][color] = "#123456"
    plan = plan_of(load(project), lock)
    uses = {e["name"] for e in project["assets"] if f"brand.colors.{color}" in str(e["prompt"])}
    assert paid_actions(plan) == uses
    for step in plan.steps:
        named = [reason for reason in step.action.reasons if reason.subject == f"brand.colors.{color}"]
        assert [(reason.old, reason.new) for reason in named] == [(old, "#123456")] * (
            step.asset.name in uses
        )
