"""Videos of the sandbox: a slow camera move over the picture a request names, at its size and length."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from pipeline.recipe.catalogue import Model
from pipeline.sandbox import still

if TYPE_CHECKING:
    import av
    from PIL.Image import Image

LINES: Final = {"480p": 480, "720p": 720, "1080p": 1080}
"""Of 16:9; other ratios have the same area, as ByteDance documents it (1:1 at 720p is 960 × 960 px)."""
LONGEST_S: Final = 10
FPS: Final = still.FPS
_WIDE: Final = 16 / 9
_WIDEST: Final = 21 / 9
_ZOOM: Final = 0.12  # of the frame, from the first picture to the last
_GLOW: Final = 0.15
_BT709: Final = 1  # ITU-T H.273; as a range 1 is that of video
_SOUND_HZ, _RATE, _LOUD = 220.0, 48_000, 0.05


def film(model: Model, inputs: Mapping[str, Any], source: Image, seed: int) -> bytes:
    """An MP4 (H.264) of ``source``; equal requests give equal bytes, on one installation.

    Without PyAV the picture stands still; with it the camera moves, and there is sound where it is asked for.
    """
    complete = model.complete(inputs)
    seconds = duration_s(complete)
    picture = _framed(source, *frame(complete, source.size))
    if find_spec("av") is None:
        return still.film(picture, seconds)
    move = _glowing if complete.get("camera_fixed") is True else _moving
    return _encoded(move(picture, seconds * FPS, seed), picture.size, _tone_s(complete, seconds))


def duration_s(inputs: Mapping[str, Any]) -> int:
    """Seconds of the video."""
    asked = str(inputs.get("duration", "5"))
    return min(max(int(asked), 1), LONGEST_S) if asked.isdecimal() and len(asked) < 4 else 5  # noqa: PLR2004


def frame(inputs: Mapping[str, Any], source: tuple[int, int]) -> tuple[int, int]:
    """Width and height in px, in the ratio of the source (its size in px)."""
    lines = LINES.get(str(inputs.get("resolution")), LINES["720p"])
    ratio = min(max(source[0] / source[1], 1 / _WIDEST), _WIDEST)
    area = lines * lines * _WIDE
    return _snapped(math.sqrt(area * ratio)), _snapped(math.sqrt(area / ratio))


def _snapped(px: float) -> int:
    return max(1, round(px / still.BLOCK)) * still.BLOCK


def _framed(source: Image, width: int, height: int) -> Image:
    """The middle of the source, which fills the frame, as RGB on white."""
    from PIL import Image, ImageOps

    flat = Image.new("RGBA", source.size, "white")
    flat.alpha_composite(source.convert("RGBA"))
    return ImageOps.fit(flat.convert("RGB"), (width, height), Image.Resampling.LANCZOS)


def _moving(picture: Image, frames: int, seed: int) -> Iterator[Image]:
    """The camera comes nearer and drifts to a side that ``seed`` chooses."""
    from PIL import Image

    angle = seed % 360 * math.pi / 180
    for number in range(frames):
        eased = (1 - math.cos(math.pi * number / max(1, frames - 1))) / 2
        margin = _ZOOM * eased / 2
        x, y = (margin * (1 + 0.8 * part) for part in (math.cos(angle), math.sin(angle)))
        box = (x, y, x + 1 - 2 * margin, y + 1 - 2 * margin)
        sides = (picture.width, picture.height) * 2
        left, top, right, bottom = (part * side for part, side in zip(box, sides, strict=True))
        yield picture.resize(picture.size, Image.Resampling.BILINEAR, (left, top, right, bottom))


def _glowing(picture: Image, frames: int, seed: int) -> Iterator[Image]:
    """The camera stands still and the light swells and fades."""
    from PIL import Image

    lit = Image.new("RGB", picture.size, "white")
    start = seed % 8 / 8
    for number in range(frames):
        light = (1 - math.cos(2 * math.pi * (number / frames + start))) / 2
        yield Image.blend(picture, lit, _GLOW * light)


def _tone_s(inputs: Mapping[str, Any], seconds: int) -> int:
    return seconds if inputs.get("sound") is True else 0


def _encoded(pictures: Iterator[Image], size: tuple[int, int], tone_s: int) -> bytes:
    import av
    import numpy as np

    stream = io.BytesIO()
    with av.open(stream, "w", format="mp4", options={"fflags": "+bitexact"}) as file:
        video = file.add_stream(
            "libx264", rate=FPS, options={"preset": "ultrafast", "crf": "23", "threads": "2"}
        )
        video.width, video.height = size
        video.pix_fmt = "yuv420p"
        for tag in ("colorspace", "color_primaries", "color_trc", "color_range"):
            setattr(video.codec_context, tag, _BT709)
        sound = file.add_stream("aac", rate=_RATE, layout="mono") if tone_s else None
        for picture in pictures:
            frame = av.VideoFrame.from_ndarray(np.asarray(picture), format="rgb24")
            file.mux(video.encode(frame.reformat(format="yuv420p", dst_colorspace=_BT709)))
        file.mux(video.encode())
        if sound is not None:
            _add_tone(file, sound, tone_s)
    return stream.getvalue()


def _add_tone(file: av.container.OutputContainer, sound: av.AudioStream, seconds: int) -> None:
    import av
    import numpy as np

    wave = np.sin(2 * np.pi * _SOUND_HZ / _RATE * np.arange(_RATE, dtype=np.float32)) * np.float32(_LOUD)
    for number in range(seconds):
        tone = av.AudioFrame.from_ndarray(wave[None].astype(np.float32), format="fltp", layout="mono")
        tone.sample_rate, tone.pts = _RATE, number * _RATE
        file.mux(sound.encode(tone))
    file.mux(sound.encode())
