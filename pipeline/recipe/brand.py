"""Brand files: checked, colours normalised, ``extends`` chains merged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import Location, Problem, RecipeError
from pipeline.recipe import colours
from pipeline.recipe.load import Document, Place, read
from pipeline.recipe.mistaken import recipe_given_as_brand
from pipeline.recipe.model import BrandFile
from pipeline.recipe.paths import PICTURES, PathFault, picture_fault, resolve_file
from pipeline.recipe.project import display
from pipeline.recipe.shape import check
from pipeline.recipe.wording import show

LONGEST_CHAIN = 20  # of ``extends``


@dataclass(frozen=True, slots=True)
class Brand:
    """A brand after its ``extends`` chain. ``logo`` is an absolute path."""

    values: Mapping[str, Any]
    exclude: tuple[str, ...] = ()
    logo: Path | None = None
    sources: tuple[Path, ...] = ()  # the brand file and those it extends


NO_BRAND = Brand({})


def load_brand(path: Path, root: Path, problems: list[Problem]) -> Brand | None:
    """The brand at ``path``; None, with every mistake of its chain in ``problems``, when one is wrong."""
    before = len(problems)
    sources: list[Path] = []
    values = _chain(path, root, problems, (), sources)
    if len(problems) > before:
        return None
    logo = values.pop("logo", None)
    return Brand(values, tuple(values.get("exclude", ())), logo, tuple(sources))


def merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Deep merge: mappings merge key by key, anything else is replaced by ``over``."""
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        both = isinstance(value, Mapping) and isinstance(below, Mapping)
        merged[key] = merge(below, value) if both else value  # type: ignore[arg-type]
    return merged


def _chain(
    path: Path, root: Path, problems: list[Problem], above: tuple[Path, ...], sources: list[Path]
) -> dict[str, Any]:
    sources.append(path)
    if len(above) == LONGEST_CHAIN:
        problems.append(
            Problem(
                f"extends goes on for more than {LONGEST_CHAIN} files", Location(display(root, path), 1, 1)
            )
        )
        return {}
    try:
        document = read(path, display(root, path))
    except RecipeError as error:
        problems += error.problems
        return {}
    if misplaced := recipe_given_as_brand(document):
        problems.append(misplaced)
        return {}
    parsed, _ = check(BrandFile, document, problems)
    if parsed is None:
        return {}
    own = _Checked(document, path.parent, root, problems).values(parsed)
    if parsed.extends is None:
        return own
    parent = _parent(document, path, root, problems, above, parsed.extends)
    return merge(_chain(parent, root, problems, (*above, path.resolve()), sources), own) if parent else own


def _parent(
    document: Document, path: Path, root: Path, problems: list[Problem], above: tuple[Path, ...], written: str
) -> Path | None:
    try:
        parent = resolve_file(written, path.parent, root)
    except PathFault as fault:
        problems.append(document.problem(f"extends: {fault.message}", ("extends",), hint=fault.hint))
        return None
    chain = (*above, path.resolve())
    if parent.resolve() in chain:
        circle = [display(root, step) for step in (*chain[chain.index(parent.resolve()) :], parent.resolve())]
        problems.append(document.problem(f"extends goes in a circle: {' → '.join(circle)}", ("extends",)))
        return None
    return parent


@dataclass(frozen=True, slots=True)
class _Checked:
    """One brand file's values with the checks that its shape alone cannot make."""

    document: Document
    folder: Path
    root: Path
    problems: list[Problem]

    def values(self, parsed: BrandFile) -> dict[str, Any]:
        values = parsed.model_dump(exclude_none=True, exclude={"extends"})
        self._refuse_templates(self.document.data)
        if "colors" in values:
            values["colors"] = self._walk(values["colors"], ("colors",), self._colour)
        for name, stops in values.get("gradients", {}).items():
            values["gradients"][name] = [
                self._colour(stop, ("gradients", name, number)) for number, stop in enumerate(stops)
            ]
        if "exclude" in values:
            values["exclude"] = [" ".join(word.split()) for word in values["exclude"]]
        if parsed.logo is not None:
            values["logo"] = self._logo(parsed.logo)
        return values

    def _walk(self, value: Any, place: Place, leaf: Callable[[Any, Place], Any]) -> Any:
        if isinstance(value, dict):
            return {key: self._walk(child, (*place, key), leaf) for key, child in value.items()}
        return leaf(value, place)

    def _colour(self, value: Any, place: Place) -> str:
        colour = colours.normalise(value) if isinstance(value, str) else None
        if colour is None:
            hint = 'write "#RRGGBB" in quotes, or a CSS colour name'
            if value is None:
                hint = f"# begins a comment in YAML: {hint}"
            name = place[-1] if isinstance(place[-1], str) else place[-2]
            find = "#" if value is None else ""
            self._fault(f"{name}: {show(value)} is not a colour", place, hint, find=find)
        return colour or "#000000"

    def _logo(self, written: str) -> Path | None:
        try:
            path = resolve_file(written, self.folder, self.root)
        except PathFault as fault:
            self._fault(f"logo: {fault.message}", ("logo",), fault.hint)
            return None
        if said := picture_fault(path, PICTURES):
            self._fault(f"logo: {said}", ("logo",), "")
        return path

    def _refuse_templates(self, data: Any) -> None:
        for value, place in texts(data):
            if "{{" in value or "{%" in value:
                self._fault("a brand holds plain values; templates belong into recipes", place, "")

    def _fault(self, message: str, place: Place, hint: str, *, find: str = "") -> None:
        self.problems.append(self.document.problem(message, place, find=find, hint=hint))


def texts(data: Any, place: Place = ()) -> Iterator[tuple[str, Place]]:
    """Every text in plain data with the way to it."""
    if isinstance(data, str):
        yield data, place
    elif isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from texts(value, (*place, key))
