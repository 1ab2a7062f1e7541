"""Pictures and videos nobody vouches for: what they are, found within bounds."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pipeline import media
from pipeline.errors import DownloadFailed, ProcessError, clean

MAX_BYTES: Final = 256 * 1024 * 1024
"""Of a picture, as of a result that is fetched: decoders take it into memory whole, holes included."""


def inspect(path: Path) -> media.Media:
    """The kind and size in px of a file that is whole and within bounds.

    Raises ``ProcessError`` whose message starts small and has no full stop. Slow (decoding).
    """
    try:
        _refuse_flood(path)
        return media.check(path)
    except DownloadFailed as error:
        raise ProcessError(error.message) from error
    except OSError as error:
        raise ProcessError(f"the file cannot be read: {clean(error.strerror or error)}") from error


def _refuse_flood(path: Path) -> None:
    """Videos are walked, not read: their size is no matter."""
    size = path.stat().st_size
    if size > MAX_BYTES and _kind(path) in media.IMAGES:
        raise ProcessError(f"the picture has {size / 1e6:,.0f} MB; at most {MAX_BYTES / 1e6:,.0f} are read")


def _kind(path: Path) -> str | None:
    with path.open("rb") as stream:
        return media.sniff(stream.read(media.HEAD_BYTES))
