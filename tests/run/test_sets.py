"""Runs of a recipe with platform sets against a scripted service: what is delivered, remade and pruned."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from pictures import opened, photo, subject
from PIL.PngImagePlugin import PngInfo
from service import FakeService
from small_project import SmallProject
from virtual_time import play

from pipeline.generate.provider import Download
from pipeline.run.accept import accept
from pipeline.run.options import Result

ICON = "{name: icon, prompt: icon, targets: {imageset: {px: 20}}}"
WITH_NIGHT = ICON[:-1] + ", art: {dark: 'asset:night'}}"
NIGHT = "{name: night, prompt: night}"
BASE = "icon/imageset/icon.imageset"


class Painter(FakeService):
    """Paints the subject on nothing, no two tasks the same bytes."""

    async def fetch(self, url: str, target: Path) -> Download:
        made = self.made[url.rpartition("/")[2]]
        told = PngInfo()
        told.add_text("task", made.task_id)
        (photo(64, "black") if made.prompt == "night" else subject(64)).save(target, "png", pnginfo=told)
        data = target.read_bytes()  # noqa: ASYNC240 a few bytes
        return Download(hashlib.sha256(data).hexdigest(), "png", len(data), 64, 64)


class Project(SmallProject):
    """The same with a service that paints two pictures, and nothing above ``assets``."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.service: Any = Painter(self.clock)

    def make(self, *entries: str, **options: Any) -> Result:
        return self.run("", *entries, **options)

    def due(self, *entries: str) -> dict[str, tuple[str, list[str]]]:
        steps = self.plan("", *entries).steps
        return {s.asset.name: (s.action.kind, [str(reason) for reason in s.action.reasons]) for s in steps}

    def files(self) -> set[str]:
        found = (path for path in self.output.rglob("*") if path.is_file())
        return {path.relative_to(self.output).as_posix() for path in found}

    def listed(self, asset: str = "icon") -> dict[str, Any]:
        entry = json.loads((self.output / "manifest.json").read_text())["assets"][asset]
        return {file["file"]: file for file in entry["files"]}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


SET = {
    "icon/imageset/Contents.json",
    *(f"{BASE}/{name}" for name in ("Contents.json", "icon.png", "icon@2x.png", "icon@3x.png")),
}


def test_a_set_is_delivered_listed_and_locked(project):
    assert project.make(ICON).exit_code == 0
    assert project.files() == {"icon.png", "manifest.json", *SET}
    listed = project.listed()
    assert {name for name, file in listed.items() if file["purpose"] == "set"} == SET
    assert {file["label"] for file in listed.values() if file["purpose"] == "set"} == {"imageset"}
    lock = json.loads((project.root / "recipes/icons.lock.json").read_text())["assets"]["icon"]
    assert set(lock["files"]) == {"icon.png", *SET}
    assert lock["post"]["targets"]["imageset"]["px"] == 20


def test_then_nothing_is_due_here_and_in_a_fresh_clone(project):
    project.make(WITH_NIGHT, NIGHT)
    nothing = {"night": ("none", []), "icon": ("none", [])}
    assert project.due(WITH_NIGHT, NIGHT) == nothing
    shutil.rmtree(project.root / ".pipeline")
    assert project.due(WITH_NIGHT, NIGHT) == nothing


def test_a_target_that_goes_takes_its_files_and_folders_and_nothing_of_others(project):
    project.make(ICON)
    (project.output / "icon/imageset/mine.txt").write_text("mine")
    changed = ICON.replace("imageset: {px: 20}", "web: true")
    assert project.due(changed)["icon"] == ("rework", ["targets: + web", "targets: - imageset"])
    result = project.make(changed)
    assert (result.exit_code, result.credits) == (0, 0.0)
    assert not project.files() & SET
    assert not (project.output / BASE).exists()
    assert (project.output / "icon/imageset/mine.txt").read_text() == "mine"
    assert any(name.startswith("icon/web/") for name in project.files())


def test_an_asset_that_goes_leaves_no_empty_folders(project):
    project.make(ICON, NIGHT)
    project.make(NIGHT)
    assert sorted(path.name for path in project.output.iterdir()) == ["manifest.json", "night.png"]


def test_another_drawing_remakes_the_set_and_buys_nothing_else(project):
    project.make(WITH_NIGHT, NIGHT)
    before = (project.output / f"{BASE}/icon.png").read_bytes()
    result = project.make(WITH_NIGHT, NIGHT, regenerate=("night",))
    assert (result.exit_code, result.credits) == (0, 18.0)
    assert [outcome.status for outcome in result.outcomes] == ["delivered", "delivered"]
    assert len(project.service.created("icon")) == 1
    assert (project.output / f"{BASE}/icon.png").read_bytes() == before
    assert {state for state, _ in project.due(WITH_NIGHT, NIGHT).values()} == {"none"}


def test_a_drawing_from_a_file_is_followed_by_its_content(project):
    mark = project.root / "mark.png"
    subject(48).save(mark)
    entry = ICON[:-1] + ", art: {dark: ../mark.png}}"
    assert project.make(entry).exit_code == 0
    assert project.due(entry)["icon"][0] == "none"
    photo(48, "navy").save(mark)
    assert project.due(entry)["icon"] == ("rework", ["art dark changed"])
    assert project.make(entry).credits == 0.0
    assert project.due(entry)["icon"][0] == "none"


def test_a_file_of_a_set_edited_by_hand_is_kept_when_accepted(project):
    project.make(ICON)
    contents = project.output / BASE / "Contents.json"
    contents.write_text('{"mine": true}\n')
    assert project.due(ICON)["icon"][0] == "edited"
    accepted = play(accept(project.recipes("", ICON), project.places, {"icon"}, project.clock))
    assert [one.name for one in accepted] == [f"{BASE}/Contents.json"]
    assert project.listed()[f"{BASE}/Contents.json"]["bytes"] == 15
    assert project.due(ICON)["icon"][0] == "none"
    project.make(ICON.replace("px: 20", "px: 24"))
    assert contents.read_text() == '{"mine": true}\n'
    assert opened(project.output / f"{BASE}/icon.png").width == 24


def test_a_drawing_that_cannot_be_cut_out_is_a_trouble_and_tried_again(project):
    night = "{name: night, prompt: night, removeBg: {method: native}}"
    result = project.make(WITH_NIGHT, night)
    assert result.exit_code == 1
    icon = next(o for o in result.outcomes if o.job.asset.name == "icon")
    assert icon.delivery.trouble.startswith("The dark drawing of its sets: ")
    assert project.files() == {"icon.png", "night.png", "manifest.json"}
    kind, reasons = project.due(WITH_NIGHT, night)["icon"]
    assert (kind, reasons[0]) == ("rework", "a local step failed last time")


def test_warnings_of_a_set_reach_the_manifest_and_the_summary(project):
    (outcome,) = project.make("{name: icon, prompt: icon, targets: web}").outcomes
    assert outcome.delivery.warnings, "the master has 64 px, and the set asks for 512"
    assert all(warning.startswith("web: ") for warning in outcome.delivery.warnings)
    data = json.loads((project.output / "manifest.json").read_text())["assets"]["icon"]
    assert data["warnings"] == list(outcome.delivery.warnings)
