"""Runs of a recipe with ``removeBg: {method: difference}`` against a scripted service, in made-up time."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import killed
import numpy as np
import pytest
from pictures import mask, opened, photo
from PIL.PngImagePlugin import PngInfo
from service import FakeService, Script
from small_project import Idle, Inline
from virtual_time import VirtualClock, play

from pipeline.errors import EXIT_SOME_FAILED, TaskFailed
from pipeline.events import Event
from pipeline.generate.engine import Limits
from pipeline.generate.provider import Download, TaskStatus
from pipeline.recipe.backdrop import ON_BLACK
from pipeline.recipe.loader import load_recipes
from pipeline.recipe.settings import Settings
from pipeline.report.plan_text import summary
from pipeline.run.accept import accept
from pipeline.run.conduct import conduct
from pipeline.run.draw import draw_up
from pipeline.run.options import Means, Options, Result
from pipeline.run.places import Places

PX = 128
ON_WHITE = "A coin. On a flat, even, pure white (#FFFFFF) background."
COIN = "{name: coin, prompt: A coin., removeBg: {method: difference}}"
SET = "{name: set, prompt: A set., references: 'asset:coin'}"


class Painter(FakeService):
    """Paints one subject, on black where it is asked to edit a picture so."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__(clock)
        self.edit_px = PX

    async def fetch(self, url: str, target: Path) -> Download:
        made = self.made[url.rpartition("/")[2]]
        black = made.prompt == ON_BLACK
        told = PngInfo()
        told.add_text("task", made.task_id)  # no two tasks give the same bytes
        px = self.edit_px if black else PX
        photo(px, "black" if black else "white").save(target, "png", pnginfo=told)
        data = target.read_bytes()  # noqa: ASYNC240 a few bytes
        return Download(hashlib.sha256(data).hexdigest(), "png", len(data), px, px)


class Project:
    """A project on disk with one recipe; ``run`` is the command."""

    def __init__(self, root: Path, workers: type[Inline] = Inline) -> None:
        (root / "recipes").mkdir(exist_ok=True)
        (root / ".pipeline").mkdir(exist_ok=True)
        self.root, self.places = root, Places(root)
        self.clock = VirtualClock()
        self.service = Painter(self.clock)
        self.events: list[Event] = []
        self.workers = workers
        self.tell: Callable[[Event], object] = self.events.append

    def recipes(self, *entries: str, head: str = "") -> list[Any]:
        path = self.root / "recipes" / "icons.yaml"
        lines = "".join(f"  - {entry}\n" for entry in entries)
        path.write_text(f"defaults: {{model: nano-banana-pro}}\n{head}assets:\n{lines}")
        return load_recipes([path], Settings(), self.root)

    def run(self, *entries: str, head: str = "", **options: Any) -> Result:
        means = Means(self.clock, self.tell, lambda: self.service, self.workers, lambda *_: None)  # type: ignore[arg-type,return-value]
        return play(conduct(self.recipes(*entries, head=head), self.places, Options(**options), means))

    def due(self, *entries: str, **options: Any) -> dict[str, str]:
        plan, _ = draw_up(self.recipes(*entries), self.places, Options(**options), self.clock)
        return {step.asset.name: step.action.kind for step in plan.steps}

    @property
    def output(self) -> Path:
        return self.root / "output" / "icons"

    def files(self) -> set[str]:
        return {path.name for path in self.output.rglob("*") if path.is_file()}

    def prompts(self) -> list[str]:
        return [made.prompt for made in self.service.made.values()]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


NOTHING = {"coin@white": "none", "coin": "none"}
BOTH = {"coin@white": "remake", "coin": "remake"}


def test_two_are_bought_one_from_the_other_and_one_is_delivered(project):
    result = project.run(COIN)
    assert (result.exit_code, result.credits) == (0, 36.0)
    assert project.prompts() == [ON_WHITE, ON_BLACK]
    (edit,) = project.service.created(ON_BLACK)
    white = hashlib.sha256((project.output / "coin.png").read_bytes()).hexdigest()
    assert edit.inputs["image_input"] == [f"https://uploads/{white}"]
    assert project.files() == {"coin.png", "coin-black.png", "coin-nobg.png", "manifest.json"}
    listed = json.loads((project.output / "manifest.json").read_text())["assets"]
    assert list(listed) == ["coin"]
    assert listed["coin"]["cutout"]["method"] == "difference"
    alpha = np.asarray(opened(project.output / "coin-nobg.png").getchannel("A"), float)
    assert (error := np.abs(alpha - np.asarray(mask(PX))).mean()) < 2, f"alpha error {error:.2f} of 255"


