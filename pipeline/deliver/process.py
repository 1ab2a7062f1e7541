"""One paid original becomes every file its asset asks for, in a staging folder. Runs inside a worker.

Takes and gives plain data that can travel between processes. One picture is in memory at a time, and
each file leaves it as soon as it is encoded.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from pipeline import digest
from pipeline.deliver import video
from pipeline.deliver.sets import MASTER, Drawing, SetFile, SetOrder
from pipeline.errors import DeliveryError, ProcessError, clean
from pipeline.film import Film
from pipeline.picture.color import dominant as color_of
from pipeline.recipe.expectations import Expectations
from pipeline.recipe.spec import Cutout, Icon, TargetUse
from pipeline.recipe.video import Encoding, Video

if TYPE_CHECKING:
    from PIL.Image import Image

    from pipeline.picture.cutout.quality import Quality
    from pipeline.targets.output import Slot

Purpose = Literal[
    "original", "on-black", "cutout", "full", "icon", "set", "contact-sheet", "poster", "video", "preview"
]
KILOBYTE = 1_000

VIDEOS = frozenset({"mp4", "webm", "mov"})
"""Extensions of originals that are delivered as they are; what else is made of them ``video`` says."""


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
    targets: tuple[TargetUse, ...] = ()
    drawings: tuple[Drawing, ...] = ()  # for the sets, besides the result itself
    contact_sheet: bool = False
    max_kb: int | None = None  # of every picture but the original and the render on black
    checks: Expectations | None = None  # what the full-size result has to be like
    video: Video | None = None  # what to make of an original that is a video
    kept: ClassVar[str] = "The original is in the store."

    @property
    def stem(self) -> str:
        """What every file's name begins with."""
        return self.filename or self.asset


@dataclass(frozen=True, slots=True)
class MadeFile:
    """One file in the staging folder; ``width`` and ``height`` in px, 0 for texts and where nobody knows."""

    name: str  # below the staging folder, POSIX
    width: int
    height: int
    size_bytes: int
    sha256: str
    format: str
    dominant_color: str  # "#RRGGBB"; empty for videos, texts and pictures without an opaque pixel
    purpose: Purpose
    label: str = ""  # of an icon, as the recipe has it; of a set's file the target; of a video its encoding
    film: Film | None = None  # of a video


@dataclass(frozen=True, slots=True)
class PictureResult:
    """Everything made for one asset. ``cutout_error`` says why a cut-out that was asked for is missing.

    ``video_error`` says the same of what was to be made of a video.

    ``unmet`` are the checks that the full-size result does not pass, in words. ``warnings`` are about all but
    the cut-out; what there is to say of that is in ``cutout_warnings``.
    """

    asset: str
    files: tuple[MadeFile, ...]
    warnings: tuple[str, ...] = ()
    unmet: tuple[str, ...] = ()
    cutout_error: str = ""
    cutout_method: str = ""  # "key", "rembg:u2netp"; empty without a cut-out
    cutout_quality: Quality | None = None
    cutout_warnings: tuple[str, ...] = ()
    video_error: str = ""
    seconds: float = 0.0

    @property
    def trouble(self) -> str:
        """Why something that was asked for is missing; empty when nothing is."""
        return self.cutout_error or self.video_error


