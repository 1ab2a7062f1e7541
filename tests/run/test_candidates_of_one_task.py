"""Candidates of a model that makes several pictures in one task, against a scripted service."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

import pytest
from candidates_project import Project, Sized, moments
from pictures import photo
from PIL.PngImagePlugin import PngInfo

from pipeline.errors import EXIT_SOME_FAILED, DownloadFailed, UsageError
from pipeline.generate.provider import Download, TaskStatus
from pipeline.run import pick

MODEL = "model: bytedance/seedream-v4-text-to-image"
HERO = f"{{name: hero, prompt: A hero., {MODEL}, candidates: 3}}"
CHECKED = HERO.replace("candidates: 3", "candidates: 3, checks: {min_px: 100}")
FILM = "{name: film, prompt: A film., references: 'asset:hero'}"
ASKED = "A hero. Make 3 pictures."


class Several(Sized):
    """Returns as many pictures as are asked for, or ``gives``; ``gone`` names results that are not there."""

    def __init__(self, clock: Any) -> None:
        super().__init__(clock)
        self.gives = 8
        self.gone: set[str] = set()

    def told(self, name: str) -> str:
        """What is written into a picture, which makes it another one."""
        return name

    async def status(self, task_id: str) -> TaskStatus:
        told = await super().status(task_id)
        if told.state != "success":
            return told
        count = min(int(self.made[task_id].inputs.get("max_images", 1)), self.gives)
        urls = tuple(f"https://cdn/{task_id}/{number}" for number in range(1, count + 1))
        return TaskStatus("success", urls=urls, credits=told.credits)

    async def fetch(self, url: str, target: Path) -> Download:
        _, _, name = url.partition("https://cdn/")
        number = int(name.rpartition("/")[2])
        if name in self.gone:
            raise DownloadFailed("HTTP 404")
        px = self.px[number - 1] if number <= len(self.px) else 128
        told = PngInfo()
        coin = self.made[name.partition("/")[0]].prompt == "A coin."
        told.add_text("result", "coin" if coin else self.told(name))
        photo(px, "white").save(target, "png", pnginfo=told)
        data = target.read_bytes()  # noqa: ASYNC240 a few bytes
        return Download(hashlib.sha256(data).hexdigest(), "png", len(data), px, px)


class Same(Several):
    """Every task brings the same bytes as the one before, as the sandbox does."""

    def told(self, name: str) -> str:
        return name.rpartition("/")[2]


@pytest.fixture
def same(tmp_path: Path) -> Project:
    return Project(tmp_path, Same)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path, Several)


def nothing(count: int = 3, *more: str) -> dict[str, str]:
    return dict.fromkeys([*(f"hero@{number}" for number in range(1, count + 1)), "hero", *more], "none")


def test_one_task_brings_them_all(project: Project) -> None:
    result = project.go(HERO)
    assert (result.exit_code, result.credits) == (0, 18.0)
    (made,) = project.service.made.values()
    assert (made.prompt, made.inputs["max_images"]) == (ASKED, 3)
    kept = {f"hero-candidates/hero-{number}.png" for number in (1, 2, 3)}
    assert project.files() == {"hero.png", "manifest.json"} | kept
    assert len({project.lock[f"hero@{n}"]["original"]["sha256"] for n in (1, 2, 3)}) == 3
    assert [project.lock[f"hero@{n}"]["credits"] for n in (1, 2, 3)] == [18.0, 0.0, 0.0]
    assert project.due(HERO) == nothing()
    assert project.go(HERO).count("unchanged") == 4


def test_the_one_that_passes_the_checks_is_taken_and_others_are_made_from_it(project: Project) -> None:
    project.service.px = [64, 64, 128]
    assert (project.go(CHECKED, FILM).exit_code, project.taken()) == (0, 3)
    (film,) = project.service.created("A film.")
    assert film.inputs["image_input"][0].endswith(project.lock["hero@3"]["original"]["sha256"])


@pytest.mark.parametrize("clone", [False, True])
def test_another_pick_is_delivered_for_nothing_in_a_fresh_clone_too(project: Project, clone: bool) -> None:
    project.go(HERO)
    if clone:
        shutil.rmtree(project.root / ".pipeline")
    assert project.due(HERO) == nothing()
    project.pick(2)
    result = project.go(HERO)
    assert (result.exit_code, result.credits, project.taken()) == (0, 0.0, 2)
    assert project.due(HERO) == nothing()


def test_without_the_lock_all_are_found_in_the_journal(project: Project) -> None:
    project.go(HERO)
    before = project.lock
    project.lock_path.unlink()
    shutil.rmtree(project.output)
    assert project.go(HERO).credits == 0.0
    assert project.lock == before


def test_fewer_than_asked_are_a_warning_and_nothing_is_bought_for_the_rest(project: Project) -> None:
    project.service.gives = 2
    result = project.go(HERO)
    assert (result.exit_code, result.credits) == (0, 18.0)
    assert any("2 of 3 pictures" in str(event.data.get("message")) for event in project.events)
    assert project.files() >= {"hero-candidates/hero-2.png"}
    assert "hero@3" not in project.lock
    assert project.due(HERO) == nothing()
    assert project.go(HERO).count("unchanged") == 4


def test_one_that_cannot_be_fetched_keeps_the_whole_task_to_be_fetched_again(project: Project) -> None:
    project.service.gone = {"task-1/3"}
    result = project.go(HERO)
    assert result.exit_code == EXIT_SOME_FAILED
    assert project.due(HERO)["hero@1"] == "resume"
    project.service.gone.clear()
    result = project.go(HERO)
    assert (result.exit_code, result.credits, len(project.service.made)) == (0, 0.0, 1)
    assert project.due(HERO) == nothing()


def test_regenerate_is_one_more_task(project: Project) -> None:
    project.go(HERO)
    old = project.lock
    assert project.go(HERO, regenerate=("hero",)).credits == 18.0
    assert all(project.lock[name]["original"] != old[name]["original"] for name in old)
    assert project.due(HERO) == nothing()


@pytest.mark.parametrize("clone", [False, True])
def test_a_rename_keeps_all_of_them(project: Project, clone: bool) -> None:
    project.go(HERO)
    project.pick(3)
    if clone:
        shutil.rmtree(project.root / ".pipeline")
    icon, head = HERO.replace("name: hero", "name: icon"), "rename: {hero: icon}"
    result = project.go(icon, head=head)
    assert (result.exit_code, result.credits, project.taken("icon")) == (0, 0.0, 3)
    assert set(project.due(icon, head=head).values()) == {"none"}


def test_a_result_that_is_lost_is_missed_and_the_others_stay(project: Project) -> None:
    project.go(HERO)
    project.pick(1)
    shutil.rmtree(project.root / ".pipeline")
    (project.output / "hero-candidates" / "hero-3.png").unlink()
    assert project.planned(HERO).cost().at_most == 0
    assert (project.go(HERO).exit_code, project.taken()) == (0, 1)
    assert project.due(HERO) == nothing()


def test_what_they_are_made_from_may_turn_out_the_same(project: Project) -> None:
    """The coin is made anew and comes out as it was: nothing more is bought, and all are still found."""
    edit = "model: bytedance/seedream-v4-edit"
    hero = HERO.replace(MODEL, f"{edit}, references: 'asset:coin'")
    coin = "{name: coin, prompt: A coin.}"
    project.go(coin, hero)
    assert project.due(coin, hero, regenerate=("coin",))["hero@2"] == "after"
    result = project.go(coin, hero, regenerate=("coin",))
    assert (result.exit_code, result.credits) == (0, 18.0)
    assert project.due(coin, hero) == nothing(3, "coin")


def test_a_task_of_more_than_are_asked_for_now_is_brought_home(project: Project) -> None:
    project.go(HERO)
    result = project.go(HERO.replace("candidates: 3", "candidates: 2"))
    assert (result.exit_code, result.credits) == (0, 18.0)
    assert project.go(HERO).credits == 0.0
    assert project.due(HERO) == nothing()


@pytest.mark.parametrize("options", [{}, {"regenerate": ("hero",)}])
def test_a_run_killed_at_any_moment_and_repeated_pays_once(project: Project, options: Any) -> None:
    project.idle()
    if options:
        project.go(HERO)
    before, count = len(project.service.made), 0
    for again in moments(project, HERO, **options):
        result = again.go(HERO, retry_unknown=True, **options)
        assert (result.exit_code, len(again.service.made) - before) == (0, 1)
        assert again.due(HERO) == nothing()
        count += 1
    assert count > 8


def test_the_lock_says_one_task_for_all(project: Project) -> None:
    project.go(HERO)
    assert {entry["task"] for entry in project.lock.values()} == {"task-1"}


def test_what_an_older_task_brought_is_not_offered(project: Project) -> None:
    project.go(HERO)
    project.service.gives = 2
    assert project.go(HERO, regenerate=("hero",)).exit_code == 0
    assert project.due(HERO) == nothing()
    (recipe,) = project.recipes("", HERO)
    offered = pick.offers(recipe, next(one for one in recipe.assets if one.name == "hero"), project.places)
    assert [(offer.number, offer.taken) for offer in offered] == [(1, True), (2, False)]


def offered(project: Project) -> list[tuple[int, bool]]:
    (recipe,) = project.recipes("", HERO)
    hero = next(one for one in recipe.assets if one.name == "hero")
    return [(offer.number, offer.taken) for offer in pick.offers(recipe, hero, project.places)]


def test_the_same_bytes_once_more_are_of_the_new_task(same: Project) -> None:
    same.go(HERO)
    same.pick(3)
    assert same.go(HERO, regenerate=("hero",)).credits == 18.0
    assert {entry["task"] for name, entry in same.lock.items() if "@" in name} == {"task-2"}
    assert offered(same) == [(1, False), (2, False), (3, True)]
    assert same.due(HERO) == nothing()
    assert same.go(HERO).count("unchanged") == 4


@pytest.mark.parametrize("again", [{}, {"regenerate": ("hero",)}])
def test_the_same_bytes_once_more_are_offered_after_a_kill(same: Project, again: Any) -> None:
    same.go(HERO)
    count = 0
    for left in moments(same, HERO, regenerate=("hero",)):
        asked = len(left.service.made) > 1
        left.go(HERO, retry_unknown=True, **(again if asked else {"regenerate": ("hero",)}))
        assert len({entry["task"] for name, entry in left.lock.items() if "@" in name}) == 1
        assert [number for number, _ in offered(left)] == [1, 2, 3]
        assert left.due(HERO) == nothing()
        count += 1
    assert count > 5


def test_fewer_of_the_same_bytes_are_all_there_is(same: Project) -> None:
    same.go(HERO)
    same.service.gives = 2
    assert same.go(HERO, regenerate=("hero",)).exit_code == 0
    assert offered(same) == [(1, True), (2, False)]
    assert same.due(HERO) == nothing()


def test_one_that_comes_with_another_is_not_made_anew_alone(project: Project) -> None:
    project.go(HERO)
    with pytest.raises(UsageError, match="hero@2 comes with hero@1, of one task") as refused:
        project.planned(HERO, regenerate=("hero@2",))
    assert refused.value.hint == "Make all of them anew: --regenerate hero"
    apart = "{name: apart, prompt: A sea., candidates: 2}"
    assert project.planned(HERO, apart, regenerate=("*@2", "apart")).notes[-1] == (
        "hero@2 comes with hero@1, of one task, and is made anew with it only: --regenerate hero"
    )
    for glob in ("hero", "hero@*", "hero@1"):
        assert not any("of one task" in note for note in project.planned(HERO, regenerate=(glob,)).notes)
