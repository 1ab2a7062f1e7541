"""A video encoded once more: smaller, in another format, without sound, without an end.

The same video gives the same bytes on one build of the encoders: they run with fixed numbers of threads.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, log2
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from pipeline.errors import ProcessError
from pipeline.picture.video import loop
from pipeline.picture.video.footage import Footage, opened
from pipeline.recipe.video import Encoding

if TYPE_CHECKING:
    import av
    from av.container import OutputContainer

MOST_TRIES: Final = 4
NEAR: Final = 0.8
"""A file that fills so much of what is allowed is not made better."""
_RATE: Final = 48_000  # Opus knows no other, and everything plays it


@dataclass(frozen=True, slots=True)
class Codec:
    """An encoder. ``quality`` is its usual constant rate factor, ``worst`` the last anybody would ship.

    ``halves`` is by how much more the factor must be for about half the bytes.
    """

    video: str
    sound: str
    container: str
    quality: int
    worst: int
    halves: int
    options: Mapping[str, str]


CODECS: Final[Mapping[Encoding, Codec]] = {
    "mp4": Codec("libx264", "aac", "mp4", 23, 40, 6, {"preset": "fast", "threads": "1"}),
    "webm": Codec(
        "libvpx-vp9", "libopus", "webm", 34, 58, 9,
        {"b": "0", "deadline": "good", "cpu-used": "5", "row-mt": "0", "threads": "1"},
    ),
    "av1": Codec("libsvtav1", "aac", "mp4", 36, 60, 10, {"preset": "9", "svtav1-params": "lp=1"}),
}  # fmt: skip


def encode(
    source: Path,
    target: Path,
    encoding: Encoding,
    *,
    loops: bool,
    mute: bool,
    max_bytes: int = 0,
    threads: int = 1,
) -> None:
    """Write ``source`` to ``target`` in that encoding, of ``max_bytes`` at most (0: no limit).

    The usual quality where that fits, else a lower one. Raises ``ProcessError`` when nothing fits or the
    source cannot be decoded, ``OSError``.
    """
    codec = CODECS[encoding]
    draft = target.with_name(f"{target.stem}.draft{target.suffix}")
    quality, low, high = codec.quality, codec.quality - 1, codec.worst + 1  # too good, and good enough
    smallest = 0
    for _ in range(MOST_TRIES):
        _encode(source, draft, codec, quality, loops=loops, mute=mute or loops, threads=threads)
        size = draft.stat().st_size
        smallest = min(size, smallest or size)
        if not max_bytes or size <= max_bytes:
            high = quality
            draft.replace(target)
            if not max_bytes or size >= NEAR * max_bytes:
                break
        else:
            low = quality
        if high - low <= 1:
            break
        quality = _next(low, high, codec, size / (max_bytes or size))
    draft.unlink(missing_ok=True)
    if high > codec.worst:
        raise ProcessError(
            f"{target.name} does not fit into {max_bytes / 1000:,.0f} kB: the smallest tried has "
            f"{ceil(smallest / 1000):,} kB.",
            hint="Allow more kB in video: max_kb, or ask for a lower resolution or duration.",
        )


def _next(low: int, high: int, codec: Codec, excess: float) -> int:
    """The rate factor to try between one that is too good and one that will do, if there is one yet."""
    if high <= codec.worst:
        return (low + high) // 2
    return min(codec.worst, low + _further(excess, codec.halves))


def _further(excess: float, halves: int) -> int:
    """How much the rate factor must rise for ``excess`` times fewer bytes, a little more than estimated."""
    return max(2, ceil(halves * log2(excess) * 1.1))


def _encode(
    source: Path, target: Path, codec: Codec, quality: int, *, loops: bool, mute: bool, threads: int
) -> None:
    import av

    os.putenv("SVT_LOG", "1")  # errors only: the AV1 encoder talks to standard error by itself
    flags = (
        {"movflags": "+faststart", "fflags": "+bitexact"}
        if codec.container == "mp4"
        else {"fflags": "+bitexact"}
    )
    with (
        opened(source, threads=threads) as footage,
        av.open(str(target), "w", format=codec.container, options=flags) as file,
    ):
        out = _Out(file, codec, quality, footage, mute=mute)
        if loops:
            out.write_pictures(_looped(footage))
        else:
            out.write(footage)
        out.finish()


class _Out:
    """A file being written, with a stream of pictures and perhaps one of sound."""

    def __init__(
        self, file: OutputContainer, codec: Codec, quality: int, footage: Footage, *, mute: bool
    ) -> None:
        options = {**codec.options, "crf": str(quality)}
        self._file = file
        self._size = tuple(max(2, side // 2 * 2) for side in footage.size)  # 4:2:0 has even sides
        self._pictures = cast(
            "av.VideoStream", file.add_stream(codec.video, rate=footage.fps, options=options)
        )
        self._pictures.width, self._pictures.height = self._size
        self._pictures.pix_fmt = "yuv420p"
        self._pictures.codec_context.time_base = Fraction(1, 90_000)
        for tag in ("colorspace", "color_primaries", "color_trc", "color_range"):
            setattr(self._pictures.codec_context, tag, getattr(footage.video.codec_context, tag))
        self._sound: av.AudioStream | None = None
        if footage.sound is not None and not mute:
            self._sound = cast("av.AudioStream", file.add_stream(codec.sound, rate=_RATE, layout="stereo"))

    def write(self, footage: Footage) -> None:
        """Everything as it comes, sound where there is any and it is wanted."""
        import av

        resampler = None
        if self._sound is not None:
            resampler = av.AudioResampler(self._sound.codec_context.format, "stereo", _RATE)
        for piece in footage.pieces(sound=self._sound is not None):
            if isinstance(piece, av.VideoFrame):
                self._add(piece)
            elif resampler is not None:
                self._hear(resampler.resample(piece))
        if resampler is not None:
            self._hear(resampler.resample(None))

    def write_pictures(self, frames: Iterator[av.VideoFrame]) -> None:
        for frame in frames:
            self._add(frame)

    def finish(self) -> None:
        """Bring out what the encoders still hold."""
        self._file.mux(self._pictures.encode())
        if self._sound is not None:
            self._file.mux(self._sound.encode())

    def _add(self, frame: av.VideoFrame) -> None:
        flat = frame.reformat(self._size[0], self._size[1], "yuv420p")
        flat.pict_type = 0  # what kind it becomes is the encoder's to choose
        self._file.mux(self._pictures.encode(flat))

    def _hear(self, sounds: list[av.AudioFrame]) -> None:
        for sound in sounds:
            self._file.mux(self._sound.encode(sound) if self._sound is not None else [])


def _looped(footage: Footage) -> Iterator[av.VideoFrame]:
    """The frames of a loop, evenly spaced from zero."""
    import av

    width, height = (max(2, side // 2 * 2) for side in footage.size)
    planes = (frame.reformat(width, height, "yuv420p").to_ndarray() for frame in footage.frames())
    for number, plane in enumerate(loop.looped(planes, loop.fade_frames(footage.fps))):
        frame = av.VideoFrame.from_ndarray(plane, format="yuv420p")
        frame.pts, frame.time_base = number, 1 / footage.fps
        yield frame
