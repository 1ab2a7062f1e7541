"""Runs that send parts of assets and pictures their models do not take, against a scripted service."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from pictures import opened, photo
from PIL import Image
from service import Script
from small_project import Inline, Painter, SmallProject

from pipeline import digest
from pipeline.deliver.prepare import PrepareJob, PrepareResult
from pipeline.errors import PlanRefused, ProcessError, TaskFailed
from pipeline.generate.provider import TaskStatus
from pipeline.picture.cutout import weights
from pipeline.report.actions import sentences
from pipeline.report.plan_json import document

COIN = "{name: coin, prompt: coin, removeBg: {method: key}, icons: {hero: 90, '@2x': 48}}"
SET = "{name: set, prompt: set, references: 'asset:coin#nobg'}"
TWICE = "{name: coin, prompt: coin, removeBg: {method: difference}, icons: [48]}"


class Receiver(Painter):
    """Keeps what is uploaded."""

    def __init__(self, project: SmallProject) -> None:
        super().__init__(project.clock)
        self.received: dict[str, bytes] = {}

    async def upload(self, path: Path, sha256: str) -> str:
        self.received[sha256] = path.read_bytes()  # noqa: ASYNC240 a few bytes
        assert digest.of_bytes(self.received[sha256]) == sha256
        return await super().upload(path, sha256)

    def pictures(self, prompt: str) -> list[Image.Image]:
        """What the newest create with that prompt was sent."""
        urls = self.created(prompt)[-1].inputs["image_input"]
        return [Image.open(io.BytesIO(self.received[url.rpartition("/")[2]])) for url in urls]


class Project(SmallProject):
    """A small project that keeps what it uploads."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.service: Receiver = Receiver(self)

    def due(self, *entries: str, **options: object) -> dict[str, str]:
        return {step.asset.name: step.action.kind for step in self.plan("", *entries, **options).steps}

    def reasons(self, name: str, *entries: str) -> list[str]:
        (step,) = (step for step in self.plan("", *entries).steps if step.asset.name == name)
        return sentences(step.action)

    def warnings(self) -> list[str]:
        return [event.data["message"] for event in self.events if event.type == "warning"]

    def bought(self, name: str) -> int:
        """How many creates had a prompt that begins so: a backdrop may follow."""
        return sum(made.prompt.startswith(name) for made in self.service.made.values())

    def leftovers(self) -> list[Path]:
        return list(self.places.store.rglob("incoming/*/*"))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_the_cut_out_is_sent_as_it_is_delivered_and_nothing_of_it_is_left(project):
    assert project.run("", COIN, SET).exit_code == 0
    (sent,) = project.service.pictures("set")
    assert sent.tobytes() == opened(project.output / "coin-nobg.png").tobytes()
    assert sent.mode == "RGBA"
    assert project.leftovers() == []
    assert project.due(COIN, SET) == {"coin": "none", "set": "none"}


def test_icons_are_sent_as_they_are_delivered(project):
    family = "{name: set, prompt: set, references: ['asset:coin@hero', 'asset:coin@2x', 'asset:coin']}"
    project.run("", COIN, family)
    hero, small, whole = project.service.pictures("set")
    assert hero.tobytes() == opened(project.output / "coin-hero.png").tobytes()
    assert small.tobytes() == opened(project.output / "coin@2x.png").tobytes()
    assert whole.tobytes() == opened(project.output / "coin.png").tobytes()


def test_a_part_of_what_is_rendered_twice_is_cut_out_of_both(project):
    head = "{name: coin, prompt: coin, removeBg: {method: difference}, icons: [48]}"
    project.run("", head, SET)
    (sent,) = project.service.pictures("set")
    assert sent.tobytes() == opened(project.output / "coin-nobg.png").tobytes()
    assert project.due(head, SET) == {"coin@white": "none", "coin": "none", "set": "none"}


def test_one_part_is_made_and_uploaded_once_a_run_whoever_asks_for_it(project, monkeypatch):
    made: list[str] = []

    async def counted(self: Inline, job: PrepareJob) -> PrepareResult:
        made.append(job.shown)
        return await original(self, job)

    original = Inline.prepare
    monkeypatch.setattr(Inline, "prepare", counted)
    others = [SET.replace("{name: set", f"{{name: set{n}") for n in range(4)]
    same_size = "{name: e, prompt: e, references: 'asset:coin@90'}"
    project.run("", COIN.replace("hero: 90,", "hero: 90, '90': 90,"), *others, same_size,
                "{name: f, prompt: f, references: 'asset:coin@hero'}")  # fmt: skip
    assert sorted(made) in (["coin#nobg", "coin@90"], ["coin#nobg", "coin@hero"])
    assert len(project.service.uploads) == 2


