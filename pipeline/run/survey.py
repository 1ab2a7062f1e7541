"""What is true outside the recipes, read without changing it: locks, journal, store, delivered files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pipeline import digest
from pipeline.clock import Clock
from pipeline.deliver import manifest
from pipeline.deliver.files import regular
from pipeline.deliver.store import LocalStore
from pipeline.errors import PlanRefused, clean
from pipeline.generate.journal import Journal
from pipeline.plan import lock
from pipeline.plan.build import CodeStep, Plan, Prune, Step, build
from pipeline.plan.decide import STALE, Facts, Wishes
from pipeline.plan.lock import Entry, Lock
from pipeline.plan.purchase import Purchase
from pipeline.recipe.spec import (
    CANDIDATE,
    MOST_CANDIDATES,
    ON_WHITE,
    Asset,
    Picture,
    Recipe,
    candidate_number,
    owner,
)
from pipeline.run.code import survey_code
from pipeline.run.places import Places

ORPHANS = ""  # in place of an asset's name
ChooseNames = Callable[[Recipe], set[str] | None]
AskWishes = Callable[[Recipe, str], Wishes]
DigestOf = Callable[[Path], str | None]


@dataclass(frozen=True, slots=True)
class Surveyed:
    """The facts of one recipe."""

    recipe: Recipe
    lock: Lock
    listed: Mapping[str, object]  # the entries of manifest.json
    facts: Mapping[str, Facts]
    prunes: tuple[Prune, ...] = ()
    copies: Mapping[str, Path] = field(default_factory=dict)  # digest of an original → a delivered copy of it
    code: tuple[CodeStep, ...] = ()
    given_up: tuple[Purchase, ...] = ()  # of candidates the recipe no longer asks for


@dataclass(frozen=True, slots=True)
class Survey:
    """The facts of a run."""

    recipes: tuple[Surveyed, ...]
    file_digests: Mapping[Picture, str]

    def plan(self, wishes: AskWishes, chosen: ChooseNames) -> Plan:
        """What is due. A part of a recipe leaves the rest of it alone, leftovers included."""
        steps: list[Step] = []
        prunes: list[Prune] = []
        code: list[CodeStep] = []
        for seen in self.recipes:
            recipe = seen.recipe
            steps += build(
                recipe,
                seen.facts,
                self.file_digests,
                lambda name, recipe=recipe: wishes(recipe, name),  # type: ignore[misc]
                names := chosen(recipe),
            )
            if names is None:
                prunes += seen.prunes
                code += seen.code
        conflicts = tuple(seen.recipe.key for seen in self.recipes if seen.lock.conflicted)
        return Plan(tuple(steps), tuple(prunes), conflicts, code=tuple(code))


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
            for picture in asset.files:
                if picture.path is not None and picture not in digests:
                    digests[picture] = _digest_picture(picture, picture.path)
    return digests


def read_lock(path: Path, places: Places) -> Lock:
    """The lock at ``path``; an empty one when there is none. Raises ``PlanRefused``."""
    if path.exists() and regular(path.parent, path.name) is None:
        raise PlanRefused(
            f"{clean(places.shown(path))} is no plain file of this project.", hint="Restore it from git."
        )
    try:
        text = digest.read_text(path)
    except FileNotFoundError:
        return Lock()
    except (OSError, UnicodeDecodeError) as error:
        raise PlanRefused(f"{path} cannot be read: {clean(error)}.", hint="Restore it from git.") from error
    return lock.parse(text, places.shown(path))


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
        self._digests: dict[Path, str | None] = {}

    def survey(self, recipe: Recipe) -> Surveyed:
        """The facts of one recipe."""
        known = read_lock(self._places.lock_of(recipe), self._places)
        output = self._places.output_of(recipe)
        listed = manifest.read(output / manifest.NAME)
        purchases = self._purchases(recipe)
        former = formers(recipe, known)
        copies = copies_of(known, output, self._digest)
        facts = {
            asset.name: self._facts(asset, former, known, listed, purchases, copies, output)
            for asset in recipe.assets
        }
        prunes = tuple(prunes_of(recipe, known, output, self._digest))
        code = tuple(survey_code(recipe, listed, self._places))
        given_up = tuple(one for one in purchases[ORPHANS] if candidate_number(one.asset))
        return Surveyed(recipe, known, listed, facts, prunes, copies, code, given_up)

    def _facts(
        self,
        asset: Asset,
        renamed: Mapping[str, str],
        known: Lock,
        listed: Mapping[str, Any],
        purchases: Mapping[str, list[Purchase]],
        copies: Container[str],
        output: Path,
    ) -> Facts:
        name = asset.name
        former = renamed.get(name, "")
        entry = known.assets.get(former or name)
        kin = tuple(kin_of(former or name, renamed.get(owner(name), owner(name)), known))
        bought = bought_for(asset, purchases, entry)
        rival = known.rivals.get(name)
        return Facts(
            entry=entry,
            rival=rival,
            kin=kin,
            renamed_from=former,
            purchases=tuple(bought),
            held=frozenset(held_of([entry, rival, *kin], bought, self._store, copies)),
            disk=self._disk(asset, entry, rival, listed.get(former or name), output),
        )

    def _purchases(self, recipe: Recipe) -> defaultdict[str, list[Purchase]]:
        """Asset → purchases, oldest first; those of assets the recipe no longer has under ``ORPHANS``.

        An asset that was given another name finds what was paid for under the old one: by the request.
        """
        names = {asset.name for asset in recipe.assets}
        found: defaultdict[str, list[Purchase]] = defaultdict(list)
        if self._journal is None:
            return found
        for purchase in self._journal.purchases(recipe.key):
            found[purchase.asset if purchase.asset in names else ORPHANS].append(purchase)
        for key in self._journal.recipes():
            # A renamed recipe file, say: what was paid for under its old name is found by the request.
            if key != recipe.key and regular(self._places.root, key) is None:
                found[ORPHANS] += self._journal.purchases(key)
        return found

    def _disk(
        self, asset: Asset, entry: Entry | None, rival: Entry | None, listed: object, output: Path
    ) -> dict[str, str | None]:
        """Digest of each delivered file as it is now; None: missing.

        The manifest counts as one more file: without an entry that agrees with the lock it is made again.
        Candidates have none: nothing but the one that is picked is for an app to use.
        """
        if entry is None:
            return {}
        theirs = rival.files if rival is not None else {}
        disk = {
            name: self._digest_now(output, name, {entry.files.get(name), theirs.get(name)})
            for name in {**entry.files, **theirs}
        }
        if not asset.is_candidate and manifest.digests(listed) != dict(entry.files):
            disk[manifest.NAME] = None
        return disk

    def _digest_now(self, output: Path, name: str, locked: set[str | None]) -> str | None:
        path = regular(output, name)
        if path is None:
            return None
        found = self._digest(path)
        if found is None or found in locked or self._journal is None:
            return found
        return STALE if self._journal.is_ours(str(path), found) else found

    def _digest(self, path: Path) -> str | None:
        """The digest of a file's content as it is now, read once; None where it cannot be read."""
        if path not in self._digests:
            try:
                self._digests[path] = digest.of_file(path)
            except OSError:
                self._digests[path] = None
        return self._digests[path]


