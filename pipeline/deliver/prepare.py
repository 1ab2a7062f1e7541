"""A picture made ready for a model, right before it is sent: a part of an asset, another type, fewer pixels.

Runs inside a worker: takes and gives plain data that can travel between processes. A part is made by the very
functions that make the delivered files, so the cut-out that is sent is the cut-out that is delivered.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from pipeline import digest, header, media
from pipeline.deliver.outside import inspect
from pipeline.errors import DeliveryError, ProcessError, clean
from pipeline.recipe import conversion
from pipeline.recipe.spec import Part, PictureLimits

if TYPE_CHECKING:
    from PIL.Image import Image

    from pipeline.recipe.conversion import Conversion


@dataclass(frozen=True, slots=True)
class PrepareJob:
    """What to make ready. ``sources`` are two where a part is cut out of two renders: on white, on black."""

    asset: str  # that it is sent for
    shown: str  # the picture, as messages name it
    sources: tuple[Path, ...]
    target: Path  # to be written; its folder is there
    limits: PictureLimits
    part: Part | None = None  # of an asset; None: the picture itself
    kept: ClassVar[str] = "Nothing was sent."


@dataclass(frozen=True, slots=True)
class PrepareResult:
    """The file at ``target``; ``notes`` say what was done for the model's sake."""

    asset: str
    sha256: str
    notes: tuple[str, ...] = ()


def prepare(job: PrepareJob, *, threads: int = 0) -> PrepareResult:
    """Write the picture as it is to be sent; ``threads`` bounds those of a cut-out (0: the machine's choice).

    Raises ``ProcessError`` when the picture cannot be read, cut out or made to fit, ``DeliveryError`` when it
    cannot be written.
    """
    from pipeline.picture import outgoing

    try:
        picture, formats, said = _part(job, threads) if job.part else _whole(job)
        most = round(job.limits.megabytes * conversion.MB)
        data, used, size = outgoing.within(picture, formats, most, job.limits.smallest_px)
        job.target.write_bytes(data)
    except OSError as error:  # reading has its own words
        reason = clean(error.strerror or error)
        raise DeliveryError(f"{clean(job.shown)} cannot be made ready: {reason}.", asset=job.asset) from error
    except ProcessError as error:
        message = f"{clean(job.shown)} cannot be made ready to be sent: {error.message}"
        raise ProcessError(message, hint=f"{error.hint} {job.kept}".strip(), asset=job.asset) from error
    if used != formats[0] or size != picture.size:
        said = (
            *said,
            f"{conversion.word(used)} of {size[0]} × {size[1]} px, for {job.limits.megabytes:g} MB",
        )
    elif picture.mode == "RGBA" and used == "jpg":
        said = (*said, "on white, as the model takes no transparency")
    return PrepareResult(
        job.asset, digest.of_bytes(data), tuple(f"{clean(job.shown)}: {one}" for one in said)
    )


def _whole(job: PrepareJob) -> tuple[Image, tuple[str, ...], tuple[str, ...]]:
    """The picture with as many pixels as it may have, the types to try, and what was done."""
    from pipeline.picture import export, normalize

    (source,) = job.sources
    done = conversion_of(source, job.limits)
    if done is None:
        raise ProcessError("It is within the model's limits already.")
    if header.read(source).extension in media.IMAGES:
        inspect(source)
    picture = normalize.load(source, formats=normalize.LOCAL_FORMATS)
    if max(done.size) < max(picture.size):
        picture = export.resize(picture, max(done.size))
    return picture, done.formats, (done.said,)


def conversion_of(source: Path, limits: PictureLimits) -> Conversion | None:
    """What has to be done to a file; None when it is sent as it is.

    Raises ``ProcessError`` for what is no picture, and for one that is too small.
    """
    try:
        found = header.read(source)
    except header.Unreadable as error:
        raise ProcessError(f"It is no picture: {error.message}.", hint=error.hint) from error
    _refuse_small((found.width, found.height), limits)
    return conversion.conversion(found, limits)


def _part(job: PrepareJob, threads: int) -> tuple[Image, tuple[str, ...], tuple[str, ...]]:
    """The same for a part, which is in no file yet: one of its formats is no news."""
    from pipeline.picture import export

    assert job.part is not None
    picture = full_size(job.sources, job.part, threads)
    if job.part.px:
        picture = export.resize(picture, job.part.px)
    _refuse_small(picture.size, job.limits)
    size = conversion.scaled(picture.size, job.limits)
    said: tuple[str, ...] = ()
    if size != picture.size:
        said = (f"{picture.width} × {picture.height} px scaled to {size[0]} × {size[1]}",)
        picture = export.resize(picture, max(size))
    return picture, conversion.order(job.limits, alpha=picture.mode == "RGBA"), said


def full_size(sources: tuple[Path, ...], part: Part, threads: int) -> Image:
    """An asset's full-size result: its cut-out, if there is one. Raises ``ProcessError``."""
    from pipeline.picture import normalize
    from pipeline.picture.cutout import cut_out

    picture, *second = (normalize.load(source) for source in sources)
    if part.cutout is None:
        return picture
    return cut_out(picture, part.cutout, on_black=second[0] if second else None, threads=threads).picture


def _refuse_small(size: tuple[int, int], limits: PictureLimits) -> None:
    if said := conversion.too_small(size, limits):
        raise ProcessError(f"It {said}.", hint="Make it larger, or choose another model.")
