"""Platform sets of one local picture: drawn aside, moved into place target by target."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pipeline import digest
from pipeline.deliver.cutouts import read
from pipeline.deliver.files import move_in, writing
from pipeline.deliver.sets import (
    MASTER,
    SHEET,
    SetFile,
    brief_of,
    contact_sheet,
    draw,
    is_opaque,
    outputs_of,
)
from pipeline.errors import DeliveryError, PipelineError, ProcessError, clean
from pipeline.events import Emit, Event
from pipeline.recipe.spec import TargetUse
from pipeline.run.export_check import inside, named, refuse
from pipeline.run.export_record import KEPT, Record
from pipeline.run.scratch import scratch
from pipeline.targets import catalogue
from pipeline.targets.brief import Brief
from pipeline.targets.output import Output, Slot

if TYPE_CHECKING:
    from PIL.Image import Image

_DIGITS: Final = 3

Listed = tuple[str, Output]
"""A file of a set, and its target."""


@dataclass(frozen=True, slots=True)
class Export:
    """What is to be exported. ``shown`` names the picture and ``shown_output`` the folder for people."""

    source: Path
    shown: str
    output: Path
    shown_output: str
    uses: tuple[TargetUse, ...]
    name: str  # stem of file names
    title: str = ""
    background: str = ""  # "#RRGGBB"; empty: as usual
    drawings: Mapping[Slot, Path] = field(default_factory=dict)
    sheet: bool = False
    overwrite: bool = False


def export(
    what: Export, emit: Emit, *, threads: int = 1, monotonic: Callable[[], float] = time.monotonic
) -> bool:
    """Draw every set and tell of each; whether all went well. ``threads`` share the work.

    Files in the way that are not as an export left them are refused before any work. Raises ``ProcessError``
    for a picture that cannot be read, ``UsageError`` for files in the way, ``DeliveryError`` when the folder
    cannot be written; the trouble of one target is an event.
    """
    art = _load(what)
    brief = brief_of(art, what.name, what.title, what.background)
    listed = outputs_of(what.uses, brief)
    record = Record.read(what.output)
    names = [f"{target}/{output.path}" for target, output in listed] + [SHEET] * what.sheet
    sources = (what.source, *what.drawings.values())
    refuse(what.output, what.shown_output, names, sources, None if what.overwrite else record)
    emit(Event("export-started", data=_started(what, art, listed)))
    with scratch(what.output, KEPT) as place:
        work = _Exporting(what, art, record, place, emit, threads, monotonic)
        work.sets(listed)
        if what.sheet:
            work.contact_sheet(brief)
    emit(Event("export-finished", data=work.summary()))
    return not work.failed


@dataclass(slots=True)
class _Exporting:
    """One export under way. ``place`` is a folder of its own on the output's file system."""

    what: Export
    art: Mapping[Slot, Image]
    record: Record
    place: Path
    emit: Emit
    threads: int
    monotonic: Callable[[], float]
    done: int = 0
    failed: int = 0
    files: int = 0
    size_bytes: int = 0
    began: float = 0.0

    def sets(self, listed: Sequence[Listed]) -> None:
        """Draw all in one go; after a target that cannot be drawn go on with the next."""
        self.began = self.monotonic()
        left = {target: list(group) for target, group in groupby(listed, key=lambda one: one[0])}
        while left:
            files = draw([one for group in left.values() for one in group], self.art, threads=self.threads)
            for target in list(left):
                started = self.monotonic()
                try:
                    made = [next(files) for _ in left.pop(target)]
                    self._deliver(target, made, started)
                except PipelineError as error:
                    self._fail(target, error)
                    if not isinstance(error, DeliveryError):
                        break  # the drawing has ended there: another for what is left

    def contact_sheet(self, brief: Brief) -> None:
        """How the sets look under masks, on light and dark, and small."""
        started = self.monotonic()
        try:
            data = contact_sheet(self.art, brief).made.data
            self._place({SHEET: data}, below="")
        except PipelineError as error:
            self._fail(SHEET, error)
            return
        self._tell(SHEET, [SHEET], len(data), (), started)

    def summary(self) -> dict[str, Any]:
        """What came of it, as event data."""
        seconds = round(self.monotonic() - self.began, _DIGITS)
        return {
            "done": self.done,
            "failed": self.failed,
            "files": self.files,
            "bytes": self.size_bytes,
            "seconds": seconds,
        }

    def _deliver(self, target: str, files: Sequence[SetFile], started: float) -> None:
        data = {f"{target}/{file.made.path}": file.made.data for file in files}
        gone = self._place(data, below=target)
        warnings = dict.fromkeys(warning for file in files for warning in file.made.warnings)
        self._tell(target, list(data), sum(map(len, data.values())), tuple(warnings), started, gone)

    def _place(self, files: Mapping[str, bytes], below: str) -> list[str]:
        """Write aside, check again that nobody else's is in the way, move in; what was removed instead."""
        made = {}
        for number, (name, data) in enumerate(files.items()):
            aside = self.place / str(number)
            with writing(aside, KEPT):
                aside.write_bytes(data)
            made[name] = digest.of_bytes(data)
        if not self.what.overwrite and (strangers := self.record.strangers(made)):
            raise DeliveryError(f"Not ours, and turned up meanwhile: {named(strangers)}.", hint="Run again.")
        self.record.expect(made)
        for number, name in enumerate(files):
            move_in(self.place / str(number), inside(self.what.output, name), KEPT)
        return self.record.settle(made, below)

    def _tell(
        self,
        target: str,
        files: list[str],
        size: int,
        warnings: Sequence[str],
        started: float,
        gone: Sequence[str] = (),
    ) -> None:
        self.done += target != SHEET
        self.files += len(files)
        self.size_bytes += size
        data = {
            "output": f"{_readable(self.what.shown_output)}/{target}",
            "files": len(files),
            "bytes": size,
            "removed": list(gone),
            "warnings": list(warnings),
            "seconds": round(self.monotonic() - started, _DIGITS),
            "place": "" if target == SHEET else catalogue.target(target).place,
        }
        self.emit(Event("export-done", asset=target, data=data))

    def _fail(self, target: str, error: PipelineError) -> None:
        self.failed += 1
        self.emit(Event("export-failed", asset=target, data={"message": error.message, "hint": error.hint}))


