"""Source files a recipe asks for: where they may lie, and whether each asset has a name of its own there."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from pipeline.codegen.identifiers import ENDINGS, clashes, package_fault, upper_camel
from pipeline.errors import Problem
from pipeline.recipe.code_keys import CodegenKeys
from pipeline.recipe.entries import Draft
from pipeline.recipe.load import Document, Place
from pipeline.recipe.paths import PathFault, refuse_file, resolve_inside, same_place
from pipeline.recipe.spec import CodeFile
from pipeline.recipe.wording import show

_CLASH_HINT: Final = "rename one of them; with rename: its paid picture is kept"
_PACKAGE_HINT: Final = "write names of letters and digits, joined by dots, such as com.example.app"


class Claims:
    """What the recipes of a project deliver into and write: no two of them may have the same."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folders: dict[str, str] = {}
        self._files: dict[str, str] = {}

    def folder(self, output: Path, written: str, recipe: str) -> None:
        """Claim an output folder. Raises ``PathFault``."""
        taken = self._folders.setdefault(same_place(output), recipe)
        if taken != recipe:
            message = f"{show(written)} is already the output of {taken}"
            raise PathFault(message, "give each recipe its own folder")
        inside = (file for file in self._files if _lies_in(file, same_place(output)))
        if (file := next(inside, None)) is not None:
            raise PathFault(f"{show(written)} holds a file that codegen of {self._files[file]} writes")

    def file(self, path: Path, written: str, recipe: str) -> None:
        """Claim a file of generated code. Raises ``PathFault``."""
        taken = self._files.setdefault(same_place(path), recipe)
        if taken != recipe:
            raise PathFault(f"{show(written)} is already written by {taken}", "give each recipe its own file")
        around = (folder for folder in self._folders if _lies_in(same_place(path), folder))
        if (folder := next(around, None)) is not None:
            message = f"{show(written)} lies in the output folder of {self._folders[folder]}"
            raise PathFault(message, "write it among your sources, such as src/assets.ts")

    def code(self, asked: CodegenKeys, document: Document) -> Iterator[CodeFile | Problem]:
        """Each file of code that a recipe asks for and may have, and what is wrong with the others."""
        for language, written, place in _written(asked):
            try:
                path = _path(language, written, self._root)
                self.file(path, written, document.file)
            except PathFault as fault:
                yield document.problem(f"{language}: {fault.message}", place, hint=fault.hint)
            else:
                package = asked.kotlin.package if language == "kotlin" and asked.kotlin else ""
                yield CodeFile(language, path, path.relative_to(self._root).as_posix(), package)
        if asked.kotlin and asked.kotlin.package and (said := package_fault(asked.kotlin.package)):
            message = f"package: {show(asked.kotlin.package)} {said}"
            yield document.problem(message, ("codegen", "kotlin", "package"), hint=_PACKAGE_HINT)


def check_identifiers(files: Iterable[CodeFile], drafts: Sequence[Draft]) -> None:
    """Report to each draft whose name becomes an identifier that another asset already has."""
    by_name = {draft.name: draft for draft in drafts}
    told = set()
    for file in files:
        for name, first in clashes(by_name, file.language).items():
            if name not in told and not by_name[name].refused & {"name", "matrix"}:
                told.add(name)
                message = f"{name} and {first} would both be called {upper_camel(name)} in {file.shown}"
                draft = by_name[name]
                draft.fault(message, (*draft.place, "name"), hint=_CLASH_HINT)


def _written(asked: CodegenKeys) -> Iterator[tuple[str, str, Place]]:
    """Language, path and where the recipe says it."""
    if asked.typescript is not None:
        yield "typescript", asked.typescript, ("codegen", "typescript")
    if asked.swift is not None:
        yield "swift", asked.swift, ("codegen", "swift")
    if asked.kotlin is not None:
        yield "kotlin", asked.kotlin.path, ("codegen", "kotlin", "path")


def _path(language: str, written: str, root: Path) -> Path:
    """The absolute path of a file of code. Raises ``PathFault``."""
    path = resolve_inside(written, root, root)
    refuse_file(path, written, root)
    ending = ENDINGS[language]
    if not written.endswith(ending) or path.suffix != ending:  # a link may be called otherwise
        raise PathFault(f"{show(written)} is not called something{ending}")
    if written.endswith(".d.ts"):
        raise PathFault(f"{show(written)} can hold declarations only", "call it assets.ts")
    return path


def _lies_in(path: str, folder: str) -> bool:
    return path.startswith(folder + os.sep)
