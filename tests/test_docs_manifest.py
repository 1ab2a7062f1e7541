"""What is documented of ``manifest.json`` and of generated code is held against real runs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator
from PIL import Image
from small_project import SmallProject
from virtual_time import play

from pipeline.deliver.process import Purpose
from pipeline.recipe.loader import load_recipes
from pipeline.recipe.settings import Settings
from pipeline.run.accept import accept

SCHEMA = json.loads((Path(__file__).parents[1] / "docs" / "manifest.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
KEY = "removeBg: {method: key, backdrop: white}"
LOOP = (
    "{name: loop, model: bytedance/v1-pro-image-to-video, image: 'asset:plain', prompt: orbit,"
    " video: {poster: middle, formats: webm, preview: webp}}"
)
ENTRIES = (
    f"{{name: coin, prompt: a coin, {KEY}, formats: [png, webp], icons: {{'@2x': 48, huge: 900}}, dir: a/b}}",
    "{name: icon, prompt: an icon, targets: {imageset: {px: 20}, windows: true}, contact_sheet: true}",
    "{name: twice, prompt: A ring., removeBg: {method: difference}}",
    "{name: plain, prompt: plain}",
    LOOP,
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> SmallProject:
    project = SmallProject(tmp_path_factory.mktemp("project"))
    assert project.run("", *ENTRIES).exit_code == 0
    return project


@pytest.fixture(scope="module")
def manifest(project: SmallProject) -> dict[str, Any]:
    return project.manifest


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    """Every part of the schema that says what an object holds."""
    if isinstance(schema, dict):
        if "additionalProperties" in schema:
            yield schema
        for one in schema.values():
            yield from objects(one)


def test_it_is_a_closed_schema_that_describes_every_key():
    Draft202012Validator.check_schema(SCHEMA)
    described = [one for one in objects(SCHEMA) if "properties" in one]
    assert len(described) == 4
    assert all(one["additionalProperties"] is False for one in described)
    keys = {key: value for one in described for key, value in one["properties"].items()}
    assert [key for key, value in keys.items() if not (value.keys() & {"description", "$ref"})] == []
    assert all("description" in one for one in SCHEMA["$defs"].values())


def test_it_knows_every_purpose():
    assert SCHEMA["$defs"]["file"]["properties"]["purpose"]["enum"] == list(get_args(Purpose))


def test_what_a_run_writes_is_as_documented(manifest):
    assert sorted(VALIDATOR.iter_errors(manifest), key=str) == []


def test_the_run_had_every_kind_of_file_and_every_key(manifest):
    """So that the test above says something."""
    assets = manifest["assets"].values()
    assert {file["purpose"] for one in assets for file in one["files"]} == set(get_args(Purpose))
    keys = {key for one in assets for file in one["files"] for key in file}
    assert keys == SCHEMA["$defs"]["file"]["properties"].keys()
    assert {key for one in assets for key in one} == SCHEMA["$defs"]["asset"]["properties"].keys()
    told = {key for one in assets for key in one.get("cutout", ())}
    assert told == SCHEMA["$defs"]["cutout"]["properties"].keys() - {"warnings"}


@pytest.mark.parametrize(
    "change",
    [
        {"surprise": 1},
        {"version": 2},
        {"assets": {"a": {"files": [{}]}}},
        {"assets": {"../a": {"files": []}}},
        {"assets": {"a": {"files": [], "warnings": []}}},
    ],
)
def test_the_schema_would_notice(manifest, change):
    assert not VALIDATOR.is_valid(manifest | change)


def test_a_file_accepted_as_made_by_hand_is_as_documented(project, manifest):
    edited = project.output / "a" / "b" / "coin-nobg.png"
    Image.new("RGBA", (9, 7), (1, 2, 3, 255)).save(edited)
    taken = play(accept(project.recipes("", *ENTRIES), project.places, {"coin"}, project.clock))
    assert [one.name for one in taken] == ["a/b/coin-nobg.png"]
    assert project.manifest != manifest
    assert project.manifest["assets"]["coin"]["cutout"] == {"method": "by hand"}
    VALIDATOR.validate(project.manifest)


RECIPES = (Path(__file__).parents[1] / "docs" / "recipes.md").read_text(encoding="utf-8")
FIGURES = re.compile(r"\b(?:width|height): \d+|#[0-9A-F]{6}")


def shown(language: str) -> str:
    """The one block of docs/recipes.md in this language that has to do with code."""
    section = RECIPES.partition("\n## Constants for code\n")[2].partition("\n## ")[0]
    return re.findall(rf"^```{language}\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)[0]


def test_the_code_of_the_recipe_shown_is_as_shown(tmp_path):
    """But for colours and sizes in px: the painter here is not the sandbox's."""
    project = SmallProject(tmp_path)
    (tmp_path / "recipes" / "shop.yaml").write_text(shown("yaml recipe"), encoding="utf-8")
    project.conduct(load_recipes([tmp_path / "recipes" / "shop.yaml"], Settings(), tmp_path))
    written = (tmp_path / "src" / "assets.ts").read_text(encoding="utf-8")
    assert FIGURES.sub("…", written) == FIGURES.sub("…", shown("ts"))
    assert (tmp_path / "App" / "Assets.swift").is_file()
    assert "\npackage com.example.app\n" in (tmp_path / "app/src/main/kotlin/Assets.kt").read_text()


def test_the_manifest_entry_shown_is_as_documented():
    section = RECIPES.partition("\n## The manifest\n")[2].partition("\n## ")[0]
    (entry,) = re.findall(r"^```json\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    manifest = {"version": 1, "recipe": "r", "assets": {"a": {"files": [json.loads(entry)]}}}
    VALIDATOR.validate(manifest)