def _load(what: Export) -> dict[Slot, Image]:
    """The master and the other drawings. Raises ``ProcessError``, which says which."""
    art: dict[Slot, Image] = {MASTER: _read(what.source, what.shown)}
    for slot, path in what.drawings.items():
        art[slot] = _read(path, f"{clean(path.name)}, the {slot} drawing")
    return art


def _read(path: Path, shown: str) -> Image:
    try:
        return read(path)
    except ProcessError as error:
        raise ProcessError(f"{shown}: {error.message}", hint=error.hint) from error


def _started(what: Export, art: Mapping[Slot, Image], listed: Sequence[Listed]) -> dict[str, Any]:
    master = art[MASTER]
    return {
        "picture": _readable(what.shown),
        "width": master.width,
        "height": master.height,
        "transparent": not is_opaque(master),
        "output": _readable(what.shown_output),
        "targets": [use.name for use in what.uses],
        "files": len(listed),
        "notes": list(_notes(what, master)),
    }


def _notes(what: Export, master: Image) -> Iterator[str]:
    if is_opaque(master):
        yield f"{what.shown} has no transparency: it fills icons to the edge, with no ground around it"
        if what.background:
            yield "--background is what stands behind transparency: it shows in few files or none"


def _readable(path: str) -> str:
    """``path`` in letters that every reader of JSON takes: a byte that is no UTF-8 becomes ``?``."""
    return path.encode("utf-8", "replace").decode("utf-8")
