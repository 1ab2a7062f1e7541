"""Connections to result hosts that judge the address they connect to.

A name that was judged could be looked up again for the connection, and lead elsewhere by then. Here
looking up, judging and connecting are one step; TLS, certificate and Host header go by the name as ever.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

from pipeline.providers.net import hosts

MAX_ADDRESSES = 4  # of one host that are tried in turn


class JudgingBackend(httpcore.AsyncNetworkBackend):
    """Opens connections to public addresses only."""

    def __init__(self, resolve: hosts.Resolve, network: httpcore.AsyncNetworkBackend | None = None) -> None:
        self._resolve = resolve
        self._network = network or httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 the signature is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Raises ``DownloadFailed`` for a private address, ``httpcore.ConnectError`` when none answers."""
        addresses = await self._resolve(host)
        hosts.refuse_private(host, addresses)
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in addresses[:MAX_ADDRESSES]:
            try:
                return await self._network.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def sleep(self, seconds: float) -> None:
        """What httpcore waits with between attempts."""
        await self._network.sleep(seconds)


class DirectTransport(httpx.AsyncHTTPTransport):
    """httpx's own transport over a pool with a ``JudgingBackend``."""

    def __init__(self, tls: ssl.SSLContext, limits: httpx.Limits, resolve: hosts.Resolve) -> None:
        super().__init__(verify=tls, limits=limits)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls,
            max_connections=limits.max_connections,
            max_keepalive_connections=limits.max_keepalive_connections,
            keepalive_expiry=limits.keepalive_expiry,
            network_backend=JudgingBackend(resolve),
        )
