"""A small project to load recipes in, and the mistakes of a recipe as text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent, indent

import pytest
from service import png

from pipeline.errors import RecipeError
from pipeline.recipe.loader import load_recipes
from pipeline.recipe.settings import Settings
from pipeline.recipe.spec import Asset, Recipe

BRAND = """
name: Lumen
colors: {primary: "#EC4899", secondary: "#8b5cf6", accent: {blue: "#3B82F6"}}
gradients: {hero: ["#EC4899", "#8B5CF6"]}
exclude: [text, typography]
logo: logo.png
"""

Load = Callable[..., Recipe]
Assets = Callable[..., dict[str, Asset]]
Mistakes = Callable[..., str]


@pytest.fixture
def project(tree) -> Path:
    """A project with a brand and its logo, and no recipe."""
    return tree({"brand/primary.yaml": BRAND, "brand/logo.png": png("logo"), ".pipeline/marker": ""})


@pytest.fixture
def load(project: Path) -> Load:
    """Load one recipe, given as text, in the project."""

    def read(text: str, name: str = "icons", settings: Settings | None = None) -> Recipe:
        path = project / "recipes" / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
        (recipe,) = load_recipes([path], settings or Settings(), project)
        return recipe

    return read


@pytest.fixture
def assets(load: Load) -> Assets:
    """The assets that an ``assets:`` list, given as text, comes to; the brand is the project's."""

    def read(text: str, head: str = "defaults: {model: nano-banana-pro}") -> dict[str, Asset]:
        return {asset.name: asset for asset in load(recipe(text, head)).assets}

    return read


@pytest.fixture
def mistakes(load: Load) -> Mistakes:
    """What is said about an ``assets:`` list, given as text, with mistakes in it."""

    def read(text: str, head: str = "defaults: {model: nano-banana-pro}") -> str:
        with pytest.raises(RecipeError) as caught:
            load(recipe(text, head))
        return str(caught.value)

    return read


def recipe(assets: str, head: str) -> str:
    entries = indent(dedent(assets).strip(), "  ")
    return f"brand: ../brand/primary.yaml\n{dedent(head).strip()}\nassets:\n{entries}\n"