def test_then_nothing_is_due_here_and_in_a_fresh_clone(project):
    project.run(COIN)
    assert project.due(COIN) == NOTHING
    assert project.run(COIN).count("unchanged") == 2
    shutil.rmtree(project.root / ".pipeline")
    assert project.due(COIN) == NOTHING


@pytest.mark.parametrize("clone", [False, True])
def test_other_settings_cut_out_anew_from_both_for_nothing(project, clone):
    project.run(COIN)
    if clone:
        shutil.rmtree(project.root / ".pipeline")
    cropped = COIN.replace("difference", "difference, crop: true")
    assert project.due(cropped) == {"coin@white": "none", "coin": "rework"}
    result = project.run(cropped)
    assert (result.exit_code, result.credits, len(project.service.made)) == (0, 0.0, 2)
    assert opened(project.output / "coin-nobg.png").width < PX
    assert project.due(cropped) == NOTHING


def test_another_prompt_makes_both_again(project):
    project.run(COIN)
    other = COIN.replace("A coin.", "A blue coin.")
    assert project.due(other) == BOTH
    assert project.run(other).credits == 36.0
    assert project.due(other) == NOTHING
    assert project.run(COIN).credits == 0.0  # both are in the store


def test_where_both_are_gone_both_are_bought_again(project):
    project.run(COIN)
    shutil.rmtree(project.root / ".pipeline")
    shutil.rmtree(project.output)
    assert project.due(COIN) == BOTH
    assert project.run(COIN).credits == 36.0


def test_where_the_first_is_gone_settings_cannot_be_applied_for_nothing(project):
    project.run(COIN)
    shutil.rmtree(project.root / ".pipeline")
    (project.output / "coin.png").unlink()
    assert project.due(COIN) == BOTH
    assert project.run(COIN).exit_code == 0


def test_only_and_regenerate_mean_both(project):
    project.run(COIN, "{name: gift, prompt: A gift.}")
    result = project.run(COIN, "{name: gift, prompt: A gift.}", only=("coin",), regenerate=("coin",))
    assert [outcome.job.asset.name for outcome in result.outcomes] == ["coin@white", "coin"]
    assert (result.credits, result.plan.notes) == (36.0, ())
    assert len(project.service.created(ON_BLACK)) == 2


def test_a_part_made_from_it_brings_the_first_alone(project):
    result = project.run(COIN, SET, only=("set",))
    assert project.prompts() == [ON_WHITE, "A set."]
    assert "coin@white is planned as well, for set" in result.plan.notes


def test_a_rename_keeps_both(project):
    project.run(COIN)
    medal = COIN.replace("name: coin", "name: medal")
    result = project.run(medal, head="rename: {coin: medal}\n")
    assert (result.exit_code, result.credits) == (0, 0.0)
    assert project.files() == {"medal.png", "medal-black.png", "medal-nobg.png", "manifest.json"}
    assert project.due(medal) == {"medal@white": "none", "medal": "none"}


def test_a_removed_asset_is_pruned_with_its_first_render(project):
    project.run(COIN, "{name: gift, prompt: A gift.}")
    result = project.run("{name: gift, prompt: A gift.}")
    assert [prune.asset for prune in result.plan.prunes] == ["coin", "coin@white"]
    assert project.files() == {"gift.png", "manifest.json"}


def test_a_file_edited_by_hand_is_kept_and_can_be_accepted(project):
    project.run(COIN)
    photo(PX, "grey").save(project.output / "coin.png")
    assert project.due(COIN) == {"coin@white": "none", "coin": "edited"}
    recipes = project.recipes(COIN)
    play(accept(recipes, project.places, {"coin", "coin@white"}, project.clock))
    assert project.due(COIN) == NOTHING
    project.run(COIN.replace("difference", "difference, crop: true"))
    assert (project.output / "coin.png").read_bytes() != b""
    assert len(project.service.made) == 2


def test_a_run_killed_between_both_pays_each_once(project, tmp_path):
    """What lies on disk while the first is uploaded for the second is what a kill would leave."""
    left = tmp_path.parent / f"{tmp_path.name}-killed"
    upload = project.service.upload

    async def killed(path: Path, sha256: str) -> str:
        shutil.copytree(project.root, left)
        return await upload(path, sha256)

    project.service.upload = killed
    project.run(COIN)
    again = Project(left)
    assert again.due(COIN)["coin@white"] in ("deliver", "none")
    result = again.run(COIN)
    assert (result.exit_code, result.credits, again.prompts()) == (0, 18.0, [ON_BLACK])
    assert again.due(COIN) == NOTHING


