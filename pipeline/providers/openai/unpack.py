"""Pictures out of a paid answer: from base64 to a file that decodes completely."""

from __future__ import annotations

import base64
import binascii
import contextlib
import os
from pathlib import Path

from pipeline import digest, media
from pipeline.errors import DownloadFailed, clean
from pipeline.generate.provider import Download

SPACE_HINT = "Free some space and run again: the answer is kept, nothing is bought again."
KEPT_HINT = "The answer is kept below .pipeline/spool."


def unpack(text: str, target: Path, max_bytes: int) -> Download:
    """Write the picture ``text`` holds in base64 to ``target``, which appears only when all of it decodes.

    Raises ``DownloadFailed`` for what is no picture, too large, or cannot be written. Slow: use a thread.
    """
    content = _decoded(text, max_bytes)
    part = target.with_name(f"{target.name}.part")
    try:
        part.write_bytes(content)
        download = _judged(part, content)
        part.replace(target)
    except OSError as error:
        reason = clean(error.strerror or error)
        raise DownloadFailed(f"the result could not be written: {reason}", hint=SPACE_HINT) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    return download


def _decoded(text: str, max_bytes: int) -> bytes:
    if len(text) // 4 * 3 > max_bytes:
        raise DownloadFailed(
            f"the result is larger than {max_bytes / 1e6:,.0f} MB",
            hint="If its size is right, raise max_download_mb in pipeline.yaml first.",
        )
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise DownloadFailed("the answer's picture is not base64", hint=KEPT_HINT) from error


def _judged(part: Path, content: bytes) -> Download:
    """What the file is; what follows the picture in it, which may be anything, is cut off."""
    head = content[: media.HEAD_BYTES]
    if media.sniff(head) not in media.IMAGES:
        raise DownloadFailed(f"the result is {media.describe(head)}, no picture", hint=KEPT_HINT)
    found = media.check(part)
    if found.end is not None and found.end < len(content):
        os.truncate(part, found.end)
        content = content[: found.end]
    return Download(digest.of_bytes(content), found.extension, len(content), found.width, found.height)
