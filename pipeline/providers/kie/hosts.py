"""Which addresses may be spoken to: where the key may go, and where results may come from."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable

import httpx

from pipeline.errors import DownloadFailed, UsageError, clean

Resolve = Callable[[str], Awaitable[list[str]]]

# Names without a public owner: nobody can hold a certificate for them, so plain http is what they speak.
_PRIVATE_SUFFIXES = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".test")
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
    """Whether a host is this machine or on a private network, judged without asking anybody."""
    address = _address(host)
    if address is not None:
        return not _is_public(address)
    name = host.lower().rstrip(".")
    return "." not in name or name.endswith(_PRIVATE_SUFFIXES)


async def check_result_url(url: str, *, allow_private: bool, resolve: Resolve) -> httpx.URL:
    """The parsed URL of a result or of a redirect on the way to it. Raises ``DownloadFailed``.

    A result's address is text from outside. It must not make this machine ask its own network, so hosts
    whose name or any of whose addresses is private are refused unless ``allow_private``.
    """
    parsed = _parse(url)
    if parsed is None or not parsed.host or parsed.scheme not in ("http", "https"):
        raise DownloadFailed(f"the result's address is not a web address: {clean(url, 120)}")
    if allow_private:
        return parsed
    addresses = [] if is_private_name(parsed.host) else await resolve(parsed.host)
    if is_private_name(parsed.host) or any(is_private_name(address) for address in addresses):
        raise DownloadFailed(
            f"the result's address is on a private network: {clean(parsed.host)}",
            hint="Results come from public hosts. If yours do not, set allow_private_urls in pipeline.yaml.",
        )
    return parsed


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


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return None


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_global
