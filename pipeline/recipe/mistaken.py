"""A brand file where a recipe belongs, and a recipe where a brand belongs."""

from __future__ import annotations

from pipeline.errors import Problem
from pipeline.recipe.load import Document

_ONLY_BRANDS = ("colors", "gradients", "aesthetic", "voice", "extends", "logo")


def brand_given_as_recipe(document: Document) -> Problem | None:
    """One problem in place of one for every key."""
    if "assets" in document.data or not any(key in document.data for key in _ONLY_BRANDS):
        return None
    hint = "a recipe lists its assets: and names this file with brand:"
    return document.problem("this is a brand file, not a recipe", hint=hint)


def recipe_given_as_brand(document: Document) -> Problem | None:
    """The same the other way round."""
    if "assets" not in document.data or any(key in document.data for key in _ONLY_BRANDS):
        return None
    return document.problem(
        "this is a recipe, not a brand file", hint="a brand holds name:, colors: and the like"
    )
