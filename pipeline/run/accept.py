"""Taking files as they are now, edited by hand, for the delivered result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline import digest
from pipeline.clock import Clock
from pipeline.deliver import manifest
from pipeline.deliver.files import regular, write_text
from pipeline.deliver.measure import measure
from pipeline.errors import PlanRefused
from pipeline.events import ignore
from pipeline.plan.lock import Entry, Lock
from pipeline.recipe.spec import Recipe, candidate_number
from pipeline.run.code import write_code
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
    for a file that is not what its name says, ``PlanRefused`` for a lock that cannot be read or decided on.
    """
    accepted: list[Accepted] = []
    async with holding(places.run_lock, clock, ignore):
        for recipe in recipes:
            accepted += _accept_recipe(recipe, places, names)
    return accepted


def _accept_recipe(recipe: Recipe, places: Places, names: set[str]) -> list[Accepted]:
    lock = read_lock(places.lock_of(recipe), places)
    if lock.conflicted:
        raise PlanRefused(
            f"The lock of {recipe.key} has merge-conflict markers.",
            hint="Run `pipeline run` first: it decides between the two sides. Nothing was changed.",
        )
    output = places.output_of(recipe)
    listed = manifest.read(output / manifest.NAME)
    entries, accepted = dict(lock.assets), []
    for name in sorted(names & lock.assets.keys()):
        edited = _edited(entries[name], output)
        if edited:
            entries[name] = _take(entries[name], edited, judged=bool(candidate_number(name)))
            listed |= _describe(name, listed.get(name), edited, output)
            accepted += [Accepted(recipe.key, name, file) for file in edited]
    if accepted:
        write_text(output / manifest.NAME, manifest.to_text(recipe.key, listed))
        write_text(places.lock_of(recipe), Lock(entries).to_text())
        write_code(recipe, listed, places)
    return accepted


def _edited(entry: Entry, output: Path) -> dict[str, str]:
    """File → digest now, of those that are not as delivered; a missing file is not an edit."""
    here = {name: path for name in entry.files if (path := regular(output, name)) is not None}
    now = {name: digest.of_file(path) for name, path in here.items()}
    return {name: sha256 for name, sha256 in now.items() if sha256 != entry.files[name]}


def _take(entry: Entry, edited: Mapping[str, str], *, judged: bool) -> Entry:
    """The entry with the files as they are now; nothing more is bought for checks that were unmet.

    ``judged``: of a candidate it is the original that is picked, and what the checks said of that stands.
    """
    accepted = tuple(sorted({*entry.accepted, *edited}))
    if judged:
        return replace(entry, files={**entry.files, **edited}, accepted=accepted)
    return replace(entry, files={**entry.files, **edited}, accepted=accepted, unmet=(), attempt=1)


def _describe(name: str, listed: Any, edited: Mapping[str, str], output: Path) -> dict[str, Any]:
    """The manifest's entry of an asset; none where it has none, which the next run mends."""
    facts = {file: measure(output / file) | {"sha256": sha256} for file, sha256 in edited.items()}
    if not manifest.digests(listed):
        return {}
    return {name: manifest.replace_files(listed, facts)}
