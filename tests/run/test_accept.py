"""Files edited by hand become the delivered result, and stay it."""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from builders import asset, recipe
from PIL import Image
from service import FakeService
from virtual_time import VirtualClock, play

from pipeline import digest
from pipeline.deliver.process import PictureJob, PictureResult, process
from pipeline.errors import DeliveryError, PlanRefused
from pipeline.events import ignore
from pipeline.plan.build import Plan
from pipeline.recipe.spec import Asset, Icon, Recipe
from pipeline.run.accept import Accepted, accept
from pipeline.run.conduct import conduct
from pipeline.run.draw import draw_up
from pipeline.run.options import Means, Options, Result
from pipeline.run.places import Places

COIN = asset("coin", formats=("png", "webp"), icons=(Icon("@2x", 48),))
LARGER = replace(COIN, icons=(*COIN.icons, Icon("hero", 32)))
BADGE = asset("badge", prompt="a badge")
KEPT = "coin@2x.png was accepted as made by hand and is kept"


class InlineWorkers:
    """The real pixel work, in this process."""

    async def run(self, job: PictureJob) -> PictureResult:
        return process(job)

    def prestart(self, models: Iterable[str] = ()) -> None:
        """Nothing is loaded early."""


def workers() -> AbstractAsyncContextManager[InlineWorkers]:
    return nullcontext(InlineWorkers())


class Project:
    """A project whose coin and badge are delivered."""

    def __init__(self, root: Path) -> None:
        self.clock = VirtualClock()
        self.service = FakeService(self.clock)
        self.places = Places(root)
        self.root = root
        self.output = root / "output" / "icons"
        self.lock = root / "recipes" / "icons.lock.json"

    def recipe(self, *assets: Asset) -> Recipe:
        return recipe(self.root, *(assets or (COIN, BADGE)))

    def run(self, *assets: Asset, **options: Any) -> Result:
        means = Means(self.clock, ignore, lambda: self.service, workers, lambda *_: None)
        return play(conduct([self.recipe(*assets)], self.places, Options(**options), means))

    def plan(self, *assets: Asset, **options: Any) -> Plan:
        return draw_up([self.recipe(*assets)], self.places, Options(**options), self.clock)[0]

    def kinds(self, *assets: Asset) -> list[str]:
        return [step.action.kind for step in self.plan(*assets).steps]

    def accept(self, *names: str) -> list[Accepted]:
        return play(accept([self.recipe()], self.places, set(names or ("coin", "badge")), self.clock))

    def edit(self, name: str, size: tuple[int, int] = (40, 30), color: str = "#22C55E") -> bytes:
        stream = io.BytesIO()
        Image.new("RGB", size, color).save(stream, name.rpartition(".")[2])
        (self.output / name).write_bytes(stream.getvalue())
        return stream.getvalue()

    def listed(self, name: str) -> dict[str, Any]:
        manifest = json.loads((self.output / "manifest.json").read_text())
        return {file["file"]: file for file in manifest["assets"][name]["files"]}

    def locked(self, name: str) -> dict[str, Any]:
        return json.loads(self.lock.read_text())["assets"][name]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "recipes").mkdir()
    project = Project(tmp_path)
    project.run()
    return project


