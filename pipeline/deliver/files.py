"""Files that are either as they were or as they should be, never in between."""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.errors import DeliveryError

_OURS = re.compile(r"\..+\.[0-9]+\.tmp", re.DOTALL)
HINTS = {
    errno.ENOSPC: "The disk is full: free some space and run the same command again.",
    errno.EDQUOT: "The disk quota is used up: free some space and run the same command again.",
    errno.EROFS: "The file system is read-only. Choose another place with --output.",
    errno.EACCES: "The folder does not let this user write. Change its permissions or use --output.",
    errno.EFBIG: "The file would be larger than this system allows.",
}
DEFAULT_HINT = "Mend that and run the same command again."
PAID = "What was paid for is in the store."


@contextmanager
def writing(path: Path, kept: str = PAID) -> Iterator[None]:
    """Turn ``OSError`` into a ``DeliveryError`` that names the file, what to do and what is not lost."""
    try:
        yield
    except OSError as error:
        hint = f"{HINTS.get(error.errno or 0, DEFAULT_HINT)} {kept}"
        raise DeliveryError(f"{path} cannot be written: {error.strerror or error}.", hint=hint) from error


def write_text(path: Path, text: str) -> bool:
    """Write beside and rename, durably, only when the content differs; whether it did.

    Raises ``DeliveryError``.
    """
    data = text.encode()
    with writing(path):
        if path.is_file() and path.read_bytes() == data:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        try:
            _write_durably(beside, data)
            beside.replace(path)
            sync(path.parent)
        finally:
            beside.unlink(missing_ok=True)
    return True


def regular(folder: Path, name: str) -> Path | None:
    """The plain file ``name`` below ``folder``, links followed; None when there is none.

    Names come from locks and manifests, and those from pull requests: a name that cannot be one, a loop of
    links, and what a link leads to outside ``folder`` are no files of ours, and are not even read.
    """
    path = folder / name
    try:
        if path.resolve().is_relative_to(folder.resolve()) and path.is_file():
            return path
    except (OSError, RuntimeError, ValueError):  # RuntimeError: Python 3.11 and 3.12 on a loop of links
        return None
    return None


def move_in(source: Path, target: Path, kept: str = PAID) -> None:
    """Rename a finished file over ``target``; a copy is made beside it first when they share no file system.

    Raises ``DeliveryError``, whose hint ends with ``kept``.
    """
    with writing(target, kept):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            source.replace(target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            beside = target.with_name(f".{target.name}.{os.getpid()}.tmp")
            beside.unlink(missing_ok=True)  # a link left there would lead the copy elsewhere
            shutil.copyfile(source, beside)
            beside.replace(target)
            source.unlink()


def drop_empty(folder: Path, top: Path) -> None:
    """Remove ``folder`` and those around it, below ``top``, that nothing is left in."""
    with suppress(OSError):  # not empty, in use, or not ours to remove
        while folder != top and folder.is_relative_to(top):
            folder.rmdir()
            folder = folder.parent


def sync(path: Path) -> None:
    """Have a file's content, or the names in a folder, survive a power cut. Raises ``OSError``."""
    if os.name == "nt" and path.is_dir():  # Windows cannot, and needs not
        return
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def sweep(folder: Path) -> None:
    """Remove what a killed write left beside its file. Only for the run that holds the project's lock."""
    for left in folder.glob(".*.tmp"):
        if _OURS.fullmatch(left.name):
            left.unlink(missing_ok=True)


def _write_durably(path: Path, data: bytes) -> None:
    path.unlink(missing_ok=True)  # whatever is there was left by a killed run, or is a trap
    with path.open("xb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
