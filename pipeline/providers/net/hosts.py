"""Which addresses may be spoken to: where the key may go, and where results may come from."""

from __future__ import annotations

import asyncio
import socket
import urllib.request
from collections.abc import Awaitable, Callable, Iterable

import httpx

from pipeline.errors import DownloadFailed, UsageError, clean
from pipeline.recipe import urls

Resolve = Callable[[str], Awaitable[list[str]]]
Proxied = Callable[[httpx.URL], bool]

_PATHS_ADDED_BY_US = ("/api/v1", "/api")


def base_url(url: str, what: str) -> str:
    """A base URL without its trailing slashes; ``what`` names the setting in messages.

    ``https`` anywhere, ``http`` only to this machine or a private network, where the key does not cross the
    internet in the clear. Some clients write the API's path into the same setting: it is taken off.
    Raises ``UsageError``.
    """
    parsed = _parse(url.strip())
    if parsed is None or not parsed.host or parsed.scheme not in ("http", "https"):
        raise UsageError(f"{what} is not a web address", hint="Write it like https://api.kie.ai")
    if parsed.userinfo or parsed.query or parsed.fragment:
        raise UsageError(f"{what} may hold a host and a path, no user name, query or fragment")
    if parsed.scheme == "http" and not is_private_name(parsed.host):
        raise UsageError(
            f"{what} would send the key over the internet unencrypted",
            hint=f"Write https://{clean(parsed.host)} (plain http is for this machine and private networks).",
        )
    base = str(parsed).rstrip("/")
    for path in _PATHS_ADDED_BY_US:
        base = base.removesuffix(path)
    return base.rstrip("/")


def is_private_name(host: str) -> bool:
    """Whether a host is this machine or on a private network, judged without asking anybody.

    Nobody can hold a certificate for such a name, so plain http is what it speaks.
    """
    return urls.is_private(host)


async def check_result_url(
    url: str, *, allow_private: bool, resolve: Resolve, own_host: str = ""
) -> httpx.URL:
    """The parsed URL of a result or of a redirect on the way to it. Raises ``DownloadFailed``.

    A result's address is text from outside. It must not make this machine ask its own network, so hosts
    whose name or any of whose addresses is private are refused unless ``allow_private``, or it is
    ``own_host``, that of an API which is private itself. Whoever connects without a proxy judges once more,
    then by the very address it connects to: see ``direct``.
    """
    parsed = _parse(url)
    if parsed is None or not parsed.host or parsed.scheme not in ("http", "https"):
        raise DownloadFailed(f"the result's address is not a web address: {clean(url, 120)}")
    if parsed.userinfo:
        raise DownloadFailed("the result's address carries a user name or password")
    if not (allow_private or parsed.host == own_host):
        refuse_private(parsed.host, () if is_private_name(parsed.host) else await resolve(parsed.host))
    return parsed


def refuse_private(host: str, addresses: Iterable[str]) -> None:
    """Raise ``DownloadFailed`` when a host, or any address it was found at, is on a private network."""
    if is_private_name(host) or any(is_private_name(address) for address in addresses):
        raise DownloadFailed(
            f"the result's address is on a private network: {clean(host)}",
            hint="Results come from public hosts. If yours do not, set allow_private_urls in pipeline.yaml.",
        )


def is_proxied(url: httpx.URL) -> bool:
    """Whether the environment names a proxy for this URL, as httpx reads it."""
    proxies = urllib.request.getproxies()
    if not (proxies.get(url.scheme) or proxies.get("all")):
        return False
    return not urllib.request.proxy_bypass(url.host)


async def resolve(host: str) -> list[str]:
    """Addresses of a host name; none when it cannot be resolved here (a proxy may still know it)."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [str(entry[4][0]).partition("%")[0] for entry in found]


def _parse(url: str) -> httpx.URL | None:
    try:
        return httpx.URL(url)
    except (httpx.InvalidURL, ValueError, TypeError):
        return None