def moments(project: Project, *entries: str, **options: Any) -> Iterator[Project]:
    """The project as a kill would leave it, until the coin is delivered."""

    def reopen(left: Path) -> Project:
        return Project(left, project.workers)

    return killed.moments(project, "coin", lambda: project.run(*entries, **options), reopen)


@pytest.mark.parametrize("options", [{}, {"regenerate": ("coin",)}])
def test_a_run_killed_at_any_moment_and_repeated_pays_each_once(project, options):
    project.workers = Idle
    if options:
        project.run(COIN)
    before = len(project.service.made)
    count = 0
    for again in moments(project, COIN, **options):
        result = again.run(COIN, retry_unknown=True, **options)  # a create that was never sent is one
        assert (result.exit_code, len(again.service.made) - before) == (0, 2), again.events
        assert again.due(COIN) == NOTHING
        count += 1
    assert count > 8


def test_a_regeneration_that_the_budget_cuts_in_two_is_finished_by_the_same_command(project):
    project.run(COIN)
    half = {"regenerate": ("coin",), "limits": Limits(max_credits=18)}
    assert [project.run(COIN, **half).credits for _ in range(2)] == [18.0, 18.0]
    assert project.due(COIN) == NOTHING


def test_a_first_render_that_an_earlier_run_bought_is_regenerated_once_its_second_is_delivered(project):
    project.run(COIN, limits=Limits(max_credits=18))
    project.run(COIN)
    assert project.run(COIN, regenerate=("coin",)).credits == 36.0


def test_a_first_render_regenerated_for_another_asset_alone_is_not_kept_for_its_own(project):
    project.run(COIN, SET)
    part = {"only": ("set",), "regenerate": ("coin",)}
    assert [project.run(COIN, SET, **part).credits for _ in range(2)] == [36.0, 36.0]


@pytest.mark.parametrize("file", ["coin.png", "coin-nobg.png"])
def test_nothing_is_bought_while_a_file_of_the_two_is_edited(project, file):
    project.run(COIN)
    photo(PX, "grey").save(project.output / file)
    blue = COIN.replace("A coin.", "A blue coin.")
    for entry, options in ((COIN, {"regenerate": ("coin",)}), (blue, {})):
        result = project.run(entry, **options)
        assert (result.exit_code, result.credits) == (EXIT_SOME_FAILED, 0.0)
        assert project.due(entry, **options) == {"coin@white": "blocked", "coin": "blocked"}
    assert project.run(blue, overwrite_edited=True).credits == 36.0


def test_an_edited_file_of_the_two_spoils_no_other_asset(project):
    project.run(COIN, SET)
    photo(PX, "grey").save(project.output / "coin-nobg.png")
    assert project.due(COIN, SET.replace("A set.", "Two sets.")) == {
        "coin@white": "none",
        "coin": "edited",
        "set": "remake",
    }


def test_a_budget_for_one_buys_the_second_later(project):
    assert project.run(COIN, limits=Limits(max_credits=20)).credits == 18.0
    assert project.files() == {"manifest.json"}
    assert project.due(COIN) == {"coin@white": "none", "coin": "create"}
    assert (project.run(COIN).exit_code, project.prompts()) == (0, [ON_WHITE, ON_BLACK])


def test_a_second_that_fails_leaves_the_first_paid_and_is_tried_alone(project):
    failing = Script(ends=TaskStatus("fail", "fail", fail_message="refused"))
    project.service.scripts[ON_BLACK.replace(" ", "_")] = failing
    result = project.run(COIN)
    assert isinstance(result.outcomes[1].error, TaskFailed)
    project.service.scripts.clear()
    assert project.due(COIN)["coin@white"] == "none"
    assert project.run(COIN).exit_code == 0
    assert len(project.service.created(ON_WHITE)) == 1


def fail_second(project: Project) -> None:
    failing = Script(ends=TaskStatus("fail", "fail", fail_message="refused"))
    project.service.scripts[ON_BLACK.replace(" ", "_")] = failing


