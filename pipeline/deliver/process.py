"""One paid original becomes every file its asset asks for, in a staging folder. Runs inside a worker.

Takes and gives plain data that can travel between processes. One picture is in memory at a time, and
each file leaves it as soon as it is encoded.
"""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from pipeline import digest
from pipeline.errors import DeliveryError, ProcessError, clean
from pipeline.picture.color import dominant as color_of
from pipeline.recipe.spec import Cutout, Icon

if TYPE_CHECKING:
    from PIL.Image import Image

    from pipeline.picture.cutout.quality import Quality

Purpose = Literal["original", "on-black", "cutout", "full", "icon"]

VIDEOS = frozenset({"mp4", "webm", "mov"})
"""Extensions of originals that are delivered as they are."""


@dataclass(frozen=True, slots=True)
class PictureJob:
    """What to make of one original. ``staging`` is an existing folder that belongs to this job alone.

    ``on_black`` is a second render of the same subject on black, to be cut out together with the original.
    """

    asset: str
    original: Path  # in the store
    original_extension: str  # from its bytes: "png", "jpg", "webp", "mp4"
    staging: Path
    filename: str = ""  # stem of delivered files; the asset's name unless given
    cutout: Cutout | None = None
    icons: tuple[Icon, ...] = ()
    formats: tuple[str, ...] = ("png",)
    on_black: Path | None = None  # in the store, its extension from its bytes as well
    kept: ClassVar[str] = "The original is in the store."

    @property
    def stem(self) -> str:
        """What every file's name begins with."""
        return self.filename or self.asset


@dataclass(frozen=True, slots=True)
class MadeFile:
    """One file in the staging folder; ``width`` and ``height`` in px, 0 for videos."""

    name: str
    width: int
    height: int
    size_bytes: int
    sha256: str
    format: str
    dominant_color: str  # "#RRGGBB"; empty for videos and pictures without an opaque pixel
    purpose: Purpose
    label: str = ""  # of an icon, as the recipe has it


@dataclass(frozen=True, slots=True)
class PictureResult:
    """Everything made for one asset. ``cutout_error`` says why a cut-out that was asked for is missing.

    ``warnings`` are about anything but the cut-out; what there is to say of that is in ``cutout_warnings``.
    """

    asset: str
    files: tuple[MadeFile, ...]
    warnings: tuple[str, ...] = ()
    cutout_error: str = ""
    cutout_method: str = ""  # "key", "rembg:u2netp"; empty without a cut-out
    cutout_quality: Quality | None = None
    cutout_warnings: tuple[str, ...] = ()
    seconds: float = 0.0


def process(job: PictureJob, *, threads: int = 0) -> PictureResult:
    """Make every file of ``job``; ``threads`` bounds the threads of a cut-out (0: the machine's choice).

    When the background cannot be removed the original and its other formats are made all the same,
    but no icons: an icon with its background would pass for the real one. Raises ``ProcessError``
    when the original cannot be decoded or a file cannot be encoded, ``DeliveryError`` when the
    staging folder cannot be written.
    """
    started = time.perf_counter()
    work = _Work(job, threads)
    try:
        work.run()
    except OSError as error:  # the decoder's own are ProcessErrors by now
        raise DeliveryError(
            f"The files of {job.asset} cannot be written in {job.staging}: {clean(error.strerror or error)}",
            hint="The paid original is in the store; running again is free.",
            asset=job.asset,
        ) from error
    except ProcessError as error:
        error.asset = error.asset or job.asset
        raise
    return work.result(time.perf_counter() - started)


