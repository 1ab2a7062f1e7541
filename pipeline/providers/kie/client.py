"""kie.ai as a provider: one method that spends money, sent exactly once, and reads that may be repeated."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from pipeline.clock import Clock, SystemClock
from pipeline.errors import OutcomeUnknown, RateLimited, ServiceUnavailable
from pipeline.generate.provider import Download, TaskStatus
from pipeline.providers.kie import verdict, wire
from pipeline.providers.kie.api import Api, Key, retry_reads
from pipeline.providers.kie.upload import Uploader
from pipeline.providers.net import download, hosts
from pipeline.providers.net.direct import DirectTransport
from pipeline.providers.net.download import Fetcher
from pipeline.providers.net.http import NETWORK_ERRORS, open_client, said

# A lost answer to a create costs a look at the service's log, so it is waited for longer than any other.
CREATE_S = 60.0
READ_S = 20.0
UPLOAD_S = 180.0

# Raised before a byte of the request can have left: the create was provably not accepted.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)

# Servers close idle connections after 5 s (uvicorn) to 75 s (nginx). A create sent just then would be lost
# without an answer, so its connections are reused only within a burst. A read would simply ask again.
_CREATE_LIMITS = httpx.Limits(max_connections=20, max_keepalive_connections=20, keepalive_expiry=1.0)
_READ_LIMITS = httpx.Limits(max_connections=50, max_keepalive_connections=50, keepalive_expiry=30.0)
_RESULT_LIMITS = httpx.Limits(max_connections=32, max_keepalive_connections=16, keepalive_expiry=15.0)


class KieProvider:
    """One account at one kie.ai-compatible service. Implements ``generate.provider.Provider``.

    ``account`` defaults to the API's address and a one-way fingerprint of the key; a caller whose service
    moves between ports (the sandbox) gives a lasting name instead. Results may come from private hosts when
    ``allow_private_hosts``, and from the API's own when that is private itself. Proxies and certificates
    named in the environment are used as every HTTP tool does, but never towards a private API.

    Raises ``UsageError`` for a base URL and ``AuthenticationFailed`` for a key that cannot be right.
    """

    name = "kie"
    synchronous = False

    def __init__(
        self,
        api_base_url: str,
        upload_base_url: str,
        key: str,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Clock | None = None,
        max_download_bytes: int = download.MAX_BYTES,
        allow_private_hosts: bool = False,
        account: str | None = None,
        resolve: hosts.Resolve = hosts.resolve,
    ) -> None:
        api_url = hosts.base_url(api_base_url, "KIE_API_BASE_URL")
        upload_url = hosts.base_url(upload_base_url, "KIE_UPLOAD_BASE_URL")
        secret = Key(key)
        private = hosts.is_private_name(httpx.URL(api_url).host)
        self.account = account or f"{api_url.partition('://')[2]}#{secret.fingerprint()}"
        self._host = httpx.URL(api_url).host
        clock = clock or SystemClock()
        tls = httpx.create_ssl_context() if transport is None else None  # takes 20 ms: one for all clients
        creates, reads, results = (
            open_client(limits, transport, tls, read_s=read_s, proxies=not private)
            for limits, read_s in ((_CREATE_LIMITS, CREATE_S), (_READ_LIMITS, 30.0), (_RESULT_LIMITS, 30.0))
        )
        straight = transport if tls is None else DirectTransport(tls, _RESULT_LIMITS, resolve)
        direct = open_client(_RESULT_LIMITS, straight, tls, read_s=30.0, proxies=False)
        self._clients = (creates, reads, results, direct)
        self._creates = Api(api_url, creates, secret, clock, total_s=CREATE_S)
        self._reads = Api(api_url, reads, secret, clock, total_s=READ_S)
        self._uploader = Uploader(Api(upload_url, reads, secret, clock, total_s=UPLOAD_S))
        self._fetcher = Fetcher(
            results,
            self._fresh_link,
            direct=direct,
            max_bytes=max_download_bytes,
            allow_private=allow_private_hosts,
            resolve=resolve,
            own_host=self._host if private else "",
        )

    def __repr__(self) -> str:
        return f"KieProvider({self._host})"

    async def balance(self) -> float:
        """Credits left, perhaps fractional.

        Raises ``AuthenticationFailed``; after a few tries ``RateLimited`` or ``ServiceUnavailable``; and
        ``RequestRejected`` when the service has no such question.
        """
        return await retry_reads(self._balance)

    async def create(self, model: str, inputs: Mapping[str, Any], callback_url: str | None = None) -> str:
        """Send one paid create, exactly once, and return its task id. See ``Provider.create``."""
        body = wire.CreateRequest(model, inputs, callback_url).to_json()
        try:
            answer = await self._creates.post(wire.CREATE_PATH, body)
        except _NOT_SENT as error:
            raise RateLimited(
                f"{self._host} cannot be reached: the create was not sent ({said(error)})",
                hint="Check the network and KIE_API_BASE_URL. Nothing was created.",
            ) from error
        except NETWORK_ERRORS as error:
            raise OutcomeUnknown(
                f"the answer to a create was lost: {said(error)}", hint=verdict.UNKNOWN_HINT
            ) from error
        return verdict.create_task_id(answer, model, inputs)

    async def status(self, task_id: str) -> TaskStatus:
        """Ask once. Raises ``AuthenticationFailed``; ``RateLimited``, ``ServiceUnavailable``: ask later."""
        answer = await self._get(wire.RECORD_PATH, {"taskId": task_id})
        return verdict.task_status(answer)

    async def upload(self, path: Path, sha256: str) -> str:
        """Hand over a local picture. Raises ``UploadFailed``, ``AuthenticationFailed``."""
        return await self._uploader.upload(path, sha256)

    async def fetch(self, url: str, target: Path) -> Download:
        """Bring a result to ``target``, which appears only when whole. Raises ``DownloadFailed``."""
        return await self._fetcher.fetch(url, target)

    async def aclose(self) -> None:
        """Close connections."""
        for client in self._clients:
            await client.aclose()

    async def _balance(self) -> float:
        answer = await self._get(wire.CREDIT_PATH)
        if not answer.ok:
            raise verdict.read_error(answer, "the service did not tell the balance")
        credits = wire.balance_of(answer.data)
        if credits is None:
            raise ServiceUnavailable("the service answered the question for the balance without a number")
        return credits

    async def _get(self, path: str, params: Mapping[str, str] | None = None) -> wire.Answer:
        try:
            return await self._reads.get(path, params)
        except NETWORK_ERRORS as error:
            raise ServiceUnavailable(
                f"{self._host} did not answer: {said(error)}",
                hint="Check the network and KIE_API_BASE_URL.",
            ) from error

    async def _fresh_link(self, url: str) -> str | None:
        """Another address for a result, valid for minutes; ``None`` when the service gives none."""
        try:
            answer = await self._reads.post(wire.DOWNLOAD_URL_PATH, {"url": url})
        except NETWORK_ERRORS:
            return None
        return answer.data if answer.ok and isinstance(answer.data, str) and answer.data else None
