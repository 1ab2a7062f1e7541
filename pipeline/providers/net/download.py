"""Finished results on their way here: streamed, bounded, from hosts that never see the key.

A result counts as fetched when its last byte is written and all of it decodes; until then the target file
does not exist.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
from collections.abc import Awaitable, Callable
from io import FileIO
from pathlib import Path

import httpx

from pipeline import digest, media
from pipeline.errors import DownloadFailed, clean
from pipeline.generate.provider import Download
from pipeline.providers.net import hosts
from pipeline.providers.net.body import pieces
from pipeline.providers.net.http import NETWORK_ERRORS, RETRIES, said

MAX_BYTES = 256 * 1024 * 1024
MOST_DIGITS = 18  # of a declared length; no file has more
TOTAL_S = 600.0  # a whole download; a stall ends far sooner, by the client's read timeout
MAX_REDIRECTS = 5
EXPIRED_HINT = "Results live for about a day. If it is gone: pipeline status --forget NAME, and run again."
SPACE_HINT = "Free some space and run again: the result is fetched, not bought, again."

_GONE = (403, 404, 410)
_BUSY = (408, 425, 429)
_DECODES_AT_ONCE = 2  # a decoded picture may take 400 MB

FreshLink = Callable[[str], Awaitable[str | None]]


class _Passing(DownloadFailed):
    """A transfer that broke off or was put off: asking again is free and may help."""


class _Gone(DownloadFailed):
    """The host does not hand it out under this address (any more)."""


_retry = RETRIES.on(_Passing)


class Fetcher:
    """Downloads with clients that know no key. ``fresh_link`` asks the service for another address.

    ``client`` goes through the proxy the environment names, ``direct`` judges the addresses it connects to.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        fresh_link: FreshLink,
        *,
        direct: httpx.AsyncClient,
        max_bytes: int,
        allow_private: bool,
        resolve: hosts.Resolve,
        proxied: hosts.Proxied = hosts.is_proxied,
        own_host: str = "",
    ) -> None:
        self._client = client
        self._direct = direct
        self._fresh_link = fresh_link
        self._max_bytes = max_bytes
        self._allow_private = allow_private
        self._resolve = resolve
        self._proxied = proxied
        self._own_host = own_host
        self._decodes = asyncio.Semaphore(_DECODES_AT_ONCE)

    async def fetch(self, url: str, target: Path) -> Download:
        """Bring ``url`` to ``target``, which appears only when it is whole. Raises ``DownloadFailed``."""
        part = target.with_name(f"{target.name}.part")
        try:
            download = await self._fetch_either(url, part)
            part.replace(target)
        except OSError as error:
            raise _unwritten(error) from error
        finally:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
        return download

    async def _fetch_either(self, url: str, part: Path) -> Download:
        """By the result's own address, or once by a fresh one when that is refused."""
        try:
            return await _retry(self._once, url, part)
        except _Gone:
            fresh = await self._fresh_link(url)
            if fresh is None:
                raise
            return await _retry(self._once, fresh, part)

    async def _once(self, url: str, part: Path) -> Download:
        try:
            async with asyncio.timeout(TOTAL_S):
                sha256, size = await self._follow(url, part)
        except NETWORK_ERRORS as error:
            raise _Passing(f"the download broke off: {said(error)}") from error
        return await self._judge(part, sha256, size)

    async def _follow(self, url: str, part: Path) -> tuple[str, int]:
        """Follow redirects by hand, so that every hop is checked; returns digest and size in bytes."""
        for _hop in range(MAX_REDIRECTS + 1):
            address = await hosts.check_result_url(
                url, allow_private=self._allow_private, resolve=self._resolve, own_host=self._own_host
            )
            # The declared length can only be compared with bytes that were not compressed on the way.
            headers = {"Accept-Encoding": "identity"}
            async with self._client_for(address).stream("GET", address, headers=headers) as response:
                if response.next_request is None:
                    self._check_answer(response)
                    return await self._write(response, part)
                url = str(response.next_request.url)
        raise DownloadFailed(f"the result's address leads through more than {MAX_REDIRECTS} redirects")

    def _client_for(self, url: httpx.URL) -> httpx.AsyncClient:
        """A proxy looks names up by itself; a private network was allowed by the user, or holds the API."""
        judged = self._allow_private or url.host == self._own_host or self._proxied(url)
        return self._client if judged else self._direct

    def _check_answer(self, response: httpx.Response) -> None:
        status, host = response.status_code, clean(response.url.host)
        if status in _GONE:
            raise _Gone(f"{host} refuses the result (HTTP {status})", code=status, hint=EXPIRED_HINT)
        if status in _BUSY or response.is_server_error:
            raise _Passing(f"{host} cannot send the result now (HTTP {status})", code=status)
        if not response.is_success:
            raise DownloadFailed(f"{host} answered HTTP {status} instead of the result", code=status)
        self._check_size(_declared(response) or 0)

    def _check_size(self, size: int) -> None:
        if size > self._max_bytes:
            raise DownloadFailed(
                f"the result is larger than {self._max_bytes / 1e6:,.0f} MB",
                hint="If its size is right, raise max_download_mb in pipeline.yaml first.",
            )

    async def _write(self, response: httpx.Response, part: Path) -> tuple[str, int]:
        sha256, size = hashlib.sha256(), 0
        with _create(part) as file:
            async for piece in pieces(response):
                size += len(piece)
                self._check_size(size)
                sha256.update(piece)
                _append(file, piece)
        declared = _declared(response)
        if declared not in (None, size) and "Content-Encoding" not in response.headers:
            raise _Passing(f"the download was cut short: {size} of {declared} bytes")
        return sha256.hexdigest(), size

    async def _judge(self, part: Path, sha256: str, size: int) -> Download:
        """The file is a result when it is a picture or a video and all of it decodes."""
        async with self._decodes:
            head = await asyncio.to_thread(_head, part)
            if media.sniff(head) not in media.IMAGES + media.VIDEOS:
                raise DownloadFailed(f"the result is {media.describe(head)}, no picture or video")
            try:
                found = await asyncio.to_thread(media.check, part)
            except DownloadFailed as error:
                raise _Passing(error.message, hint=error.hint) from error  # the transfer may be at fault
            if found.end is not None and found.end < size:
                sha256, size = await asyncio.to_thread(_cut, part, found.end), found.end
        return Download(sha256, found.extension, size, found.width, found.height)


def _cut(path: Path, end: int) -> str:
    """Drop what follows the picture, which may be anything; the digest of what is left."""
    try:
        os.truncate(path, end)
    except OSError as error:
        raise _unwritten(error) from error
    return digest.of_file(path)


def _create(path: Path) -> FileIO:
    try:
        return FileIO(path, "wb")
    except OSError as error:
        raise _unwritten(error) from error


def _append(file: FileIO, piece: bytes) -> None:
    """Unbuffered, so that a full disk shows here and is not taken for the network's trouble."""
    try:
        while piece:
            piece = piece[file.write(piece) :]
    except OSError as error:
        raise _unwritten(error) from error


def _unwritten(error: OSError) -> DownloadFailed:
    reason = clean(error.strerror or error)
    return DownloadFailed(f"the result could not be written: {reason}", hint=SPACE_HINT)


def _declared(response: httpx.Response) -> int | None:
    value = response.headers.get("Content-Length", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) <= MOST_DIGITS else None


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(media.HEAD_BYTES)
