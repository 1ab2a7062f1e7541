from __future__ import annotations

import json

from pipeline.cli.validate import expected, sentence
from pipeline.errors import Location
from pipeline.recipe.spec import Asset, Recipe, Request


def test_a_line_for_each_recipe_that_is_right(pipeline, project):
    ended = pipeline("validate")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "ok  recipes/icons.yaml: 2 assets, 2 requests, about 36 credits\n"


def test_problems_go_to_standard_error_with_their_place(pipeline, project):
    (project / "recipes/icons.yaml").write_text("assets:\n  - name: coin\n    promt: A coin\n")
    ended = pipeline("validate", "recipes/icons.yaml")
    assert (ended.code, ended.out) == (2, "")
    assert "recipes/icons.yaml:3:5: error:" in ended.err
    assert "prompt" in ended.err


def test_all_problems_of_all_files_at_once(pipeline, project):
    for name in ("one", "two"):
        (project / f"recipes/{name}.yaml").write_text("assets: [{nam: x}]\n")
    ended = pipeline("validate")
    assert "recipes/one.yaml:1:" in ended.err
    assert "recipes/two.yaml:1:" in ended.err


def test_json_of_what_is_right(pipeline, project):
    ended = pipeline("validate", "--json")
    [recipe] = json.loads(ended.out)["recipes"]
    assert recipe == {
        "recipe": "recipes/icons.yaml",
        "assets": ["coin", "gift"],
        "requests": 2,
        "credits": 36,
        "unpriced": 0,
    }


def test_json_of_what_is_wrong(pipeline, project):
    (project / "recipes/icons.yaml").write_text("assets:\n  - name: coin\n    promt: A coin\n")
    ended = pipeline("validate", "--json")
    assert ended.code == 2
    places = [(p["file"], p["line"], p["column"]) for p in json.loads(ended.out)["problems"]]
    assert ("recipes/icons.yaml", 3, 5) in places


def test_no_network_no_key_no_write(pipeline, project):
    before = sorted(project.rglob("*"))
    assert pipeline("validate").code == 0
    assert sorted(project.rglob("*")) == before


def test_requests_of_unknown_price_are_no_silent_zero(tmp_path):
    def asset(price):
        return Asset("a", Request("m", {}), Location("r", 1, 1), price=price)

    recipe = Recipe("r", "recipes/r.yaml", tmp_path, tmp_path, tmp_path, (asset(4.0), asset(None)))
    assert expected(recipe) == (4, 1)
    assert sentence(recipe) == (
        "recipes/r.yaml: 2 assets, 2 requests, about 4 credits and 1 request of unknown price"
    )


NOTED = """
assets:
  - {name: coin, model: nano-banana-pro, prompt: A coin on white background, removeBg: true}
"""


def test_what_could_be_better_is_said_here_and_nowhere_else(pipeline, project):
    (project / "recipes/icons.yaml").write_text(NOTED)
    validated, planned = pipeline("validate"), pipeline("plan", "--offline")
    assert (validated.code, planned.code) == (0, 0)
    assert "recipes/icons.yaml:3:66: note: coin names its own background" in validated.err
    assert "background" not in planned.err
    [problem] = json.loads(pipeline("validate", "--json").out)["problems"]
    assert (problem["severity"], problem["asset"]) == ("note", "coin")
