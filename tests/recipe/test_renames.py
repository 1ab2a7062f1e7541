from __future__ import annotations

import pytest

from pipeline.errors import RecipeError
from pipeline.recipe.loader import load_recipes
from pipeline.recipe.settings import Settings

RECIPE = """\
rename: {RENAME}
assets:
  - {name: gold, prompt: a coin, model: nano-banana-pro}
"""


def load(tree, rename: str):
    root = tree({"recipes/icons.yaml": RECIPE.replace("RENAME", rename), "pipeline.yaml": ""}).resolve()
    (recipe,) = load_recipes([root / "recipes" / "icons.yaml"], Settings(), root)
    return recipe


def test_a_rename_names_the_former_name_and_the_one_now(tree):
    assert load(tree, "coin: gold").renames == {"coin": "gold"}


@pytest.mark.parametrize(
    ("rename", "said"),
    [
        ("coin: golden", 'rename: there is no asset "golden"'),
        ("gold: gold", 'rename: "gold" is still an asset of this recipe'),
    ],
)
def test_a_rename_that_cannot_be_is_a_mistake_with_its_place(tree, rename, said):
    with pytest.raises(RecipeError) as mistake:
        load(tree, rename)
    assert "recipes/icons.yaml:1:" in str(mistake.value)
    assert said in str(mistake.value)
