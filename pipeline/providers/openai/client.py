"""A service with OpenAI's images API as a provider.

The API is synchronous: one long request, whose answer holds the picture. So the create is the whole task, its
answer is on disk before it returns (``spool``), and what the protocol asks afterwards is answered from there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from pipeline.clock import Clock, SystemClock
from pipeline.errors import (
    AuthenticationFailed,
    DownloadFailed,
    OutcomeUnknown,
    RateLimited,
    RequestRejected,
    ServiceUnavailable,
    clean,
)
from pipeline.generate.provider import Download, TaskStatus
from pipeline.providers.net import download, hosts
from pipeline.providers.net.direct import DirectTransport
from pipeline.providers.net.download import Fetcher
from pipeline.providers.net.http import NETWORK_ERRORS, open_client, said
from pipeline.providers.openai import charge, reference, verdict, wire
from pipeline.providers.openai.api import BASE_URL_NAME, CREATE_S, Api, base_url, key_of
from pipeline.providers.openai.request import LOCAL, Outgoing, outgoing
from pipeline.providers.openai.spool import Entry, Spool
from pipeline.providers.openai.unpack import unpack

NAME = "openai"

# Raised before a byte of the request can have left: it was provably not accepted.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
# No connection is used twice: a server may just be closing it, and a request sent then is lost. How many
# there are at once is the engine's business.
_CREATE_LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=0)
_RESULT_LIMITS = httpx.Limits(max_connections=32, max_keepalive_connections=16, keepalive_expiry=15.0)


class OpenAIProvider:
    """One account at one service that speaks the images API. Implements ``generate.provider.Provider``.

    ``key`` may be empty for a server on this machine or a private network. ``account`` defaults to the
    service's address and a one-way fingerprint of the key. Results that come as addresses are fetched as
    kie.ai's are.

    Raises ``UsageError`` for a base URL and ``AuthenticationFailed`` for a key that cannot be right.
    """

    name = NAME
    synchronous = True

    def __init__(
        self,
        url: str,
        key: str,
        spool: Spool,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Clock | None = None,
        max_download_bytes: int = download.MAX_BYTES,
        allow_private_hosts: bool = False,
        account: str | None = None,
        resolve: hosts.Resolve = hosts.resolve,
    ) -> None:
        url = base_url(url)
        self._host = httpx.URL(url).host
        private = hosts.is_private_name(self._host)
        secret = key_of(key, optional=private)
        named = secret.fingerprint() if secret else "no-key"
        self.account = account or f"{url.partition('://')[2]}#{named}"
        self._spool = spool
        self._max_bytes = max_download_bytes
        tls = httpx.create_ssl_context() if transport is None else None
        requests = open_client(_CREATE_LIMITS, transport, tls, read_s=CREATE_S, proxies=not private)
        results = open_client(_RESULT_LIMITS, transport, tls, read_s=30.0, proxies=not private)
        straight = transport if tls is None else DirectTransport(tls, _RESULT_LIMITS, resolve)
        direct = open_client(_RESULT_LIMITS, straight, tls, read_s=30.0, proxies=False)
        self._clients = (requests, results, direct)
        self._api = Api(url, requests, secret, clock or SystemClock(), max_bytes=max_download_bytes)
        self._fetcher = Fetcher(
            results,
            _no_other_link,
            direct=direct,
            max_bytes=max_download_bytes,
            allow_private=allow_private_hosts,
            resolve=resolve,
            own_host=self._host if private else "",
        )

    def __repr__(self) -> str:
        return f"OpenAIProvider({self._host})"

    async def balance(self) -> float | None:
        """None: the API has no such question. The key is tried all the same, on a list that is free.

        Raises ``AuthenticationFailed``, ``ServiceUnavailable``.
        """
        try:
            http_status = await self._api.look(wire.MODELS_PATH)
        except NETWORK_ERRORS as error:
            raise ServiceUnavailable(
                f"{self._host} did not answer: {said(error)}", hint=f"Check the network and {BASE_URL_NAME}."
            ) from error
        if http_status == wire.UNAUTHORISED:  # not 403: a key for pictures alone may not read the list
            raise AuthenticationFailed(
                f"the key was refused (HTTP {http_status})", code=http_status, hint=verdict.KEY_HINT
            )
        return None

    async def create(self, model: str, inputs: Mapping[str, Any], callback_url: str | None = None) -> str:
        """Send one paid request, exactly once, save its answer, and return that answer's name.

        Nothing is sent when an earlier run paid for this very request and never wrote its answer down. See
        ``Provider.create``; ``callback_url`` is of no use here, as the answer is already the end.
        """
        del callback_url
        request = await asyncio.to_thread(self._prepared, model, inputs)
        if (kept := self._spool.claim(request.digest)) is not None:
            return kept
        answer = await self._send(request)
        verdict.judge(answer)
        return await asyncio.to_thread(self._save, model, request, answer)

    async def status(self, task_id: str) -> TaskStatus:
        """Look at the saved answer. Raises ``ServiceUnavailable`` when it cannot be read now."""
        try:
            entry = await asyncio.to_thread(self._spool.read, task_id)
        except (OSError, ValueError) as error:
            raise ServiceUnavailable(f"the saved answer cannot be read: {clean(error, 120)}") from error
        if entry is None:
            return TaskStatus("missing")
        places = enumerate(entry.pictures)
        urls = tuple(one.get("url") or f"{LOCAL}{task_id}/{place}" for place, one in places)
        return TaskStatus("success", raw_state="success", urls=urls, credits=entry.credits)

    async def upload(self, path: Path, sha256: str) -> str:
        """Copy a picture to where ``create`` takes it from. Raises ``UploadFailed``."""
        return LOCAL + await asyncio.to_thread(reference.keep, self._spool, path, sha256)

    async def fetch(self, url: str, target: Path) -> Download:
        """Bring a result to ``target``: out of the saved answer, or from its address.

        Raises ``DownloadFailed``.
        """
        if not url.startswith(LOCAL):
            return await self._fetcher.fetch(url, target)
        return await asyncio.to_thread(self._unpack, url.removeprefix(LOCAL), target)

    async def aclose(self) -> None:
        """Close connections."""
        for client in self._clients:
            await client.aclose()

    def _prepared(self, model: str, inputs: Mapping[str, Any]) -> Outgoing:
        """Everything that can be found wrong before a byte leaves. Raises ``RequestRejected``."""
        if not model.startswith(wire.PREFIX):
            raise RequestRejected(
                f"{clean(model)} is no model of this provider; nothing was sent",
                hint=f"Its models begin with {wire.PREFIX} (see: pipeline models). Or change provider in"
                " pipeline.yaml.",
            )
        try:
            self._spool.make_ready()
        except OSError as error:
            raise RequestRejected(
                f"there is no place for the answer: {clean(error.strerror or error)}; nothing was sent",
                hint="The answer is the picture: .pipeline/spool must be writable, with 100 MB free.",
            ) from error
        return outgoing(self.account, model, inputs, self._spool.picture)

    async def _send(self, request: Outgoing) -> wire.Answer:
        try:
            return await self._api.post(request)
        except _NOT_SENT as error:
            raise RateLimited(
                f"{self._host} cannot be reached: nothing was sent ({said(error)})",
                hint=f"Check the network and {BASE_URL_NAME}.",
            ) from error
        except NETWORK_ERRORS as error:
            raise OutcomeUnknown(
                f"the answer to a create was lost: {said(error)}", hint=verdict.UNKNOWN_HINT
            ) from error

    def _save(self, model: str, request: Outgoing, answer: wire.Answer) -> str:
        charged = charge.credits_of(wire.service_model(model), answer.usage)
        try:
            return self._spool.save(request.digest, Entry(model, charged, answer.pictures))
        except OSError as error:
            raise OutcomeUnknown(
                f"the picture arrived and could not be saved: {clean(error.strerror or error)}",
                hint="It was charged. Free some space below .pipeline/spool first.",
            ) from error

    def _unpack(self, name: str, target: Path) -> Download:
        task_id, _, place = name.partition("/")
        try:
            entry = self._spool.read(task_id)
            text = entry.pictures[int(place)]["b64_json"] if entry else ""
        except (OSError, ValueError, LookupError) as error:
            raise DownloadFailed(f"the saved answer cannot be read: {clean(error, 120)}") from error
        if not text:
            raise DownloadFailed("the saved answer is gone", hint="Was .pipeline/spool cleared?")
        return unpack(text, target, self._max_bytes)


async def _no_other_link(_url: str) -> None:
    """A result has one address."""