@dataclass(slots=True)
class _Work:
    """The files of one job while they are being made."""

    job: PictureJob
    threads: int
    files: list[MadeFile] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    cutout_error: str = ""
    cutout_method: str = ""
    cutout_quality: Quality | None = None
    cutout_warnings: tuple[str, ...] = ()

    def run(self) -> None:
        if self.job.original_extension in VIDEOS:
            self._keep_video()
            return
        from pipeline.picture import normalize

        picture = normalize.load(self.job.original)
        color = color_of(picture)
        self._keep(picture.size, color)
        second = self._keep_second()
        if self.job.cutout is not None:
            self._make_cutout(picture, second, color, self.job.cutout)
        else:
            self._make_formats(picture, color, self.job.stem, self.job.original_extension)
            self._make_icons(picture, color)

    def result(self, seconds: float) -> PictureResult:
        return PictureResult(
            asset=self.job.asset,
            files=tuple(self.files),
            warnings=tuple(self.warnings),
            cutout_error=self.cutout_error,
            cutout_method=self.cutout_method,
            cutout_quality=self.cutout_quality,
            cutout_warnings=self.cutout_warnings,
            seconds=seconds,
        )

    def _keep_video(self) -> None:
        self._keep((0, 0), "")
        if self.job.cutout or self.job.icons:
            self.warnings.append("a video is delivered as it is: no cut-out, no icons")

    def _keep(self, size: tuple[int, int], color: str) -> None:
        """Copy the original: a link would let an edit of the delivered file reach the store."""
        target = self._place(f"{self.job.stem}.{self.job.original_extension}")
        shutil.copyfile(self.job.original, target)
        self._add(target, size, color, "original")

    def _keep_second(self) -> Image | None:
        """Copy the render on black as well: both are needed to cut out anew where there is no store."""
        from pipeline.picture import normalize

        if self.job.on_black is None:
            return None
        picture = normalize.load(self.job.on_black)
        target = self._place(f"{self.job.stem}-black{self.job.on_black.suffix}")
        shutil.copyfile(self.job.on_black, target)
        self._add(target, picture.size, color_of(picture), "on-black")
        return picture

    def _make_cutout(self, picture: Image, second: Image | None, color: str, settings: Cutout) -> None:
        from pipeline.picture.cutout import cut_out

        try:
            cut = cut_out(picture, settings, on_black=second, threads=self.threads)
        except ProcessError as error:
            self.cutout_error = _why_uncut(error, self.job)
            self._make_formats(picture, color, self.job.stem, self.job.original_extension)
            return
        self.cutout_method, self.cutout_quality = cut.method, cut.quality
        self.cutout_warnings = cut.warnings
        stem = f"{self.job.stem}-nobg"
        color = color_of(cut.picture)
        self._write(cut.picture, color, f"{stem}.png", "cutout")
        self._make_formats(cut.picture, color, stem, "png")
        self._make_icons(cut.picture, color)

    def _make_formats(self, picture: Image, color: str, stem: str, already: str) -> None:
        for name in self.job.formats:
            if name != already:
                self._write(picture, color, f"{stem}.{name}", "full")

    def _make_icons(self, picture: Image, color: str) -> None:
        from pipeline.picture.export import Scaler

        scaler = Scaler(picture)
        for icon in self.job.icons:
            if scaler.enlarges(icon.px):
                self.warnings.append(_enlarged(icon, picture))
            small = scaler.resize(icon.px)
            for name in self.job.formats:
                self._write(small, color, f"{self.job.stem}{icon.suffix}.{name}", "icon", icon.label)

    def _write(self, picture: Image, color: str, name: str, purpose: Purpose, label: str = "") -> None:
        from pipeline.picture.encode import encode

        target = self._place(name)
        target.write_bytes(encode(picture, target.suffix.removeprefix(".")))
        self._add(target, picture.size, color, purpose, label)

    def _place(self, name: str) -> Path:
        if any(file.name == name for file in self.files):
            raise ProcessError(
                f"Two files of this asset would be called {clean(name)}.", hint="Rename the icon's label."
            )
        return self.job.staging / name

    def _add(
        self, target: Path, size: tuple[int, int], color: str, purpose: Purpose, label: str = ""
    ) -> None:
        made = MadeFile(
            name=target.name,
            width=size[0],
            height=size[1],
            size_bytes=target.stat().st_size,
            sha256=digest.of_file(target),
            format=target.suffix.removeprefix("."),
            dominant_color=color,
            purpose=purpose,
            label=label,
        )
        self.files.append(made)


def _why_uncut(error: ProcessError, job: PictureJob) -> str:
    missing = "No icons were made." if job.icons else ""
    return " ".join(part for part in (error.message, missing, error.hint) if part)


def _enlarged(icon: Icon, picture: Image) -> str:
    return f"icon {icon.label} is {icon.px} px but the picture only {max(picture.size)} px: it was enlarged"
