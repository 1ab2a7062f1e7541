"""Generated code: written at the end of a run, in step with the manifest, never over somebody's own file."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from PIL import Image
from small_project import SmallProject
from virtual_time import play

from pipeline.errors import DeliveryError
from pipeline.run.accept import accept
from pipeline.run.places import Places
from pipeline.run.shortcut import remembered

CODE = "codegen: {typescript: src/assets.ts, kotlin: {path: app/Assets.kt, package: com.example.app}}"
COIN = "{name: coin, prompt: a coin, icons: {'@2x': 48}}"
GEM = "{name: gem, prompt: a gem}"


@pytest.fixture
def project(tmp_path: Path) -> SmallProject:
    return SmallProject(tmp_path)


@pytest.fixture
def script(project: SmallProject) -> Path:
    return project.root / "src" / "assets.ts"


def due(project: SmallProject, *entries: str, head: str = CODE) -> list[tuple[str, str, str]]:
    return [(one.file, one.kind, one.state) for one in project.plan(head, *entries).code]


def everything(root: Path) -> dict[str, tuple[int, bytes]]:
    files = (path for path in root.rglob("*") if path.is_file())
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def test_a_run_writes_a_constant_for_every_asset(project, script):
    assert due(project, COIN, GEM) == [
        ("src/assets.ts", "write", "missing"),
        ("app/Assets.kt", "write", "missing"),
    ]
    assert project.run(CODE, COIN, GEM).exit_code == 0
    text = script.read_text()
    assert text.startswith(
        "// Written by `pipeline run` for the recipe icons: what is changed here will be lost"
    )
    assert [name in text for name in ("  coin: {", "  gem: {", '"coin@2x.png", width: 48')] == [True] * 3
    kotlin = (project.root / "app" / "Assets.kt").read_text()
    assert "\npackage com.example.app\n" in kotlin
    assert "object Coin {" in kotlin


def test_then_nothing_is_due_and_a_second_run_writes_no_byte(project):
    project.run(CODE, COIN)
    assert project.plan(CODE, COIN).is_empty
    before = everything(project.root)
    project.run(CODE, COIN)
    assert everything(project.root) == before


@pytest.mark.parametrize(
    ("spoil", "state"),
    [
        (lambda file: file.unlink(), "missing"),
        (lambda file: file.write_bytes(file.read_bytes() + b"// and this\n"), "outdated"),
        (lambda file: file.write_bytes(file.read_bytes()[:300]), "outdated"),
    ],
)
def test_a_file_that_was_changed_is_pending_and_written_anew_for_nothing(project, script, spoil, state):
    project.run(CODE, COIN)
    before = script.read_bytes()
    spoil(script)
    plan = project.plan(CODE, COIN)
    assert [(one.file, one.state) for one in plan.code] == [("src/assets.ts", state)]
    assert (plan.is_empty, plan.has_work, plan.cost().at_most) == (False, True, 0)
    result = project.run(CODE, COIN, frozen=True)
    assert (result.exit_code, result.credits, script.read_bytes()) == (0, 0.0, before)


def test_line_ends_that_git_made_are_no_change(project, script):
    project.run(CODE, COIN)
    script.write_bytes(script.read_bytes().replace(b"\n", b"\r\n"))
    assert due(project, COIN) == []


def test_what_changes_in_the_recipe_is_in_the_code_after_the_run(project, script):
    project.run(CODE, COIN)
    project.run(CODE, COIN.replace("48", "64"), GEM)
    assert "width: 64" in script.read_text()
    assert "gem" in script.read_text()
    assert due(project, COIN, GEM) == []


def test_an_asset_the_recipe_no_longer_has_leaves_the_code(project, script):
    project.run(CODE, COIN, GEM)
    assert due(project, COIN)[0] == ("src/assets.ts", "write", "outdated")
    project.run(CODE, COIN, only=("coin",))  # its files are left alone, and still the code is the recipe's
    project.run(CODE, COIN)
    assert "gem" not in script.read_text()


def test_asked_for_a_part_a_plan_leaves_code_alone_and_a_run_keeps_it_true(project, script):
    project.run("", COIN)
    assert project.plan(CODE, COIN, only=("coin",)).code == ()
    project.run(CODE, COIN, GEM, only=("gem",))
    assert "coin: {" in script.read_text()
    assert due(project, COIN, GEM) == []


def test_a_run_says_which_code_it_wrote(project, script):
    assert [*project.run(CODE, COIN).code.values()] == [["src/assets.ts", "app/Assets.kt"]]
    script.unlink()
    assert [*project.run(CODE, COIN).code.values()] == [["src/assets.ts"]]


def test_a_renamed_asset_changes_its_name_in_the_code(project, script):
    project.run(CODE, COIN)
    head = f"{CODE}\nrename: {{coin: token}}"
    assert project.run(head, COIN.replace("coin,", "token,", 1)).credits == 0
    assert "token: {" in script.read_text()
    assert "coin" not in script.read_text()


def test_a_run_that_fails_in_part_writes_what_was_delivered(project, script):
    too_large = "{name: gem, prompt: a gem, icons: {'@2x': 900}, max_kb: 1}"
    assert project.run(CODE, COIN, too_large).exit_code == 1
    assert ("coin: {" in script.read_text(), "gem" in script.read_text()) == (True, False)
    assert due(project, COIN, too_large) == []


# -- somebody else's file ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "theirs", [b"export const mine = 1;\n", b"", b"\xff\xfe\x00", b"// Written by hand\n"]
)
def test_somebody_elses_file_is_not_overwritten_and_nothing_else_is_lost(project, script, theirs):
    script.parent.mkdir()
    script.write_bytes(theirs)
    with pytest.raises(DeliveryError, match=r"src/assets\.ts is in the way of generated code") as refused:
        project.run(CODE, COIN)
    assert "Move or delete it, or change codegen in recipes/icons.yaml" in refused.value.hint
    assert script.read_bytes() == theirs
    assert (project.output / "coin.png").is_file()
    assert "coin" in json.loads((project.root / "recipes" / "icons.lock.json").read_text())["assets"]
    assert (project.root / "app" / "Assets.kt").is_file()
    assert due(project, COIN) == [("src/assets.ts", "blocked", "foreign")]
    script.unlink()
    assert project.run(CODE, COIN).credits == 0
    assert script.is_file()


@pytest.mark.parametrize(
    "make",
    [
        lambda file: file.mkdir(),
        os.mkfifo,
        lambda file: file.symlink_to("/proc/self/mem"),  # a file that cannot be read
    ],
)
def test_neither_is_what_is_no_readable_file(project, script, make):
    recipes = project.recipes(CODE, COIN)
    script.parent.mkdir()
    make(script)  # since the recipe was read
    with pytest.raises(DeliveryError, match="is in the way"):
        project.conduct(recipes)
    assert not script.is_file() or script.is_symlink()


def test_a_link_that_leads_nowhere_is_replaced_and_not_followed(project, script):
    recipes = project.recipes(CODE, COIN)
    script.parent.mkdir()
    script.symlink_to("../elsewhere.ts")
    project.conduct(recipes)
    assert not script.is_symlink()
    assert not (project.root / "elsewhere.ts").exists()


def test_a_recipe_that_got_another_name_takes_its_own_file_over(project, script):
    project.run(CODE, COIN)
    recipes = project.root / "recipes"
    (recipes / "icons.lock.json").rename(recipes / "art.lock.json")
    project.conduct(project.recipes(f"{CODE}\noutput: output/icons", COIN, name="art"))
    assert script.read_text().startswith("// Written by `pipeline run` for the recipe art:")


# -- other places -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("elsewhere", [{"sandbox": True}, {"output": "other"}])
def test_neither_the_sandbox_nor_another_output_folder_reaches_the_sources(project, elsewhere):
    output = {"output": project.root / "other"} if "output" in elsewhere else elsewhere
    project.places = Places(project.root, **output)
    assert due(project, COIN) == []
    assert project.run(CODE, COIN).exit_code == 0
    assert not (project.root / "src").exists()
    assert not (project.root / "app").exists()


def test_a_manifest_somebody_wrote_does_not_become_code(project, script):
    project.run(CODE, COIN)
    data = project.manifest
    data["assets"]["coin"]["files"][0]["format"] = "png: 0 }; evil(); const x = { y"
    (project.output / "manifest.json").write_text(json.dumps(data))
    project.run(CODE, COIN)
    assert "evil" not in script.read_text()


# -- seen at a glance -------------------------------------------------------------------------------------


def test_a_run_that_looks_at_nothing_else_looks_at_the_code(project, script):
    """Without a recipe being read: from what the last run remembered."""
    project.run(CODE, COIN)
    recipe = project.root / "recipes" / "icons.yaml"
    os.utime(recipe, ns=(0, 0))  # not touched while the run went on
    script.unlink()
    project.run(CODE, COIN)
    assert remembered(project.places, [recipe]) is not None
    script.write_bytes(script.read_bytes() + b"// and this\n")
    assert remembered(project.places, [recipe]) is None


def test_a_picture_accepted_as_made_by_hand_has_its_new_size_in_the_code(project, script):
    project.run(CODE, COIN)
    Image.new("RGB", (9, 7)).save(project.output / "coin@2x.png")
    play(accept(project.recipes(CODE, COIN), project.places, {"coin"}, project.clock))
    assert '"coin@2x.png", width: 9, height: 7' in script.read_text()
    assert due(project, COIN) == []
