"""One run at a time writes in a project; a second one waits its turn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pipeline.clock import Clock
from pipeline.deliver.files import writing
from pipeline.events import Emit, Event

RETRY_S = 0.25


@asynccontextmanager
async def holding(path: Path, clock: Clock, emit: Emit) -> AsyncIterator[None]:
    """Hold the project's lock, waiting for as long as another run has it; the system frees it after a kill.

    Raises ``DeliveryError`` when the lock file cannot be made.
    """
    from filelock import FileLock, Timeout

    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path, thread_local=False)
    told = False
    while True:
        try:
            with writing(path):
                lock.acquire(blocking=False)
            break
        except Timeout:
            if not told:
                emit(
                    Event("waiting-for-lock", data={"message": "another run is at work here; waiting for it"})
                )
            told = True
            await clock.sleep(RETRY_S)
    try:
        yield
    finally:
        lock.release()
