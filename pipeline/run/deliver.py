"""From a paid original to files in place, an entry in the lock and one in the manifest."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pipeline import digest
from pipeline.clock import Clock
from pipeline.deliver import manifest
from pipeline.deliver.files import drop_empty, move_in, write_text, writing
from pipeline.deliver.process import MadeFile, PictureJob, PictureResult
from pipeline.deliver.sets import Drawing
from pipeline.deliver.store import LocalStore
from pipeline.deliver.workers import Workers
from pipeline.errors import DeliveryError, clean
from pipeline.generate.job import Bought, Delivery, Job
from pipeline.generate.journal import Journal
from pipeline.plan import fingerprint
from pipeline.plan.lock import Entry, Lock
from pipeline.plan.purchase import Original
from pipeline.recipe.spec import Asset, Picture, owner
from pipeline.run.code import write_code
from pipeline.run.places import Places
from pipeline.run.survey import Surveyed

STAGING = ".pipeline-staging"
CHECKPOINT_SHARE = 20  # pauses between checkpoints, in times of what one took
CHECKPOINT_S = 5.0  # the lock is kept this fresh during a run; after a kill the journal knows the rest


class Delivering:
    """Writes one recipe's results. ``asked`` names the assets this run makes."""

    def __init__(
        self,
        seen: Surveyed,
        *,
        asked: Container[str],
        places: Places,
        store: LocalStore,
        journal: Journal,
        workers: Workers,
        clock: Clock,
    ) -> None:
        self.code: list[str] = []  # files of code that were written, below the project root
        self._recipe = seen.recipe
        self._places = places
        self._facts = seen.facts
        self._asked = asked
        self._output = places.output_of(seen.recipe)
        self._lock_path = places.lock_of(seen.recipe)
        self._store = store
        self._journal = journal
        self._workers = workers
        self._clock = clock
        self._saved_at = clock.monotonic()
        self._pause_s = CHECKPOINT_S
        self._entries = dict(seen.lock.assets)
        self._listed: dict[str, Any] = dict(seen.listed)
        self._delivered: list[int] = []  # purchases whose files are in place
        self._firsts: dict[str, int] = {}  # purchases of first renders whose second is to come
        self._held_back: dict[str, tuple[Asset, Bought]] = {}  # firsts that enter the lock with their second

    async def deliver(self, job: Job, bought: Bought) -> Delivery:
        """Make every file of an asset and put them in place together; of a first render there is none.

        Raises ``ProcessError``, ``DeliveryError``.
        """
        if job.asset.is_first:
            self._held_back[job.asset.name] = (job.asset, bought)
            if not self._is_replaced(job, bought):
                self._note_first(job.asset.name)
            return Delivery()
        originals = await asyncio.to_thread(self._originals, bought)
        staging = self._output / STAGING / f"{job.asset.name}.{os.getpid()}"
        try:
            with writing(staging):
                staging.mkdir(parents=True, exist_ok=True)
            result = await self._workers.run(picture_job(job.asset, originals, staging, bought.art))
            files = {self._name(job.asset, made): made for made in result.files}
            self._check(job, files, await asyncio.to_thread(self._found, files))
            self._journal.wrote({str(self._output / name): made.sha256 for name, made in files.items()})
            kept = {name: sha256 for name, sha256 in self._accepted(job).items() if name in files}
            if _is_by_hand(files, kept) and not job.asset.is_candidate:
                result = replace(result, unmet=())
            await asyncio.to_thread(self._place, job, files, staging, kept)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
            drop_empty(staging.parent, self._output)  # a run that has nothing to do clears nothing away
        self._note_first(job.asset.first)
        self._note(job.asset, bought, result, files, kept)
        warnings = [*result.warnings, *hand_made_warnings(job, kept)]
        if job.asset.is_candidate:  # of these only the one that is picked has to be as the recipe wants it
            return Delivery(tuple(files), (), result.trouble, result.unmet)
        cutout = self._listed[job.asset.name].get("cutout", {})
        trouble = result.trouble or unmet_in_words(result.unmet)
        return Delivery(tuple(files), tuple(warnings), trouble, result.unmet, cutout)

    def finish(self, *, keep_all: bool = False) -> list[str]:
        """Prune what belongs to assets the recipe no longer has, write everything down; the files pruned.

        ``keep_all``: this run was asked for a part of the recipe, so nothing else is touched. Code is written
        here only: an app that is built while a run goes on keeps the constants it has. Raises
        ``DeliveryError``, for a file in the way of code when everything else is written.
        """
        shutil.rmtree(self._output / STAGING, ignore_errors=True)
        self.save()
        pruned: list[str] = []
        if not keep_all:
            pruned = self._prune_removed()
            self.save()
        self.code = write_code(self._recipe, self._listed, self._places)
        return pruned

    def _wanted(self) -> set[str]:
        """Every file some entry still has: another asset may deliver under a name that became free."""
        return {name for entry in self._entries.values() for name in entry.files}

    def _prune_removed(self) -> list[str]:
        # A former name's entry stays until the asset is delivered under its new one.
        waiting = {old for old, new in self._recipe.renames.items() if new not in self._entries}
        names = {asset.name for asset in self._recipe.assets} | waiting
        pruned: list[str] = []
        for name in self._entries.keys() - names:
            pruned += self._prune(self._entries.pop(name).ours, self._wanted())
        self._listed = {name: entry for name, entry in self._listed.items() if name in names}
        return sorted(pruned)

    def settle(self, name: str, entry: Entry) -> None:
        """A merge left two entries for this asset, and this is the one that holds."""
        self._entries[name] = entry

    def save(self) -> None:
        """Write manifest and lock, each only when it differs. Raises ``DeliveryError``."""
        began = self._clock.monotonic()
        if self._entries or self._lock_path.exists():
            write_text(self._output / manifest.NAME, manifest.to_text(self._recipe.key, self._listed))
            write_text(self._lock_path, Lock(self._entries).to_text())
        self._journal.delivered(*self._delivered)  # only now: until the lock says so, a rerun delivers them
        self._delivered.clear()
        self._saved_at = self._clock.monotonic()
        self._pause_s = max(CHECKPOINT_S, CHECKPOINT_SHARE * (self._saved_at - began))

    # -- inside ----------------------------------------------------------------------------------------------

    def _originals(self, bought: Bought) -> list[Path]:
        """The files in the store: the picture itself; of two renders the one on white, then that on black."""
        renders = [bought.original] if bought.first is None else [bought.first, bought.original]
        return [self._store.path(render) for render in renders]

    def _found(self, names: Iterable[str]) -> dict[str, str]:
        """Digests of the files that are in the way."""
        paths = {name: self._inside(name) for name in names}
        found = {}
        for name, path in paths.items():
            with writing(path):
                if path.is_file():
                    found[name] = digest.of_file(path)
        return found

    def _check(self, job: Job, files: Mapping[str, MadeFile], found: Mapping[str, str]) -> None:
        """A file edited by hand since the plan was made stops the asset before any of its files is moved."""
        for name, sha256 in found.items():
            ours = self._is_ours(job.asset.name, name, sha256, files[name])
            if not ours and not job.wishes.overwrite_edited:
                raise DeliveryError(
                    f"{self._output / name} is not as pipeline left it: edited by hand, or someone else's.",
                    hint="Move it away and run the same command again; the paid original is in the store.",
                    asset=job.asset.name,
                )

    def _is_ours(self, asset: str, name: str, found: str, made: MadeFile) -> bool:
        entry = self._entries.get(asset)
        known = entry.files.get(name) if entry is not None else None
        listed = manifest.digests(self._listed.get(asset)).get(name)
        return found in (known, listed, made.sha256) or self._journal.is_ours(str(self._output / name), found)

    def _place(self, job: Job, files: Mapping[str, MadeFile], staging: Path, kept: Container[str]) -> None:
        """Move every file into place, then drop those an earlier recipe made and this one does not."""
        for name, made in files.items():
            if name not in kept:
                move_in(staging / made.name, self._inside(name))
        entry = self._entries.get(job.asset.name, job.facts.entry)  # of an attempt before this one, too
        if entry is not None:
            others = {name for key, e in self._entries.items() if key != job.asset.name for name in e.files}
            former = job.facts.renamed_from
            self._prune(entry.ours, files.keys() | (others - (entry.files.keys() if former else set())))

    def _inside(self, name: str) -> Path:
        """The file's path. Raises ``DeliveryError`` where a link would lead out of the output folder."""
        path = self._output / name
        try:
            if path.parent.resolve().is_relative_to(self._output.resolve()):
                return path
        except (OSError, RuntimeError):  # RuntimeError: Python 3.11 and 3.12 on a loop of links
            pass
        raise DeliveryError(
            f"{clean(path)} leads out of the output folder through a link.",
            hint="Remove the link and run again.",
        )

    def _accepted(self, job: Job) -> dict[str, str]:
        """Files made by hand that stay as they are, with their digests."""
        entry = job.facts.entry
        if entry is None or job.wishes.overwrite_edited:
            return {}
        return {name: entry.files[name] for name in entry.accepted if (self._output / name).is_file()}

    def _prune(self, old: Mapping[str, str], new: Container[str]) -> list[str]:
        """Remove files we wrote that nothing makes any more; one that was edited since is left."""
        gone = []
        for name, sha256 in old.items():
            path = self._inside(name)
            if name not in new and path.is_file() and digest.of_file(path) == sha256:
                with writing(path):
                    path.unlink()
                drop_empty(path.parent, self._output)
                gone.append(name)
        return gone

    def _name(self, asset: Asset, made: MadeFile) -> str:
        return f"{asset.directory}/{made.name}" if asset.directory else made.name

    def _is_replaced(self, job: Job, bought: Bought) -> bool:
        """Whether files made from an earlier first render stay in place until this one's second is here."""
        asset, entry = owner(job.asset.name), job.facts.entry
        delivered = asset in self._asked and self._facts[asset].entry is not None
        return delivered and entry is not None and entry.original != bought.original

    def _note_first(self, name: str) -> None:
        """Write a first render down, if there is one to: until now the lock described the pair before it."""
        if name in self._held_back:
            self._note(*self._held_back.pop(name), PictureResult(name, ()), {}, {})

    def _note(
        self,
        asset: Asset,
        bought: Bought,
        result: PictureResult,
        files: Mapping[str, MadeFile],
        kept: Mapping[str, str],
    ) -> None:
        done = not result.trouble
        self._entries[asset.name] = Entry(
            paid=bought.fingerprint,
            free=fingerprint.free(bought.original.sha256, asset) if done else "",
            request=bought.described,
            post=fingerprint.describe_post(asset),
            values=asset.values,
            original=bought.original,
            files={**{name: made.sha256 for name, made in files.items()}, **kept},
            task=bought.task_id,
            credits=bought.credits,
            accepted=tuple(kept),
            unmet=result.unmet,
            attempt=bought.attempt,
            pick=bought.pick,
        )
        if not (asset.is_first or asset.is_candidate):
            listed = manifest.describe(result, asset.directory)
            self._listed[asset.name] = manifest.keep(listed, self._output, kept)
        if done:
            self._delivered += self._completed(asset, bought)
        # Before the next attempt is paid for it has to be known how many there were.
        if result.unmet or self._clock.monotonic() - self._saved_at > self._pause_s:
            self.save()

    def _completed(self, asset: Asset, bought: Bought) -> Iterator[int]:
        """Purchases that have come to their end. Those of what lies beside an asset wait for it.

        A rerun of an interrupted ``--regenerate`` has to find them undelivered, or it buys them again.
        """
        beside = asset.is_first or asset.is_candidate
        if bought.purchase is not None and beside and owner(asset.name) in self._asked:
            self._firsts[asset.name] = bought.purchase
            return
        waiting = () if bought.more else self._waiting(asset, bought.first)
        yield from {*waiting, *filter(None, [bought.purchase])}

    def _waiting(self, asset: Asset, first: Original | None) -> Iterator[int]:
        """The purchases beside this asset, by this run and by earlier ones, that waited for it."""
        originals = {asset.first: first} if first is not None else {}
        originals |= {one: self._entries[one].original for one in asset.candidates if one in self._entries}
        for name, original in originals.items():
            yield from filter(None, [self._firsts.pop(name, None)])
            for one in self._facts[name].purchases:
                if one.state == "fetched" and one.original == original:
                    yield one.id


