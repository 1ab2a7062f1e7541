"""Which files the code under test touches: anything outside its project stops it on the spot."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fuzz.limits import Stopped

HERE = Path(__file__).resolve().parents[2]
# The program itself, its libraries, and what the system hands every process.
OWN = tuple(
    os.path.realpath(folder)
    for folder in (HERE / "pipeline", HERE / "tests", sys.prefix, sys.base_prefix, Path(os.__file__).parent)
)
SYSTEM = (
    "/dev/null",
    "/dev/urandom",
    "/proc/",
    "/sys/",
    "/etc/localtime",
    "/usr/share/zoneinfo",
    "/etc/mime",
)
_REPORT = os.path.realpath(tempfile.gettempdir()) + os.sep + "crash-"  # of a bug, which is told anyway
_ENTRY = {"os.remove", "os.rmdir", "os.mkdir", "os.symlink", "os.link", "os.rename"}  # act on a name itself
_CONTENT = {"open", "os.listdir", "os.scandir", "os.truncate", "os.chmod", "os.utime", "shutil.rmtree"}
_TWO = {"os.rename", "os.link", "shutil.copyfile", "shutil.move"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Stray(Stopped):
    """A path outside of the project was about to be read, written or deleted, by the code at ``place``."""

    place = "nowhere"


class _Watch:
    def __init__(self) -> None:
        self.root = ""
        self.reading = False  # is allowed everywhere
        self.found: list[Stray] = []
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.root or self.found or event not in _ENTRY | _CONTENT | _TWO:
            return  # the first one counts: a report of it may well be written elsewhere
        for path in arguments[: 2 if event in _TWO else 1]:
            if isinstance(path, str | bytes | os.PathLike) and not self._allowed(event, path, arguments):
                stray = Stray(event, os.fsdecode(path))
                self.found.append(stray)  # before its place is looked up, which reads files itself
                stray.place = _place()
                raise stray

    def _allowed(self, event: str, path: Any, arguments: tuple[Any, ...]) -> bool:
        text = os.fsdecode(path)
        if "\0" in text:
            return True  # never reaches the system
        folder, name = os.path.split(text)
        real = os.path.realpath(folder or ".") + os.sep + name if event in _ENTRY else os.path.realpath(text)
        if real == self.root or real.startswith(self.root + os.sep):
            return True
        if event == "os.listdir" and any(os.path.realpath(entry or ".") == real for entry in sys.path):
            return True  # an import looks what is new where modules are
        reads = event in ("os.listdir", "os.scandir") or (event == "open" and not arguments[2] & _WRITING)
        written = "__pycache__" in real or real == os.devnull or _REPORT in real
        return written or (reads and (self.reading or real.startswith((*OWN, *SYSTEM))))


def _place() -> str:
    """The innermost of our own functions."""
    ours = [frame for frame in traceback.extract_stack() if frame.filename.startswith(OWN[0])]
    return f"{Path(ours[-1].filename).name}, {ours[-1].name}" if ours else "nowhere"


_watch: list[_Watch] = []  # an audit hook stays for ever: one is enough


@contextmanager
def staying_in(root: Path, *, reading_anywhere: bool = False) -> Iterator[None]:
    """Raises ``Stray`` where a path outside ``root`` is touched; asking whether it exists is allowed."""
    if not _watch:
        _watch.append(_Watch())
    watch = _watch[0]
    watch.root, watch.reading, watch.found = os.path.realpath(root), reading_anywhere, []
    try:
        yield
    finally:
        watch.root = ""
        if watch.found:  # also where the code under test has swallowed it, or made something else of it
            raise watch.found[0]
