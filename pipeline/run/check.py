"""Checking what is on disk: which files and assets are meant, and every rule on all of them."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from pipeline import media
from pipeline.deliver import manifest
from pipeline.deliver.files import regular
from pipeline.deliver.finding import Finding
from pipeline.deliver.listed import SET, cutout_of, files_of, is_broken, warnings_of
from pipeline.deliver.look import AssetLook, Look
from pipeline.deliver.rules import FOLDERS, examine, holds_a_set, judge, survey
from pipeline.deliver.rules.folders.tree import Tree
from pipeline.errors import UsageError, clean
from pipeline.picture.containers import icns, ico
from pipeline.plan.lock import Lock
from pipeline.recipe.spec import Asset, Recipe
from pipeline.run.exported import against_record
from pipeline.run.places import Places
from pipeline.run.survey import read_lock

RESTORE = "Running again restores it, at no cost."
_BROKEN = "is not a manifest as a run writes it"
_NAMED_LIKE_MEDIA = frozenset({*media.IMAGES, *media.VIDEOS, "jpeg", "ico", "icns"})
_ICONS = (ico.MAGIC, icns.MAGIC)
MAX_FILES = 50_000
"""Files of one folder that are looked at, those in folders below it included."""


@dataclass(slots=True)
class Scope:
    """What is to be looked at. ``known`` is what was found while looking for it."""

    files: list[Look] = field(default_factory=list)
    folders: list[Tree] = field(default_factory=list)
    assets: list[AssetLook] = field(default_factory=list)
    known: list[Finding] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing that any rule could say something of."""
        return not (self.files or self.assets or self.known or any(map(holds_a_set, self.folders)))

    @classmethod
    def joined(cls, scopes: Iterable[Scope]) -> Scope:
        """All of them as one."""
        whole = cls()
        for scope in scopes:
            whole.files += scope.files
            whole.folders += scope.folders
            whole.assets += scope.assets
            whole.known += scope.known
        return whole


def of_recipe(recipe: Recipe, places: Places) -> Scope:
    """What a recipe delivered: the assets it has now, and their files.

    Raises ``PlanRefused`` for a lock that cannot be read, where it says what was picked.
    """
    output, scope = places.output_of(recipe), Scope()
    path = output / manifest.NAME
    listed = manifest.read(path)
    if not listed:
        scope.known.append(_nothing_listed(path, recipe, places))
        return scope
    waits = any(asset.candidates and asset.pick == "person" for asset in recipe.named)
    known = read_lock(places.lock_of(recipe), places) if waits else Lock()
    for asset in recipe.named:
        if asset.name in listed:
            before = len(scope.files)
            _add_asset(scope, asset.name, listed[asset.name], output, places.shown(output), recipe.key)
            scope.assets[-1] = replace(
                scope.assets[-1],
                wants_cutout=_wants_cutout(asset),
                unpicked=_unpicked(asset, known),
                pick_command=places.pick_command(asset.name),
            )
            scope.files[before:] = _with_expectations(scope.files[before:], asset)
            scope.folders += _sets(scope.files[before:], output, places.shown(output))
        else:
            missing = Finding("warning", "is not delivered yet", f"Make it: {places.run_command(recipe)}")
            scope.known.append(replace(missing, rule="delivered", asset=asset.name, recipe=recipe.key))
    return scope


def of_folder(folder: Path, shown: Path) -> Scope:
    """Every picture, video and icon in a folder and those below it, and the sets they make up.

    Of delivered ones, what their manifest says, and of exported ones the export's record. Hidden files and
    folders, links that lead elsewhere and files of other kinds are passed over, and what is beyond
    ``MAX_FILES``, which is said. Raises ``UsageError`` when one of the folders cannot be listed.
    """
    scope = Scope()
    loose: list[Look] = []
    for place, names in _walk(folder, shown):
        below = shown / place.relative_to(folder)
        for name, entry in manifest.read(place / manifest.NAME).items():
            _add_asset(scope, name, entry, place, str(below))
        if is_broken(place / manifest.NAME):
            scope.known.append(_broken_manifest(below / manifest.NAME))
        scope.known += against_record(place, below)
        left = MAX_FILES - len(loose)
        loose += [Look(place / name, clean(below / name)) for name in names[:left]]
        if len(names) > left:
            scope.known.append(_too_many(below))
            break
    listed = {os.path.realpath(look.path) for look in scope.files}
    inside = [look for look in loose if regular(folder, str(look.path.relative_to(folder)))]
    scope.folders.append(Tree.of(folder, shown, (look.path for look in inside)))
    scope.files += [
        look for look in inside if os.path.realpath(look.path) not in listed and _is_media(look.path)
    ]
    return scope


def of_file(path: Path, shown: Path) -> Scope:
    """One file, whatever it turns out to be."""
    return Scope(files=[Look(path, clean(shown))])


