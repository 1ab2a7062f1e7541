"""``recipes/hero-and-video.yaml`` as committed, from the plan to the last file, and what an edit makes of it.

How it takes being killed between any two steps: ``chaos/test_steps.py``.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import moving
import pytest
from chaos.command_process import Rig
from chaos.processes import Command, environ
from chaos.service import KEY, Service
from PIL import Image

from pipeline.digest import of_file

VIDEOS = (".mp4", ".webm")
LOOP_IS_SHORTER_S = 0.5  # the end fades into the beginning: docs/video.md
FILM_PX, PREVIEW_PX = (1280, 720), 320  # of 720p at 16:9, and docs/video.md


@dataclass
class Project:
    root: Path
    service: Service
    logs: Path
    commands: int = 0

    def command(self, *arguments: str) -> tuple[int, str]:
        self.commands += 1
        log = self.logs / f"{self.commands:02}.log"
        env = environ(KIE_API_BASE_URL=self.service.url, KIE_API_KEY=KEY)
        return Command(arguments, self.root, log, env, Rig()).end(), log.read_text()

    def plan(self) -> dict[str, Any]:
        code, said = self.command("plan", moving.RECIPE, "--json")
        assert code == 0, said
        document: dict[str, Any] = json.loads(said[said.index("{\n") : said.rindex("}") + 1])
        return document

    @property
    def lock(self) -> dict[str, Any]:
        entries: dict[str, Any] = json.loads(
            (self.root / "recipes" / f"{moving.STEM}.lock.json").read_text()
        )["assets"]
        return entries

    @property
    def listed(self) -> dict[str, list[dict[str, Any]]]:
        text = (self.root / "output" / moving.STEM / "manifest.json").read_text()
        return {name: entry["files"] for name, entry in json.loads(text)["assets"].items()}


def creates(service: Service) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = service.ledger()["creates"]
    return found


@dataclass(frozen=True)
class Made:
    """The project after one run, and the plan before it."""

    project: Project
    planned: dict[str, Any]
    said: str


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    folder = tmp_path_factory.mktemp("hero-and-video")
    with Service(folder / "service", results="painted", latency_s=0.5) as service:
        project = Project(moving.copy_to(folder / "project"), service, folder)
        planned = project.plan()
        code, said = project.command("run", moving.RECIPE, "--yes")
        assert code == 0, said
        yield Made(project, planned, said)


# -- end to end --------------------------------------------------------------------------------------------


def test_the_plan_prices_every_step(made: Made):
    steps = made.planned["recipes"][0]["assets"]
    assert {step["asset"]: step["credits"] for step in steps} == {
        asset.name: asset.price for asset in moving.assets(made.project.root)
    }
    assert all(step["action"] == "create" and step["credits"] > 0 for step in steps)
    totals = made.planned["totals"]
    assert totals["unpriced"] == 0
    assert totals["credits"] == totals["credits_at_most"] == sum(step["credits"] for step in steps)


def test_what_is_spent_is_what_was_planned_and_each_asset_is_bought_once(made: Made):
    bought = creates(made.project.service)
    names = [asset.name for asset in moving.assets(made.project.root)]
    assert sum(task["charged"] for task in bought) == made.planned["totals"]["credits"]
    assert sorted(task["taskId"] for task in bought) == sorted(
        made.project.lock[name]["task"] for name in names
    )
    assert made.project.lock.keys() == set(names)
    assert f"Spent {made.planned['totals']['credits']:g} credits" in made.said


def test_the_lock_names_every_file_and_no_other_is_there(made: Made):
    output = made.project.root / "output" / moving.STEM
    named = {name: sha256 for entry in made.project.lock.values() for name, sha256 in entry["files"].items()}
    there = {
        path.relative_to(output).as_posix(): of_file(path) for path in output.rglob("*") if path.is_file()
    }
    there.pop("manifest.json")
    assert there == named


def test_every_picture_opens_and_is_as_large_as_the_manifest_says(made: Made):
    output = made.project.root / "output" / moving.STEM
    for asset in moving.assets(made.project.root):
        files = [file for file in made.project.listed[asset.name] if not file["file"].endswith(VIDEOS)]
        for file in files:
            with Image.open(output / file["file"]) as picture:
                picture.load()
                assert picture.size == (file["width"], file["height"])
                assert file["bytes"] == (output / file["file"]).stat().st_size


def test_the_enlargement_is_larger_than_the_hero_and_has_its_ratio(made: Made):
    small, large = (made.project.listed[name][0] for name in moving.chain(made.project.root)[:2])
    assert large["width"] >= 2 * small["width"]
    assert large["width"] / large["height"] == pytest.approx(small["width"] / small["height"], rel=0.01)


def test_every_video_plays_and_is_as_long_as_asked(made: Made):
    film = moving.film(made.project.root)
    seconds = int(film.request.inputs["duration"])
    output = made.project.root / "output" / moving.STEM
    videos = [file for file in made.project.listed[film.name] if file["file"].endswith(VIDEOS)]
    assert len(videos) == 1 + len(film.video.formats)
    for file in videos:
        with av.open(output / file["file"]) as opened:
            frames = sum(1 for _ in opened.decode(video=0))
            (stream,) = opened.streams
            assert (stream.width, stream.height) == FILM_PX == (file["width"], file["height"])
            lasts = seconds - (LOOP_IS_SHORTER_S if "-loop" in file["file"] else 0)
            assert frames / float(stream.average_rate) == pytest.approx(lasts, abs=0.1)
            assert file["duration_s"] == pytest.approx(lasts, abs=0.1)


def test_the_poster_the_preview_and_the_limit_are_what_the_recipe_asks_for(made: Made):
    film = moving.film(made.project.root)
    files = {file["purpose"]: file for file in made.project.listed[film.name]}
    posters = [file for file in made.project.listed[film.name] if file["purpose"] == "poster"]
    assert sorted(file["format"] for file in posters) == sorted(film.formats)
    assert all((file["width"], file["height"]) == FILM_PX for file in posters)
    assert files["preview"]["width"] == PREVIEW_PX
    with Image.open(made.project.root / "output" / moving.STEM / files["preview"]["file"]) as preview:
        assert preview.n_frames > 20
    ours = [file for file in made.project.listed[film.name] if file["purpose"] in ("video", "preview")]
    assert all(file["bytes"] <= film.video.max_kb * 1000 for file in ours)


def test_a_second_run_has_nothing_to_do(made: Made):
    before = made.project.service.ledger()["requests"]
    code, said = made.project.command("run", moving.RECIPE, "--yes")
    count = len(moving.assets(made.project.root))
    assert (code, f"{count} unchanged" in said) == (0, True), said
    asked = {path: n for path, n in made.project.service.ledger()["requests"].items() if "ledger" not in path}
    assert asked == {path: n for path, n in before.items() if "ledger" not in path}


# -- without PyAV ------------------------------------------------------------------------------------------

WITHOUT_PYAV = "import sys; sys.modules['av'] = None; from pipeline.cli.main import main; main()"


def without_pyav(made: Made, root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WITHOUT_PYAV, *arguments],
        cwd=root,
        env=environ(KIE_API_BASE_URL=made.project.service.url, KIE_API_KEY=KEY),
        capture_output=True,
        check=False,
        text=True,
    )


def test_without_pyav_nothing_is_sent_and_the_command_that_installs_it_is_told(made: Made, tmp_path: Path):
    before = made.project.service.ledger()["requests"]
    root = moving.copy_to(tmp_path / "project")
    ended = without_pyav(made, root, "run", moving.RECIPE, "--yes")
    assert ended.returncode == 4, ended.stderr
    film = moving.film(root)
    assert f"of {film.name} cannot be made without PyAV; nothing was sent." in ended.stderr
    assert 'pip install "asset-pipeline[video]"' in ended.stderr
    sent = {path: n for path, n in made.project.service.ledger()["requests"].items() if "POST" in path}
    assert sent == {path: n for path, n in before.items() if "POST" in path}


def test_without_pyav_what_is_delivered_stays_planned_as_done(made: Made):
    ended = without_pyav(made, made.project.root, "plan", moving.RECIPE, "--check", "--offline")
    assert ended.returncode == 0, ended.stderr


# -- what an edit makes of it ------------------------------------------------------------------------------


@pytest.fixture
def edited(made: Made, tmp_path: Path) -> Project:
    """A copy of the delivered project, to be changed and planned."""
    root = shutil.copytree(made.project.root, tmp_path / "project")
    return Project(root, made.project.service, tmp_path)


def replace(root: Path, name: str, old: str, new: str) -> None:
    path = root / name
    assert path.read_text().count(old) == 1
    path.write_text(path.read_text().replace(old, new))


def change_hero_prompt(root: Path) -> None:
    replace(root, moving.RECIPE, "A calm landscape", "A wild landscape")


def change_enlarging(root: Path) -> None:
    """Another model for the middle of the chain."""
    other = 'model: topaz/image-upscale\n    params: {upscale_factor: "2"}'
    replace(root, moving.RECIPE, "model: recraft/crisp-upscale", other)


def change_film_prompt(root: Path) -> None:
    replace(root, moving.RECIPE, "The camera glides slowly", "The camera glides quickly")


def change_video_settings(root: Path) -> None:
    replace(root, moving.RECIPE, "poster: first", "poster: last")
    replace(root, moving.RECIPE, "formats: [mp4, webm]", "formats: [mp4]")
    replace(root, moving.RECIPE, "preview: webp", "preview: gif")


def change_pictures_formats(root: Path) -> None:
    replace(root, moving.RECIPE, "formats: [png, webp]", "formats: [png, avif]")


def change_logo_file(root: Path) -> None:
    Image.new("RGB", (256, 256), "navy").save(root / "brand" / "logo.png")


def change_colour(root: Path) -> None:
    replace(root, "brand/primary.yaml", 'secondary: "#8B5CF6"', 'secondary: "#10B981"')


def change_unused_colour(root: Path) -> None:
    replace(root, "brand/primary.yaml", 'gold: "#F5B521"', 'gold: "#F5B522"')


def change_matrix_value(root: Path) -> None:
    path = root / moving.RECIPE
    path.write_text(re.sub(r"(material: \[glass, )brass\b", r"\1marble", path.read_text()))


def remove_film(root: Path) -> None:
    path = root / moving.RECIPE
    path.write_text(re.sub(r"  - name: hero-film\n(    .*\n|\n)*", "", path.read_text()))


Actions = dict[str, str]
Expected = Callable[[Path], Actions]


def of_chain(*actions: str) -> Expected:
    """These for the links of the chain, in order, and nothing for all others."""
    return lambda root: dict(zip(moving.chain(root), actions, strict=True))


def of_users(path: str) -> Expected:
    """``remake`` for those that a file is sent with, ``after`` for what is made from them."""

    def expected(root: Path) -> Actions:
        return _spread(root, lambda asset: any(path == picture.value for picture in asset.request.pictures))

    return expected


def of_namers(value: str) -> Expected:
    """``remake`` for those whose templates use this, ``after`` for what is made from them."""
    return lambda root: _spread(root, lambda asset: value in asset.values)


def _spread(root: Path, touched: Callable[[Any], bool]) -> Actions:
    actions = Actions()
    for asset in moving.assets(root):
        if touched(asset):
            actions[asset.name] = "remake"
        elif actions.keys() & set(asset.sent):
            actions[asset.name] = "after"
    assert actions
    return actions


def with_format(name: str) -> Expected:
    """``rework`` for those that are delivered in this format."""
    return lambda root: {asset.name: "rework" for asset in moving.assets(root) if name in asset.formats}


NOTHING: Expected = lambda _root: {}  # noqa: E731
EDITS: list[tuple[Callable[[Path], None], Expected]] = [
    (change_hero_prompt, of_chain("remake", "after", "after")),
    (change_enlarging, of_chain("none", "remake", "after")),
    (change_film_prompt, of_chain("none", "none", "remake")),
    (change_video_settings, of_chain("none", "none", "rework")),
    (change_pictures_formats, with_format("avif")),
    (change_logo_file, of_users("brand/logo.png")),
    (change_colour, of_namers("brand.colors.secondary")),
    (change_unused_colour, NOTHING),
    (remove_film, NOTHING),
]
PAID = ("create", "remake", "after")


@pytest.mark.parametrize(("edit", "expected"), EDITS, ids=[edit.__name__ for edit, _ in EDITS])
def test_an_edit_touches_what_depends_on_it_and_nothing_else(
    edited: Project, edit: Callable[[Path], None], expected: Expected
):
    edit(edited.root)
    names = [asset.name for asset in moving.assets(edited.root)]
    planned = edited.plan()
    found = {step["asset"]: step["action"] for step in planned["recipes"][0]["assets"]}
    assert found == {**dict.fromkeys(names, "none"), **expected(edited.root)}
    prices = {asset.name: asset.price for asset in moving.assets(edited.root)}
    for step in planned["recipes"][0]["assets"]:
        assert step["credits"] == (prices[step["asset"]] if step["action"] in PAID else 0), step


def test_another_matrix_value_is_one_new_asset_and_one_less(edited: Project):
    before = {asset.name for asset in moving.assets(edited.root)}
    change_matrix_value(edited.root)
    after = {asset.name for asset in moving.assets(edited.root)}
    planned = edited.plan()["recipes"][0]
    steps = {step["asset"]: step["action"] for step in planned["assets"]}
    assert steps == {**dict.fromkeys(before & after, "none"), **dict.fromkeys(after - before, "create")}
    assert {prune["asset"] for prune in planned["prune"]} == before - after
    assert all("brass" in name for name in before - after)


def test_the_removed_video_takes_its_files_with_it_and_nothing_else(edited: Project):
    files = set(edited.lock[moving.film(edited.root).name]["files"])
    remove_film(edited.root)
    (prune,) = edited.plan()["recipes"][0]["prune"]
    assert set(prune["files"]) == files


def test_a_local_change_is_made_without_a_request_that_costs(edited: Project):
    before = len(creates(edited.service))
    change_video_settings(edited.root)
    film = moving.film(edited.root)
    original = edited.lock[film.name]["original"]
    code, said = edited.command("run", moving.RECIPE, "--yes")
    assert (code, "Spent nothing" in said) == (0, True), said
    assert len(creates(edited.service)) == before
    assert edited.lock[film.name]["original"] == original
    assert {f"{film.name}-preview.gif", f"{film.name}-poster.png"} <= edited.lock[film.name]["files"].keys()
    gone = {f"{film.name}-preview.webp", f"{film.name}-loop.webm"}
    assert not [path for path in (edited.root / "output").rglob("*") if path.name in gone]
