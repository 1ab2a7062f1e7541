from __future__ import annotations

import pytest

from pipeline.recipe import catalogue
from pipeline.recipe.loader import load_recipes
from pipeline.recipe.settings import Settings
from pipeline.recipe.snippet import snippet


def load(tree, model, settings):
    root = tree({"recipes/one.yaml": snippet(model)})
    (recipe,) = load_recipes([root / "recipes" / "one.yaml"], settings, root)
    (asset,) = recipe.assets
    return asset


@pytest.mark.parametrize("model_id", catalogue.load().ids())
def test_is_a_recipe_that_holds(tree, model_id):
    model = catalogue.load().get(model_id)
    asset = load(tree, model, Settings(provider=model.provider))
    assert asset.request.model == model_id
    sent = dict(asset.request.inputs)
    if asset.request.pictures:
        urls = [picture.value for picture in asset.request.pictures]
        sent[asset.request.picture_field] = urls if asset.request.picture_list else urls[0]
    assert model.check(sent) == []


OWN = {
    "own/odd": {
        "inputs": {
            "steps*": {"type": "integer", "min": "3"},
            "share*": {"type": "number", "min": "0.5"},
            "title*": {"min": "2"},
            "style*": {"values": "a b", "default": "b"},
            "masks*": {"type": "urls", "min": "2"},
        },
        "picture": {"field": "images", "min": "2", "max": "3"},
    }
}


def test_says_whatever_a_model_cannot_do_without(tree):
    model = catalogue.load(OWN).get("own/odd")
    asset = load(tree, model, Settings(models=OWN))
    assert len(asset.request.pictures) == 2
    assert asset.request.inputs["steps"] == 3
    assert "prompt" not in snippet(model)
