"""Two renders of one subject, told by the names of their files: NAME-white or NAME, and NAME-black."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

from pipeline.errors import UsageError, clean

WHITE: Final = "white"
BLACK: Final = "black"
_ENDING: Final = re.compile(rf"(.+)[-_@ .]({WHITE}|{BLACK})", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Pair:
    """The files of one subject, as the user calls them; without ``black`` there is only one."""

    white: Path
    black: Path | None = None


class Neighbours:
    """The files among which the other render of a pair is looked for: those given, and those beside them."""

    def __init__(self, folder: Path, given: Iterable[Path], is_picture: Callable[[Path], bool]) -> None:
        """``folder`` is where relative paths start; ``is_picture`` tells of a whole path."""
        self._folder, self._is_picture = folder, is_picture
        self._given = _indexed(given)
        self._beside: dict[Path, dict[tuple[str, str], list[Path]]] = {}

    def find(self, path: Path, name: str, ground: str) -> Path | None:
        """The render of ``name`` on ``ground`` that ``path`` goes with: given, near and of its kind first."""
        wanted = name.casefold(), ground
        for known in (self._given, self._in(path.parent)):
            found = [each for each in known.get(wanted, ()) if self._is_picture(self._folder / each)]
            if found:
                return min(found, key=lambda it: (it.parent != path.parent, it.suffix != path.suffix))
        return None

    def are_one(self, path: Path, other: Path) -> bool:
        """Whether both names lead to one file."""
        return os.path.realpath(self._folder / path) == os.path.realpath(self._folder / other)

    def _in(self, parent: Path) -> dict[tuple[str, str], list[Path]]:
        if parent not in self._beside:
            try:
                names = sorted(child.name for child in (self._folder / parent).iterdir())
            except OSError:  # then only what was given can be found
                names = []
            self._beside[parent] = _indexed(parent / name for name in names)
        return self._beside[parent]


def name_of(path: Path) -> tuple[str, str]:
    """``coin-white.png`` → ``("coin", "white")``; a name without such an ending is all of it, on ``""``."""
    found = _ENDING.fullmatch(path.stem)
    return (found[1], found[2].lower()) if found else (path.stem, "")


def pair_up(paths: Iterable[Path], among: Neighbours) -> list[Pair]:
    """The pair that each path belongs to, once; a path without an ending may be without a partner.

    Raises ``UsageError`` for NAME-white and NAME-black alone, and for one picture with two on black.
    """
    pairs = list(dict.fromkeys(_pair(path, among) for path in paths))
    _refuse_rivals(pairs, among)
    return pairs


def _refuse_rivals(pairs: Iterable[Pair], among: Neighbours) -> None:
    blacks: dict[Path, Path] = {}
    for white, black in ((pair.white, pair.black) for pair in pairs if pair.black is not None):
        first = blacks.setdefault(white, black)
        if not among.are_one(first, black):
            raise UsageError(
                f"{clean(white)} has two second renders: {clean(first)} and {clean(black)}.",
                hint="Take one of them away, or name the pictures instead of their folder.",
            )


def _pair(path: Path, among: Neighbours) -> Pair:
    name, ground = name_of(path)
    if ground == BLACK:
        white = among.find(path, name, WHITE) or among.find(path, name, "")
        return Pair(white, path) if white else refuse(path, f"{name}-{WHITE} or {name}")
    black = among.find(path, name, BLACK)
    if ground:
        return Pair(path, black) if black else refuse(path, f"{name}-{BLACK}")
    return Pair(path, None if among.find(path, name, WHITE) else black)  # that one is the first of the pair


def refuse(path: Path, wanted: str, taken: str = "") -> NoReturn:
    """Raise the ``UsageError`` for a picture whose other render, ``wanted``, is not there or ``taken``."""
    why = taken or f"there is no {clean(wanted)} beside it or among what was given"
    raise UsageError(
        f"{clean(path)} has no second render: {why}.",
        hint="A dash, an underscore, @, a dot or a space may come before white and black. Name a file that is"
        " called otherwise with --black FILE, or choose another --method.",
    )


def _indexed(paths: Iterable[Path]) -> dict[tuple[str, str], list[Path]]:
    found: dict[tuple[str, str], list[Path]] = {}
    for path in paths:
        name, ground = name_of(path)
        found.setdefault((name.casefold(), ground), []).append(path)
    return found
