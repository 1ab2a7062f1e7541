"""Cut-outs of local pictures: the work on all of them."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from pathlib import Path

from pipeline.deliver.cutouts import CutoutJob, CutoutResult
from pipeline.deliver.files import move_in
from pipeline.deliver.workers import Workers
from pipeline.errors import DeliveryError, PipelineError, clean
from pipeline.events import Emit, Event
from pipeline.recipe.spec import Cutout
from pipeline.run.batch import Batch, Item, is_strange
from pipeline.run.interrupt import listening
from pipeline.run.scratch import scratch

_DIGITS = 3  # behind the point; more would only differ from machine to machine


async def cut_all(batch: Batch, settings: Cutout, workers: Workers, emit: Emit) -> bool:
    """Cut out every picture of ``batch`` side by side and tell of each; whether all went well.

    A result is moved into place when it is complete. Raises ``DeliveryError`` when the output folder cannot
    be written at all; the trouble of one picture is an event.
    """
    _start(batch, emit)
    with scratch(batch.output, CutoutJob.kept) as place:
        jobs = [_job(item, place / str(number), settings) for number, item in enumerate(batch.items)]
        async with listening(), workers:
            work = (_cut(*one, batch, workers, emit) for one in zip(batch.items, jobs, strict=True))
            done = await asyncio.gather(*work)
    emit(Event("cutout-finished", data={"done": sum(done), "failed": len(done) - sum(done)}))
    return all(done)


def nothing(batch: Batch, emit: Emit) -> None:
    """Tell that there is nothing to do, and why."""
    _start(batch, emit)
    emit(Event("cutout-finished", data={"done": 0, "failed": 0}))


def _start(batch: Batch, emit: Emit) -> None:
    data = {"pictures": len(batch.items), "output": _readable(batch.shown), "left_out": list(batch.left_out)}
    emit(Event("cutout-started", data=data))


def _job(item: Item, staging: Path, settings: Cutout) -> CutoutJob:
    sheet = None if item.sheet is None else staging.with_suffix(".compare")
    return CutoutJob(item.name, item.source, staging, settings, sheet, item.black)


async def _cut(item: Item, job: CutoutJob, batch: Batch, workers: Workers, emit: Emit) -> bool:
    try:
        result = await workers.cut(job)
        await asyncio.to_thread(_place, item, job, overwrite=batch.overwrite)
    except PipelineError as error:
        emit(Event("cutout-failed", asset=item.name, data={"message": error.message, "hint": error.hint}))
        return False
    emit(Event("cutout-done", asset=item.name, data=_told(item, batch.shown, result)))
    return True


def _place(item: Item, job: CutoutJob, *, overwrite: bool) -> None:
    """Move the finished files into place. Raises ``DeliveryError``, also for what has turned up meanwhile."""
    for made, file in zip(filter(None, (job.staging, job.sheet)), item.files, strict=True):
        if is_strange(file) and not overwrite:
            raise DeliveryError(f"{clean(file)} has turned up meanwhile and is not ours.", hint="Run again.")
        move_in(made, file, CutoutJob.kept)


def _told(item: Item, folder: str, result: CutoutResult) -> dict[str, object]:
    said = asdict(result)
    del said["asset"]
    files = [_readable(Path(folder, file.name)) for file in item.files]
    names = dict(zip(("output", "compare"), [*files, None], strict=False))
    rounded = {key: round(getattr(result, key), _DIGITS) for key in ("confidence", "fringe", "seconds")}
    return {"second": item.second or None, **names, **said, **rounded}


def _readable(path: str | Path) -> str:
    """``path`` in letters that every reader of JSON takes: a byte that is no UTF-8 becomes ``?``."""
    return str(path).encode("utf-8", "replace").decode("utf-8")
