"""Taking files as they are now, edited by hand, for the delivered result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline import digest
from pipeline.clock import Clock
from pipeline.deliver import manifest
from pipeline.deliver.files import write_text
from pipeline.errors import DeliveryError, ProcessError
from pipeline.events import ignore
from pipeline.plan.lock import Entry, Lock
from pipeline.recipe.spec import Recipe
from pipeline.run.lock import holding
from pipeline.run.places import Places
from pipeline.run.survey import read_lock


@dataclass(frozen=True, slots=True)
class Accepted:
    """One file that is now the delivered one. ``name`` is relative to the output folder."""

    recipe: str
    asset: str
    name: str


async def accept(recipes: Sequence[Recipe], places: Places, names: set[str], clock: Clock) -> list[Accepted]:
    """Accept every edited file of the assets in ``names``; what was accepted, in order.

    Later runs keep an accepted file until it is deleted or overwritten on request. Raises ``DeliveryError``
    for a file that is no picture, ``PlanRefused`` for a lock that cannot be read.
    """
    accepted: list[Accepted] = []
    async with holding(places.run_lock, clock, ignore):
        for recipe in recipes:
            accepted += _accept_recipe(recipe, places, names)
    return accepted


def _accept_recipe(recipe: Recipe, places: Places, names: set[str]) -> list[Accepted]:
    lock = read_lock(places.lock_of(recipe), places.root)
    output = places.output_of(recipe)
    listed = manifest.read(output / manifest.NAME)
    entries, accepted = dict(lock.assets), []
    for name in sorted(names & lock.assets.keys()):
        edited = _edited(entries[name], output)
        if edited:
            entries[name] = _take(entries[name], edited)
            listed[name] = _describe(listed.get(name), edited, output)
            accepted += [Accepted(recipe.key, name, file) for file in edited]
    if accepted:
        write_text(output / manifest.NAME, manifest.to_text(recipe.key, listed))
        write_text(places.lock_of(recipe), Lock(entries).to_text())
    return accepted


def _edited(entry: Entry, output: Path) -> dict[str, str]:
    """File → digest now, of those that are not as delivered; a missing file is not an edit."""
    now = {name: digest.of_file(output / name) for name in entry.files if (output / name).is_file()}
    return {name: sha256 for name, sha256 in now.items() if sha256 != entry.files[name]}


def _take(entry: Entry, edited: Mapping[str, str]) -> Entry:
    accepted = tuple(sorted({*entry.accepted, *edited}))
    return replace(entry, files={**entry.files, **edited}, accepted=accepted)


def _describe(listed: Any, edited: Mapping[str, str], output: Path) -> dict[str, Any]:
    files = listed["files"] if manifest.digests(listed) else []
    return {
        **(listed or {}),
        "files": [
            {**file, **_measure(output / file["file"], edited[file["file"]])}
            if file["file"] in edited
            else file
            for file in files
        ],
    }


def _measure(path: Path, sha256: str) -> dict[str, Any]:
    from pipeline.picture.color import dominant
    from pipeline.picture.normalize import load

    try:
        picture = load(path)
    except ProcessError as error:
        raise DeliveryError(
            f"{path} cannot be accepted: {error.message}", hint="Restore it, or delete it and run."
        ) from error
    return {
        "width": picture.width,
        "height": picture.height,
        "bytes": path.stat().st_size,
        "dominant_color": dominant(picture),
        "sha256": sha256,
    }
