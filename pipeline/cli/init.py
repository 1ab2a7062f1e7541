"""``pipeline init``: a project that validates and runs from the first minute."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

import click

from pipeline.cli.context import Context
from pipeline.errors import DeliveryError, UsageError

_TEMPLATES: Final = Path(__file__).with_name("templates")
_FILES: Final = {
    "pipeline.yaml": "pipeline.yaml",
    "brand/primary.yaml": "primary.yaml",
    "recipes/app-icons.yaml": "app-icons.yaml",
    ".env.example": "env.example",
}
_SCHEMAS: Final[dict[str, Literal["recipe", "brand"]]] = {
    "schemas/recipe.schema.json": "recipe",
    "schemas/brand.schema.json": "brand",
}
_IGNORED: Final = (".pipeline/", "output/sandbox/", ".env", ".env.local")


@click.command()
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path, file_okay=False))
@click.pass_obj
def command(context: Context, folder: Path) -> None:
    """Start a project in DIR (default: here).

    It gets settings, a brand, a recipe, .env.example, lines for .gitignore, and JSON Schemas that make
    editors complete and check brands and recipes.

    What exists already is left alone.
    """
    root = context.folder / folder
    try:
        made = list(scaffold(root))
    except (FileExistsError, NotADirectoryError) as error:
        raise UsageError(f"{error.filename} is in the way: it is no folder.") from error
    except OSError as error:
        raise DeliveryError(f"{error.filename or root} cannot be written: {error.strerror}") from error
    _tell(context, folder, made)


def scaffold(root: Path) -> Iterator[tuple[str, str]]:
    """Write what is missing below ``root``; yields each path and what was done: created, extended, kept.

    Raises ``OSError``.
    """
    from pipeline.recipe.schema import schema

    for name, template in _FILES.items():
        yield name, _create(root / name, (_TEMPLATES / template).read_text(encoding="utf-8"))
    for name, kind in _SCHEMAS.items():
        yield name, _create(root / name, json.dumps(schema(kind), indent=2) + "\n")
    yield ".gitignore", _ignore(root / ".gitignore")


def _create(path: Path, text: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError:
        return "kept"
    return "created"


def _ignore(path: Path) -> str:
    """Add the lines that are missing, each on a line of its own whatever the file ends with."""
    before = path.read_text(encoding="utf-8", errors="surrogateescape") if path.exists() else ""
    missing = [line for line in _IGNORED if line not in before.splitlines()]
    if not missing:
        return "kept"
    joint = "\n" if before and not before.endswith("\n") else ""
    with path.open("a", encoding="utf-8", newline="\n") as stream:
        stream.write(joint + "".join(f"{line}\n" for line in missing))
    return "extended" if before else "created"


def _tell(context: Context, folder: Path, made: list[tuple[str, str]]) -> None:
    output = context.output
    widest = max(len(name) for name, _ in made)
    for name, done in made:
        output.result(f"  {name:{widest}}  {output.paint(done, 'quiet' if done == 'kept' else 'good')}")
    output.result("\nNext:")
    if folder != Path():
        output.result(f"  cd {folder}")
    output.result("  pipeline validate")
    output.result("  pipeline run recipes/app-icons.yaml --sandbox")