def formers(recipe: Recipe, known: Lock) -> dict[str, str]:
    """Asset → its former name, for renames the lock has not seen yet."""
    names = {asset.name for asset in recipe.assets}
    return {
        new: old
        for old, new in recipe.renames.items()
        if old in known.assets and old not in names and new in names and new not in known.assets
    }


def bought_for(asset: Asset, purchases: Mapping[str, list[Purchase]], entry: Entry | None) -> list[Purchase]:
    """What an asset may take for its own of all that was bought, oldest first.

    One that is rendered twice now may have been bought once on white before; one that has candidates now may
    have been bought alone, which is its first candidate. Candidates have the same request: each takes what
    was bought for that number, so that none is taken twice. ``entry`` is the asset's in the lock.
    """
    name, number = asset.further_of or asset.name, candidate_number(asset.further_of or asset.name)
    found = [one for buyer in {name, owner(name), ORPHANS} for one in purchases[buyer]]
    if number:
        found = [one for one in found if (candidate_number(one.asset) or 1) == number]
    elif asset.candidates:
        found += [one for candidate in asset.candidates for one in purchases[candidate]]
    elif entry is not None:
        found = [one for found_one in found for one in _settled(found_one, entry)]
    return sorted(found, key=lambda one: one.id)


def _settled(purchase: Purchase, entry: Entry) -> Iterator[Purchase]:
    """Candidates that were given up are there to go back to, but replace no original by themselves."""
    if not candidate_number(purchase.asset) or purchase.fingerprint != entry.paid:
        yield purchase
    elif purchase.original is not None:
        yield replace(purchase, state="delivered")


def kin_of(name: str, stem: str, known: Lock) -> Iterator[Entry]:
    """What the lock has of both renders of ``stem``, or of its only one, but for the asset ``name`` itself.

    One that is rendered twice now may have been delivered once on white before, and the other way round. An
    asset may take what its candidates were; a candidate nothing that may be another's.
    """
    numbered = (f"{stem}{CANDIDATE}{number}" for number in range(1, MOST_CANDIDATES + 1))
    beside = [other for other in numbered if other in known.assets]
    if (number := candidate_number(name)) and (number > 1 or beside):
        return
    for other in (stem, f"{stem}{ON_WHITE}", *beside):
        if other != name and other in known.assets:
            yield known.assets[other]


def prunes_of(recipe: Recipe, known: Lock, output: Path, digest_of: DigestOf) -> Iterator[Prune]:
    """What the lock has and the recipe no longer asks for."""
    kept = {asset.name for asset in recipe.assets} | set(formers(recipe, known).values())
    for name in sorted(known.assets.keys() - kept):
        files = known.assets[name].ours.items()
        unchanged = tuple(file for file, sha256 in files if _has(output, file, sha256, digest_of))
        yield Prune(recipe, name, unchanged)


def _has(output: Path, name: str, sha256: str, digest_of: DigestOf) -> bool:
    path = regular(output, name)
    return path is not None and digest_of(path) == sha256


def held_of(
    entries: Sequence[Entry | None], bought: Sequence[Purchase], store: LocalStore, copies: Container[str]
) -> set[str]:
    """Digests of this asset's originals that are here: in the store, or delivered and unchanged."""
    originals = {original for one in bought for original in one.originals}
    held = {original.sha256 for original in originals if store.holds(original)}
    for entry in entries:
        if entry is not None and (store.holds(entry.original) or entry.original.sha256 in copies):
            held.add(entry.original.sha256)
    return held


def copies_of(known: Lock, output: Path, digest_of: DigestOf) -> dict[str, Path]:
    """Digest of each original → a delivered file that is a copy of it, and still has its content.

    The first of two renders is delivered by the asset it was made for.
    """
    entries = [*known.assets.values(), *known.rivals.values()]
    originals = {entry.original.sha256 for entry in entries}
    return {
        sha256: output / name
        for entry in entries
        for name, sha256 in entry.files.items()
        if sha256 in originals and _has(output, name, sha256, digest_of)
    }


def delivered_copies(seen: Survey) -> dict[str, Path]:
    """Digest of each original of a run → the delivered file that is a copy of it."""
    copies: dict[str, Path] = {}
    for one in seen.recipes:
        copies |= one.copies
    return copies
