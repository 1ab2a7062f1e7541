"""Web addresses in files and answers: whether they are any, and whether a host is on a private network.

Judged without asking anybody. Operating systems read ``127.1``, ``2130706433`` and ``0x7f.0.0.1`` as
addresses, so they are read here as well.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from urllib.parse import SplitResult, urlsplit

MAX_URL = 2_000  # characters; what servers and proxies are known to take

# Names without a public owner (RFC 6761, 6762, 8375 and the private top-level domain .internal).
_PRIVATE_SUFFIXES = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".test", ".invalid", ".onion")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address in the last 32 bits
_AMBIGUOUS = ipaddress.IPv4Address(0)  # for what systems read differently: never public
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]{1,16}|[0-9]{1,20}")
_MOST_PARTS = 4

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def fault(written: str) -> str:
    """Why ``written`` is no plain public-style web address; empty when it is one."""
    if any(char.isspace() or not char.isprintable() for char in written) or "\\" in written:
        return "holds a space, a backslash or a control character"
    if len(written) > MAX_URL:
        return f"has more than {MAX_URL:,} characters"
    parts = split(written)
    if parts is None or parts.scheme not in ("http", "https") or not _is_host(host_of(parts)):
        return "is not an http or https URL"
    if "@" in parts.netloc:
        return "carries a user name or password: whoever reads the recipe or its lock would have them"
    return "has a #fragment, which is never sent: leave it out" if "#" in written else ""


def split(written: str) -> SplitResult | None:
    """The parts of a URL; None for text that is none."""
    try:
        parts = urlsplit(written)
        _ = parts.port
    except ValueError:
        return None
    return parts


def host_of(parts: SplitResult) -> str:
    """The host in lower case, without the brackets of IPv6; empty when there is none."""
    return parts.hostname or ""


def _is_host(host: str) -> bool:
    """A name or an address; ``%`` would hide either from whoever does not decode it (but names a zone)."""
    return bool(host) and ("%" not in host or ":" in host)


def shown_host(host: str) -> str:
    """The host as it is looked up: letters beyond ASCII, which may look like others, in their IDNA form."""
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return ascii(host)[1:-1]


def is_private(host: str) -> bool:
    """Whether a host is this machine or on a private network, by its name or the address it spells."""
    name = _folded(host)
    found = address(name)
    if found is not None:
        return not is_public(found)
    return "." not in name or name.endswith(_PRIVATE_SUFFIXES)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine and nothing else."""
    name = _folded(host)
    found = address(name)
    if found is not None:
        mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
        return (mapped or found).is_loopback  # 6to4 and NAT64 lead to a gateway first
    return name == "localhost" or name.endswith(".localhost")


def is_public(found: Address) -> bool:
    """Whether an address is of the internet; one that wraps an IPv4 address is what it wraps."""
    inner = _embedded(found)
    if inner is not None:
        return is_public(inner)
    return found.is_global and not found.is_multicast


def address(host: str) -> Address | None:
    """The address a host spells, in any way operating systems take; None for a name."""
    plain = host.strip("[]").partition("%")[0]
    try:
        return ipaddress.ip_address(plain)
    except ValueError:
        return _loose(plain)


def _folded(host: str) -> str:
    """As a resolver sees it: full-width digits and ideographic full stops are digits and dots (IDNA)."""
    return unicodedata.normalize("NFKC", host).replace("\u3002", ".").lower().rstrip(".")


def _loose(text: str) -> ipaddress.IPv4Address | None:
    """One to four numbers, decimal, octal (0…) or hexadecimal (0x…); the last fills the rest (inet_aton)."""
    parts = text.split(".")
    if len(parts) > _MOST_PARTS or not all(_NUMBER.fullmatch(part) for part in parts):
        return None
    try:
        *first, last = (_number(part) for part in parts)
    except ValueError:  # 09 is no octal number, and nine to some
        return _AMBIGUOUS
    value = last
    for place, number in enumerate(first):
        value += number << (8 * (3 - place))
    fits = all(number < 256 for number in first) and last < 1 << (8 * (_MOST_PARTS - len(first)))  # noqa: PLR2004
    return ipaddress.IPv4Address(value) if fits and value < 1 << 32 else _AMBIGUOUS


def _number(part: str) -> int:
    if part[:2] in ("0x", "0X"):
        return int(part, 16)
    return int(part, 8 if part.startswith("0") and part != "0" else 10)


def _embedded(found: Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address within an IPv6 one: mapped, 6to4, NAT64 or compatible."""
    if isinstance(found, ipaddress.IPv4Address):
        return None
    low = int(found) & 0xFFFFFFFF
    if found in _NAT64 or (int(found) >> 32 == 0 and low > 0xFFFF):  # noqa: PLR2004
        return ipaddress.IPv4Address(low)
    return found.ipv4_mapped or found.sixtofour
