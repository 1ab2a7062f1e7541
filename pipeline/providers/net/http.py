"""Clients, what their errors mean, and how often a question that costs nothing is asked again."""

from __future__ import annotations

import ssl

import httpx
import stamina

import pipeline

USER_AGENT = f"asset-pipeline/{pipeline.__version__}"  # the file CDN refuses some libraries' own

# httpx's own errors, and those of the layers below that slip through it.
NETWORK_ERRORS = (httpx.HTTPError, httpx.StreamError, OSError, TimeoutError)
_LATE = (TimeoutError, httpx.TimeoutException)
_ENDED = (httpx.ReadError, httpx.WriteError, httpx.CloseError, ConnectionError)
_HUNG_UP = ("disconnected", "closed")  # httpx gives these and garbled answers one class

# By default every retry is logged to standard error, which belongs to the progress display.
stamina.instrumentation.set_on_retry_hooks(())

RETRIES = stamina.AsyncRetryingCaller(
    attempts=4, timeout=60.0, wait_initial=0.5, wait_max=8.0, wait_jitter=0.5
)


def open_client(
    limits: httpx.Limits,
    transport: httpx.AsyncBaseTransport | None,
    tls: ssl.SSLContext | None,
    *,
    read_s: float,
    proxies: bool,
) -> httpx.AsyncClient:
    """A client without a key: what sends adds one, request by request. It follows no redirect."""
    if transport is None and not proxies:  # with a transport of its own, httpx uses no proxy
        transport = httpx.AsyncHTTPTransport(verify=tls or True, limits=limits)
    return httpx.AsyncClient(
        transport=transport,
        verify=tls or True,
        timeout=httpx.Timeout(30.0, connect=10.0, read=read_s),
        limits=limits,
        headers={"User-Agent": USER_AGENT},
    )


def said(error: Exception) -> str:
    """What became of a connection, in words; the class's name where there are none."""
    if isinstance(error, _LATE):
        return "it took too long"
    if isinstance(error, httpx.ConnectError):
        return "no connection"
    if isinstance(error, httpx.RemoteProtocolError):
        hung_up = any(word in str(error) for word in _HUNG_UP)
        return "the connection ended" if hung_up else "the answer is not HTTP"
    return "the connection ended" if isinstance(error, _ENDED) else type(error).__name__
