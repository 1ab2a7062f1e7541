"""What is true outside the recipes, read without changing it: locks, journal, store, delivered files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline import digest
from pipeline.clock import Clock
from pipeline.deliver import manifest
from pipeline.deliver.store import LocalStore
from pipeline.errors import PlanRefused
from pipeline.generate.journal import Journal
from pipeline.plan import lock
from pipeline.plan.build import Plan, Step, build
from pipeline.plan.decide import STALE, Facts, Wishes
from pipeline.plan.lock import Entry, Lock
from pipeline.plan.purchase import Original, Purchase
from pipeline.recipe.spec import Picture, Recipe
from pipeline.run.places import Places

ChooseNames = Callable[[Recipe], set[str] | None]
AskWishes = Callable[[Recipe, str], Wishes]


@dataclass(frozen=True, slots=True)
class Surveyed:
    """The facts of one recipe."""

    recipe: Recipe
    lock: Lock
    listed: Mapping[str, object]  # the entries of manifest.json
    facts: Mapping[str, Facts]


@dataclass(frozen=True, slots=True)
class Survey:
    """The facts of a run."""

    recipes: tuple[Surveyed, ...]
    file_digests: Mapping[Picture, str]

    def plan(self, wishes: AskWishes, chosen: ChooseNames) -> Plan:
        """What is due."""
        steps: list[Step] = []
        for seen in self.recipes:
            recipe = seen.recipe
            steps += build(
                recipe,
                seen.facts,
                self.file_digests,
                lambda name, recipe=recipe: wishes(recipe, name),  # type: ignore[misc]
                chosen(recipe),
            )
        return Plan(tuple(steps))


def survey(recipes: Sequence[Recipe], places: Places, clock: Clock) -> Survey:
    """Read every fact. Raises ``PlanRefused`` for a lock or a picture that cannot be read."""
    # A project that never bought has no journal, and looking must not make one.
    journal = Journal(places.journal, clock) if places.journal.exists() else None
    try:
        surveyor = Surveyor(places, LocalStore(places.store), journal)
        seen = tuple(surveyor.survey(recipe) for recipe in recipes)
    finally:
        if journal is not None:
            journal.close()
    return Survey(seen, digest_pictures(recipes))


def digest_pictures(recipes: Sequence[Recipe]) -> dict[Picture, str]:
    """The content digest of every local picture the recipes are made from. Raises ``PlanRefused``."""
    digests: dict[Picture, str] = {}
    for recipe in recipes:
        for asset in recipe.assets:
            for picture in asset.request.pictures:
                if picture.path is not None and picture not in digests:
                    digests[picture] = _digest_picture(picture, picture.path)
    return digests


def read_lock(path: Path, root: Path) -> Lock:
    """The lock at ``path``; an empty one when there is none. Raises ``PlanRefused``."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Lock()
    except (OSError, UnicodeDecodeError) as error:
        raise PlanRefused(f"{path} cannot be read: {error}.", hint="Restore it from git.") from error
    shown = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
    return lock.parse(text, shown)


def _digest_picture(picture: Picture, path: Path) -> str:
    try:
        return digest.of_file(path)
    except OSError as error:
        raise PlanRefused(f"{picture.value} cannot be read: {error.strerror}.") from error


class Surveyor:
    """Gathers the facts of recipes from the places they are kept."""

    def __init__(self, places: Places, store: LocalStore, journal: Journal | None) -> None:
        self._places = places
        self._store = store
        self._journal = journal

    def survey(self, recipe: Recipe) -> Surveyed:
        """The facts of one recipe."""
        known = read_lock(self._places.lock_of(recipe), self._places.root)
        output = self._places.output_of(recipe)
        listed = manifest.read(output / manifest.NAME)
        purchases = self._purchases(recipe)
        facts = {}
        for asset in recipe.assets:
            entry, bought = known.assets.get(asset.name), purchases[asset.name]
            facts[asset.name] = Facts(
                entry=entry,
                purchases=tuple(bought),
                held=frozenset(held_of(entry, bought, self._store, output)),
                disk=self._disk(entry, listed.get(asset.name), output),
            )
        return Surveyed(recipe, known, listed, facts)

    def _purchases(self, recipe: Recipe) -> defaultdict[str, list[Purchase]]:
        """Asset → purchases, oldest first."""
        found: defaultdict[str, list[Purchase]] = defaultdict(list)
        for purchase in self._journal.purchases(recipe.key) if self._journal is not None else ():
            found[purchase.asset].append(purchase)
        return found

    def _disk(self, entry: Entry | None, listed: object, output: Path) -> dict[str, str | None]:
        """Digest of each delivered file as it is now; None: missing.

        The manifest counts as one more file: without an entry that agrees with the lock it is made again.
        """
        if entry is None:
            return {}
        disk = {name: self._digest_now(output / name, sha256) for name, sha256 in entry.files.items()}
        if manifest.digests(listed) != dict(entry.files):
            disk[manifest.NAME] = None
        return disk

    def _digest_now(self, path: Path, locked: str) -> str | None:
        try:
            found = digest.of_file(path)
        except OSError:
            return None
        if found != locked and self._journal is not None and self._journal.is_ours(str(path), found):
            return STALE
        return found


def held_of(entry: Entry | None, bought: Sequence[Purchase], store: LocalStore, output: Path) -> set[str]:
    """Digests of this asset's originals that are here: in the store, or delivered and unchanged."""
    originals = [purchase.original for purchase in bought if purchase.original is not None]
    if entry is not None:
        originals.append(entry.original)
    held = {original.sha256 for original in originals if store.holds(original)}
    if entry is not None and entry.original.sha256 not in held and delivered_copy(entry, output):
        held.add(entry.original.sha256)
    return held


def delivered_copy(entry: Entry, output: Path) -> Path | None:
    """The delivered file that is the original itself, if it is still there."""
    wanted: Original = entry.original
    for name, sha256 in entry.files.items():
        if sha256 == wanted.sha256 and (output / name).is_file():
            return output / name
    return None


def delivered_copies(seen: Survey, places: Places) -> dict[str, Path]:
    """Digest of each original → the delivered file that is a copy of it."""
    copies: dict[str, Path] = {}
    for one in seen.recipes:
        output = places.output_of(one.recipe)
        for entry in one.lock.assets.values():
            if (copy := delivered_copy(entry, output)) is not None:
                copies[entry.original.sha256] = copy
    return copies
