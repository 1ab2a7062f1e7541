"""What the manifest says of a file on disk that we did not make."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from pipeline import media
from pipeline.errors import DeliveryError, DownloadFailed, ProcessError
from pipeline.film import Film

_PICTURES: Final = (*media.IMAGES, *media.VIDEOS)
_BUNDLES: Final = ("ico", "icns")
_UNSEEN: Final = {"width": 0, "height": 0, "dominant_color": ""}


def measure(path: Path) -> dict[str, Any]:
    """What the manifest says of a file's content, but for its digest. Raises ``DeliveryError``.

    A file whose name is no picture's belongs to a platform set: an icon of several sizes, or a text.
    """
    try:
        return {"bytes": path.stat().st_size, **_look(path)}
    except (ProcessError, DownloadFailed) as error:
        raise _refusal(path, error.message) from error


def describe_film(film: Film) -> dict[str, Any]:
    """What a manifest says of a video besides its size in px; 0 and empty where the file does not say."""
    return {
        "duration_s": film.duration_s,
        "fps": film.fps,
        "codec": film.codec,
        "has_audio": film.has_audio,
    }


def _look(path: Path) -> dict[str, Any]:
    """Size in px and dominant colour; a text has neither there, a video no colour but more facts."""
    named = path.suffix.removeprefix(".")
    if named in _BUNDLES:
        return _look_inside(path, named)
    with path.open("rb") as stream:
        head = stream.read(media.HEAD_BYTES)
    extension = media.sniff(head)
    if named not in _PICTURES and extension is None:
        return _read_text(path)
    if extension != named:
        raise _refusal(path, f"it is {media.describe(head)}.")
    if extension in media.VIDEOS:
        found = media.check(path)
        size = {"width": found.width, "height": found.height}
        return {**_UNSEEN, **size, **describe_film(found.film or Film())}
    return _look_at(path)


def _look_at(path: Path) -> dict[str, Any]:
    from pipeline.picture.color import dominant
    from pipeline.picture.normalize import load

    picture = load(path)
    return {"width": picture.width, "height": picture.height, "dominant_color": dominant(picture)}


def _look_inside(path: Path, kind: str) -> dict[str, Any]:
    """The largest of several sizes."""
    from pipeline.picture.containers import MAX_BYTES, ContainerFault, icns, ico

    with path.open("rb") as stream:
        data = stream.read(MAX_BYTES)
    try:
        if kind == "ico":
            sizes = [entry.real for entry in ico.read(data)]
        else:
            sizes = [chunk.real or (chunk.px, chunk.px) for chunk in icns.read(data)]
    except ContainerFault as error:
        raise _refusal(path, f"{error}.") from error
    width, height = max(sizes, default=(0, 0))
    return {**_UNSEEN, "width": width, "height": height}


def _read_text(path: Path) -> dict[str, Any]:
    try:
        path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise _refusal(path, "it is no text (UTF-8).") from error
    return dict(_UNSEEN)


def _refusal(path: Path, why: str) -> DeliveryError:
    return DeliveryError(f"{path} cannot be accepted: {why}", hint="Restore it, or delete it and run.")
