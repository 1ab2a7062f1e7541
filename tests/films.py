"""Small films for tests: real ones, made by the sandbox and by PyAV."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import Image

RATE = 48_000


@lru_cache(maxsize=16)
def film(
    seconds: float = 2,
    size: tuple[int, int] = (64, 48),
    fps: int = 12,
    codec: str = "libx264",
    container: str = "mp4",
    sound: bool = False,
    noise: int = 0,
) -> bytes:
    """Red turns to blue, evenly, from the first frame to the last; ``noise`` is added, up to that much."""
    random = np.random.default_rng(1)
    stream = io.BytesIO()
    with av.open(stream, "w", format=container) as file:
        video: Any = file.add_stream(codec, rate=fps)
        video.width, video.height, video.pix_fmt = *size, "yuv420p"
        audio: Any = (
            file.add_stream("libopus" if container == "webm" else "aac", rate=RATE) if sound else None
        )
        frames = round(seconds * fps)
        for number in range(frames):
            share = number / max(1, frames - 1)
            picture = Image.new("RGB", size, (round(255 * (1 - share)), 0, round(255 * share)))
            pixels = np.asarray(picture) + random.integers(0, noise + 1, (*size[::-1], 3))
            frame = av.VideoFrame.from_ndarray(np.clip(pixels, 0, 255).astype(np.uint8), format="rgb24")
            file.mux(video.encode(frame))
        file.mux(video.encode())
        if audio is not None:
            wave = np.zeros((audio.codec_context.channels, round(seconds * RATE)), np.float32)
            tone = av.AudioFrame.from_ndarray(wave, format="fltp", layout=audio.codec_context.layout.name)
            tone.sample_rate, tone.pts = RATE, 0
            resampler = av.AudioResampler(audio.codec_context.format, audio.codec_context.layout, RATE)
            for piece in resampler.resample(tone):
                file.mux(audio.encode(piece))
            file.mux(audio.encode())
    return stream.getvalue()


def written(path: Path, **options: Any) -> Path:
    """``film`` in a file, whose folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(film(**options))
    return path


def colours(path: Path) -> list[tuple[int, int, int]]:
    """The colour in the middle of every frame."""
    with av.open(str(path)) as file:
        found = [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)]
    return [tuple(int(v) for v in one[one.shape[0] // 2, one.shape[1] // 2]) for one in found]  # type: ignore[misc]
