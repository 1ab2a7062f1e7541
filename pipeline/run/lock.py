"""One run at a time writes in a project; a second one waits its turn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.clock import Clock
from pipeline.deliver.files import writing
from pipeline.errors import PlanRefused, clean
from pipeline.events import Emit, Event

if TYPE_CHECKING:
    from filelock import BaseFileLock

RETRY_S = 0.25
STATE_FOLDERS = (".pipeline", "sandbox")


@asynccontextmanager
async def holding(path: Path, clock: Clock, emit: Emit) -> AsyncIterator[None]:
    """Hold the project's lock, waiting for as long as another run has it; the system frees it after a kill.

    Raises ``DeliveryError`` when the lock file cannot be made; ``PlanRefused`` when its folder is a link,
    which git may have brought along: journal and store would be written wherever it leads.
    """
    from filelock import FileLock

    for folder in (path.parent, path.parent.parent):
        if folder.name in STATE_FOLDERS and folder.is_symlink():
            raise PlanRefused(
                f"{clean(folder)} is a link.",
                hint="Make it a folder. To keep originals elsewhere, set store: in pipeline.yaml.",
            )
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path, thread_local=False)
    told = False
    while not _acquired(lock, path):
        if not told:
            emit(Event("waiting-for-lock", data={"message": "another run is at work here; waiting for it"}))
        told = True
        await clock.sleep(RETRY_S)
    try:
        yield
    finally:
        lock.release()


def _acquired(lock: BaseFileLock, path: Path) -> bool:
    from filelock import Timeout

    with writing(path):
        try:
            lock.acquire(blocking=False)
        except Timeout:  # an OSError, but no trouble with the file
            return False
    return True