def test_an_upload_of_today_serves_the_next_run_as_well(project):
    project.run("", COIN, SET)
    project.run("", COIN, SET, "{name: more, prompt: more, references: 'asset:coin#nobg'}")
    assert len(project.service.uploads) == 1
    assert len(project.service.created("more")) == 1


def test_cut_out_settings_remake_what_is_made_from_the_cut_out_and_nothing_else(project):
    whole = "{name: whole, prompt: whole, references: 'asset:coin'}"
    project.run("", COIN, SET, whole)
    cropped = COIN.replace("method: key", "method: key, crop: true")
    assert project.due(cropped, SET, whole) == {"coin": "rework", "set": "remake", "whole": "none"}
    assert project.reasons("set", cropped, SET, whole) == ["coin#nobg: crop false → true"]
    project.run("", cropped, SET, whole)
    (sent,) = project.service.pictures("set")
    assert sent.tobytes() == opened(project.output / "coin-nobg.png").tobytes()
    assert set(project.due(cropped, SET, whole).values()) == {"none"}


def test_the_lock_says_how_a_part_is_made(project):
    project.run("", COIN, SET)
    lock = json.loads((project.root / "recipes" / "icons.lock.json").read_text())
    original = lock["assets"]["coin"]["original"]["sha256"]
    (picture,) = lock["assets"]["set"]["request"]["pictures"]["image_input"]
    assert picture == {
        "original": f"sha256:{original}",
        "cutout": {"method": "key", "backdrop": "#00B140"},
    }


def test_going_back_to_the_settings_of_before_is_free(project):
    project.run("", COIN, SET)
    cropped = COIN.replace("method: key", "method: key, crop: true")
    project.run("", cropped, SET)
    assert project.due(COIN, SET) == {"coin": "rework", "set": "restore"}


def test_a_part_of_it_alone_brings_along_what_it_is_made_of(project):
    plan = project.plan("", TWICE, SET, only=("set",))
    assert [step.asset.name for step in plan.steps] == ["coin@white", "coin", "set"]
    project.run("", COIN, SET)
    reworded = SET.replace("prompt: set", "prompt: set of two")
    assert project.due(COIN, reworded, only=("set",)) == {"coin": "none", "set": "remake"}
    project.run("", COIN, reworded, only=("set",))
    assert project.bought("coin") == 1


def test_what_is_gone_from_the_store_is_taken_from_the_delivered_file(project):
    project.run("", COIN, SET)
    for file in project.places.store.rglob("*.png"):
        file.unlink()
    reworded = SET.replace("prompt: set", "prompt: set of two")
    assert project.due(COIN, reworded) == {"coin": "none", "set": "remake"}
    assert project.run("", COIN, reworded).exit_code == 0


def test_a_cut_out_that_cannot_be_made_costs_only_what_came_before_it(project):
    project.run("", COIN.replace("method: key", "method: native"), SET)
    assert project.service.created("set") == []
    (failed,) = (event for event in project.events if event.type == "asset-failed")
    assert failed.data["message"].startswith(
        "coin#nobg cannot be made ready to be sent: The picture has no tr"
    )
    assert failed.data["credits"] == 0


def test_what_failed_is_tried_again_from_the_same_part(project):
    project.service.scripts["set"] = Script(ends=TaskStatus("fail", fail_message="later", credits=0.0))
    project.run("", COIN, SET)
    project.service.scripts.clear()
    assert project.run("", COIN, SET).exit_code == 0
    assert (project.bought("coin"), project.bought("set")) == (1, 2)
    assert len(project.service.uploads) == 1


def test_half_a_picture_that_a_killed_run_left_goes_with_the_next_run(project):
    project.run("", COIN)
    (folder,) = (project.places.store / "incoming").iterdir()
    (folder / "coin#nobg.0123").write_bytes(b"half")
    project.run("", COIN, SET)
    assert project.leftovers() == []


def test_weights_that_only_the_part_needs_are_missed_before_anything_is_sent(project, monkeypatch):
    coin = COIN.replace("method: key", "method: rembg, model: u2net")
    monkeypatch.setattr(weights, "state", lambda _: "absent")
    plain = coin.replace(", removeBg: {method: rembg, model: u2net}", "")
    project.run("", plain)
    with pytest.raises(PlanRefused, match="weights of the cut-out model u2net are not here"):
        project.run("", coin, SET)
    assert project.service.created("set") == []


