"""Local pictures as URLs the service can read: each content is uploaded once, and not again within a day."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import UploadFailed
from pipeline.generate.journal import Journal
from pipeline.generate.provider import Provider
from pipeline.recipe.spec import Asset, Part, Picture, PictureLimits


@dataclass(frozen=True, slots=True)
class Preparation:
    """A picture to be made ready for a model: ``part`` of what is in ``files``, within ``limits``."""

    asset: str  # that it is sent for
    shown: str  # as messages name it
    files: tuple[Path, ...]
    digests: tuple[str, ...]  # of the files
    part: Part | None = None  # None: the picture itself
    limits: PictureLimits | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """The file to send, its digest, and what was done to it for the model's sake, in words."""

    file: Path
    sha256: str
    notes: tuple[str, ...] = ()


Prepare = Callable[[Preparation], Awaitable[Prepared]]
"""Raises ``ProcessError``, ``DeliveryError``, ``UploadFailed``; nothing was sent then."""


async def as_they_are(wanted: Preparation) -> Prepared:
    """Files without any work on their pixels. Raises ``UploadFailed`` for a part of an asset."""
    if wanted.part is not None:
        raise UploadFailed(f"{wanted.shown} cannot be made here.", asset=wanted.asset)
    return Prepared(wanted.files[0], wanted.digests[0])


class Uploads:
    """The upload cache of one run, backed by the journal."""

    def __init__(self, provider: Provider, journal: Journal, prepare: Prepare = as_they_are) -> None:
        self._provider = provider
        self._journal = journal
        self._prepare = prepare
        self._busy: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def fill(
        self,
        asset: Asset,
        digests: Mapping[Picture, str],
        files: Mapping[Picture, Path],
        note: Callable[[str], None] = lambda _: None,
    ) -> dict[str, Any]:
        """The request's inputs with every picture as a URL, made ready for the model.

        ``digests`` and ``files`` are those of the pictures' originals; ``note`` is told what was done to them
        that the plan did not say. Raises ``UploadFailed``, ``ProcessError``, ``DeliveryError``.
        """
        request = asset.request
        inputs = dict(request.inputs)
        if not request.pictures:
            return inputs
        urls: list[str] = []
        for picture in request.pictures:
            if picture.source == "url":
                urls.append(picture.value)
                continue
            ready = await self._prepare(_preparation(asset, picture, digests, files))
            for said in ready.notes:
                if said not in request.converted:
                    note(said)
            urls.append(await self._uploaded(ready.sha256, ready.file))
        inputs[request.picture_field] = urls if request.picture_list else urls[0]
        return inputs

    async def _uploaded(self, sha256: str, file: Path) -> str:
        async with self._busy[sha256]:  # two assets with one logo: the second finds it uploaded
            known = self._journal.upload_url(self._provider.account, sha256)
            if known is not None:
                return known
            url = await self._provider.upload(file, sha256)
            self._journal.uploaded(self._provider.account, sha256, url)
            return url


def _preparation(
    asset: Asset, picture: Picture, digests: Mapping[Picture, str], files: Mapping[Picture, Path]
) -> Preparation:
    return Preparation(
        asset=asset.name,
        shown=picture.shown,
        files=tuple(files[one] for one in picture.originals),
        digests=tuple(digests[one] for one in picture.originals),
        part=picture.part,
        limits=asset.request.limits,
    )
