from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from pipeline.recipe import catalogue
from pipeline.recipe.load import read
from pipeline.recipe.model import BrandFile, Defaults, Entry, RecipeFile, RemoveBg
from pipeline.recipe.schema import brand_schema, recipe_schema, schema


@pytest.mark.parametrize("kind", ["recipe", "brand", "project", "models"])
def test_is_plain_json_that_names_its_dialect(kind):
    found = schema(kind)
    assert json.loads(json.dumps(found)) == found
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert found["additionalProperties"] is False


def references(node) -> set[str]:
    if isinstance(node, dict):
        own = {node["$ref"]} if "$ref" in node else set()
        return own.union(*map(references, node.values()))
    return set().union(*map(references, node)) if isinstance(node, list) else set()


@pytest.mark.parametrize("kind", ["recipe", "brand", "project", "models"])
def test_every_reference_leads_somewhere(kind):
    found = schema(kind)
    assert references(found) <= {f"#/$defs/{name}" for name in found["$defs"]}


@pytest.mark.parametrize(
    ("properties", "model"),
    [
        (recipe_schema()["properties"], RecipeFile),
        (recipe_schema()["$defs"]["Defaults"]["properties"], Defaults),
        (recipe_schema()["$defs"]["Entry"]["properties"], Entry),
        (recipe_schema()["$defs"]["RemoveBg"]["properties"], RemoveBg),
        (brand_schema()["properties"], BrandFile),
    ],
)
def test_knows_and_explains_the_keys_the_loader_knows(properties, model):
    keys = {field.alias or name for name, field in model.model_fields.items()}
    assert keys <= set(properties)
    assert set(properties) - keys <= {"remove_bg"}
    assert all(entry.get("description") for key, entry in properties.items() if key != "defaults")


def test_the_catalogue_fits_its_own_schema():
    validator = Draft202012Validator(schema("models"))
    written = read(catalogue.FILE).data
    assert list(validator.iter_errors(written)) == []
    written["models"]["z-image"]["prise"] = {}
    written["models"]["z-image"]["price"]["1K"] = "much"
    assert len(list(validator.iter_errors(written))) == 2


def test_a_project_may_say_what_its_models_are():
    validator = Draft202012Validator(schema("project"))
    assert validator.is_valid({"models": {"own/model": {"extends": "z-image", "price": {"flat": 1}}}})
    assert not validator.is_valid({"models": {"own/model": {"inputs": {"seed": {"type": "int"}}}}})


def test_a_project_s_own_models_are_offered():
    own = catalogue.load({"own/model": {"inputs": {"prompt*": {}}}})
    offered = schema("recipe", own)["$defs"]["Entry"]["properties"]["model"]["anyOf"][0]["enum"]
    assert "own/model" in offered


def test_offers_the_picture_models_and_what_they_take():
    properties = recipe_schema()["$defs"]["Entry"]["properties"]
    offered = properties["model"]["anyOf"][0]["enum"]
    kinds = {model_id: catalogue.load().get(model_id).kind for model_id in catalogue.load().ids()}
    assert set(offered) == {model_id for model_id, kind in kinds.items() if kind == "image"}
    assert "16:9" in properties["aspect_ratio"]["anyOf"][0]["enum"]
    assert properties["resolution"]["anyOf"][0]["enum"][:3] == ["1K", "2K", "4K"]


def accepts(node, value) -> bool:
    """Whether a value fits the few keywords that the schema uses for text."""
    if "anyOf" in node:
        return any(accepts(kind, value) for kind in node["anyOf"])
    if "enum" in node:
        return value in node["enum"]
    return node.get("type") == "string" and bool(re.search(node.get("pattern", ""), value))


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("name", "coin.2", "a/b"),
        ("name", "coin", "{{ vars.name }}"),
        ("filename", "coin-{{ matrix.size }}", "a/b"),
        ("resolution", "4K", "8K"),
        ("resolution", "{{ vars.resolution }}", "1k"),
        ("aspect_ratio", "16:9", "7:3"),
        ("output_format", "png", "gif"),
        ("model", "{{ vars.model }}", "nano-banana-por"),
    ],
)
def test_flags_what_the_loader_refuses_unless_it_is_a_template(key, good, bad):
    entry = recipe_schema()["$defs"]["Entry"]["properties"][key]
    assert accepts(entry, good)
    assert not accepts(entry, bad)


@pytest.mark.parametrize("kind", ["recipe", "brand", "project", "models"])
def test_the_schemas_beside_the_recipes_are_up_to_date(kind):
    committed = Path(__file__).parents[2] / "schemas" / f"{kind}.schema.json"
    assert json.loads(committed.read_text()) == schema(kind), (
        f"pipeline schema {kind} > schemas/{committed.name}"
    )