def _is_by_hand(files: Mapping[str, MadeFile], kept: Container[str]) -> bool:
    """Whether the full-size result was made by hand and accepted: our own is then not what counts."""
    purposes = {made.purpose: name for name, made in files.items()}
    return purposes.get("cutout", purposes.get("original")) in kept


def unmet_in_words(unmet: Sequence[str]) -> str:
    """What the summary says of a result that does not pass its checks; nothing when there is nothing."""
    return f"delivered, but it does not pass its checks: {'; '.join(unmet)}" if unmet else ""


def hand_made_warnings(job: Job, kept: Container[str]) -> Iterator[str]:
    """What became of files that were accepted as made by hand."""
    entry = job.facts.entry
    for name in entry.accepted if entry is not None else ():
        if name in kept:
            yield f"{name} was accepted as made by hand and is kept"
        elif job.facts.renamed_from:
            yield f"{name} was made by hand and is left under its old name"


def picture_job(
    asset: Asset, originals: Sequence[Path], staging: Path, art: Mapping[Picture, Path] = MappingProxyType({})
) -> PictureJob:
    """The work for a pixel worker: plain data only, so that it can cross to another process."""
    original, *second = originals
    drawings = (
        Drawing(one.slot, tuple(art[picture] for picture in one.pictures), one.cutout) for one in asset.art
    )
    return PictureJob(
        asset=asset.name,
        original=original,
        original_extension=original.suffix.removeprefix("."),
        on_black=second[0] if second else None,
        cutout=asset.cutout,
        icons=asset.icons,
        formats=asset.formats,
        filename=asset.filename,
        staging=staging,
        targets=asset.targets,
        drawings=tuple(drawings),
        contact_sheet=asset.contact_sheet,
        max_kb=asset.max_kb,
        checks=asset.checks,
        video=asset.video,
    )
