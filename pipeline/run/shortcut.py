"""Knowing that nothing is to be done without reading a recipe.

After a run that left everything delivered, the size and times of every file its plan stood on are remembered:
recipes, brands, pictures, locks, the journal, everything delivered. While none has changed the answer cannot
have changed either. Anything else takes the long way, which decides by content. Nothing is written here but
at the end of a run that worked, so a run with nothing to do leaves every byte alone.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import __version__, digest
from pipeline.run.places import Places

FILE = "unchanged.json"
VERSION = 1
CATALOGUE = Path(__file__).parents[1] / "recipe" / "models.yaml"

Stamp = list[int] | None  # size in bytes, time of change and of any touch in ns; None: not there


@dataclass(frozen=True, slots=True)
class Unchanged:
    """One recipe that is delivered and unchanged."""

    recipe: str
    assets: int
    output: str


def remembered(places: Places, recipes: Sequence[Path]) -> list[Unchanged] | None:
    """The recipes, when every one of them is known to be delivered and unchanged; None otherwise."""
    known = _read(places)
    found: list[Unchanged] = []
    for path in recipes:
        entry = known.get(str(path.absolute()))
        try:
            if entry is None or not _still(entry["files"]):
                return None
            found.append(Unchanged(str(entry["recipe"]), int(entry["assets"]), str(entry["output"])))
        except (LookupError, TypeError, ValueError, AttributeError):  # not as we write it: the long way
            return None
    return found


def remember(places: Places, entries: Mapping[Path, Unchanged], files: Mapping[Path, Iterable[Path]]) -> None:
    """Remember ``entries`` (recipe file → what is true of it) together with the ``files`` they stand on.

    Kept quiet when it cannot be written: the long way always works.
    """
    known = _read(places)
    for path, entry in entries.items():
        known[str(path)] = {
            "recipe": entry.recipe,
            "assets": entry.assets,
            "output": entry.output,
            "files": {str(file): stamp(file) for file in (*files[path], *common(places))},
        }
    text = json.dumps({"version": VERSION, "program": __version__, "recipes": known})
    path = places.state / FILE
    if path.is_symlink():  # git may have brought it: it would lead the write elsewhere
        return
    with contextlib.suppress(OSError):  # no need to rename it into place: half of it is no JSON
        path.write_text(text, encoding="utf-8")


def common(places: Places) -> tuple[Path, ...]:
    """What every recipe's plan stands on."""
    # What a killed run journalled may still be in the write-ahead log beside the journal.
    ahead = places.journal.with_name(f"{places.journal.name}-wal")
    return places.root / "pipeline.yaml", places.journal, ahead, CATALOGUE


def stamp(path: Path) -> Stamp:
    """What tells that a file was changed: ``ctime`` cannot be set back by hand as ``mtime`` can."""
    try:
        found = path.stat()
    except OSError:
        return None
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns]


def _still(files: Mapping[str, Stamp]) -> bool:
    return all(stamp(Path(name)) == before for name, before in files.items())


def _read(places: Places) -> dict[str, Any]:
    try:
        data = json.loads(digest.read_text(places.state / FILE))
        ours = data["version"] == VERSION and data["program"] == __version__
        return dict(data["recipes"]) if ours else {}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return {}
