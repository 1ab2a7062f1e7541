"""Reference pictures, copied to where a create takes them from: this API wants them with the request."""

from __future__ import annotations

from pathlib import Path

from pipeline import digest, media
from pipeline.errors import DownloadFailed, UploadFailed, clean
from pipeline.providers.openai.spool import Spool

ACCEPTED = ("jpg", "png", "webp")
MAX_BYTES = 50 * 1024 * 1024  # the API's limit for one picture of an edit


def keep(spool: Spool, path: Path, sha256: str) -> str:
    """Copy the picture whose digest is ``sha256``; its name in the spool. Raises ``UploadFailed``."""
    try:
        if (size := path.stat().st_size) > MAX_BYTES:
            raise UploadFailed(
                f"{path.name} has {size / 2**20:.1f} MB; at most {MAX_BYTES // 2**20} MB are taken",
                hint="Save a smaller copy and refer to that.",
            )
        content = path.read_bytes()
        return spool.keep(content, sha256, _kind(path, content, sha256))
    except OSError as error:
        raise UploadFailed(f"{path.name} cannot be copied: {clean(error.strerror or error)}") from error


def _kind(path: Path, content: bytes, sha256: str) -> str:
    """Its extension, once it is known to be what was planned and a picture the service takes."""
    if digest.of_bytes(content) != sha256:
        raise UploadFailed(f"{path.name} changed while the run was under way", hint="Run again.")
    head = content[: media.HEAD_BYTES]
    extension = media.sniff(head)
    if extension not in ACCEPTED:
        raise UploadFailed(
            f"{path.name} is {media.describe(head)}", hint="Reference pictures must be PNG, JPEG or WebP."
        )
    try:
        media.check(path)
    except DownloadFailed as error:
        raise UploadFailed(f"{path.name} cannot be used: {error.message}", hint="Save it again.") from error
    return extension
