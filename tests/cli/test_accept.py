"""``pipeline accept`` on what a real run delivered."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from quick import KEY, deliver

from pipeline.sandbox.embedded import EmbeddedSandbox
from pipeline.sandbox.options import SandboxOptions

RECIPE = """\
defaults: {model: nano-banana-pro, aspect_ratio: "1:1", resolution: 1K}
assets: [{name: coin, prompt: A coin}, {name: gift, prompt: A gift box}]
"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[str]:
    with EmbeddedSandbox(SandboxOptions(key=KEY, latency_s=0.05, picture="tiny")) as url:
        yield url


@pytest.fixture(scope="module")
def made(sandbox: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project after a run, to be copied."""
    root = tmp_path_factory.mktemp("made")
    (root / "pipeline.yaml").write_text("provider: kie\n")
    (root / "recipes").mkdir()
    (root / "recipes/icons.yaml").write_text(RECIPE)
    deliver(root, sandbox)
    return root


@pytest.fixture
def output(made: Path, tmp_path: Path) -> Path:
    """Where coin.png and gift.png are delivered."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path / "output" / "icons"


@pytest.fixture
def run(pipeline, sandbox: str) -> Any:
    """``run("--overwrite-edited")``"""
    environ = {"KIE_API_BASE_URL": sandbox, "KIE_API_KEY": KEY}
    return lambda *options: pipeline("run", "--yes", *options, environ=environ)


def touch_up(path: Path, color: str = "#22C55E") -> bytes:
    Image.new("RGB", (50, 20), color).save(path)
    return path.read_bytes()


def test_from_edit_to_accepted_and_back(pipeline, run, output):
    content = touch_up(output / "coin.png")
    assert pipeline("plan", "--check").code == 2
    ended = pipeline("accept", "recipes/icons.yaml")
    assert (ended.code, ended.out, ended.err) == (0, "coin: coin.png\n", "1 file accepted.\n")
    assert pipeline("plan", "--check").code == 0
    listed = json.loads((output / "manifest.json").read_text())["assets"]["coin"]["files"][0]
    assert (listed["width"], listed["height"], listed["dominant_color"]) == (50, 20, "#22C55E")
    assert run().code == 0
    assert (output / "coin.png").read_bytes() == content
    recipe = output.parents[1] / "recipes" / "icons.yaml"
    recipe.write_text(recipe.read_text().replace("resolution: 1K", "resolution: 1K, icons: [16]"))
    resized = run()
    assert "coin.png was accepted as made by hand and is kept" in resized.out + resized.err
    assert (output / "coin.png").read_bytes() == content
    assert (output / "coin-16.png").exists()


def test_an_edited_file_is_replaced_on_request(pipeline, run, output):
    content = touch_up(output / "coin.png")
    run()
    assert (output / "coin.png").read_bytes() == content
    run("--overwrite-edited")
    assert (output / "coin.png").read_bytes() != content
    assert pipeline("plan", "--check").code == 0


def test_only_some_assets(pipeline, output):
    for name in ("coin.png", "gift.png"):
        touch_up(output / name)
    assert pipeline("accept", "recipes/icons.yaml", "--only", "gi*").out == "gift: gift.png\n"
    assert "edited   coin" in pipeline("plan").out


def test_several_files_are_counted(pipeline, output):
    for name in ("coin.png", "gift.png"):
        touch_up(output / name)
    assert pipeline("accept", "recipes/icons.yaml").err == "2 files accepted.\n"


def test_nothing_edited_is_said(pipeline, output):
    ended = pipeline("accept", "recipes/icons.yaml")
    assert (ended.code, ended.out, ended.err) == (0, "", "No delivered file was edited.\n")


def test_a_file_that_is_missing_is_no_edit(pipeline, output):
    (output / "coin.png").unlink()
    assert pipeline("accept", "recipes/icons.yaml").err == "No delivered file was edited.\n"
    assert "deliver  coin        free  coin.png is missing" in pipeline("plan").out


def test_a_file_that_is_no_picture_is_refused(pipeline, output):
    (output / "coin.png").write_text("<html>")
    ended = pipeline("accept", "recipes/icons.yaml")
    assert (ended.code, ended.out) == (1, "")
    assert "coin.png cannot be accepted: it is a web page (HTML)" in ended.err
    assert "hint: Restore it, or delete it and run." in ended.err


def test_a_pattern_that_matches_nothing_is_a_mistake(pipeline, project):
    ended = pipeline("accept", "recipes/icons.yaml", "--only", "coyn")
    assert ended.code == 2
    assert "--only coyn matches no asset" in ended.err


def test_a_recipe_must_be_named(pipeline, project):
    assert pipeline("accept").code == 2


def test_the_stand_ins_files_are_accepted_apart(pipeline, output):
    touch_up(output / "coin.png")
    assert pipeline("accept", "recipes/icons.yaml", "--sandbox").err == "No delivered file was edited.\n"
    assert pipeline("plan", "--check").code == 2