# -- pictures the model does not take -----------------------------------------------------------------------


def test_a_file_of_another_type_is_converted_and_the_plan_says_so(project):
    photo(128).save(project.root / "logo.tiff")
    mark = "{name: mark, prompt: mark, references: ../logo.tiff}"
    plan = project.plan("", mark)
    assert plan.steps[0].asset.request.converted == ("logo.tiff: sent as png",)
    assert document(plan, None)["recipes"][0]["assets"][0]["conversions"] == ["logo.tiff: sent as png"]
    project.run("", mark)
    (sent,) = project.service.pictures("mark")
    assert sent.format == "PNG"
    assert sent.convert("RGB").tobytes() == photo(128).tobytes()
    assert project.warnings() == []  # it was said before
    assert project.due(mark) == {"mark": "none"}
    assert document(project.plan("", mark), None)["recipes"][0]["assets"][0]["conversions"] == []


def test_a_files_content_is_what_counts_and_not_what_is_made_of_it(project):
    photo(128).save(project.root / "logo.tiff")
    mark = "{name: mark, prompt: mark, references: ../logo.tiff}"
    project.run("", mark)
    lock = json.loads((project.root / "recipes" / "icons.lock.json").read_text())
    (sent,) = lock["assets"]["mark"]["request"]["pictures"]["image_input"]
    assert sent == f"sha256:{digest.of_file(project.root / 'logo.tiff')}"


@pytest.mark.parametrize("goes", [False, True])
def test_a_file_that_changes_while_it_is_converted_is_not_sent(project, monkeypatch, goes):
    logo = project.root / "logo.tiff"
    photo(128).save(logo)

    async def slow(self: Inline, job: PrepareJob) -> PrepareResult:
        photo(64).save(logo)
        made = await original(self, job)
        if goes:
            logo.unlink()
        return made

    original = Inline.prepare
    monkeypatch.setattr(Inline, "prepare", slow)
    result = project.run("", "{name: mark, prompt: mark, references: ../logo.tiff}")
    assert str(result.outcomes[0].error) == "logo.tiff changed while the run was under way.\nRun again."
    assert project.service.uploads == []
    assert project.service.created("mark") == []
    assert project.leftovers() == []


def test_a_file_the_model_takes_is_sent_byte_for_byte(project):
    photo(128).save(project.root / "logo.png", dpi=(72, 72))
    project.run("", "{name: mark, prompt: mark, references: ../logo.png}")
    assert list(project.service.received.values()) == [(project.root / "logo.png").read_bytes()]


BIG = "{name: big, prompt: big}"
CUT = "{name: cut, model: recraft/remove-background, image: 'asset:big'}"


class Large(Receiver):
    """Paints more pixels than the next model takes; knows prompts of models that take none."""

    px = 5000

    async def create(self, model, inputs, callback_url=None):
        return await super().create(model, {"prompt": model, **inputs}, callback_url)

    async def fetch(self, url, target):
        found = await super().fetch(url, target)
        Image.new("RGB", (self.px, self.px // 2), "red").save(target, "png")
        data = target.read_bytes()
        return type(found)(digest.of_bytes(data), "png", len(data), self.px, self.px // 2)


def test_an_original_beyond_the_limits_is_converted_and_the_run_says_so(project):
    project.service = Large(project)
    assert project.run("", BIG, CUT).exit_code == 0
    url = project.service.created("recraft/remove-background")[0].inputs["image"]
    sent = Image.open(io.BytesIO(project.service.received[url.rpartition("/")[2]]))
    assert sent.size == (4096, 2048)
    assert project.warnings() == ["big: 5000 × 2500 px scaled to 4096 × 2048"]


def test_an_original_too_small_for_the_model_is_refused_before_it_is_paid_for(project):
    project.service = Large(project)
    project.service.px = 500
    result = project.run("", BIG, CUT)
    (failed,) = (outcome for outcome in result.outcomes if outcome.status == "failed")
    assert isinstance(failed.error, ProcessError)
    assert "big cannot be sent: It is 500 × 250 px; the model takes none below 256 px" in failed.error.message
    assert not project.service.created("recraft/remove-background")
    assert not isinstance(failed.error, TaskFailed)