def check(scope: Scope, threads: int) -> Iterator[Finding]:
    """Everything there is to say, files in order; ``threads`` of them are looked at side by side."""
    yield from scope.known
    for asset in scope.assets:
        yield from judge(asset)
    work = [partial(_surveyed, tree, rule) for tree in scope.folders for rule in FOLDERS]
    for findings in _side_by_side([*work, *(partial(_examined, look) for look in scope.files)], threads):
        yield from findings


def _examined(look: Look) -> list[Finding]:
    """A list: what is found is found in the thread that looks."""
    # A copy keeps the decoded picture, so that it goes when its file has been looked at.
    return list(examine(replace(look)))


def _surveyed(tree: Tree, rule: str) -> list[Finding]:
    return list(survey(tree, rule))


def _side_by_side(work: Sequence[Callable[[], list[Finding]]], threads: int) -> Iterator[list[Finding]]:
    """The results of all ``work`` in order. Threads serve: decoders and numpy let others run meanwhile."""
    waiting: deque[Future[list[Finding]]] = deque()
    with ThreadPoolExecutor(threads, thread_name_prefix="check") as pool:
        try:
            for one in work:
                waiting.append(pool.submit(one))
                if len(waiting) > 2 * threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


# --- which files ---------------------------------------------------------------------------------------


def _add_asset(scope: Scope, name: str, entry: Any, output: Path, shown: str, recipe: str = "") -> None:
    """An asset as the manifest in ``output`` has it, and each of its files that is there."""
    name, cutout = clean(name), cutout_of(entry)
    scope.assets.append(AssetLook(name, recipe, cutout, warnings_of(entry)))
    for listed in files_of(entry):
        path, called = regular(output, listed.name), clean(f"{shown}/{listed.name}")
        if path is None:
            missing = Finding("error", "is missing", RESTORE, "delivered", called, name, recipe)
            scope.known.append(missing)
        else:
            scope.files.append(Look(path, called, recipe, name, listed, cutout))


def _with_expectations(files: list[Look], asset: Asset) -> list[Look]:
    """What the recipe asks for is asked of the full-size result: the cut-out, else the original."""
    full = "original" if asset.cutout is None else "cutout"
    return [
        replace(look, expected=asset.checks) if look.listed and look.listed.purpose == full else look
        for look in files
    ]


def _sets(files: Iterable[Look], output: Path, shown: str) -> Iterator[Tree]:
    """The platform sets of an asset, each the folder that its target is named for."""
    found: dict[Path, list[Look]] = {}
    for look in files:
        if look.listed is not None and look.listed.purpose == SET:
            parts = Path(look.listed.name).parts
            end = parts.index(look.listed.label) + 1 if look.listed.label in parts else len(parts) - 1
            found.setdefault(Path(*parts[:end]), []).append(look)
    for place, looks in found.items():
        paths = (look.path for look in looks)
        yield Tree.of(output / place, Path(shown) / place, paths, looks[0].recipe, looks[0].asset)


def _walk(folder: Path, shown: Path) -> Iterator[tuple[Path, list[str]]]:
    """Each folder from ``folder`` down with the names of its files, sorted; hidden ones left out."""

    def refuse(error: OSError) -> None:
        where = shown / Path(error.filename or folder).relative_to(folder)
        raise UsageError(f"{clean(where)} cannot be listed: {error.strerror}.") from error

    for place, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield Path(place), sorted(name for name in names if not name.startswith("."))


def _is_media(path: Path) -> bool:
    """Whether a file is a picture or video of a kind that is read, or is named like one."""
    if path.suffix.removeprefix(".").lower() in _NAMED_LIKE_MEDIA:
        return True
    try:
        with path.open("rb") as stream:
            head = stream.read(media.HEAD_BYTES)
            return head.startswith(_ICONS) or media.sniff(head) in media.IMAGES + media.VIDEOS
    except OSError:
        return False


def _wants_cutout(asset: Asset) -> bool:
    return asset.cutout is not None and asset.kind == "image"


def _unpicked(asset: Asset, known: Lock) -> int:
    """How many candidates there are, while a person is to pick one and has not."""
    waits = asset.candidates and asset.pick == "person"
    entry = known.assets.get(asset.name)
    return len(asset.candidates) if waits and (entry is None or entry.pick is None) else 0


def _broken_manifest(shown: Path) -> Finding:
    hint = "If it is of a recipe, running that again writes it anew, at no cost."
    return Finding("error", _BROKEN, hint, "delivered", clean(shown))


def _too_many(shown: Path) -> Finding:
    said = f"is beyond the first {MAX_FILES:,} files: neither it nor what follows is looked at"
    return Finding("warning", said, "Name the folders to look at one by one.", "readable", clean(shown))


def _nothing_listed(path: Path, recipe: Recipe, places: Places) -> Finding:
    run = places.run_command(recipe)
    if path.exists():
        found = Finding("error", _BROKEN, f"Write it anew, at no cost: {run}")
    else:
        found = Finding("warning", "is not there: nothing is delivered yet", f"Make it: {run}")
    return replace(found, rule="delivered", file=clean(places.shown(path)), recipe=recipe.key)
