"""``pipeline validate``: every mistake in recipes and brands, without a network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pipeline.cli.context import Context
from pipeline.cli.project import open_project
from pipeline.errors import EXIT_DONE, EXIT_USAGE, Problem, RecipeError
from pipeline.recipe.spec import Recipe
from pipeline.report.words import count, credits_of


@click.command()
@click.argument("recipes", nargs=-1, metavar="[RECIPE]...", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def command(context: Context, recipes: tuple[Path, ...], *, as_json: bool) -> int:
    """Find every mistake in RECIPEs and their brands (default: every recipe in recipes/).

    Each mistake comes with its file, line and column, what is allowed there, and the nearest spelling.
    Nothing is sent, nothing is spent. Exits 2 when something is wrong.

    \b
    pipeline validate
    pipeline validate recipes/app-icons.yaml --json
    """
    if as_json:
        return _as_json(context, recipes)
    for recipe in open_project(context, recipes).recipes:
        for note in (problem for problem in recipe.warnings if problem.severity == "note"):
            context.output.message(str(note))
        context.output.result(f"{context.output.paint('ok', 'good')}  {sentence(recipe)}")
    return EXIT_DONE


def sentence(recipe: Recipe) -> str:
    """``recipes/app-icons.yaml: 12 assets, 12 requests, about 96 credits``."""
    known, unknown = expected(recipe)
    made, costs = count(requests(recipe), "request"), f"about {credits_of(known)}"
    if unknown:
        unpriced = f"{count(unknown, 'request')} of unknown price"
        costs = f"{costs} and {unpriced}" if known else unpriced
    assets = count(len(recipe.named), "asset")
    return f"{recipe.key}: {assets}, {costs if costs.startswith(f'{made} of') else f'{made}, {costs}'}"


def requests(recipe: Recipe) -> int:
    """How many requests it takes to make everything once."""
    return sum(not (asset.candidates or asset.further_of) for asset in recipe.assets)


def expected(recipe: Recipe) -> tuple[float, int]:
    """Credits at catalogue prices if every asset is bought once, and how many have no known price."""
    prices = [asset.price for asset in recipe.assets]
    return sum(price for price in prices if price is not None), prices.count(None)


def _as_json(context: Context, paths: tuple[Path, ...]) -> int:
    try:
        recipes = open_project(context, paths).recipes
    except RecipeError as error:
        context.output.data({"recipes": [], "problems": [_problem(problem) for problem in error.problems]})
        return EXIT_USAGE
    warnings = [_problem(problem) for recipe in recipes for problem in recipe.warnings]
    context.output.data({"recipes": [_recipe(recipe) for recipe in recipes], "problems": warnings})
    return EXIT_DONE


def _recipe(recipe: Recipe) -> dict[str, Any]:
    known, unknown = expected(recipe)
    return {
        "recipe": recipe.key,
        "assets": [asset.name for asset in recipe.named],
        "requests": requests(recipe),
        "credits": known,
        "unpriced": unknown,
    }


def _problem(problem: Problem) -> dict[str, Any]:
    place = problem.location
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "severity": problem.severity,
        "message": problem.message,
        "hint": problem.hint,
        "asset": problem.asset,
    }
