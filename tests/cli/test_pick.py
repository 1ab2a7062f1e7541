"""``candidates`` and ``pipeline pick`` from the command line, against a real sandbox over real HTTP."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from plans import step
from quick import KEY, know_quick

from pipeline.cli.pick import tell, tell_effect
from pipeline.plan.reason import Reason
from pipeline.run.pick import Effect, Offer
from pipeline.sandbox.embedded import EmbeddedSandbox
from pipeline.sandbox.options import SandboxOptions

RECIPE = """\
defaults: {model: nano-banana-pro, aspect_ratio: "1:1", resolution: 1K}
assets:
  - {name: hero, prompt: A paper kite, candidates: 3}
  - {name: night, prompt: The same at night, references: "asset:hero"}
"""
LOCK = Path("recipes/web.lock.json")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[str]:
    with EmbeddedSandbox(SandboxOptions(key=KEY, credits=2000, latency_s=0.05, picture="tiny")) as url:
        yield url


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "pipeline.yaml").write_text("provider: kie\n")
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes/web.yaml").write_text(RECIPE)
    know_quick(tmp_path / ".pipeline" / "journal.db")
    return tmp_path


@pytest.fixture
def run(pipeline, sandbox: str):
    environ = {"KIE_API_BASE_URL": sandbox, "KIE_API_KEY": KEY}
    return lambda: pipeline("run", "--yes", "--workers", "local:1", environ=environ)


def creates(sandbox: str) -> int:
    return len(httpx.get(f"{sandbox}/sandbox/ledger").json()["creates"])


def changed(before: str, after: str) -> set[str]:
    """The lines that were added; none may have been taken away."""
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    assert not [line for line in lines if line.startswith("-")]
    return {line[2:].strip() for line in lines if line.startswith("+")}


def test_from_candidates_to_a_pick_and_what_is_made_from_it(pipeline, run, root, sandbox):
    assert "2 assets, 4 requests, about 72 credits" in pipeline("validate").out
    told = pipeline("plan", "--offline").out
    assert "picked once its 3 candidates are made" in told
    assert "made from hero, whose candidate is still to be picked" in told
    assert "the first is taken until one is picked: pipeline pick hero N" in told
    assert "Costs 54 credits" in told

    before = creates(sandbox)
    ended = run()
    assert (ended.code, creates(sandbox) - before) == (1, 3), ended.err
    assert "the first is taken until one is picked: pipeline pick hero N" in ended.out
    assert "nobody has picked one" in pipeline("check").out
    listed = pipeline("pick", "hero").out.splitlines()
    assert len(listed) == 3
    assert "hero-candidates/hero-1.png" in listed[0]
    assert listed[0].endswith("taken now")

    lock = (root / LOCK).read_text()
    picked = pipeline("pick", "recipes/web.yaml", "hero", "2")
    assert picked.out == "hero: candidate 2 is picked.\n"
    assert "pipeline run recipes/web.yaml makes night from it: 18 credits." in picked.err
    sha256 = json.loads(lock)["assets"]["hero@2"]["original"]["sha256"]
    added = {'"pick": {', '"number": 2,', f'"sha256": "{sha256}"', "},"}
    assert changed(lock, (root / LOCK).read_text()) == added
    assert "picked by hand" in pipeline("pick", "hero", "--list").out.splitlines()[1]

    ended = run()
    assert (ended.code, creates(sandbox) - before) == (0, 4), ended.err
    assert pipeline("plan", "--offline", "--check").code == 0
    lock = (root / LOCK).read_text()
    assert "5 unchanged" in run().out
    assert ((root / LOCK).read_text(), creates(sandbox) - before) == (lock, 4)
    assert "nobody has picked one" not in pipeline("check").out

    document = json.loads(pipeline("pick", "hero", "3", "--json").out)
    assert (document["recipe"], document["asset"]) == ("recipes/web.yaml", "hero")
    third = document["candidates"][2]
    assert (third["number"], third["picked"]) == (3, True)
    assert third["file"] == "output/web/hero-candidates/hero-3.png"
    assert (third["files"], third["unmet"]) == ([third["file"]], [])
    assert third["size_bytes"] == (root / third["file"]).stat().st_size
    assert [one["picked"] for one in document["candidates"]] == [False, False, True]
    assert document["run"]["credits"] == sum(one["credits"] for one in document["run"]["makes"])

    assert pipeline("pick", "hero", "checks").out == "hero: no candidate is picked any more.\n"
    ended, lock = pipeline("pick", "hero", "checks"), (root / LOCK).read_text()
    assert (ended.code, ended.out) == (0, "hero: no candidate was picked; nothing has changed.\n")
    assert (ended.err, (root / LOCK).read_text()) == ("", lock)
    document = json.loads(pipeline("pick", "hero", "--json").out)
    assert [one["taken"] for one in document["candidates"]] == [True, False, False]
    assert [one["picked"] for one in document["candidates"]] == [False, False, False]
    assert "pick" not in json.loads((root / LOCK).read_text())["assets"]["hero"]
    planned = json.loads(pipeline("plan", "--offline", "--json").out)["recipes"][0]["assets"]
    assert [(one["asset"], one["unpicked"]) for one in planned if one["unpicked"]] == [("hero", True)]
    assert [one["candidate"] for one in planned if one["asset"] == "hero@3"] == [{"of": "hero", "number": 3}]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("her", "1"), "There is no asset her."),
        (("night", "1"), "night has no candidates."),
        (("hero", "one"), "one is no candidate of hero."),
        (("hero", "1", "2"), "One choice at a time: 1 2."),
        (("recipes/web.yaml",), "No asset is named."),
        (("hero", "1"), "hero has no candidate 1."),
        (("hero", "checks"), "hero is not delivered yet."),
    ],
)
@pytest.mark.usefixtures("root")
def test_what_cannot_be_picked(pipeline, arguments, said):
    ended = pipeline("pick", *arguments)
    assert ended.code == 2
    assert said in ended.err


@pytest.mark.usefixtures("root")
def test_before_the_first_run_there_is_nothing_to_see(pipeline):
    made = "pipeline run recipes/web.yaml"
    assert pipeline("pick", "hero").out == f"hero has no candidates yet: {made} makes them.\n"
    pretended = pipeline("pick", "--sandbox", "hero").out
    assert pretended == f"hero has no candidates yet: {made} --sandbox makes them.\n"
    assert f"Make it first: {made} --sandbox" in pipeline("pick", "--sandbox", "hero", "checks").err
    assert f"none yet; {made} --sandbox makes them" in pipeline("pick", "--sandbox", "hero", "1").err
    document = json.loads(pipeline("pick", "hero", "--json").out)
    assert (document["candidates"], document["run"]["action"]) == ([], "after")


@pytest.mark.usefixtures("root")
def test_the_plan_of_the_sandbox_says_how_to_pick_there(pipeline):
    told = pipeline("plan", "--sandbox", "--offline").out
    assert "the first is taken until one is picked: pipeline pick --sandbox hero N" in told
    assert "pipeline pick hero" not in told


def test_an_asset_of_two_recipes_needs_the_recipe(pipeline, root):
    (root / "recipes/app.yaml").write_text(RECIPE)
    ended = pipeline("pick", "hero", "1")
    assert (ended.code, "Name the recipe before it." in ended.err) == (2, True)


def test_a_lock_with_conflict_markers_is_left_alone(pipeline, root):
    side = '{"version": 1, "assets": {}}'
    text = f"<<<<<<< ours\n{side}\n=======\n{side}\n>>>>>>> theirs\n"
    (root / LOCK).write_text(text)
    ended = pipeline("pick", "hero", "1")
    assert ended.code == 4
    assert "merge-conflict markers" in ended.err
    assert (root / LOCK).read_text() == text


def offered(**changes: Any) -> Offer:
    facts: dict[str, Any] = {"width": 64, "height": 32, "size_bytes": 1_204_000, "unmet": (), "taken": False}
    return Offer(**{"number": 2, "file": "output/hero-2.png", "picked": False, **facts, **changes})


def test_what_there_is_to_pick_from_says_what_is_wrong_with_it(context):
    lost = offered(number=3, size_bytes=None, width=0)
    tell(context, "hero", [offered(unmet=("at least 100 px a side",)), lost], "pipeline run r.yaml")
    assert context.output.stdout.getvalue().splitlines() == [
        "  2  output/hero-2.png  64x32 px, 1,204 kB  does not pass 1 check",
        "     at least 100 px a side",
        "  3  output/hero-2.png  not on disk",
    ]


THERE, DELIVERS = "Its files are made of that one already.", "pipeline run r.yaml delivers it, at no cost."
MAKES = "pipeline run r.yaml makes %s from it: %s."
OTHERS = [step("a", "remake"), step("b", "after"), step("c", "remake"), step("d", "rework")]
EDITED = Reason("file", "hero.png was edited by hand")


@pytest.mark.parametrize(
    ("own", "others", "said"),
    [
        (step("hero", "none"), [], [THERE]),
        (step("hero", "restore"), OTHERS, [DELIVERS, MAKES % ("a, b and c", "54 credits")]),
        (
            step("hero", "none"),
            [step("a", "remake", credits=None)],
            [THERE, MAKES % ("a", "an unknown price")],
        ),
        (
            step("hero", "blocked", EDITED),
            [],
            ["It cannot be delivered as it is: hero.png was edited by hand."],
        ),
    ],
)
def test_what_a_run_does_about_a_pick(context, own, others, said):
    tell_effect(context, "r.yaml", Effect(own, tuple(others)), sandbox=False)
    assert context.output.stderr.getvalue().splitlines() == said
