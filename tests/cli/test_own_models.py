"""Models of a project's own, from ``pipeline.yaml`` to delivered files, and prices that follow them."""

from __future__ import annotations

import io
import json
import sqlite3

from PIL import Image

PROJECT = """
models:
  own/painter:
    inputs: {prompt*: {max: 500}, shape*: [wide, tall], detail: {type: integer, min: 1, max: 9, default: 3}}
    keys: {aspect_ratio: {field: shape, values: 16:9=wide 9:16=tall}}
    price: {by: shape, wide: 4, tall: 5}
  nano-banana-pro: {extends: nano-banana-pro, price: {flat: 20}}
"""
RECIPE = """
assets:
  - {name: banner, model: own/painter, prompt: A coin on a white background, aspect_ratio: "9:16"}
  - {name: coin, model: nano-banana-pro, prompt: A coin on a white background, aspect_ratio: "1:1"}
"""
CREATE = "SELECT param FROM tasks ORDER BY number"


def sent(root) -> list[dict]:
    """What the stand-in was asked for."""
    database = sqlite3.connect(root / ".pipeline" / "sandbox" / "service.db")
    with database:
        found = [json.loads(param) for (param,) in database.execute(CREATE)]
    database.close()
    return found


def test_an_own_model_is_validated_planned_and_made(pipeline, tree):
    root = tree({"pipeline.yaml": PROJECT, "recipes/one.yaml": RECIPE})
    assert "about 25 credits" in pipeline("validate").out
    assert "25 credits" in pipeline("plan", "--offline").out
    ended = pipeline("run", "--sandbox")
    assert ended.code == 0, ended.err
    assert {body["model"]: body["input"].get("shape") for body in sent(root)} == {
        "own/painter": "tall",
        "nano-banana-pro": None,
    }
    with Image.open(root / "output" / "sandbox" / "one" / "banner.png") as picture:
        assert picture.size == (768, 1360)


def test_another_price_leaves_everything_delivered_and_another_default_does_not(pipeline, tree):
    tree({"pipeline.yaml": PROJECT, "recipes/one.yaml": RECIPE})
    assert pipeline("run", "--sandbox").code == 0
    tree({"pipeline.yaml": PROJECT.replace("tall: 5", "tall: 50")})
    again = pipeline("run", "--sandbox")
    assert (again.code, "2 unchanged" in again.out) == (0, True)
    tree({"pipeline.yaml": PROJECT.replace("default: 3", "default: 4")})
    assert pipeline("plan", "--sandbox", "--check").code == 2
    planned = pipeline("plan", "--sandbox").out
    assert "banner" in planned
    assert "coin" not in planned


def test_what_an_own_model_does_not_take_is_a_mistake_in_the_recipe(pipeline, tree):
    tree({"pipeline.yaml": PROJECT, "recipes/one.yaml": RECIPE.replace("9:16", "1:1", 1)})
    ended = pipeline("validate")
    assert ended.code == 2
    assert 'aspect_ratio does not take "1:1"' in ended.err
    assert "allowed: 16:9, 9:16" in ended.err


def test_a_model_that_is_no_longer_there_is_unknown(pipeline, tree):
    tree({"pipeline.yaml": "", "recipes/one.yaml": RECIPE})
    ended = pipeline("plan", "--offline")
    assert ended.code == 2
    assert 'unknown model "own/painter"' in ended.err


def test_a_price_nobody_can_tell_is_planned_as_a_range(pipeline, tree):
    recipe = """
    assets:
      - name: big
        model: topaz/image-upscale
        image: https://example.org/a.png
        params: {upscale_factor: 2}
    """
    tree({"recipes/one.yaml": recipe, ".pipeline/marker": ""})
    planned = pipeline("plan", "--offline").out
    assert "note: the price of big is 10–40 credits by result size, and the size is not known yet" in planned
    assert "The price of 1 asset is unknown." in planned


def test_a_result_past_every_row_of_its_price_is_planned_as_having_none(pipeline, tree):
    stream = io.BytesIO()
    Image.new("RGB", (5000, 10)).save(stream, "PNG")
    recipe = """
    assets:
      - {name: big, model: topaz/image-upscale, image: ../wide.png, params: {upscale_factor: 2}}
    """
    tree({"recipes/one.yaml": recipe, "wide.png": stream.getvalue(), ".pipeline/marker": ""})
    planned = pipeline("plan", "--offline").out
    assert "note: big: no price is published for a result of 10000 px" in planned
    assert "not known yet" not in planned


def test_the_schema_of_recipes_knows_them(pipeline, tree):
    tree({"pipeline.yaml": PROJECT})
    assert "own/painter" in pipeline("schema", "recipe").out
    assert "own/painter" not in pipeline("schema", "models").out
