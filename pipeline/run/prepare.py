"""Pictures made ready for their models while a run goes on, each once, in files that go when it ends."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from pipeline import digest
from pipeline.deliver.prepare import PrepareJob, conversion_of
from pipeline.deliver.store import LocalStore
from pipeline.deliver.workers import Workers
from pipeline.errors import PipelineError, ProcessError, UploadFailed, clean
from pipeline.generate.uploads import Preparation, Prepare, Prepared
from pipeline.recipe.spec import Part, PictureLimits

LONGEST_NAME = 60  # characters of a file's name, before what makes it unique

Key = tuple[tuple[str, ...], Part | None, PictureLimits | None]


@contextmanager
def preparing(workers: Workers, store: LocalStore) -> Iterator[Prepare]:
    """What makes pictures ready, for one run.

    Its files lie where results on their way into the store do: what a killed run left there is cleared by the
    next one.
    """
    prepared = _Preparing(workers, store)
    try:
        yield prepared.prepare
    finally:
        prepared.clear()


class _Preparing:
    """What one run has made ready, by the content it was made of and how."""

    def __init__(self, workers: Workers, store: LocalStore) -> None:
        self._workers = workers
        self._store = store
        self._busy: defaultdict[Key, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._made: dict[Key, Prepared] = {}

    async def prepare(self, wanted: Preparation) -> Prepared:
        """The file to send. Raises ``ProcessError``, ``DeliveryError``, ``UploadFailed``."""
        key = _key(wanted)
        async with self._busy[key]:
            if key not in self._made:
                self._made[key] = await self._prepare(wanted)
            return self._made[key]

    def clear(self) -> None:
        """Remove what was made; a file of the project or the store is not ours to remove."""
        for key, prepared in self._made.items():
            if prepared.sha256 not in key[0]:
                with suppress(OSError):
                    prepared.file.unlink()

    async def _prepare(self, wanted: Preparation) -> Prepared:
        limits = wanted.limits or PictureLimits()
        if wanted.part is None and await asyncio.to_thread(_fits, wanted, limits):
            return Prepared(wanted.files[0], wanted.digests[0])
        target = self._store.scratch(re.sub(r"[^A-Za-z0-9._@#-]", "_", wanted.shown)[:LONGEST_NAME])
        job = PrepareJob(wanted.asset, wanted.shown, wanted.files, target, limits, wanted.part)
        try:
            result = await self._workers.prepare(job)
            await asyncio.to_thread(_refuse_changed, wanted)
        except PipelineError:
            target.unlink(missing_ok=True)
            raise
        return Prepared(target, result.sha256, result.notes)


def _fits(wanted: Preparation, limits: PictureLimits) -> bool:
    """Whether a whole picture is sent as it is; by its header, so that hardly anything is read."""
    try:
        return conversion_of(wanted.files[0], limits) is None
    except ProcessError as error:
        message = f"{clean(wanted.shown)} cannot be sent: {error.message}"
        raise ProcessError(message, hint=error.hint, asset=wanted.asset) from error


def _refuse_changed(wanted: Preparation) -> None:
    """What was read must be what the plan stood on; for a file sent as it is the provider sees to that.

    Asked once the work is done: a file that is the same then was the same before.
    """
    for file, sha256 in zip(wanted.files, wanted.digests, strict=True):
        try:
            same = digest.of_file(file) == sha256
        except OSError:
            same = False
        if not same:
            message = f"{clean(wanted.shown)} changed while the run was under way."
            raise UploadFailed(message, hint="Run again.", asset=wanted.asset)


def _key(wanted: Preparation) -> Key:
    """Two icons of one size are the same picture, whatever they are called."""
    part = wanted.part and replace(wanted.part, label="", first="")
    return wanted.digests, part, wanted.limits
