from __future__ import annotations

import pytest

from pipeline.errors import RecipeError
from pipeline.recipe.loader import load_recipes
from pipeline.recipe.settings import Settings

ASSETS = "assets: [{name: a, model: nano-banana-pro, prompt: x}]"


def problems(root, path):
    with pytest.raises(RecipeError) as caught:
        load_recipes([root / path], Settings(), root)
    return [(problem.message, problem.hint) for problem in caught.value.problems]


def test_a_brand_given_as_a_recipe_is_told_once(tree):
    root = tree({"brand/a.yaml": "name: Lumen\ncolors: {primary: red}\nvoice: calm\n"})
    [(message, hint)] = problems(root, "brand/a.yaml")
    assert message == "this is a brand file, not a recipe"
    assert "brand:" in hint


def test_a_recipe_given_as_a_brand_is_told_once(tree):
    root = tree({"recipes/a.yaml": f"brand: b.yaml\n{ASSETS}", "recipes/b.yaml": ASSETS})
    [(message, hint)] = problems(root, "recipes/a.yaml")
    assert message == "this is a recipe, not a brand file"
    assert "colors:" in hint


@pytest.mark.parametrize("text", ["name: x\n", f"colors: {{}}\n{ASSETS}"])
def test_a_file_that_might_be_either_is_judged_by_its_keys(tree, text):
    assert "this is a brand" not in str(problems(tree({"recipes/a.yaml": text}), "recipes/a.yaml"))
