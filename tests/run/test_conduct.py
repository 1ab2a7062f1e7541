from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

import pytest
from builders import asset, recipe
from service import FakeService, Script
from virtual_time import VirtualClock, play

from pipeline import digest
from pipeline.deliver.process import PictureJob, PictureResult, process
from pipeline.errors import PlanRefused, TaskFailed, UsageError
from pipeline.events import Event
from pipeline.generate.callbacks import Callbacks
from pipeline.generate.engine import Limits
from pipeline.generate.journal import Journal
from pipeline.generate.provider import TaskStatus
from pipeline.picture.cutout.quality import Quality
from pipeline.plan.build import Cost, Plan
from pipeline.recipe.spec import Asset, Icon, Picture, Recipe
from pipeline.run.accept import accept
from pipeline.run.conduct import conduct
from pipeline.run.deliver import Delivering
from pipeline.run.draw import draw_up
from pipeline.run.options import Means, Options, Result, nothing
from pipeline.run.places import Places
from pipeline.run.preflight import FrozenPlan

COIN = asset("coin", formats=("png", "webp"), icons=(Icon("@2x", 48),))
BADGE = asset("badge", prompt="a badge")


class InlineWorkers:
    """The real pixel work, in this process."""

    def __init__(self) -> None:
        self.errors: dict[str, str] = {}
        self.quality: Quality | None = None
        self.warmed: list[str] = []

    async def run(self, job: PictureJob) -> PictureResult:
        result = process(job)
        method = "key" if self.quality is not None else result.cutout_method
        return replace(
            result,
            cutout_error=self.errors.get(job.asset, ""),
            cutout_method=method,
            cutout_quality=self.quality,
        )

    def prestart(self, models: Iterable[str] = ()) -> None:
        self.warmed += models

    async def close(self) -> None:
        """Nothing is open."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


class Broken:
    """A listener in place of the list of events."""

    def __init__(self, append: Callable[[Event], None]) -> None:
        self.append = append


class Project:
    """A project on disk with a scripted service; ``run`` is the command."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.clock = VirtualClock()
        self.service = FakeService(self.clock)
        self.workers = InlineWorkers()
        self.events: list[Event] = []
        self.places = Places(root)
        self.opened = 0
        self.asked: list[tuple[Cost, float | None]] = []
        self.agree = True
        self.listened = 0
        self.calls_after_s: float | None = None  # the service calls about its first task

    def recipe(self, *assets: Asset, name: str = "icons") -> Recipe:
        return recipe(self.root, *assets, name=name)

    def run(self, *assets: Asset, **options: Any) -> Result:
        return play(self.scene(self.recipe(*assets), **options))

    async def scene(self, *recipes: Recipe, **options: Any) -> Result:
        means = Means(
            clock=self.clock,
            emit=self.events.append,
            open_provider=self._open,
            open_workers=lambda: self.workers,
            confirm=self._confirm,
            open_webhook=self._listen if options.pop("webhook", False) else None,
            recover=options.pop("recover", nothing),
        )
        return await conduct(recipes, self.places, Options(**options), means)

    @asynccontextmanager
    async def _listen(self) -> AsyncIterator[Callbacks]:
        self.listened += 1
        callbacks = Callbacks("https://hooks.example.com")
        calling = asyncio.ensure_future(self._call(callbacks))
        yield callbacks
        calling.cancel()

    async def _call(self, callbacks: Callbacks) -> None:
        if self.calls_after_s is not None:
            await self.clock.sleep(self.calls_after_s)
            callbacks.heard(self.service.made["task-1"].token, "task-1")

    def _open(self) -> FakeService:
        self.opened += 1
        return self.service

    def _confirm(self, _plan: Plan, cost: Cost, balance: float | None) -> None:
        self.asked.append((cost, balance))
        if not self.agree:
            raise PlanRefused("Nothing was sent or spent.")

    @property
    def output(self) -> Path:
        return self.root / "output" / "icons"

    @property
    def lock(self) -> Path:
        return self.root / "recipes" / "icons.lock.json"

    def files(self) -> set[str]:
        return {path.relative_to(self.output).as_posix() for path in self.output.rglob("*") if path.is_file()}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "recipes").mkdir()
    return Project(tmp_path)


