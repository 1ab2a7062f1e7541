"""What an export left in its folder: the digest of every file, so that the next one knows its own.

``.pipeline-export.json`` is written before files are moved in as well as after: a killed export leaves no
file that the next one would take for somebody else's.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pipeline import digest
from pipeline.deliver.files import drop_empty, regular, write_text, writing

NAME: Final = ".pipeline-export.json"
VERSION: Final = 1
KEPT: Final = "The picture itself is untouched."
_MOST_BYTES: Final = 10_000_000


@dataclass(slots=True)
class Record:
    """The files of earlier exports into ``folder``: path below it → every digest it may have from us."""

    folder: Path
    files: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Record:
        """What is known; nothing where there is no record, or none that can be read."""
        path = regular(folder, NAME)
        try:
            data = json.loads(digest.read_text(path)) if path and path.stat().st_size <= _MOST_BYTES else {}
        except (OSError, ValueError, RecursionError):
            data = {}
        return cls(folder, _files_of(data))

    def strangers(self, names: Iterable[str]) -> list[str]:
        """Those of ``names`` that exist and are not as we left them."""
        return [name for name in names if _exists(self.folder / name) and not self._is_ours(name)]

    def expect(self, made: Mapping[str, str]) -> None:
        """Write down that ``made`` (path → digest) is about to be moved in. Raises ``DeliveryError``."""
        for name, sha256 in made.items():
            self.files[name] = tuple(dict.fromkeys((*self.files.get(name, ()), sha256)))
        self._write()

    def settle(self, made: Mapping[str, str], below: str) -> list[str]:
        """``made`` is all there is in the folder ``below`` now; what else of ours lay there, removed.

        What was changed since we wrote it is left alone, and forgotten. Raises ``DeliveryError``.
        """
        former = [name for name in self.files if name.startswith(f"{below}/") and name not in made]
        gone = [name for name in former if self._is_ours(name)]
        for name in gone:
            path = self.folder / name
            with writing(path, KEPT):
                path.unlink()
            drop_empty(path.parent, self.folder)
        self.files = {name: known for name, known in self.files.items() if name not in former}
        self.files |= {name: (sha256,) for name, sha256 in made.items()}
        self._write()
        return gone

    def _is_ours(self, name: str) -> bool:
        path = regular(self.folder, name)
        try:
            return path is not None and digest.of_file(path) in self.files.get(name, ())
        except OSError:
            return False

    def _write(self) -> None:
        files = {name: list(known) for name, known in sorted(self.files.items())}
        data = {"version": VERSION, "files": files}
        write_text(self.folder / NAME, json.dumps(data, indent=2, ensure_ascii=False) + "\n")


def _files_of(data: Any) -> dict[str, tuple[str, ...]]:
    """Read without trust: the folder may have come with a repository."""
    if not isinstance(data, dict) or data.get("version") != VERSION:
        return {}
    files = data.get("files")
    return {
        name: tuple(one for one in known if isinstance(one, str))
        for name, known in (files.items() if isinstance(files, dict) else ())
        if isinstance(known, list) and _is_inside(name)
    }


def _is_inside(name: str) -> bool:
    """Whether it is a path of a set as we write one: ``web/../mine.txt`` is nobody's to remove."""
    parts = name.split("/")
    return not any(part in ("", ".", "..") for part in parts) and "\\" not in name


def _exists(path: Path) -> bool:
    return path.exists() or path.is_symlink()
