"""The three ways to hand over a file, and where stored files are read back."""

from __future__ import annotations

import base64
import binascii
import re
import uuid
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from pipeline import media
from pipeline.providers.kie import wire
from pipeline.sandbox.answers import Answers
from pipeline.sandbox.faults import Faults
from pipeline.sandbox.ledger import Ledger, Upload
from pipeline.sandbox.results import UPLOAD_HOST, Results, upload_path

MOST_BYTES = 100 * 2**20

_DATA_URL = re.compile(r"data:[^,]*;base64,", re.IGNORECASE)


class Uploads:
    """Endpoints under ``/api``; every one answers ``{success, code, msg, data}``."""

    def __init__(self, ledger: Ledger, results: Results, answers: Answers, faults: Faults) -> None:
        self._ledger = ledger
        self._results = results
        self._answers = answers
        self._faults = faults

    async def from_stream(self, request: Request) -> Response:
        """Multipart: ``file``, ``uploadPath``, ``fileName``."""
        async with request.form(max_part_size=MOST_BYTES) as form:
            file = form.get("file")
            if file is None or isinstance(file, str):
                return self._answers.bad(400, "file is required")
            data = await file.read()
            return self._keep(data, form.get("uploadPath"), form.get("fileName"))

    async def from_base64(self, fields: dict[str, Any]) -> Response:
        """JSON: ``base64Data`` (plain or a data URL), ``uploadPath``, ``fileName``."""
        text = fields.get("base64Data")
        if not isinstance(text, str) or not text:
            return self._answers.bad(400, "base64Data is required")
        try:
            data = base64.b64decode(_DATA_URL.sub("", text, count=1), validate=True)
        except binascii.Error:
            return self._answers.bad(400, "base64Data is not valid base64")
        return self._keep(data, fields.get("uploadPath"), fields.get("fileName"))

    async def from_url(self, fields: dict[str, Any]) -> Response:
        """JSON: ``fileUrl``, ``uploadPath``, ``fileName``.

        Our own uploads and results are copied. Nothing is fetched from elsewhere: a picture painted for
        the URL stands in for it.
        """
        url = fields.get("fileUrl")
        if not isinstance(url, str) or not url.startswith(("http://", "https://")):
            return self._answers.bad(400, "fileUrl is required")
        return self._keep(await self._results.source(url), fields.get("uploadPath"), fields.get("fileName"))

    def read(self, url: str) -> Response:
        """A stored file by its local URL."""
        upload = self._ledger.upload(upload_path(url))
        if upload is None:
            return Response(status_code=404)
        return Response(upload.data, media_type=upload.mime)

    def _keep(self, data: bytes, folder: Any, name: Any) -> Response:
        if not isinstance(folder, str) or not folder.strip("/"):
            return self._answers.bad(400, "uploadPath is required")
        if not data:
            return self._answers.bad(400, "file is empty")
        name = name if isinstance(name, str) and name else f"{uuid.uuid4().hex}.{media.sniff(data) or 'bin'}"
        if reply := self._faults.on_upload(name):
            return reply
        upload = self._ledger.store(f"{folder.strip('/')}/{name.strip('/')}", content_type(data), data)
        return self._answers.stored(describe(upload))


def describe(upload: Upload) -> dict[str, Any]:
    """``data`` of an upload's answer."""
    return wire.uploaded(
        upload.path.rpartition("/")[2],
        upload.path,
        f"https://{UPLOAD_HOST}/kieai/{quote(upload.path)}",
        size_bytes=len(upload.data),
        mime_type=upload.mime,
        uploaded_at=datetime.fromtimestamp(upload.uploaded_s, UTC).isoformat(timespec="milliseconds"),
    )


def content_type(data: bytes) -> str:
    """The content type the first bytes tell."""
    extension = media.sniff(data)
    return media.mime(extension) if extension else "application/octet-stream"
