"""Reference pictures on their way to the service, each named by its content."""

from __future__ import annotations

import asyncio
from pathlib import Path

from pipeline import digest, media
from pipeline.errors import (
    AuthenticationFailed,
    DownloadFailed,
    ProviderError,
    ServiceUnavailable,
    UploadFailed,
    clean,
)
from pipeline.providers.kie import verdict, wire
from pipeline.providers.kie.api import Api, retry_reads
from pipeline.providers.net.http import NETWORK_ERRORS, said

ACCEPTED = ("jpg", "png", "webp")  # what image fields of the models take
MAX_BYTES = 30 * 1024 * 1024  # the widest limit of any model's image field
FOLDER = "asset-pipeline"  # uploadPath: no leading or trailing slash
_HINT = "Check KIE_UPLOAD_BASE_URL, or put the picture online yourself and refer to its URL."
_AT_ONCE = 4  # each is held in memory while it is sent


class Uploader:
    """Uploads are free, and the same name overwrites the same bytes: sending one again does no harm."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def upload(self, path: Path, sha256: str) -> str:
        """Send the picture whose digest is ``sha256``; returns its URL.

        Raises ``UploadFailed``, ``AuthenticationFailed``.
        """
        async with self._turns:
            content, extension = await asyncio.to_thread(_read, path, sha256)
            try:
                return await retry_reads(self._send, f"{sha256}.{extension}", content, media.mime(extension))
            except AuthenticationFailed:
                raise
            except ProviderError as error:
                raise UploadFailed(
                    f"{path.name} could not be uploaded: {error.message}", code=error.code, hint=error.hint
                ) from error

    async def _send(self, name: str, content: bytes, mime: str) -> str:
        fields = {"uploadPath": FOLDER, "fileName": name}
        try:
            answer = await self._api.post_form(
                wire.UPLOAD_STREAM_PATH, fields, {"file": (name, content, mime)}
            )
        except NETWORK_ERRORS as error:
            raise ServiceUnavailable(
                f"the upload host did not answer: {said(error)}", hint=f"{verdict.AGAIN_HINT} {_HINT}"
            ) from error
        if not answer.ok:
            raise verdict.read_error(answer, "the upload host refused it")
        url = wire.upload_url_of(answer.data)
        if url is None or not url.startswith(("https://", "http://")):
            raise UploadFailed("the upload host gave no usable address for it", hint=_HINT)
        return url


def _read(path: Path, sha256: str) -> tuple[bytes, str]:
    """The picture's bytes and extension, once they are known to be what was planned and what models take.

    A picture the service cannot use would fail only after the create was paid for.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise UploadFailed(
                f"{path.name} has {size / 2**20:.1f} MB; at most {MAX_BYTES // 2**20} MB are taken",
                hint="Save a smaller copy (2048 px on the longer side is plenty) and refer to that.",
            )
        content = path.read_bytes()
        extension = _picture_kind(path, content)
    except OSError as error:
        reason = clean(error.strerror or error)
        raise UploadFailed(f"{path.name} cannot be read: {reason}") from error
    if digest.of_bytes(content) != sha256:
        raise UploadFailed(f"{path.name} changed while the run was under way", hint="Run again.")
    return content, extension


def _picture_kind(path: Path, content: bytes) -> str:
    extension = media.sniff(content[: media.HEAD_BYTES])
    if extension not in ACCEPTED:
        raise UploadFailed(
            f"{path.name} is {media.describe(content[: media.HEAD_BYTES])}",
            hint="Reference pictures must be PNG, JPEG or WebP.",
        )
    try:
        media.check(path)
    except DownloadFailed as error:
        raise UploadFailed(f"{path.name} cannot be used: {error.message}", hint="Save it again.") from error
    return extension
