"""Source files of constants a recipe asks for: whether they say what the manifest says; writing them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.codegen.languages import OURS, to_code
from pipeline.codegen.pictures import pictures_of
from pipeline.deliver.files import write_text
from pipeline.errors import DeliveryError, clean
from pipeline.plan.build import CodeState, CodeStep
from pipeline.recipe.spec import CodeFile, Recipe
from pipeline.run.places import Places


def code_of(recipe: Recipe, places: Places) -> tuple[CodeFile, ...]:
    """The files of code this way of running writes.

    None in the sandbox or with --output: what an app is built from names the pictures that were delivered to
    the project's own output folder.
    """
    return () if places.sandbox or places.output is not None else recipe.codegen


def survey_code(recipe: Recipe, listed: Mapping[str, Any], places: Places) -> Iterator[CodeStep]:
    """Each file of code that is not what ``listed``, the manifest's entries, make of it."""
    for file in code_of(recipe, places):
        state = _state(file.path, _text(file, recipe, listed))
        if state is not None:
            yield CodeStep(recipe, file.shown, state)


def write_code(recipe: Recipe, listed: Mapping[str, Any], places: Places) -> list[str]:
    """Write each file of code that differs; those written, below the project root.

    Raises ``DeliveryError`` for one that is in the way, when all the others are written.
    """
    foreign, written = [], []
    for file in code_of(recipe, places):
        text = _text(file, recipe, listed)
        state = _state(file.path, text)
        if state == "foreign":
            foreign.append(file.shown)
        elif state is not None:
            write_text(file.path, text)
            written.append(file.shown)
    if foreign:
        raise DeliveryError(
            f"{clean(', '.join(foreign))} is in the way of generated code, and not ours to overwrite.",
            hint=f"Move or delete it, or change codegen in {clean(recipe.key)}; then run again.",
        )
    return written


def _text(file: CodeFile, recipe: Recipe, listed: Mapping[str, Any]) -> str:
    """The file's content; an asset the recipe no longer has is left out, whoever still lists it."""
    own = {asset.name: listed[asset.name] for asset in recipe.named if asset.name in listed}
    return to_code(file.language, recipe.name, tuple(pictures_of(own)), package=file.package)


def _state(path: Path, text: str) -> CodeState | None:
    """What is wrong with the file at ``path``, if it is to hold ``text``.

    Git may have given its lines CRLF.
    """
    if not path.is_file():
        return "foreign" if path.exists() else "missing"
    wanted, ours = text.encode(), OURS.encode()
    try:
        with path.open("rb") as stream:
            found = stream.read(2 * len(wanted) + 1)  # no line is twice as long with CRLF
    except OSError:
        return "foreign"
    if not found.startswith(ours):
        return "foreign"
    return None if found.replace(b"\r\n", b"\n") == wanted else "outdated"
