"""A folder as rules about whole sets see it: what is in it, listed once, and read only within bounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, ClassVar, Final

from pipeline import media
from pipeline.deliver.finding import Finding
from pipeline.deliver.look import Look
from pipeline.errors import ProcessError, Severity, clean
from pipeline.picture.containers import marks

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_TEXT: Final = 2_000_000
"""Bytes of a JSON or XML text that is read; the largest lists of icons have some 20 kB."""
MAX_SAID: Final = 100
"""Findings of one rule in one folder; more of them say nothing new."""

MAX_LOOKS: Final = 20
"""Times that rules decode one picture: several of them look at it, and a set may name it more than once."""

Rel = PurePosixPath


class Unreadable(ValueError):
    """A text that is not there, too large, or not what it should be. The message starts small."""


@dataclass(frozen=True)
class Tree:
    """One folder with everything below it. ``files`` are plain files inside it, POSIX, relative to ``root``.

    Links that lead out of it are not among them, so nothing a text in it names is looked for elsewhere.
    """

    ROOT: ClassVar[Rel] = Rel()

    root: Path
    shown: str  # as the user calls it
    files: frozenset[Rel]
    recipe: str = ""
    asset: str = ""
    known: dict[tuple[str, Rel], Any] = field(default_factory=dict, repr=False)  # what rules found out
    _heads: dict[Rel, marks.Head | None] = field(default_factory=dict, repr=False)
    _looked: Counter[Rel] = field(default_factory=Counter, repr=False)

    @classmethod
    def of(cls, root: Path, shown: Path, files: Iterable[Path], recipe: str = "", asset: str = "") -> Tree:
        """The tree at ``root`` of ``files`` that are in it."""
        inside = (Rel(file.relative_to(root).as_posix()) for file in files)
        return cls(root, str(shown), frozenset(inside), recipe, asset)

    @cached_property
    def folders(self) -> dict[Rel, list[Rel]]:
        """Each folder with the files directly in it, both sorted. ``Rel(".")`` is the root."""
        found: dict[Rel, list[Rel]] = {Rel(): []}
        for file in sorted(self.files):
            found.setdefault(file.parent, []).append(file)
            for parent in file.parents:
                found.setdefault(parent, [])  # a folder of nothing but folders is one, too
        return dict(sorted(found.items()))

    @cached_property
    def subfolders(self) -> dict[Rel, list[Rel]]:
        """Each folder that has some with the folders directly in it."""
        found: dict[Rel, list[Rel]] = {}
        for folder in self.folders:
            if folder != self.ROOT:
                found.setdefault(folder.parent, []).append(folder)
        return found

    def called(self, folder: Rel) -> str:
        """The name of a folder, the root's included."""
        return folder.name or self.root.absolute().name

    def named(self, *endings: str) -> Iterator[Rel]:
        """The folders whose name ends with one of ``endings``."""
        return (folder for folder in self.folders if self.called(folder).lower().endswith(endings))

    def text(self, file: Rel) -> str:
        """The text of a file, UTF-8. Raises ``Unreadable``."""
        from pipeline import digest

        if file not in self.files:
            raise Unreadable("is missing")
        try:
            return digest.read_text(self.root / file, MAX_TEXT).removeprefix("\ufeff")
        except UnicodeDecodeError:
            raise Unreadable("is not UTF-8 text") from None
        except OSError as error:
            raise Unreadable(f"cannot be read: {clean(error.strerror or error)}") from error

    def json(self, file: Rel) -> dict[str, Any]:
        """The JSON object in a file. Raises ``Unreadable``."""
        import json

        try:
            found = json.loads(self.text(file))
        except RecursionError:
            raise Unreadable("is nested too deeply to be meant") from None
        except Unreadable:
            raise
        except ValueError as error:
            raise Unreadable(f"is not JSON: {clean(error)}") from None
        if not isinstance(found, dict):
            raise Unreadable("is not a JSON object")
        return found

    def head(self, file: Rel) -> marks.Head | None:
        """A picture by its header; None when it is none. Whether it is whole is asked of each file alone."""
        if file not in self._heads:
            self._heads[file] = marks.read(self.root / file) if file in self.files else None
        return self._heads[file]

    def picture(self, file: Rel) -> Image | None:
        """RGB or RGBA, uint8, sRGB; None when it cannot be decoded within bounds, which is said elsewhere.

        Nor is it looked at without end, however many texts name it.
        """
        head = self.head(file)
        self._looked[file] += 1
        if head is None or head.width * head.height > media.MAX_PIXELS or self._looked[file] > MAX_LOOKS:
            return None
        try:
            return Look(self.root / file, "").picture
        except ProcessError:
            return None

    def finding(self, severity: Severity, file: Rel, message: str, hint: str = "") -> Finding:
        """A finding about a file or folder of it."""
        path = clean(Path(self.shown) / file)
        return Finding(severity, message, hint, "", path, self.asset, self.recipe)


def items(data: Any, key: str, most: int = 1000) -> list[dict[str, Any]]:
    """The objects in the list ``data[key]``, at most so many; none when there is no such list."""
    found = data.get(key) if isinstance(data, dict) else None
    return [one for one in found[:most] if isinstance(one, dict)] if isinstance(found, list) else []


def text(data: Any, key: str) -> str:
    """``data[key]`` where that is a string, else nothing."""
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, str) else ""


def px(width: int, height: int) -> str:
    """``58 × 58 px``."""
    return f"{width} × {height} px"
