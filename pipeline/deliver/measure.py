"""What the manifest says of a file on disk that we did not make."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline import media
from pipeline.errors import DeliveryError, DownloadFailed, ProcessError


def measure(path: Path) -> dict[str, Any]:
    """What the manifest says of a file's content, but for its digest. Raises ``DeliveryError``."""
    try:
        return {"bytes": path.stat().st_size, **_look(path)}
    except (ProcessError, DownloadFailed) as error:
        raise _refusal(path, error.message) from error


def _look(path: Path) -> dict[str, Any]:
    """Size in px and dominant colour; a video has neither there."""
    from pipeline.picture.color import dominant
    from pipeline.picture.normalize import load

    with path.open("rb") as stream:
        head = stream.read(media.HEAD_BYTES)
    if (extension := media.sniff(head)) != path.suffix.removeprefix("."):
        raise _refusal(path, f"it is {media.describe(head)}.")
    if extension in media.VIDEOS:
        media.check(path)
        return {"width": 0, "height": 0, "dominant_color": ""}
    picture = load(path)
    return {"width": picture.width, "height": picture.height, "dominant_color": dominant(picture)}


def _refusal(path: Path, why: str) -> DeliveryError:
    return DeliveryError(f"{path} cannot be accepted: {why}", hint="Restore it, or delete it and run.")
