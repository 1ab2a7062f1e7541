"""``pipeline check``: pictures and platform sets on disk against what goes wrong with them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from pipeline.cli.context import Context
from pipeline.cli.project import open_project
from pipeline.errors import EXIT_DONE, EXIT_SOME_FAILED, UsageError, clean
from pipeline.recipe.project import EXTENSIONS

if TYPE_CHECKING:
    from pipeline.run.check import Scope

_LOCK: Final = ".lock.json"


@click.command()
@click.argument("things", nargs=-1, metavar="[RECIPE|FOLDER|FILE]...", type=click.Path(path_type=Path))
@click.option("--sandbox", is_flag=True, help="What the stand-in delivered for the recipes instead.")
@click.option("--strict", is_flag=True, help="Exit 1 for warnings as well.")
@click.option("--notes", is_flag=True, help="Show notes as well: what is not wrong and could be better.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def command(
    context: Context, things: tuple[Path, ...], *, sandbox: bool, strict: bool, notes: bool, as_json: bool
) -> int:
    """Look at pictures and platform sets for what is wrong with them, and at what manifest.json says of them.

    Of a RECIPE (default: every recipe in recipes/) what it delivered; of a FOLDER every picture in it and in
    the folders below, and the sets they make up: asset catalogs, Android resources, web manifests and others;
    or single FILEs, anybody's. Nothing is changed, nothing is sent. Exits 1 when there is an error.

    \b
    pipeline check recipes/app-icons.yaml
    pipeline check public/images --strict
    pipeline check ios/Runner/Assets.xcassets android/app/src/main/res
    """
    from pipeline.deliver.cores import cores
    from pipeline.report import findings as voice
    from pipeline.run.check import check

    scope = gather(context, things, sandbox=sandbox)
    found = check(scope, threads=cores())
    amounts = {"files": len(scope.files), "assets": len(scope.assets)}
    if as_json:
        document = voice.to_json(found, **amounts)
        context.output.data(document)
        return _code(document["errors"], document["warnings"], strict=strict)
    counts = voice.tell(found, context.output, notes=notes, **amounts)
    return _code(counts["error"], counts["warning"], strict=strict)


def gather(context: Context, things: tuple[Path, ...], *, sandbox: bool) -> Scope:
    """Everything that is to be looked at. Raises ``UsageError``, ``RecipeError``."""
    from pipeline.run.check import Scope

    recipes = [thing for thing in things if _is_recipe(context.folder / thing)]
    scopes = of_recipes(context, recipes, sandbox=sandbox) if recipes or not things else []
    for thing in things:
        path = context.folder / thing
        if thing in recipes:
            continue
        if not path.exists():
            raise UsageError(f"There is no recipe, folder or file {clean(thing)}.")
        if not path.is_dir() and not path.is_file():  # a pipe or a device may never end
            raise UsageError(f"{clean(thing)} is neither a plain file nor a folder.")
        scopes.append(of_place(path, thing))
    return Scope.joined(scopes)


def of_place(path: Path, shown: Path) -> Scope:
    """A file, or what is in a folder. Raises ``UsageError`` for one with nothing to look at.

    Such a path is most likely a wrong one, and finding nothing in it would pass for a check.
    """
    from pipeline.run.check import of_file, of_folder

    if not path.is_dir():
        return of_file(path, shown)
    scope = of_folder(path, shown)
    if scope.is_empty:
        raise UsageError(
            f"The folder {clean(shown)} holds nothing to check: no picture or icon, no set and no manifest.",
            hint="Name the folder that has them in it or below it.",
        )
    return scope


def of_recipes(context: Context, paths: list[Path], *, sandbox: bool) -> list[Scope]:
    """What recipes delivered. Raises ``UsageError``, ``RecipeError``."""
    from pipeline.run.check import of_recipe
    from pipeline.run.places import Places

    project = open_project(context, paths)
    places = Places.of(project.root, project.settings.store, sandbox=sandbox)
    return [of_recipe(recipe, places) for recipe in project.recipes]


def _is_recipe(path: Path) -> bool:
    """A recipe file, or a folder of nothing but recipes and their locks."""
    if path.is_dir():
        names = [child.name for child in _children(path) if not child.name.startswith(".")]
        return bool(names) and all(name.endswith((*EXTENSIONS, _LOCK)) for name in names)
    return path.suffix in EXTENSIONS


def _children(folder: Path) -> Iterable[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return ()  # whoever lists it next says so


def _code(errors: int, warnings: int, *, strict: bool) -> int:
    return EXIT_SOME_FAILED if errors or (strict and warnings) else EXIT_DONE