@pytest.mark.parametrize("budget", [False, True])
def test_while_a_regenerated_second_is_missing_the_lock_describes_the_pair_delivered(project, budget):
    project.run(COIN)
    lock = (project.root / "recipes" / "icons.lock.json").read_text()
    options = {"limits": Limits(max_credits=18)} if budget else {}
    if not budget:
        fail_second(project)
    assert project.run(COIN, regenerate=("coin",), **options).count("delivered") == 1
    project.service.scripts.clear()
    assert (project.root / "recipes" / "icons.lock.json").read_text() == lock
    again = {"coin@white": "deliver", "coin": "remake"}
    assert project.due(COIN) == again
    clone = project.root.parent / f"{project.root.name}-clone"
    shutil.copytree(project.root, clone, ignore=shutil.ignore_patterns(".pipeline"))
    assert Project(clone).due(COIN) == NOTHING
    result = project.run(COIN)
    assert (result.exit_code, result.credits, project.due(COIN)) == (0, 18.0, NOTHING)
    assert len(project.service.created(ON_WHITE)) == 2


def test_a_first_render_made_anew_under_another_name_waits_for_its_second_too(project):
    project.run(COIN)
    fail_second(project)
    medal, head = COIN.replace("name: coin", "name: medal"), "rename: {coin: medal}\n"
    assert project.run(medal, head=head, regenerate=("medal",)).exit_code == EXIT_SOME_FAILED
    project.service.scripts.clear()
    assert project.files() == {"coin.png", "coin-black.png", "coin-nobg.png", "manifest.json"}
    result = project.run(medal, head=head)
    assert (result.exit_code, result.credits, len(project.service.created(ON_WHITE))) == (0, 18.0, 2)
    assert project.due(medal) == {"medal@white": "none", "medal": "none"}


def test_a_picture_bought_on_white_before_is_the_first_render(project):
    project.run(f"{{name: coin, prompt: '{ON_WHITE}'}}")
    result = project.run(COIN)
    assert (result.credits, project.prompts()) == (18.0, [ON_WHITE, ON_BLACK])


def test_going_back_to_one_render_costs_nothing(project):
    project.run(COIN)
    result = project.run(f"{{name: coin, prompt: '{ON_WHITE}'}}")
    assert (result.credits, project.files()) == (0.0, {"coin.png", "manifest.json"})


RENAMED = ("name: coin", "name: medal")


@pytest.mark.parametrize("renamed", [False, True])
@pytest.mark.parametrize("first", [False, True])
def test_one_render_or_two_share_what_a_fresh_clone_has(project, first, renamed):
    once = f"{{name: coin, prompt: '{ON_WHITE}'}}"
    before, now, price = (COIN, once, 0.0) if first else (once, COIN, 18.0)
    project.run(before)
    shutil.rmtree(project.root / ".pipeline")
    head = "rename: {coin: medal}\n" if renamed else ""
    result = project.run(now.replace(*RENAMED) if renamed else now, head=head)
    assert (result.exit_code, result.credits) == (0, price)
    entries = json.loads((project.root / "recipes" / "icons.lock.json").read_text())["assets"]
    assert {entry["credits"] for entry in entries.values()} == {18.0}
    assert all(entry["task"] for entry in entries.values())


def test_a_lost_create_of_the_first_is_advised_by_the_name_of_the_asset(project):
    project.service.scripts[ON_WHITE.replace(" ", "_")] = Script(lost=1)
    lost, again = (project.run(COIN).outcomes[0].error for _ in range(2))
    for error in (lost, again):
        assert "--retry-unknown --only coin." in error.hint
        assert error.hint.endswith("pipeline status --forget coin@white")


def test_renders_that_do_not_match_are_cut_from_the_first_with_a_warning(project, monkeypatch):
    project.service.edit_px = 16
    cut = {}

    def alone(pixels, settings, **_):
        from pipeline.picture.cutout.method import Found

        cut["method"] = settings.method
        return Found(np.dstack([pixels, np.asarray(mask(PX))]), "key", 0.8)

    monkeypatch.setattr("pipeline.picture.cutout.auto.remove", alone)
    result = project.run(COIN)
    assert (result.exit_code, result.credits, cut) == (0, 36.0, {"method": "auto"})
    listed = json.loads((project.output / "manifest.json").read_text())["assets"]["coin"]
    assert any("cut from the first alone" in said for said in listed["cutout"]["warnings"])
    assert project.due(COIN) == NOTHING


def test_the_plan_tells_the_price_of_both(project):
    plan, _ = draw_up(project.recipes(COIN), project.places, Options(), project.clock)
    assert summary(plan, None) == "2 to create. Costs 36 credits ($0.18)."
