"""What is made of a video in the staging folder: its poster, other encodings, a moving preview."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import media
from pipeline.errors import DownloadFailed
from pipeline.film import Film
from pipeline.recipe.video import Encoding, Video

if TYPE_CHECKING:
    from PIL.Image import Image

KILOBYTE = 1_000


def probe(path: Path) -> Film:
    """What the video at ``path`` says of itself; nothing for one of a kind that is not read."""
    try:
        return media.check(path).film or Film()
    except DownloadFailed:
        return Film()


def poster(path: Path, settings: Video, film: Film, threads: int) -> Image:
    """The frame the recipe asks for, as RGB, uint8, sRGB. Raises ``ProcessError``."""
    from pipeline.picture.video.poster import poster as frame_at

    return frame_at(path, poster_s(settings, film), threads=max(1, threads))


def poster_s(settings: Video, film: Film) -> float:
    """Seconds from the beginning to the poster; those of ``last`` are more than there are."""
    said = {"first": 0.0, "middle": film.duration_s / 2, "last": float("inf")}
    return settings.poster if isinstance(settings.poster, float) else said[settings.poster or "first"]


def beyond(settings: Video, film: Film) -> str:
    """What to warn of where the poster lies behind the end; empty where it does not."""
    if isinstance(settings.poster, float) and 0 < film.duration_s < settings.poster:
        return f"the poster is the last frame: the video has {film.duration_s:g} s, not {settings.poster:g} s"
    return ""


def name(stem: str, settings: Video, encoding: Encoding) -> str:
    """The file of an encoding: ``NAME.webm``, ``NAME-loop.mp4``."""
    return f"{stem}{settings.suffix(encoding)}.{'webm' if encoding == 'webm' else 'mp4'}"


def encode(source: Path, target: Path, settings: Video, encoding: Encoding, threads: int) -> Film:
    """Write an encoding of ``source`` to ``target``; what it says of itself. Raises ``ProcessError``."""
    from pipeline.picture.video.encode import encode as encoded

    encoded(
        source,
        target,
        encoding,
        loops=settings.loop,
        mute=settings.mute,
        max_bytes=_most_bytes(settings),
        threads=max(1, threads),
    )
    return probe(target)


def preview(source: Path, target: Path, settings: Video, film: Film, threads: int) -> tuple[int, int]:
    """Write the moving preview of ``source`` to ``target``; its size in px. Raises ``ProcessError``."""
    from pipeline.picture.video.preview import preview as moving

    kind = "gif" if settings.preview == "gif" else "webp"
    data, size = moving(source, film.duration_s, kind, _most_bytes(settings), threads=max(1, threads))  # type: ignore[arg-type]
    target.write_bytes(data)
    return size


def _most_bytes(settings: Video) -> int:
    return (settings.max_kb or 0) * KILOBYTE
