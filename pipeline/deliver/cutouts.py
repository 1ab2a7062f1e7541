"""One picture file becomes its cut-out and, where asked, a sheet that compares every method on it.

Runs inside a worker: takes and gives plain data that can travel between processes.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from pipeline import media
from pipeline.deliver.outside import inspect
from pipeline.deliver.stamp import stamp
from pipeline.errors import DeliveryError, ProcessError, clean
from pipeline.recipe.spec import Cutout

if TYPE_CHECKING:
    from PIL.Image import Image

    from pipeline.picture.cutout import CutOut
    from pipeline.picture.sheet import Row


@dataclass(frozen=True, slots=True)
class CutoutJob:
    """What to cut out. ``staging`` and ``sheet`` are the files to write, in a folder of the caller's own."""

    asset: str  # the picture, as it is called in messages
    source: Path
    staging: Path
    settings: Cutout
    sheet: Path | None = None  # None: no comparison
    black: Path | None = None  # a second render of the same subject, on black
    kept: ClassVar[str] = "The picture itself is untouched."


@dataclass(frozen=True, slots=True)
class CutoutResult:
    """How it went; ``width`` and ``height`` in px, the rest as in ``pipeline.picture.cutout.quality``."""

    asset: str
    method: str  # "rembg:u2netp"
    width: int
    height: int
    size_bytes: int
    confidence: float  # 0..1
    holes: int
    fringe: float  # 0..1
    backdrop: str = ""  # "#RRGGBB"; empty where it is not flat
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0


def cut(job: CutoutJob, *, threads: int = 0) -> CutoutResult:
    """Write the cut-out of ``job`` as a stamped PNG, and the sheet where asked.

    ``threads`` bounds the threads of a cut-out (0: the machine's choice). Raises ``ProcessError`` for a file
    that is no whole picture within bounds and for a subject that cannot be found, ``DeliveryError`` when
    a file cannot be written.
    """
    started = time.perf_counter()
    try:
        renders = _Renders(read(job.source), None if job.black is None else _read_second(job.black))
        found = renders.cut_out(job.settings, threads)
        size = _write(found.picture, job.staging)
        if job.sheet is not None:
            _write(_compare(renders, job, found, threads), job.sheet)
    except OSError as error:  # reading has its own words
        reason = clean(error.strerror or error)
        raise DeliveryError(f"The cut-out cannot be written: {reason}", asset=job.asset) from error
    except ProcessError as error:
        error.asset = error.asset or job.asset
        raise
    return _describe(job, found, size, time.perf_counter() - started)


@dataclass(frozen=True, slots=True)
class _Renders:
    """A picture and, where there is one, its second render on black."""

    picture: Image
    on_black: Image | None

    def cut_out(self, settings: Cutout, threads: int) -> CutOut:
        from pipeline.picture.cutout import cut_out

        return cut_out(self.picture, settings, on_black=self.on_black, threads=threads)

    def methods(self) -> list[str]:
        """Those that have what they need."""
        from pipeline.picture.cutout import METHODS

        return [name for name in METHODS if name != "difference" or self.on_black is not None]


def read(path: Path) -> Image:
    """The picture in a file nobody vouches for: bounded, whole, upright, sRGB. Raises ``ProcessError``."""
    from pipeline.picture.normalize import load

    try:
        found = inspect(path)
    except ProcessError as error:
        raise ProcessError(_sentence(error.message)) from error
    if found.extension not in media.IMAGES:
        raise ProcessError(f"The file is a video ({found.extension}), not a picture.")
    return load(path)


def _read_second(path: Path) -> Image:
    try:
        return read(path)
    except ProcessError as error:
        raise ProcessError(
            f"{clean(path.name)}, the render on black: {error.message}", hint=error.hint
        ) from error


def _compare(renders: _Renders, job: CutoutJob, chosen: CutOut, threads: int) -> Image:
    """The sheet: the picture and what every method makes of it, uncropped, so that all are to one scale."""
    from pipeline.picture.sheet import draw

    settings = replace(job.settings, crop=False, padding=0.0)
    known: dict[str, CutOut] = {} if job.settings.crop else {job.settings.method: chosen}
    tried = {name: known.get(name) or _try(renders, name, settings, threads) for name in renders.methods()}
    auto = tried.pop("auto")
    alike = [name for name, found in tried.items() if _are_alike(found, auto)]
    rows = [_row(name, found, is_auto=name in alike) for name, found in tried.items()]
    title = " + ".join(path.name for path in (job.source, job.black) if path is not None)
    shown = rows if alike else [_row("auto", auto), *rows]
    return draw(title, renders.picture, shown, second=renders.on_black)


def _try(renders: _Renders, name: Any, settings: Cutout, threads: int) -> CutOut | ProcessError:
    try:
        return renders.cut_out(replace(settings, method=name), threads)
    except ProcessError as error:
        return error


def _are_alike(one: CutOut | ProcessError, other: CutOut | ProcessError) -> bool:
    if isinstance(one, ProcessError) or isinstance(other, ProcessError):
        return False
    return one.picture.tobytes() == other.picture.tobytes()


def _row(name: str, found: CutOut | ProcessError, *, is_auto: bool = False) -> Row:
    """A method's row; one that cannot work on this picture says why instead."""
    from pipeline.picture.sheet import Row

    if isinstance(found, ProcessError):
        return Row(name, (found.message,))
    notes = (note for note in _notes(found, is_auto=is_auto) if note != name)
    return Row(name, tuple(notes), found.picture)


def _notes(found: CutOut, *, is_auto: bool) -> Iterator[str]:
    holes = found.quality.holes
    if is_auto:
        yield "what auto picks"
    yield found.method
    yield f"{found.quality.confidence:.0%} sure"
    yield f"{holes} {'hole' if holes == 1 else 'holes'}"
    yield from found.warnings


def _describe(job: CutoutJob, found: CutOut, size_bytes: int, seconds: float) -> CutoutResult:
    return CutoutResult(
        asset=job.asset,
        method=found.method,
        width=found.picture.width,
        height=found.picture.height,
        size_bytes=size_bytes,
        confidence=found.quality.confidence,
        holes=found.quality.holes,
        fringe=found.quality.fringe,
        backdrop=found.quality.backdrop,
        warnings=found.warnings,
        seconds=seconds,
    )


def _write(picture: Image, target: Path) -> int:
    """``picture`` as a stamped PNG; its size in bytes. Raises ``OSError``, ``ProcessError``."""
    from pipeline.picture.encode import encode

    return target.write_bytes(stamp(encode(picture, "png")))


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
