"""Frames of a video nobody vouches for, decoded within bounds."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from pipeline import media
from pipeline.errors import ProcessError, clean
from pipeline.picture.video import INSTALL
from pipeline.recipe.video import MAX_S

if TYPE_CHECKING:
    import av
    from av.container import InputContainer
    from PIL.Image import Image

MAX_PIXELS: Final = 4096 * 2304
"""Of one frame; 4K has 8.8 million."""
MAX_FRAMES: Final = 3_600
_FORMATS: Final = {"mp4": "mp4", "mov": "mov", "webm": "matroska"}
_FASTEST: Final = 120
_HD_LINES: Final = 720  # untagged video of fewer lines is BT.601, else BT.709, as browsers take it
_UNTAGGED: Final = 2  # ITU-T H.273, matrix coefficients: unspecified
_ITU709, _ITU601 = 1, 5  # of swscale


@dataclass(slots=True)
class Footage:
    """An open video; ``frames`` and ``pieces`` go through it once."""

    container: InputContainer
    video: av.VideoStream
    sound: av.AudioStream | None
    size: tuple[int, int]
    fps: Fraction

    def frames(self) -> Iterator[av.VideoFrame]:
        """Every frame in the order shown. Raises ``ProcessError``."""
        return (piece for piece in self.pieces(sound=False) if _is_picture(piece))  # type: ignore[misc]

    def pieces(self, *, sound: bool) -> Iterator[av.VideoFrame | av.AudioFrame]:
        """Every frame, with those of ``sound`` in between where there is any. Raises ``ProcessError``."""
        streams = [self.video, self.sound] if sound and self.sound else [self.video]
        seen = 0
        for packet in self.container.demux(streams):
            for piece in packet.decode():
                if _is_picture(piece):
                    seen += 1
                    self._check(piece, seen)  # type: ignore[arg-type]
                yield piece  # type: ignore[misc]
        if not seen:
            raise ProcessError("The video has no frame that can be decoded.")

    def _check(self, frame: av.VideoFrame, seen: int) -> None:
        if seen > MAX_FRAMES or (frame.time or 0) > MAX_S:
            raise _too_long()
        if (frame.width, frame.height) != self.size:
            raise ProcessError("The video changes its size on the way, which is not read.")


@contextmanager
def opened(path: Path, *, threads: int = 1) -> Iterator[Footage]:
    """The video at ``path`` for decoding with so many threads.

    Raises ``ProcessError`` when PyAV is missing, the video is damaged, or larger than what is read; what a
    decoder or encoder complains about while it is open becomes one as well, but for a full disk.
    """
    try:
        import av
    except ImportError as error:
        raise ProcessError(
            "Videos cannot be decoded: PyAV is not installed.", hint=f"Install it: {INSTALL}"
        ) from error
    # From an open file and as one format: names and playlists could lead the decoder to other files.
    try:
        with path.open("rb") as file, av.open(file, "r", format=_format(file)) as container:
            yield _footage(container, threads)
    except av.FFmpegError as error:
        if error.errno == errno.ENOSPC:
            raise OSError(errno.ENOSPC, "No space left on device") from error
        raise ProcessError(f"The video cannot be decoded: {clean(error.strerror or error, 120)}.") from error


def picture(frame: av.VideoFrame) -> Image:
    """A frame as RGB, uint8, sRGB."""
    from PIL import Image

    matrix = _ITU601 if frame.height < _HD_LINES else _ITU709
    source = matrix if frame.colorspace == _UNTAGGED else frame.colorspace
    return Image.fromarray(frame.reformat(format="rgb24", src_colorspace=source).to_ndarray())


def _footage(container: InputContainer, threads: int) -> Footage:
    if not container.streams.video:
        raise ProcessError("The file holds no video.")
    video = container.streams.video[0]
    width, height = video.codec_context.width, video.codec_context.height
    if not 0 < width * height <= MAX_PIXELS:
        raise ProcessError(
            f"The video has {width}×{height} px a frame; at most {MAX_PIXELS / 1e6:.1f} million are read."
        )
    if (container.duration or 0) > (MAX_S + 1) * 1_000_000:
        raise _too_long()
    video.codec_context.thread_count = max(1, threads)
    fps = video.average_rate or video.guessed_rate or Fraction(24)
    sound = container.streams.audio[0] if container.streams.audio else None
    return Footage(container, video, sound, (width, height), min(max(fps, Fraction(1)), Fraction(_FASTEST)))


def _format(file: BinaryIO) -> str:
    """What the decoder calls the format that the first bytes tell."""
    head = file.read(media.HEAD_BYTES)
    file.seek(0)
    found = _FORMATS.get(media.sniff(head) or "")
    if found is None:
        raise ProcessError(f"The file is {media.describe(head)}, no video that is read.")
    return found


def _is_picture(piece: object) -> bool:
    from av import VideoFrame

    return isinstance(piece, VideoFrame)


def _too_long() -> ProcessError:
    return ProcessError(f"The video is longer than the {MAX_S:g} s or {MAX_FRAMES:,} frames that are read.")
