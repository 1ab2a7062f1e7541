"""From the paths on a command line to a project: its root, its settings, and its recipes, checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.context import Context
from pipeline.errors import UsageError, clean
from pipeline.recipe.project import MARKERS, find_root
from pipeline.recipe.settings import FILE, Settings, load_settings
from pipeline.recipe.spec import Recipe

if TYPE_CHECKING:
    from pipeline.recipe.price import Price


@dataclass(frozen=True, slots=True)
class Project:
    """A project and the recipes of it that a command is about."""

    root: Path
    settings: Settings
    recipes: list[Recipe]


def open_project(context: Context, paths: Sequence[Path]) -> Project:
    """Load the recipes at ``paths``, or all of ``recipes/`` when none is given; warnings are written out.

    Notes are left to ``pipeline validate``.
    Raises ``UsageError`` for paths that name no recipe, ``RecipeError`` with every mistake of every file.
    """
    from pipeline.recipe.loader import load_recipes

    paths = [context.folder / path for path in paths]
    root = common_root(context.folder, paths)
    settings = load_settings(root)
    warn_of_prices(context, settings)
    recipes = load_recipes(paths, settings, root)
    for recipe in recipes:
        for problem in recipe.warnings:
            if problem.severity != "note":
                context.output.message(str(problem))
    return Project(root, settings, recipes)


def warn_of_prices(context: Context, settings: Settings) -> None:
    """Say of which models of the project's own the price leaves out values."""
    if not settings.models:
        return
    from pipeline.recipe.catalogue import load

    catalogue = load(settings.models)
    for name in settings.models:
        model = catalogue.get(name)
        if model is not None and model.unpriced and not _is_known(model.cost):
            lacking = clean(", ".join(model.unpriced), 200)
            context.output.message(f"{FILE}: warning: {name}: no price for {lacking}")


def _is_known(price: Price | None) -> bool:
    """Whether a price is one of the package's: what that leaves out is not the project's doing."""
    from pipeline.recipe.catalogue import load

    known = (load().get(name) for name in load().ids())
    return any(model.cost == price for model in known if model is not None)


def root_of(folder: Path, path: Path) -> Path:
    """The root of the project that ``path`` belongs to; the current ``folder`` where nothing marks one."""
    root = find_root(path)
    return root if any((root / marker).exists() for marker in MARKERS) else folder


def common_root(folder: Path, paths: Sequence[Path]) -> Path:
    """The one root of all recipes named. Raises ``UsageError`` when there are several."""
    roots = list(dict.fromkeys(root_of(folder, path) for path in paths or [folder]))
    if len(roots) > 1:
        said = ", ".join(map(str, roots))
        raise UsageError(f"These recipes belong to different projects: {said}.", hint="Run them one by one.")
    return roots[0]
