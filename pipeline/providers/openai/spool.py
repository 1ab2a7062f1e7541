"""Paid answers on disk, from the moment they arrive until their pictures are in the store.

This API has no tasks: the answer to a create holds the pictures, and nobody can ask for it again. So it is
saved and synced before the create returns, under a name that is the task's id; "asking for the task" is
reading the file. A process killed between saving and the journal's line leaves an answer nobody knows of: the
next create of the very same request takes it instead of paying again.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline import digest

ROOM_BYTES = 100_000_000  # free on the disk before a request is sent: several times the largest answer
PICTURE_LIFE_S = 3 * 86_400.0  # a reference is handed over again after 20 hours
_REQUEST_DIGITS = 16
_TASK_ID = re.compile(r"[0-9a-f]{16}-[0-9a-f]{16}")
_PICTURE = re.compile(r"(?P<sha256>[0-9a-f]{64})\.(?P<extension>png|jpg|webp)")
_SUFFIX = ".json"

# Task id → whether its purchase is still open, of every purchase ever journalled.
Journalled = Callable[[], Mapping[str, bool]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One paid answer: ``pictures`` as they came, and what was charged for them where that is known."""

    model: str
    credits: float | None
    pictures: tuple[Mapping[str, str], ...]


class Spool:
    """The answers and reference pictures of one project, below its state folder."""

    def __init__(self, folder: Path, journalled: Journalled) -> None:
        """``journalled`` is asked once, before the first create: what it does not name was never claimed."""
        self._answers = folder / "answers"
        self._pictures = folder / "pictures"
        self._journalled = journalled
        self._orphans: dict[str, list[str]] | None = None

    # -- answers ---------------------------------------------------------------------------------------------

    def claim(self, request: str) -> str | None:
        """An answer to this very request (its digest) that an earlier run paid for and never wrote down."""
        if self._orphans is None:
            self._orphans = self._take_stock()
        waiting = self._orphans.get(request[:_REQUEST_DIGITS])
        return waiting.pop(0) if waiting else None

    def make_ready(self) -> None:
        """Make sure that an answer can be saved. Raises ``OSError`` while nothing was sent yet."""
        self._answers.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(self._answers).free < ROOM_BYTES:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._answers))
        probe = self._answers / f".{secrets.token_hex(8)}.part"
        probe.touch()
        probe.unlink(
            missing_ok=True
        )  # a create beside this one may have cleared away what looked left behind

    def save(self, request: str, entry: Entry) -> str:
        """Write an answer durably; its task id. Raises ``OSError``."""
        task_id = f"{request[:_REQUEST_DIGITS]}-{secrets.token_hex(8)}"
        _write(self._answers / f"{task_id}{_SUFFIX}", json.dumps(asdict(entry)).encode())
        return task_id

    def read(self, task_id: str) -> Entry | None:
        """The answer of a task; None when it is not here. Raises ``OSError``, ``ValueError`` when damaged."""
        path = self._answers / f"{task_id}{_SUFFIX}"
        if not _TASK_ID.fullmatch(task_id) or not path.is_file():
            return None
        return _entry(json.loads(path.read_bytes()))

    # -- reference pictures ----------------------------------------------------------------------------------

    def keep(self, content: bytes, sha256: str, extension: str) -> str:
        """Keep a copy of a reference picture until it is sent; its name. Raises ``OSError``."""
        name = f"{sha256}.{extension}"
        self._pictures.mkdir(parents=True, exist_ok=True)
        _write(self._pictures / name, content)
        return name

    def picture(self, name: str) -> bytes | None:
        """A reference picture by its name; None when it is not here or not what its name says."""
        named = _PICTURE.fullmatch(name)
        try:
            content = (self._pictures / name).read_bytes() if named else b""
        except OSError:
            return None
        return content if named and digest.of_bytes(content) == named["sha256"] else None

    # -- inside ----------------------------------------------------------------------------------------------

    def _take_stock(self) -> dict[str, list[str]]:
        """Clear away what is settled; what nobody claimed, by request, oldest first."""
        known, orphans = self._journalled(), dict[str, list[str]]()
        for path in sorted(self._answers.glob(f"*{_SUFFIX}"), key=_age):
            task_id = path.name.removesuffix(_SUFFIX)
            if task_id not in known:
                orphans.setdefault(task_id.partition("-")[0], []).append(task_id)
            elif not known[task_id]:
                _remove(path)
        for part in self._answers.glob(".*.part"):
            _remove(part)
        for picture in self._pictures.glob("*"):
            if time.time() - _age(picture) > PICTURE_LIFE_S:
                _remove(picture)
        return orphans


def _write(path: Path, data: bytes) -> None:
    """Beside it, synced, renamed, and the rename synced."""
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        _remove(part)
    if os.name != "nt":  # Windows cannot sync a folder, and needs not
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)


def _age(path: Path) -> float:
    """When it was last written, in seconds since the epoch; 0 for what has gone."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _entry(data: Any) -> Entry:
    if not isinstance(data, dict) or not isinstance(data.get("pictures"), list):
        raise ValueError("no answer of ours")  # noqa: TRY004 damage, not a wrong call
    pictures = tuple(one for one in data["pictures"] if isinstance(one, dict))
    charged = data.get("credits")
    return Entry(
        str(data.get("model", "")), float(charged) if isinstance(charged, int | float) else None, pictures
    )