def process(job: PictureJob, *, threads: int = 0) -> PictureResult:
    """Make every file of ``job``; ``threads`` bounds the threads of a cut-out (0: the machine's choice).

    When the background cannot be removed the original and its other formats are made all the same,
    but no icons and no platform sets: an icon with its background would pass for the real one. A video is
    kept as it came with whatever else can be made of it. Raises ``ProcessError`` when a picture cannot be
    decoded or one of its files cannot be encoded (within its limit), ``DeliveryError`` when the staging
    folder cannot be written.
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
    unmet: tuple[str, ...] = ()
    cutout_error: str = ""
    cutout_method: str = ""
    cutout_quality: Quality | None = None
    cutout_warnings: tuple[str, ...] = ()
    video_errors: list[str] = field(default_factory=list)

    def run(self) -> None:
        if self.job.original_extension in VIDEOS:
            self._make_video()
            return
        from pipeline.picture import normalize

        picture = normalize.load(self.job.original)
        color = color_of(picture)
        self._keep(picture.size, color)
        second = self._keep_second()
        if self.job.cutout is not None:
            self._make_cutout(picture, second, color, self.job.cutout)
        else:
            self._check(picture)
            self._make_formats(picture, color, self.job.stem, self.job.original_extension)
            self._make_icons(picture, color)
            self._make_sets(picture)

    def result(self, seconds: float) -> PictureResult:
        return PictureResult(
            asset=self.job.asset,
            files=tuple(self.files),
            warnings=tuple(self.warnings),
            unmet=self.unmet,
            cutout_error=self.cutout_error,
            cutout_method=self.cutout_method,
            cutout_quality=self.cutout_quality,
            cutout_warnings=self.cutout_warnings,
            video_error=" ".join(dict.fromkeys(self.video_errors)),
            seconds=seconds,
        )

    def _make_video(self) -> None:
        film = video.probe(self.job.original)
        self._keep((film.width, film.height), "", film)
        if self.job.cutout or self.job.icons or self.job.targets:
            self.warnings.append("a video is delivered as it is: no cut-out, no icons, no platform sets")
        if self.job.video is not None:
            with self._extra():
                self._make_poster(self.job.video, film)
            for encoding in self.job.video.formats:
                with self._extra():
                    self._make_encoding(self.job.video, encoding)
            with self._extra():
                self._make_preview(self.job.video, film)

    @contextmanager
    def _extra(self) -> Iterator[None]:
        """Around what is made of a paid video: where it fails, everything else is delivered all the same."""
        try:
            yield
        except ProcessError as error:
            self.video_errors.append(f"{error.message} {error.hint}".rstrip())

    def _make_poster(self, settings: Video, film: Film) -> None:
        if settings.poster is None:
            return
        if warning := video.beyond(settings, film):
            self.warnings.append(warning)
        picture = video.poster(self.job.original, settings, film, self.threads)
        color = color_of(picture)
        for name in self.job.formats:
            with self._extra():
                self._write(picture, color, f"{self.job.stem}-poster.{name}", "poster")

    def _make_encoding(self, settings: Video, encoding: Encoding) -> None:
        target = self._place(video.name(self.job.stem, settings, encoding))
        film = video.encode(self.job.original, target, settings, encoding, self.threads)
        self._add(target, (film.width, film.height), "", "video", encoding, film)

    def _make_preview(self, settings: Video, film: Film) -> None:
        if settings.preview != "none":
            target = self._place(f"{self.job.stem}-preview.{settings.preview}")
            size = video.preview(self.job.original, target, settings, film, self.threads)
            self._add(target, size, "", "preview")

    def _keep(self, size: tuple[int, int], color: str, film: Film | None = None) -> None:
        """Copy the original: a link would let an edit of the delivered file reach the store."""
        target = self._place(f"{self.job.stem}.{self.job.original_extension}")
        shutil.copyfile(self.job.original, target)
        self._add(target, size, color, "original", film=film)

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
        self._check(cut.picture)
        self._make_formats(cut.picture, color, stem, "png")
        self._make_icons(cut.picture, color)
        self._make_sets(cut.picture)

    def _check(self, result: Image) -> None:
        """Hold the full-size result, which was written last, against what the recipe asks of it."""
        if self.job.checks is not None:
            from pipeline.deliver.rules.expectations import against

            found = against(result, self.files[-1].size_bytes, self.job.checks)
            self.unmet = tuple(finding.message for finding in found)

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

    def _make_sets(self, picture: Image) -> None:
        if not self.job.targets:
            return
        art: dict[Slot, Image] = {MASTER: picture}
        try:
            art |= {drawing.slot: drawing.load(self.threads) for drawing in self.job.drawings}
        except ProcessError as error:
            self.cutout_error = f"{error.message} No platform sets were made. {error.hint}".rstrip()
            return
        order = SetOrder(self.job.targets, self.job.stem, self._most_bytes, sheet=self.job.contact_sheet)
        for one in order.files(art, threads=max(1, self.threads)):
            self._take(one)

    def _take(self, one: SetFile) -> None:
        """Write a file of a set, and keep what there is to say of it."""
        made, purpose = one.made, one.purpose
        target = self._place(f"{self.job.stem}/{one.path}")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(made.data)
        self._add(target, (made.width, made.height), one.color, purpose, one.target)
        said = (f"{one.target}: {warning}" for warning in made.warnings)
        self.warnings += (warning for warning in dict.fromkeys(said) if warning not in self.warnings)

    @property
    def _most_bytes(self) -> int:
        return (self.job.max_kb or 0) * KILOBYTE

    def _write(self, picture: Image, color: str, name: str, purpose: Purpose, label: str = "") -> None:
        target = self._place(name)
        target.write_bytes(self._encoded(picture, target))
        self._add(target, picture.size, color, purpose, label)

    def _encoded(self, picture: Image, target: Path) -> bytes:
        format_name = target.suffix.removeprefix(".")
        if not self._most_bytes:
            from pipeline.picture.encode import encode

            return encode(picture, format_name)
        from pipeline.picture.sets import limit

        try:
            return limit.fit(picture, format_name, self._most_bytes)
        except ProcessError as error:
            raise ProcessError(f"{target.name}: {error.message}", hint=error.hint) from error

    def _place(self, name: str) -> Path:
        if any(file.name == name for file in self.files):
            raise ProcessError(
                f"Two files of this asset would be called {clean(name)}.", hint="Rename the icon's label."
            )
        return self.job.staging / name

    def _add(
        self,
        target: Path,
        size: tuple[int, int],
        color: str,
        purpose: Purpose,
        label: str = "",
        film: Film | None = None,
    ) -> None:
        made = MadeFile(
            name=target.relative_to(self.job.staging).as_posix(),
            width=size[0],
            height=size[1],
            size_bytes=target.stat().st_size,
            sha256=digest.of_file(target),
            format=target.suffix.removeprefix("."),
            dominant_color=color,
            purpose=purpose,
            label=label,
            film=film,
        )
        self.files.append(made)


def _why_uncut(error: ProcessError, job: PictureJob) -> str:
    what = " and ".join(["icons"] * bool(job.icons) + ["platform sets"] * bool(job.targets))
    missing = f"No {what} were made." if what else ""
    return " ".join(part for part in (error.message, missing, error.hint) if part)


def _enlarged(icon: Icon, picture: Image) -> str:
    return f"icon {icon.label} is {icon.px} px but the picture only {max(picture.size)} px: it was enlarged"
