"""A small moving picture of a video, as animated GIF or WebP: where a video cannot be shown."""

from __future__ import annotations

import io
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from pipeline.errors import ProcessError
from pipeline.picture.video.footage import opened, picture

if TYPE_CHECKING:
    from PIL.Image import Image

SIDE_PX: Final = 320
"""The longer side of a preview that has room."""
STEP_S: Final = 0.08  # a GIF counts in hundredths of a second
MOST_FRAMES: Final = 150
_SIDES: Final = (320, 240, 180, 128)
_QUALITIES: Final = {320: 70, 240: 60, 180: 50, 128: 30}  # of WebP


def preview(
    path: Path,
    duration_s: float,
    format_name: Literal["gif", "webp"],
    max_bytes: int = 0,
    *,
    threads: int = 1,
) -> tuple[bytes, tuple[int, int]]:
    """The file and its size in px: endless, at 12.5 frames a second or as many as are ``MOST_FRAMES`` in all.

    Smaller on every side until it has ``max_bytes`` at most (0: no limit). Raises ``ProcessError``.
    """
    step_s = max(STEP_S, round(duration_s / MOST_FRAMES, 2))
    frames = _sampled(path, step_s, threads)
    for side in _SIDES:
        small = [_shrunk(frame, side) for frame in frames]
        data = _encoded(small, format_name, step_s, _QUALITIES[side])
        if not max_bytes or len(data) <= max_bytes:
            return data, small[0].size
    raise ProcessError(
        f"A {format_name} preview does not fit into {max_bytes / 1000:,.0f} kB: the smallest tried, "
        f"{small[0].width}×{small[0].height} px, has {math.ceil(len(data) / 1000):,} kB.",
        hint=f"Allow more kB in video: max_kb{', or choose preview: webp' if format_name == 'gif' else ''}.",
    )


def _sampled(path: Path, step_s: float, threads: int) -> list[Image]:
    """A frame for every step, shrunk to the largest preview; RGB, uint8, sRGB."""
    frames: list[Image] = []
    with opened(path, threads=threads) as footage:
        start = None
        for frame in footage.frames():
            start = (frame.time or 0.0) if start is None else start
            if (frame.time or 0.0) - start >= len(frames) * step_s - 1e-6 and len(frames) < MOST_FRAMES:
                frames.append(_shrunk(picture(frame), SIDE_PX))
    return frames


def _shrunk(frame: Image, side: int) -> Image:
    from PIL import Image

    share = min(1.0, side / max(frame.size))
    size = (max(1, round(frame.width * share)), max(1, round(frame.height * share)))
    return frame if size == frame.size else frame.resize(size, Image.Resampling.LANCZOS)


def _encoded(frames: list[Image], format_name: str, step_s: float, quality: int) -> bytes:
    stream = io.BytesIO()
    options: dict[str, Any] = (
        {"quality": quality, "method": 4} if format_name == "webp" else {"optimize": False}
    )
    frames[0].save(
        stream,
        format_name.upper(),
        save_all=True,
        append_images=frames[1:],
        duration=round(step_s * 1000),
        loop=0,
        **options,
    )
    return stream.getvalue()
