"""Local pictures as URLs the service can read: each content is uploaded once, and not again within a day."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.generate.journal import Journal
from pipeline.generate.provider import Provider
from pipeline.recipe.spec import Picture, Request


class Uploads:
    """The upload cache of one run, backed by the journal."""

    def __init__(self, provider: Provider, journal: Journal) -> None:
        self._provider = provider
        self._journal = journal
        self._busy: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def fill(
        self, request: Request, digests: Mapping[Picture, str], files: Mapping[Picture, Path]
    ) -> dict[str, Any]:
        """The request's inputs with every picture as a URL. Raises ``UploadFailed``."""
        inputs = dict(request.inputs)
        if request.pictures:
            urls = [await self._url(picture, digests, files) for picture in request.pictures]
            inputs[request.picture_field] = urls if request.picture_list else urls[0]
        return inputs

    async def _url(
        self, picture: Picture, digests: Mapping[Picture, str], files: Mapping[Picture, Path]
    ) -> str:
        if picture.source == "url":
            return picture.value
        return await self._uploaded(digests[picture], files[picture])

    async def _uploaded(self, sha256: str, file: Path) -> str:
        async with self._busy[sha256]:  # two assets with one logo: the second finds it uploaded
            known = self._journal.upload_url(self._provider.account, sha256)
            if known is not None:
                return known
            url = await self._provider.upload(file, sha256)
            self._journal.uploaded(self._provider.account, sha256, url)
            return url