def everything(root: Path) -> dict[str, tuple[int, bytes]]:
    """Every file with its time of change and its content."""
    return {
        str(path.relative_to(root)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def test_a_run_delivers_files_manifest_and_lock(project: Project) -> None:
    result = project.run(COIN, BADGE)
    assert (result.exit_code, result.credits) == (0, 36.0)
    assert project.files() == {
        *("coin.png", "coin.webp", "coin@2x.png", "coin@2x.webp"),
        *("badge.png", "manifest.json"),
    }
    lock = json.loads(project.lock.read_text())
    listed = json.loads((project.output / "manifest.json").read_text())
    assert lock["assets"]["coin"]["task"] == "task-1"
    assert set(lock["assets"]["coin"]["files"]) == {f["file"] for f in listed["assets"]["coin"]["files"]}


def test_a_second_run_makes_no_request_and_changes_no_byte(project: Project) -> None:
    project.run(COIN, BADGE)
    before, opened = everything(project.root), project.opened
    result = project.run(COIN, BADGE)
    assert (result.exit_code, result.count("unchanged"), project.opened) == (0, 2, opened)
    assert everything(project.root) == before


def test_how_well_a_subject_was_cut_out_is_told_and_kept(project: Project) -> None:
    """In the event and the manifest, not in the lock: another machine may measure a little otherwise."""
    project.workers.quality = Quality(0.3, 1, 0.02, "#00B140")
    project.run(COIN)
    cutout = {"method": "key", "confidence": 0.3, "holes": 1, "fringe": 0.02, "backdrop": "#00B140"}
    [delivered] = [event for event in project.events if event.type == "asset-delivered"]
    assert delivered.data["cutout"] == cutout
    assert "confidence" not in project.lock.read_text()
    project.workers.quality = None
    project.run(COIN, BADGE)
    listed = json.loads((project.output / "manifest.json").read_text())["assets"]
    assert (listed["coin"]["cutout"], "cutout" in listed["badge"]) == (cutout, False)


def test_a_new_icon_size_costs_nothing(project: Project) -> None:
    project.run(COIN)
    result = project.run(replace(COIN, icons=(Icon("@2x", 48), Icon("hero", 32))))
    assert (result.credits, result.count("delivered"), project.opened) == (0.0, 1, 1)
    assert "coin-hero.png" in project.files()
    assert project.asked[-1][0].at_most == 0


def test_files_nothing_makes_any_more_are_pruned(project: Project) -> None:
    project.run(COIN, BADGE)
    project.run(replace(COIN, icons=(), formats=("png",)))
    assert project.files() == {"coin.png", "manifest.json"}
    assert set(json.loads(project.lock.read_text())["assets"]) == {"coin"}


def test_a_file_of_a_removed_asset_that_was_edited_is_left(project: Project) -> None:
    project.run(COIN, BADGE)
    (project.output / "badge.png").write_bytes(b"touched up by hand")
    project.run(COIN)
    assert (project.output / "badge.png").read_bytes() == b"touched up by hand"


def test_a_part_of_a_recipe_leaves_the_rest_alone(project: Project) -> None:
    project.run(COIN, BADGE)
    result = project.run(COIN, asset("ring", prompt="a ring"), only=("ring",))
    assert [outcome.job.asset.name for outcome in result.outcomes] == ["ring"]
    assert {"badge.png", "ring.png", "coin.png"} <= project.files()


def test_a_part_brings_what_it_is_made_from(project: Project) -> None:
    result = project.run(COIN, asset("set", prompt="a set", made_from=("coin",)), BADGE, only=("set",))
    assert [outcome.job.asset.name for outcome in result.outcomes] == ["coin", "set"]


@pytest.mark.parametrize("option", ["only", "regenerate"])
def test_a_pattern_that_matches_nothing_is_a_mistake(project: Project, option: str) -> None:
    with pytest.raises(UsageError, match=f"--{option} badgee matches no asset") as mistake:
        project.run(COIN, BADGE, **{option: ("badgee",)})
    assert "coin, badge" in mistake.value.hint


def test_regenerate_buys_again_what_it_names(project: Project) -> None:
    project.run(COIN, BADGE)
    result = project.run(COIN, BADGE, regenerate=("coi*",))
    assert (result.credits, result.count("delivered"), result.count("unchanged")) == (18.0, 1, 1)
    assert len(project.service.created("a coin")) == 2


def test_going_back_to_an_earlier_prompt_takes_it_from_the_store(project: Project) -> None:
    blue = asset("coin", prompt="a blue coin", formats=COIN.formats, icons=COIN.icons)
    project.run(COIN)
    first = (project.output / "coin.png").read_bytes()
    project.run(blue)
    result = project.run(COIN)
    assert (result.credits, (project.output / "coin.png").read_bytes()) == (0.0, first)


def test_a_fresh_clone_with_its_outputs_has_nothing_to_do(project: Project) -> None:
    project.run(COIN)
    shutil.rmtree(project.root / ".pipeline")
    result = project.run(COIN)
    assert result.count("unchanged") == 1
    assert not (project.root / ".pipeline").exists()


def test_a_fresh_clone_can_still_make_new_sizes_from_the_delivered_original(project: Project) -> None:
    project.run(COIN)
    shutil.rmtree(project.root / ".pipeline")
    result = project.run(replace(COIN, icons=(Icon("hero", 32),)))
    assert (result.credits, result.exit_code) == (0.0, 0)
    assert "coin-hero.webp" in project.files()


def test_something_made_from_an_unchanged_asset_of_a_fresh_clone_finds_its_picture(project: Project) -> None:
    project.run(COIN)
    shutil.rmtree(project.root / ".pipeline")
    result = project.run(COIN, asset("set", prompt="a set", made_from=("coin",)))
    assert (result.exit_code, result.count("delivered")) == (0, 1)


# -- files edited by hand ------------------------------------------------------------------------------


def test_an_edited_file_is_left_alone(project: Project) -> None:
    project.run(COIN)
    (project.output / "coin@2x.png").write_bytes(b"better")
    result = project.run(COIN)
    assert (result.exit_code, result.count("unchanged")) == (0, 1)
    assert (project.output / "coin@2x.png").read_bytes() == b"better"


def test_someone_elses_file_is_not_overwritten(project: Project) -> None:
    project.output.mkdir(parents=True)
    (project.output / "coin.png").write_bytes(b"from the old script")
    result = project.run(COIN)
    assert result.exit_code == 1
    assert "edited by hand, or someone else's" in str(result.outcomes[0].error)
    assert (project.output / "coin.png").read_bytes() == b"from the old script"
    again = project.run(COIN, overwrite_edited=True)
    assert (again.exit_code, again.credits) == (0, 0.0)


def test_a_run_killed_between_files_and_lock_is_not_taken_for_a_hand_edit(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.run(COIN)
    with monkeypatch.context() as patch:
        patch.setattr(Delivering, "save", lambda _: None)
        project.run(COIN, regenerate=("coin",))
    result = project.run(COIN)
    assert (result.credits, result.count("delivered")) == (0.0, 1)
    assert json.loads(project.lock.read_text())["assets"]["coin"]["task"] == "task-2"


# -- refused before spending ---------------------------------------------------------------------------


def test_too_few_credits_stop_the_run_before_the_first_create(project: Project) -> None:
    project.service.credits = 20.0
    with pytest.raises(PlanRefused, match="has 20 credits; this run needs 36"):
        project.run(COIN, BADGE)
    assert project.service.asked == []


def test_a_cost_that_is_not_agreed_to_is_not_spent(project: Project) -> None:
    project.agree = False
    with pytest.raises(PlanRefused):
        project.run(COIN)
    assert project.service.asked == []
    assert project.asked == [(Cost(18.0, 18.0, 0), 1000.0)]


def test_a_lock_in_conflict_stops_everything(project: Project) -> None:
    project.lock.write_text("<<<<<<< HEAD\n")
    with pytest.raises(PlanRefused, match=r"recipes/icons\.lock\.json has merge-conflict markers"):
        project.run(COIN)


def test_a_lock_that_is_no_text_stops_everything(project: Project) -> None:
    project.lock.write_bytes(b"\xff\xfe")
    with pytest.raises(PlanRefused, match="cannot be read"):
        project.run(COIN)


def test_a_picture_that_vanished_since_validation_is_named(project: Project) -> None:
    logo = Picture("file", "brand/logo.png", project.root / "brand" / "logo.png")
    with pytest.raises(PlanRefused, match=r"brand/logo\.png cannot be read"):
        project.run(asset("a", pictures=(logo,)))


# -- failures and exit codes ---------------------------------------------------------------------------


def test_one_failure_delivers_the_rest_and_exits_1(project: Project) -> None:
    project.service.scripts["a_badge"] = Script(ends=TaskStatus("fail", fail_message="policy", credits=0.0))
    result = project.run(COIN, BADGE)
    assert (result.exit_code, result.count("delivered"), result.credits) == (1, 1, 18.0)
    assert isinstance(result.outcomes[1].error, TaskFailed)
    assert set(json.loads(project.lock.read_text())["assets"]) == {"coin"}


def test_a_cut_out_that_failed_is_delivered_uncut_and_tried_again(project: Project) -> None:
    project.workers.errors["coin"] = "weights are missing"
    result = project.run(COIN)
    assert (result.exit_code, result.count("delivered")) == (1, 1)
    project.workers.errors.clear()
    again = project.run(COIN)
    assert (again.exit_code, again.credits, again.count("delivered")) == (0, 0.0, 1)


def test_an_unknown_outcome_alone_is_a_refusal(project: Project) -> None:
    journal = Journal(project.places.journal, project.clock)
    project.run(BADGE)
    from pipeline.plan import fingerprint

    paid = fingerprint.paid(COIN.request, {})
    journal.intend("recipes/icons.yaml", "coin", paid, "fake", {"model": "m"}, 18.0)
    journal.close()
    assert project.run(COIN, BADGE).exit_code == 4
    assert project.run(COIN, BADGE, retry_unknown=True).exit_code == 0


def test_the_budget_stops_cleanly_with_everything_made_delivered(project: Project) -> None:
    result = project.run(COIN, BADGE, limits=Limits(max_credits=18.0))
    assert (result.exit_code, result.count("delivered"), result.count("skipped")) == (1, 1, 1)


def test_ctrl_c_stops_cleanly_and_the_same_command_finishes(project: Project) -> None:
    async def scene() -> Result:
        running = asyncio.ensure_future(project.scene(project.recipe(COIN, BADGE)))
        await project.clock.sleep(5.0)
        os.kill(os.getpid(), signal.SIGINT)
        return await running

    result = play(scene())
    assert (result.exit_code, result.count("interrupted")) == (130, 2)
    assert any(event.type == "interrupted" for event in project.events)
    again = project.run(COIN, BADGE)
    assert (again.exit_code, again.credits) == (0, 0.0)
    assert len(project.service.made) == 2


# -- callbacks ------------------------------------------------------------------------------------------


def lose_answer(project: Project) -> None:
    """A run with callbacks was stopped after the answer to its create was lost."""
    project.service.scripts["a_coin"] = Script(lost=1)

    async def scene() -> None:
        running = asyncio.ensure_future(project.scene(project.recipe(COIN), webhook=True))
        await project.clock.sleep(5.0)
        os.kill(os.getpid(), signal.SIGINT)
        await running

    play(scene())


def test_a_lost_answer_is_waited_for_even_where_nothing_else_is_due(project: Project) -> None:
    lose_answer(project)
    project.calls_after_s = 60.0
    result = project.run(COIN, webhook=True)
    assert (result.exit_code, result.credits, len(project.service.made)) == (0, 0.0, 1)
    assert (project.output / "coin.png").exists()
    again = project.run(COIN, webhook=True)
    assert (again.exit_code, project.listened) == (0, 2)  # with nothing to do nobody listens


def test_a_call_about_an_asset_that_was_not_asked_for_saves_what_was_paid(project: Project) -> None:
    lose_answer(project)
    project.calls_after_s = 5.0
    assert project.run(COIN, BADGE, only=("badge",), webhook=True).exit_code == 0
    warnings = [event for event in project.events if event.type == "warning" and event.asset == "coin"]
    assert "whose answer was lost is task task-1, paid for" in warnings[-1].data["message"]
    result = project.run(COIN, BADGE)
    assert (result.exit_code, result.credits, len(project.service.made)) == (0, 0.0, 2)


def test_an_unknown_outcome_without_callbacks_asks_the_service_nothing(project: Project) -> None:
    lose_answer(project)
    opened = project.opened
    assert project.run(COIN).exit_code == 4
    assert project.opened == opened


def test_two_runs_at_once_take_turns_and_never_pay_twice(project: Project) -> None:
    async def scene() -> list[Result]:
        mine = project.recipe(COIN, BADGE)
        return await asyncio.gather(project.scene(mine), project.scene(mine))

    first, second = play(scene())
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert len(project.service.made) == 2
    assert sorted([first.count("delivered"), second.count("delivered")]) == [0, 2]
    assert any(event.type == "waiting-for-lock" for event in project.events)


# -- names, merges and a frozen lock -------------------------------------------------------------------


def renamed(project: Project, *assets: Asset, **renames: str) -> Result:
    mine = replace(project.recipe(*assets), renames=renames)
    return play(project.scene(mine))


def test_a_renamed_asset_keeps_its_paid_picture(project: Project) -> None:
    project.run(COIN)
    gold = asset("gold", formats=COIN.formats, icons=COIN.icons)
    result = renamed(project, gold, coin="gold")
    assert (result.credits, result.exit_code) == (0.0, 0)
    assert project.files() == {"gold.png", "gold.webp", "gold@2x.png", "gold@2x.webp", "manifest.json"}
    assert set(json.loads(project.lock.read_text())["assets"]) == {"gold"}
    assert renamed(project, gold, coin="gold").count("unchanged") == 1


def test_a_renamed_asset_that_keeps_its_file_names_keeps_its_files(project: Project) -> None:
    project.run(COIN)
    before = project.files()
    renamed(project, asset("gold", filename="coin", formats=COIN.formats, icons=COIN.icons), coin="gold")
    assert project.files() == before


def test_an_edited_copy_is_no_original_to_deliver_from(project: Project) -> None:
    """The plan says so, and names the price, before the run finds out."""
    project.run(COIN)
    shutil.rmtree(project.places.store)
    (project.output / "coin.png").write_bytes(b"edited by hand")
    plan, _ = draw_up([project.recipe(COIN)], project.places, Options(overwrite_edited=True), project.clock)
    assert (plan.cost().certain, plan.steps[0].action.kind) == (18.0, "remake")
    result = project.run(COIN, overwrite_edited=True)
    assert (result.exit_code, result.credits) == (0, 18.0)


def test_a_survey_reads_each_delivered_file_once(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.run(COIN, BADGE)
    read: list[Path] = []
    whole = digest.of_file
    monkeypatch.setattr(digest, "of_file", lambda path: (read.append(path), whole(path))[1])
    draw_up([project.recipe(COIN)], project.places, Options(), project.clock)  # BADGE is to be pruned
    delivered = {project.output / name for name in project.files() - {"manifest.json"}}
    assert sorted(read) == sorted(delivered)


def test_a_rename_nobody_declared_finds_its_picture_in_the_store(project: Project) -> None:
    project.run(COIN)
    assert project.run(asset("gold")).credits == 0.0


def test_a_file_made_by_hand_is_never_pruned(project: Project) -> None:
    project.run(COIN)
    (project.output / "coin@2x.png").write_bytes((project.output / "coin.png").read_bytes())
    everyone = {"coin"}
    play(accept([project.recipe(COIN)], project.places, everyone, project.clock))
    result = renamed(project, asset("gold"), coin="gold")
    assert "coin@2x.png" in project.files()
    assert any("left under its old name" in warning for warning in result.outcomes[0].delivery.warnings)
    project.run(BADGE)
    assert "coin@2x.png" in project.files()


def test_a_part_does_not_settle_a_merge(project: Project) -> None:
    project.run(COIN, BADGE)
    text = project.lock.read_text()
    project.lock.write_text(f"{{\n<<<<<<< HEAD\n{text[2:]}=======\n{text[2:]}>>>>>>> other\n")
    with pytest.raises(PlanRefused, match="has conflict markers, and --only"):
        project.run(COIN, BADGE, only=("coin",))


def test_a_task_under_way_is_followed_under_its_new_name(project: Project) -> None:
    project.service.usual = Script(latency_s=400.0)
    project.run(COIN)
    project.service.usual = Script(latency_s=0.0)
    assert renamed(project, asset("gold"), coin="gold").credits == 0.0
    assert len(project.service.made) == 1


def test_a_task_nobody_asks_for_any_more_is_brought_home_all_the_same(project: Project) -> None:
    project.service.scripts["a_coin"] = Script(latency_s=400.0)
    project.run(COIN)
    project.service.scripts["a_coin"] = Script(latency_s=0.0)
    blue = asset("coin", prompt="a blue coin")
    assert project.run(blue).exit_code == 0
    assert len(list(project.places.store.glob("??/*.png"))) == 2
    assert project.run(asset("coin")).credits == 0.0


def test_a_merge_of_two_branches_resolves_itself(project: Project) -> None:
    blue = asset("coin", prompt="a blue coin", formats=COIN.formats, icons=COIN.icons)
    project.run(COIN, BADGE)
    ours = project.lock.read_text()
    project.run(blue, BADGE)
    theirs = project.lock.read_text()
    head = "{\n"
    conflict = f"{head}<<<<<<< HEAD\n{ours[2:]}=======\n{theirs[2:]}>>>>>>> blue\n"
    for wanted in (blue, COIN):
        project.lock.write_text(conflict)
        result = project.run(wanted, BADGE)
        assert (result.exit_code, result.credits) == (0, 0.0)
        lock = json.loads(project.lock.read_text())
        assert lock["assets"]["coin"]["request"]["inputs"]["prompt"] == wanted.request.inputs["prompt"]
        assert project.run(wanted, BADGE).count("unchanged") == 2


def test_frozen_does_what_is_free_and_refuses_what_costs(project: Project) -> None:
    project.run(COIN)
    (project.output / "coin.webp").unlink()
    assert project.run(COIN, frozen=True).exit_code == 0
    with pytest.raises(FrozenPlan, match="--frozen, and these are not up to date: badge") as refusal:
        project.run(COIN, BADGE, frozen=True)
    assert refusal.value.exit_code == 2
    assert len(project.service.made) == 1


def test_frozen_refuses_what_would_cost_since_another_run_had_the_lock(project: Project) -> None:
    """The plan that was looked at was free: only a new size was due."""
    project.run(COIN)
    larger = replace(COIN, icons=(Icon("hero", 32),))

    def lose_all(_: Path) -> int:
        shutil.rmtree(project.places.store)
        for name in project.files():
            (project.output / name).unlink()
        return 0

    with pytest.raises(FrozenPlan, match="these are not up to date: coin"):
        project.run(larger, frozen=True, recover=lose_all)
    assert len(project.service.made) == 1


def test_only_says_what_it_brings_along_and_what_it_leaves(project: Project) -> None:
    family = asset("set", prompt="a set", made_from=("coin",))
    album = asset("album", prompt="an album", made_from=("set",))
    plan, _ = draw_up(
        [project.recipe(COIN, family, album)], project.places, Options(only=("set",)), project.clock
    )
    assert plan.notes == (
        "coin is planned as well, for set",
        "album is made from what is planned here and was not chosen: it will be due afterwards",
    )


# -- places --------------------------------------------------------------------------------------------


def test_several_recipes_share_one_run(project: Project) -> None:
    result = play(project.scene(project.recipe(COIN), project.recipe(BADGE, name="badges")))
    assert result.exit_code == 0
    assert (project.root / "output" / "badges" / "badge.png").exists()
    finished = {event.recipe: event.data for event in project.events if event.type == "run-finished"}
    assert finished["recipes/badges.yaml"]["delivered"] == 1
    assert finished["recipes/icons.yaml"]["credits"] == 18.0


def test_the_sandbox_never_mixes_with_what_was_paid_for(project: Project) -> None:
    project.places = Places(project.root, sandbox=True)
    project.run(COIN)
    assert (project.root / "output" / "sandbox" / "icons" / "coin.png").exists()
    assert (project.root / ".pipeline" / "sandbox" / "locks" / "recipes" / "icons.lock.json").exists()
    assert not project.lock.exists()
    assert not (project.root / ".pipeline" / "journal.db").exists()


def test_another_output_folder_keeps_its_own_lock_and_buys_nothing_again(project: Project) -> None:
    project.run(COIN)
    before = project.lock.read_bytes()
    project.places = Places(project.root, output=project.root / "elsewhere")
    result = project.run(COIN)
    assert (result.credits, result.count("delivered")) == (0.0, 1)
    assert (project.root / "elsewhere" / "icons" / "icons.lock.json").exists()
    assert project.lock.read_bytes() == before


def test_files_go_where_the_asset_says(project: Project) -> None:
    project.run(replace(COIN, directory="ui/coins", filename="money"))
    assert "ui/coins/money@2x.webp" in project.files()


def test_a_link_in_the_output_folder_is_not_followed_out_of_it(project: Project, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    project.output.mkdir(parents=True)
    (project.output / "ui").symlink_to(outside)
    result = project.run(replace(COIN, directory="ui"))
    assert result.exit_code == 1
    assert "leads out of the output folder" in str(result.outcomes[0].error)
    assert list(outside.iterdir()) == []


def test_a_screen_that_breaks_stops_the_run_cleanly(project: Project) -> None:
    def broken(event: Event) -> None:
        if event.type == "asset-state":
            raise BrokenPipeError

    project.events = cast("list[Event]", Broken(broken))
    with pytest.raises(BrokenPipeError):
        project.run(COIN, BADGE)
    project.events = []
    assert project.run(COIN, BADGE).exit_code == 0
    assert len(project.service.made) <= 2


def test_what_a_killed_run_staged_is_cleared_before_anything_is_made(project: Project) -> None:
    """A kill after the last asset is written down leaves a run that has nothing to do, and clears nothing."""
    staged = project.output / ".pipeline-staging" / "coin.1"
    staged.mkdir(parents=True)
    (staged / "coin.png").touch()
    seen: list[bool] = []

    def look(event: Event) -> None:
        if event.type == "asset-state":
            seen.append(staged.exists())

    project.events = cast("list[Event]", Broken(look))
    project.run(COIN)
    assert seen
    assert not any(seen)


def test_no_temporary_file_is_left(project: Project) -> None:
    project.run(COIN, BADGE)
    names = [path.name for path in project.root.rglob("*")]
    assert not [name for name in names if name.endswith(".tmp") or "staging" in name]
    incoming = project.places.store / "incoming"
    assert not [path for path in incoming.rglob("*") if path.is_file()]
