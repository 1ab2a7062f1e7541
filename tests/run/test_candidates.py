"""Runs of a recipe with ``candidates`` against a scripted service, in made-up time."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from candidates_project import Project, moments
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import photo
from renders import alone
from service import Script

from pipeline.deliver.rules.assets import unpicked
from pipeline.errors import EXIT_SOME_FAILED, ProcessError
from pipeline.generate.engine import Limits
from pipeline.generate.journal import Journal
from pipeline.generate.provider import TaskStatus
from pipeline.plan.purchase import UNKNOWN_STATES
from pipeline.run.check import of_recipe
from pipeline.run.places import Places

HERO = "{name: hero, prompt: A hero., candidates: 3}"
CHECKED = "{name: hero, prompt: A hero., candidates: 3, checks: {min_px: 100}}"
FILM = "{name: film, prompt: A film., references: 'asset:hero'}"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def nothing(count: int = 3, *more: str) -> dict[str, str]:
    return dict.fromkeys([*(f"hero@{number}" for number in range(1, count + 1)), "hero", *more], "none")


def test_all_are_bought_and_kept_and_the_first_is_delivered(project: Project) -> None:
    result = project.go(HERO)
    assert (result.exit_code, result.credits, project.creates()) == (0, 54.0, 3)
    kept = {f"hero-candidates/hero-{number}.png" for number in (1, 2, 3)}
    assert project.files() == {"hero.png", "manifest.json"} | kept
    assert (project.taken(), list(project.manifest["assets"])) == (1, ["hero"])
    assert project.due(HERO) == nothing()
    assert project.go(HERO).count("unchanged") == 4


def test_the_one_that_passes_the_checks_is_delivered_and_the_others_are_no_failure(project: Project) -> None:
    project.service.px = [64, 128, 32]
    result = project.go(CHECKED)
    assert (result.exit_code, project.taken()) == (0, 2)
    assert [bool(project.lock[f"hero@{n}"].get("checks")) for n in (1, 2, 3)] == [True, False, True]
    assert project.due(CHECKED) == nothing()


def test_where_none_passes_the_run_says_so(project: Project) -> None:
    project.service.px = [64, 64, 64]
    assert (project.go(CHECKED).exit_code, project.taken()) == (EXIT_SOME_FAILED, 1)
    assert project.due(CHECKED) == nothing()


def test_what_is_made_from_it_waits_for_the_choice(project: Project) -> None:
    project.service.px = [64, 128, 32]
    assert project.due(CHECKED, FILM)["film"] == "create"
    plan = project.planned(CHECKED, FILM)
    assert (plan.cost().certain, plan.cost().at_most) == (72, 72)
    project.go(CHECKED, FILM)
    (film,) = project.service.created("A film.")
    picked = project.lock["hero@2"]["original"]["sha256"]
    assert film.inputs["image_input"] == [f"https://uploads/{picked}"]


def test_nothing_is_bought_from_one_that_nobody_has_picked(project: Project) -> None:
    assert project.due(HERO, FILM)["film"] == "blocked"
    result = project.go(HERO, FILM)
    assert (result.exit_code, project.creates("A film.")) == (EXIT_SOME_FAILED, 0)
    (outcome,) = (one for one in result.outcomes if one.job.asset.name == "film")
    assert outcome.error.message == "made from hero, whose candidate is still to be picked"
    (note,) = result.plan.notes
    assert note.startswith("hero has 3 candidates")
    assert note.endswith(": pipeline pick hero N")
    project.pick(1)
    assert project.planned(HERO, FILM).notes == ()
    assert (project.go(HERO, FILM).exit_code, project.creates("A film.")) == (0, 1)


def test_in_the_sandbox_every_hint_leads_to_its_own_lock(project: Project) -> None:
    project.places = Places(project.root, sandbox=True)
    result = project.go(HERO, FILM)
    hint = "pipeline pick --sandbox hero N"
    assert [note for note in result.plan.notes if note.endswith(hint)]
    (recipe,) = project.recipes("", HERO, FILM)
    scope = of_recipe(recipe, project.places)
    (look,) = (one for one in scope.assets if one.unpicked)
    assert [found.hint for found in unpicked(look)] == [f"See them, and say which: {hint}"]
    assert [found.hint for found in scope.known] == ["Make it: pipeline run recipes/icons.yaml --sandbox"]


def test_another_pick_costs_nothing_but_what_is_made_from_it(project: Project) -> None:
    project.go(HERO)
    project.pick(1)
    project.go(HERO, FILM)
    project.pick(3)
    plan = project.planned(HERO, FILM)
    steps = {step.asset.name: step.action for step in plan.steps}
    assert (steps["hero"].kind, steps["film"].kind, plan.cost().certain) == ("restore", "remake", 18)
    assert str(steps["hero"].reasons[0]) == "candidate 3, which was picked"
    assert str(steps["film"].reasons[0]) == "another candidate of hero was picked"
    assert (project.go(HERO, FILM).credits, project.taken()) == (18.0, 3)
    assert project.due(HERO, FILM) == nothing(3, "film")
    hero, third = project.lock["hero"], project.lock["hero@3"]
    assert (hero["pick"]["number"], hero["task"], hero["credits"]) == (3, third["task"], 18.0)


def test_a_pick_holds_against_the_checks(project: Project) -> None:
    project.service.px = [64, 128, 32]
    project.go(CHECKED)
    project.pick(3)
    assert (project.go(CHECKED).exit_code, project.taken()) == (EXIT_SOME_FAILED, 3)
    assert project.due(CHECKED) == nothing()


@pytest.mark.parametrize("entry", [HERO, CHECKED])
def test_more_candidates_are_bought_beside_those_there_are(project: Project, entry: str) -> None:
    project.go(entry.replace("3", "2"))
    project.pick(2)
    taken = project.taken()
    plan = project.planned(entry)
    assert {step.asset.name for step in plan.steps if step.action.pays} == {"hero@3"}
    assert (project.go(entry).credits, project.creates()) == (18.0, 3)
    assert (project.taken(), project.due(entry)) == (2, nothing())
    assert taken == 1


def test_fewer_cost_nothing_and_the_rest_can_be_gone_back_to(project: Project) -> None:
    project.go(HERO)
    fewer = HERO.replace("3", "2")
    assert project.go(fewer).credits == 0.0
    assert project.files() >= {"hero-candidates/hero-2.png"}
    assert "hero-candidates/hero-3.png" not in project.files()
    assert project.go(HERO).credits == 0.0
    assert (project.creates(), project.due(HERO)) == (3, nothing())


def test_what_was_picked_of_more_than_there_are_now_stays(project: Project) -> None:
    project.go(HERO, FILM)
    project.pick(3)
    project.go(HERO, FILM)
    picture = (project.output / "hero.png").read_bytes()
    fewer = HERO.replace("3", "2")
    assert project.go(fewer, FILM).credits == 0.0
    assert (project.output / "hero.png").read_bytes() == picture
    assert project.due(fewer, FILM) == nothing(2, "film")


def test_without_candidates_the_one_that_was_picked_stays_for_nothing(project: Project) -> None:
    project.go(HERO)
    project.pick(2)
    project.go(HERO)
    picture = (project.output / "hero.png").read_bytes()
    alone = "{name: hero, prompt: A hero.}"
    assert project.go(alone).credits == 0.0
    assert (project.output / "hero.png").read_bytes() == picture
    assert project.files() == {"hero.png", "manifest.json"}
    assert project.due(alone) == {"hero": "none"}
    assert (project.go(HERO).credits, project.taken(), project.due(HERO)) == (0.0, 2, nothing())


@pytest.mark.parametrize("clone", [False, True])
def test_one_bought_alone_before_is_the_first_candidate(project: Project, clone: bool) -> None:
    project.go("{name: hero, prompt: A hero.}")
    if clone:
        shutil.rmtree(project.root / ".pipeline")
    result = project.go(HERO)
    assert (result.exit_code, result.credits, project.taken()) == (0, 36.0, 1)
    assert project.due(HERO) == nothing()


@pytest.mark.parametrize("clone", [False, True])
def test_a_rename_keeps_all_and_the_pick(project: Project, clone: bool) -> None:
    project.go(HERO)
    project.pick(2)
    project.go(HERO)
    if clone:
        shutil.rmtree(project.root / ".pipeline")
    icon = HERO.replace("name: hero", "name: icon")
    result = project.go(icon, head="rename: {hero: icon}")
    assert (result.exit_code, result.credits, project.taken("icon")) == (0, 0.0, 2)
    kept = {f"icon-candidates/icon-{number}.png" for number in (1, 2, 3)}
    assert project.files() == {"icon.png", "manifest.json"} | kept
    assert set(project.due(icon, head="rename: {hero: icon}").values()) == {"none"}


def test_a_new_name_without_a_word_finds_each_of_them_once(project: Project) -> None:
    project.go(HERO)
    icon = HERO.replace("name: hero", "name: icon")
    assert project.go(icon).credits == 0.0
    originals = {project.lock[f"icon@{number}"]["original"]["sha256"] for number in (1, 2, 3)}
    assert len(originals) == 3


def test_another_prompt_makes_all_anew_and_drops_the_pick(project: Project) -> None:
    project.go(HERO)
    project.pick(2)
    project.go(HERO)
    blue = HERO.replace("A hero.", "A blue hero.")
    plan = project.planned(blue)
    (hero,) = (step.action for step in plan.steps if step.asset.name == "hero")
    assert (hero.kind, plan.cost().at_most) == ("after", 54)
    assert "candidate 2, which was picked, is made anew" in map(str, hero.reasons)
    assert (project.go(blue).credits, project.taken()) == (54.0, 1)
    assert "pick" not in project.lock["hero"]
    assert (project.go(HERO).credits, project.creates()) == (0.0, 3)


def test_regenerate_means_all_of_them(project: Project) -> None:
    project.go(HERO)
    result = project.go(HERO, regenerate=("hero",))
    assert (result.credits, project.creates(), project.due(HERO)) == (54.0, 6, nothing())
    assert project.go(HERO, regenerate=("hero@2",)).credits == 18.0
    assert project.due(HERO) == nothing()


REFUSED = TaskStatus("fail", "fail", fail_message="refused")


@pytest.mark.parametrize("limits", [Limits(), Limits(max_credits=0), Limits(deadlines={"image": 1.0})])
@pytest.mark.parametrize("entry", [HERO, CHECKED])
def test_a_pick_holds_until_another_has_come_in_its_place(
    project: Project, entry: str, limits: Limits
) -> None:
    """The task fails, or there are no credits for it, or it is still under way."""
    project.go(entry)
    project.pick(2)
    project.go(entry, FILM)
    before = project.lock
    if limits == Limits():
        project.service.scripts["A_hero."] = Script(ends=REFUSED)
    result = project.go(entry, FILM, regenerate=("hero@2",), limits=limits)
    assert (result.exit_code, project.creates("A film.")) == (EXIT_SOME_FAILED, 1)
    assert (project.taken(), project.lock) == (2, before)
    assert not any(step.action.pays for step in project.planned(entry, FILM).steps)
    if limits.deadlines == Limits().deadlines:  # nothing is under way
        assert project.due(entry, FILM) == nothing(3, "film")


def test_a_pick_is_dropped_once_another_has_come_in_its_place(project: Project) -> None:
    project.go(HERO)
    project.pick(2)
    project.go(HERO, FILM)
    assert project.go(HERO, FILM, regenerate=("hero@2",)).credits == 18.0
    assert ("pick" in project.lock["hero"], project.taken(), project.creates("A film.")) == (False, 1, 1)


def test_nothing_is_bought_from_one_that_only_the_failure_of_another_let_win(project: Project) -> None:
    """Both are made anew: the first no longer passes the checks, and the second, which did, is refused."""
    project.service.px = [64, 128, 64, 128]
    two = CHECKED.replace("3,", "2,")
    project.go(two, FILM)
    status = project.service._status
    project.service._status = lambda made: REFUSED if made.task_id == second else status(made)
    second = "task-5"  # after two heroes, the film and the first hero
    project.go(two, FILM, regenerate=("hero",))
    assert project.service.made[second].prompt == "A hero."
    assert (project.taken(), project.creates(), project.creates("A film.")) == (2, 4, 1)
    assert project.due(two, FILM) == nothing(2, "film")


def unknown(project: Project) -> list[str]:
    """What may have been bought, and nobody here knows."""
    journal = Journal(project.places.journal, project.clock)
    found = [one.asset for one in journal.open_purchases() if one.state in UNKNOWN_STATES]
    journal.close()
    return found


def test_buying_one_again_forgets_no_other_that_may_have_been_bought(project: Project) -> None:
    project.service.scripts["A_hero."] = Script(lost=3)
    project.go(HERO)
    assert unknown(project) == ["hero@1", "hero@2", "hero@3"]
    alone = "{name: hero, prompt: A hero.}"
    (outcome,) = project.go(alone).outcomes
    assert outcome.error is not None
    assert outcome.error.hint.rpartition("--forget ")[2] in unknown(project)
    assert project.go(alone, retry_unknown=True).credits == 18.0
    assert unknown(project) == ["hero@2", "hero@3"]
    assert project.go(HERO, retry_unknown=True).credits == 36.0
    assert (unknown(project), project.due(HERO)) == ([], nothing())


def test_a_regeneration_that_the_budget_cuts_short_is_finished_by_the_same_command(project: Project) -> None:
    project.go(HERO)
    short = {"regenerate": ("hero",), "limits": Limits(max_credits=36)}
    assert [project.go(HERO, **short).credits for _ in range(2)] == [36.0, 18.0]
    assert project.due(HERO) == nothing()
    assert project.go(HERO, regenerate=("hero",)).credits == 54.0


def test_one_that_cannot_be_made_leaves_the_others_to_pick_from(project: Project) -> None:
    failing = TaskStatus("fail", "fail", fail_message="refused")
    status = project.service._status

    def first_fails(made: Any) -> TaskStatus:
        told = status(made)
        return failing if made.task_id == "task-1" and told.state == "success" else told

    project.service._status = first_fails
    result = project.go(CHECKED, FILM)
    assert (result.exit_code, result.count("delivered")) == (EXIT_SOME_FAILED, 4)
    assert (project.taken(), project.creates("A film.")) == (2, 1)
    due = project.due(CHECKED, FILM)
    assert (due["hero@1"], due["hero@2"]) == ("create", "none")


def test_where_none_can_be_made_it_is_left_out(project: Project) -> None:
    failing = Script(ends=TaskStatus("fail", "fail", fail_message="refused"))
    project.service.scripts["A_hero."] = failing
    result = project.go(HERO)
    assert [outcome.status for outcome in result.outcomes] == ["failed"] * 3 + ["skipped"]


def test_while_one_may_still_come_nothing_is_made_from_another(project: Project) -> None:
    """Two of three fit the budget; the third may yet be the one."""
    project.service.px = [64, 64, 128]
    result = project.go(CHECKED, FILM, limits=Limits(max_credits=36))
    assert (project.taken(), project.creates("A film.")) == (1, 0)
    assert result.credits == 36.0
    result = project.go(CHECKED, FILM)
    assert (result.exit_code, result.credits, project.taken()) == (0, 36.0, 3)
    assert project.creates("A film.") == 1


@pytest.mark.parametrize("hero", [HERO, CHECKED])
def test_a_file_edited_by_hand_keeps_candidates_from_being_bought(project: Project, hero: str) -> None:
    project.go(hero)
    photo(64, "grey").save(project.output / "hero.png")
    blue = hero.replace("A hero.", "A blue hero.")
    for entry, options in ((blue, {}), (hero, {"regenerate": ("hero",)})):
        result = project.go(entry, **options)
        assert (result.exit_code, result.credits) == (EXIT_SOME_FAILED, 0.0)
        assert set(project.due(entry, **options).values()) == {"blocked"}
    assert project.due(hero) == nothing() | {"hero": "edited"}
    assert project.go(blue, overwrite_edited=True).credits == 54.0


def test_settings_are_applied_for_nothing_and_frozen_allows_it(project: Project) -> None:
    project.service.px = [64, 128, 32]
    project.go(CHECKED)
    other = CHECKED.replace("min_px: 100", "min_px: 50")
    assert set(project.due(other).values()) == {"rework", "after"}
    result = project.go(other, frozen=True)
    assert (result.exit_code, result.credits, project.taken()) == (0, 0.0, 1)
    assert project.due(other) == nothing()


def test_a_part_made_from_it_brings_them_all(project: Project) -> None:
    result = project.go(CHECKED, FILM, "{name: gift, prompt: A gift.}", only=("film",))
    assert result.credits == 72.0
    assert "hero is planned as well, for film" in result.plan.notes
    assert not any("hero@" in note for note in result.plan.notes)


def test_lost_originals_are_bought_again_one_by_one(project: Project) -> None:
    project.go(HERO)
    project.pick(2)
    project.go(HERO)
    shutil.rmtree(project.root / ".pipeline")
    assert project.due(HERO) == nothing()
    (project.output / "hero.png").unlink()
    (project.output / "hero-candidates" / "hero-2.png").unlink()
    plan = project.planned(HERO)
    assert {step.asset.name for step in plan.steps if step.action.pays} == {"hero@2"}
    assert project.go(HERO).credits == 18.0
    assert project.due(HERO) == nothing()


def test_a_removed_asset_is_pruned_with_its_candidates(project: Project) -> None:
    gift = "{name: gift, prompt: A gift.}"
    project.go(HERO, gift)
    project.go(gift)
    assert project.files() == {"gift.png", "manifest.json"}


@pytest.mark.parametrize("options", [{}, {"regenerate": ("hero",)}])
@pytest.mark.parametrize("entry", [HERO, CHECKED])
def test_a_run_killed_at_any_moment_and_repeated_pays_each_once(
    project: Project, entry: str, options: Any
) -> None:
    project.idle()
    two = entry.replace("3", "2")
    if options:
        project.go(two)
    before = project.creates()
    count = 0
    for again in moments(project, two, **options):
        result = again.go(two, retry_unknown=True, **options)  # a create that was never sent is one
        assert (result.exit_code, again.creates() - before) == (0, 2)
        assert again.due(two) == nothing(2)
        count += 1
    assert count > 8


@pytest.mark.parametrize("fewer", [HERO.replace("3", "2"), "{name: hero, prompt: A hero.}"])
@pytest.mark.parametrize("delivered", [False, True])
def test_a_task_under_way_of_one_that_was_given_up_is_brought_home(
    project: Project, fewer: str, delivered: bool
) -> None:
    if delivered:
        project.go(fewer)
    project.go(HERO, limits=Limits(deadlines={"image": 1.0}))
    assert project.creates() == 3
    project.clock.skip(60)
    assert project.go(fewer).exit_code == 0
    assert set(project.due(fewer).values()) == {"none"}
    journal = Journal(project.places.journal, project.clock)
    assert delivered or journal.open_purchases() == []  # a run without work asks the service nothing
    journal.close()
    assert (project.go(HERO).credits, project.creates(), project.due(HERO)) == (0.0, 3, nothing())


def test_one_whose_cut_out_fails_is_not_what_the_checks_pick(project: Project, monkeypatch: Any) -> None:
    cut = []

    def failing(*values: Any, **settings: Any) -> Any:
        cut.append(1)
        if len(cut) == 1:
            raise ProcessError("out of luck")
        return alone(*values, **settings)

    monkeypatch.setattr("pipeline.picture.cutout.auto.remove", failing)
    result = project.go(CHECKED.replace("candidates", "removeBg: true, candidates"))
    kept = {f"hero-candidates/hero-{number}-nobg.png" for number in (1, 2, 3)}
    assert (result.exit_code, len(kept - project.files())) == (EXIT_SOME_FAILED, 1)
    assert f"hero-candidates/hero-{project.taken()}-nobg.png" in project.files()
    assert project.go(CHECKED.replace("candidates", "removeBg: true, candidates")).exit_code == 0


steps = st.lists(st.tuples(st.integers(1, 4), st.booleans(), st.integers(1, 4)), min_size=2, max_size=5)


@settings(deadline=None, max_examples=15)
@given(steps, st.sampled_from([HERO, CHECKED]))
def test_however_the_number_changes_no_candidate_is_bought_twice(
    found: list[tuple[int, bool, int]], entry: str
) -> None:
    """``found``: how many are asked for, whether the name is another, and which is picked, if it is there."""
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder))
        project.idle()
        most = 0
        for count, renamed, wanted in found:
            name = "icon" if renamed else "hero"
            asked = entry.replace("candidates: 3", f"candidates: {count}").replace(
                "name: hero", f"name: {name}"
            )
            due = project.planned(asked).cost().certain
            result = project.go(asked)
            most = max(most, count)
            assert (result.credits, project.creates()) == (due, most)
            assert set(project.due(asked).values()) == {"none"}
            if wanted <= count > 1:
                project.pick(wanted, name)
