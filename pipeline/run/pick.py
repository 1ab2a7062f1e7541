"""A person's choice between an asset's candidates: what there is to choose from, and writing it down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.clock import Clock
from pipeline.deliver.files import regular, write_text
from pipeline.errors import PlanRefused, UsageError, clean
from pipeline.events import ignore
from pipeline.plan.build import Step
from pipeline.plan.graph import downstream
from pipeline.plan.lock import Entry, Lock, Pick
from pipeline.recipe.spec import Asset, Recipe, candidate_number
from pipeline.run.draw import draw_up
from pipeline.run.lock import holding
from pipeline.run.options import Options
from pipeline.run.places import Places
from pipeline.run.survey import read_lock

CONFLICT_HINT = "Run `pipeline run` first: it decides between the two sides. Nothing was changed."


@dataclass(frozen=True, slots=True)
class Offer:
    """One candidate there is. ``size_bytes``: None where its file is not on disk."""

    number: int
    file: str  # the one to look at, below the project root where it lies inside
    width: int
    height: int
    size_bytes: int | None
    unmet: tuple[str, ...]
    taken: bool  # the asset's files are made of it
    picked: bool  # by a person
    files: tuple[str, ...] = ()  # all of it


@dataclass(frozen=True, slots=True)
class Effect:
    """What a run would do about an asset and all that is made from it now."""

    own: Step
    others: tuple[Step, ...]  # made from it, directly or not, and due

    @property
    def credits(self) -> float | None:
        """What the others cost at most; None where one has no known price."""
        prices = [step.action.credits for step in self.others if step.action.may_pay]
        known = [price for price in prices if price is not None]
        return sum(known) if len(known) == len(prices) else None


def find(recipes: Sequence[Recipe], name: str) -> tuple[Recipe, Asset]:
    """The asset with candidates of that name. Raises ``UsageError`` where there is none, or more than one."""
    offered = [(recipe, asset) for recipe in recipes for asset in recipe.named if asset.candidates]
    found = [(recipe, asset) for recipe, asset in offered if asset.name == name]
    if len(found) == 1:
        return found[0]
    if found:
        keys = ", ".join(recipe.key for recipe, _ in found)
        raise UsageError(f"{clean(name)} is in several recipes: {keys}.", hint="Name the recipe before it.")
    known = any(asset.name == name for recipe in recipes for asset in recipe.named)
    said = f"{clean(name)} has no candidates." if known else f"There is no asset {clean(name)}."
    names = ", ".join(asset.name for _, asset in offered) or "none; write candidates: 4 in a recipe"
    raise UsageError(said, hint=f"Assets with candidates: {names}")


def offers(recipe: Recipe, asset: Asset, places: Places) -> list[Offer]:
    """The candidates a run delivered, by number. Raises ``PlanRefused`` for a lock that cannot be read."""
    entries = read_lock(places.lock_of(recipe), places).assets
    entry = entries.get(asset.name)
    there = _there(recipe, asset, entries)
    taken = _taken(entry, there) if entry is not None else ""
    return [_offer(name, one, entry, recipe, places, taken=name == taken) for name, one in there.items()]


async def pick(recipe: Recipe, asset: Asset, number: int | None, places: Places, clock: Clock) -> bool:
    """Write into the lock that this candidate was picked; ``number`` None: that none is.

    Whether anything was picked before or is now. Raises ``UsageError`` where there is none of that number,
    ``PlanRefused`` for a lock that cannot be read or decided on, ``DeliveryError``.
    """
    async with holding(places.run_lock, clock, ignore):
        lock = read_lock(places.lock_of(recipe), places)
        if lock.conflicted:
            raise PlanRefused(f"The lock of {recipe.key} has merge-conflict markers.", hint=CONFLICT_HINT)
        entry = lock.assets.get(asset.name)
        picked = None if number is None else _picked(recipe, asset, number, lock, places)
        if entry is None:
            raise UsageError(
                f"{asset.name} is not delivered yet.", hint=f"Make it first: {places.run_command(recipe)}"
            )
        if entry.pick == picked:
            return picked is not None
        entries = {**lock.assets, asset.name: replace(entry, pick=picked)}
        write_text(places.lock_of(recipe), Lock(entries).to_text())
        return True


def effect(recipe: Recipe, asset: Asset, places: Places, clock: Clock) -> Effect:
    """What a run would do about the asset and what is made from it. Raises ``PlanRefused``."""
    plan, _ = draw_up([recipe], places, Options(), clock)
    after = downstream({one.name: one.depends for one in recipe.assets}, {asset.name})
    (own,) = (step for step in plan.steps if step.asset.name == asset.name)
    return Effect(own, tuple(step for step in plan.pending if step.asset.name in after))


def _there(recipe: Recipe, asset: Asset, entries: Mapping[str, Entry]) -> dict[str, Entry]:
    """The candidates that were delivered; one that another task brought than the first is of an older set."""
    first = {one.name: one.further_of for one in recipe.assets if one.name in asset.candidates}
    there = {name: entries[name] for name in asset.candidates if name in entries}
    return {
        name: one
        for name, one in there.items()
        if not first[name] or (first[name] in there and there[first[name]].task == one.task)
    }


def _picked(recipe: Recipe, asset: Asset, number: int, lock: Lock, places: Places) -> Pick:
    there = {candidate_number(name): one for name, one in _there(recipe, asset, lock.assets).items()}
    if number not in there:
        numbers = ", ".join(map(str, there)) or f"none yet; {places.run_command(recipe)} makes them"
        raise UsageError(f"{asset.name} has no candidate {number}.", hint=f"There are: {numbers}")
    return Pick(number, there[number].original.sha256)


def _taken(entry: Entry, there: dict[str, Entry]) -> str:
    """The candidate an asset's files are made of; of two that are the same the one that was picked."""
    same = [name for name, one in there.items() if one.original == entry.original]
    picked = [name for name in same if entry.pick is not None and candidate_number(name) == entry.pick.number]
    return next(iter([*picked, *same]), "")


def _offer(
    name: str, one: Entry, entry: Entry | None, recipe: Recipe, places: Places, *, taken: bool
) -> Offer:
    number, output = candidate_number(name), places.output_of(recipe)
    # Of a cut-out what is looked at is the result.
    file = next((name for name in sorted(one.files) if "-nobg." in name), next(iter(sorted(one.files)), ""))
    path = regular(output, file) if file else None
    original = one.original
    pick = entry.pick if entry is not None else None
    return Offer(
        number,
        places.shown(output / file) if file else "",
        original.width,
        original.height,
        path.stat().st_size if path is not None else None,
        one.unmet,
        taken=taken,
        picked=pick == Pick(number, original.sha256),
        files=tuple(places.shown(output / name) for name in sorted(one.files)),
    )
