"""One frame of a video as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.picture.video.footage import opened, picture

if TYPE_CHECKING:
    from PIL.Image import Image


def poster(path: Path, at_s: float, *, threads: int = 1) -> Image:
    """The frame shown ``at_s`` seconds from the beginning, or the last one, as RGB, uint8, sRGB.

    Raises ``ProcessError``.
    """
    shown = None
    with opened(path, threads=threads) as footage:
        start = None
        for frame in footage.frames():
            time = frame.time or 0.0
            start = time if start is None else start
            if shown is not None and time - start > at_s:
                break
            shown = frame
        assert shown is not None  # frames() complains of none
        return picture(shown)