def everything(root: Path) -> dict[str, tuple[int, bytes]]:
    return {
        str(path.relative_to(root)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name != "run.lock"
    }


def test_an_edited_file_is_the_delivered_one_once_accepted(project):
    project.edit("coin@2x.png")
    assert project.kinds() == ["edited", "none"]
    assert project.accept() == [Accepted("recipes/icons.yaml", "coin", "coin@2x.png")]
    assert project.plan().is_empty


def test_manifest_and_lock_describe_the_file_as_it_is_now(project):
    before = project.listed("coin")["coin@2x.png"]
    content = project.edit("coin@2x.png", (40, 30), "#22C55E")
    project.accept()
    assert project.listed("coin")["coin@2x.png"] == before | {
        "width": 40,
        "height": 30,
        "bytes": len(content),
        "dominant_color": "#22C55E",
        "sha256": digest.of_bytes(content),
    }
    assert project.locked("coin")["files"]["coin@2x.png"] == digest.of_bytes(content)
    assert project.locked("coin")["accepted"] == ["coin@2x.png"]
    assert project.locked("badge")["accepted"] == []


def test_a_second_edit_is_accepted_beside_the_first(project):
    project.edit("coin@2x.png")
    project.accept()
    project.edit("coin.webp", color="#111111")
    project.edit("coin@2x.png", color="#222222")
    assert {one.name for one in project.accept()} == {"coin.webp", "coin@2x.png"}
    assert project.locked("coin")["accepted"] == ["coin.webp", "coin@2x.png"]
    assert project.plan().is_empty


def test_an_accepted_file_outlives_a_change_of_settings_and_the_run_says_so(project):
    content = project.edit("coin@2x.png")
    project.accept()
    result = project.run(LARGER, BADGE)
    assert (result.credits, result.exit_code) == (0.0, 0)
    assert (project.output / "coin@2x.png").read_bytes() == content
    assert (project.output / "coin-hero.png").exists()
    assert result.outcomes[0].delivery.warnings == (KEPT,)
    assert project.listed("coin")["coin@2x.png"]["width"] == 40
    assert project.plan(LARGER, BADGE).is_empty


def test_an_accepted_file_outlives_another_picture(project):
    content = project.edit("coin@2x.png")
    project.accept()
    result = project.run(COIN, BADGE, regenerate=("coin",))
    assert result.credits == 18.0
    assert (project.output / "coin@2x.png").read_bytes() == content
    assert KEPT in result.outcomes[0].delivery.warnings


def test_an_accepted_file_is_replaced_on_request(project):
    content = project.edit("coin@2x.png")
    project.accept()
    project.run(LARGER, BADGE, overwrite_edited=True)
    assert (project.output / "coin@2x.png").read_bytes() != content
    assert project.locked("coin")["accepted"] == []
    assert project.plan(LARGER, BADGE).is_empty


def test_an_accepted_file_that_was_deleted_is_made_again(project):
    content = project.edit("coin@2x.png")
    project.accept()
    (project.output / "coin@2x.png").unlink()
    assert project.kinds() == ["deliver", "none"]
    project.run()
    assert (project.output / "coin@2x.png").read_bytes() != content
    assert project.locked("coin")["accepted"] == []


def test_only_the_assets_named_are_accepted(project):
    project.edit("coin@2x.png")
    project.edit("badge.png")
    assert [one.asset for one in project.accept("badge")] == ["badge"]
    assert project.kinds() == ["edited", "none"]


def test_a_missing_file_is_no_edit(project):
    (project.output / "coin@2x.png").unlink()
    before = everything(project.root)
    assert project.accept() == []
    assert everything(project.root) == before
    assert project.kinds() == ["deliver", "none"]


def test_with_nothing_edited_nothing_is_written(project):
    before = everything(project.root)
    assert project.accept() == []
    assert everything(project.root) == before


def test_an_asset_never_delivered_has_nothing_to_accept(project):
    project.lock.unlink()
    assert project.accept() == []


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<html>not found</html>", "it is a web page"),
        (b"", "it is an empty file"),
        (b"\x89PNG\r\n\x1a\n cut short", "cannot be decoded"),
        (b"\xff\xd8\xff\xe0 a photo under a png's name", "it is a jpg file"),
    ],
)
def test_what_is_not_the_picture_its_name_says_is_refused_and_nothing_changes(project, content, why):
    project.edit("badge.png")
    (project.output / "coin@2x.png").write_bytes(content)
    before = everything(project.root)
    with pytest.raises(DeliveryError, match=rf"coin@2x\.png cannot be accepted: .*{why}") as refusal:
        project.accept()
    assert refusal.value.hint == "Restore it, or delete it and run."
    assert everything(project.root) == before


def box(kind: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


VIDEO = box(b"ftyp", b"isom\0\0\0\0isom") + box(b"moov") + box(b"mdat", b"frames")


def deliver_video(project: Project, name: str = "loop.mp4") -> None:
    """As if a run had delivered a video for the badge."""
    locked = json.loads(project.lock.read_text())
    locked["assets"]["badge"]["files"] = {name: "0" * 64}
    project.lock.write_text(json.dumps(locked))
    manifest = json.loads((project.output / "manifest.json").read_text())
    file = manifest["assets"]["badge"]["files"][0]
    manifest["assets"]["badge"]["files"] = [file | {"file": name, "sha256": "0" * 64}]
    (project.output / "manifest.json").write_text(json.dumps(manifest))


def test_an_edited_video_is_accepted_without_a_size(project):
    deliver_video(project)
    (project.output / "loop.mp4").write_bytes(VIDEO)
    assert [one.name for one in project.accept()] == ["loop.mp4"]
    file = project.listed("badge")["loop.mp4"]
    assert (file["width"], file["height"], file["dominant_color"], file["bytes"]) == (0, 0, "", len(VIDEO))


def test_a_video_that_is_cut_short_is_refused(project):
    deliver_video(project)
    (project.output / "loop.mp4").write_bytes(VIDEO[:-4])
    with pytest.raises(DeliveryError, match="cut short"):
        project.accept()


@pytest.mark.parametrize("content", ["", "{}", '{"version": 1, "assets": {"coin": {"files": 7}}}'])
def test_without_a_manifest_the_lock_is_enough_and_the_next_run_writes_the_manifest(project, content):
    manifest = project.output / "manifest.json"
    manifest.write_text(content)
    edited = project.edit("coin@2x.png")
    project.accept()
    assert project.locked("coin")["accepted"] == ["coin@2x.png"]
    result = project.run()
    assert (result.credits, (project.output / "coin@2x.png").read_bytes()) == (0.0, edited)
    assert project.listed("coin")["coin@2x.png"]["sha256"] == digest.of_bytes(edited)
    assert project.plan().is_empty


def test_a_lock_in_conflict_is_left_for_a_run_to_decide(project):
    project.edit("coin@2x.png")
    ours = project.lock.read_text()
    torn = f"<<<<<<< HEAD\n{ours}=======\n{ours}>>>>>>> theirs\n"
    project.lock.write_text(torn)
    with pytest.raises(PlanRefused, match="conflict markers") as refusal:
        project.accept()
    assert "Run `pipeline run` first" in refusal.value.hint
    assert project.lock.read_text() == torn


def test_an_accepted_original_is_not_taken_for_the_paid_one(project):
    """What was paid for is still in the store, and new sizes are made of that."""
    project.edit("coin.png")
    project.accept()
    result = project.run(LARGER, BADGE)
    assert (result.credits, result.exit_code) == (0.0, 0)
    with Image.open(project.output / "coin-hero.png") as hero:
        assert hero.convert("RGB").getpixel((0, 0)) != (0x22, 0xC5, 0x5E)
