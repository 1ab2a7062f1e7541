"""A hidden folder for unfinished files, which goes when it is left, or with the next one after a kill."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipeline.deliver.files import writing

if TYPE_CHECKING:
    from filelock import BaseFileLock

_PREFIX: Final = ".pipeline-cutout-"
_LOCK: Final = "lock"
"""Held while the folder is in use. The system frees it after a kill, on whatever machine that was."""


@contextmanager
def scratch(output: Path, kept: str) -> Iterator[Path]:
    """A new folder in ``output``, which is made where needed; what killed processes left there is removed.

    Raises ``DeliveryError`` when ``output`` cannot be written; its hint ends with ``kept``.
    """
    with writing(output, kept):
        output.mkdir(parents=True, exist_ok=True)
        sweep(output)
        folder = tempfile.TemporaryDirectory(prefix=_PREFIX, dir=output, ignore_cleanup_errors=True)
    with folder as place:
        lock = _held(Path(place))
        try:
            yield Path(place)
        finally:
            lock.release()


def sweep(output: Path) -> None:
    """Remove such folders in ``output`` that nobody uses any more. Raises ``OSError`` when it has no list."""
    for left in [path for path in output.iterdir() if path.name.startswith(_PREFIX)]:
        # A link was never ours, and making a lock of what it leads to would empty that.
        if left.is_symlink() or (left / _LOCK).is_symlink() or not (left / _LOCK).is_file():
            continue
        lock = _held(left)
        if lock.is_locked:
            lock.release()
            shutil.rmtree(left, ignore_errors=True)


def _held(folder: Path) -> BaseFileLock:
    """The lock of ``folder``, held unless somebody else does or the file system has none."""
    from filelock import FileLock

    lock = FileLock(folder / _LOCK, thread_local=False)
    with suppress(OSError, NotImplementedError):
        lock.acquire(blocking=False)
    return lock
