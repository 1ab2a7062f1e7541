"""Where the service is and who asks: the environment beats ``pipeline.yaml`` beats the built-in URLs.

A key goes only where its own source, or a stronger one, sends it: files that come with a repository must not
lead a person's key elsewhere. This machine and the service's own hosts are beyond suspicion.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.context import Context
from pipeline.cli.environment import (
    API_BASE_URL_NAME,
    KEY_NAMES,
    PROCESS,
    UPLOAD_BASE_URL_NAME,
    Environment,
    strength,
)
from pipeline.errors import PlanRefused, clean
from pipeline.recipe import urls
from pipeline.recipe.settings import FILE, Settings, load_settings

if TYPE_CHECKING:
    from pipeline.providers.kie.client import KieProvider


@dataclass(frozen=True, slots=True)
class Connection:
    """Two base URLs and the key, which no representation shows."""

    api_base_url: str
    upload_base_url: str
    key: str = field(repr=False)
    key_origin: str = ""  # "KIE_API_KEY in .env"


def connection_of(context: Context, root: Path, settings: Settings | None = None) -> Connection:
    """The connection of the project at ``root``.

    Raises ``PlanRefused`` without a key, or when a weaker source than the key's would have it sent elsewhere;
    ``UsageError`` and ``RecipeError`` for files that are wrong.
    """
    environment = context.environment(root)
    api, upload = _addresses(environment, settings or load_settings(root))
    if environment.key is None:
        raise PlanRefused(
            f"No API key: {' and '.join(KEY_NAMES)} are not set.",
            hint="Put KIE_AI_API_KEY=… into .env.local at the project's root; run --sandbox needs none.",
        )
    for address in (api, upload):
        _refuse_stray_key(address, environment.key_origin)
    return Connection(api.url, upload.url, environment.key, environment.key_origin)


def base_urls(context: Context, root: Path) -> tuple[str, str]:
    """Where requests and uploads go, key or no key. Raises ``UsageError`` and ``RecipeError``."""
    api, upload = _addresses(context.environment(root), load_settings(root))
    return api.url, upload.url


def connect(
    connection: Connection, settings: Settings | None = None, *, account: str | None = None
) -> KieProvider:
    """A client of the service; close it with ``aclose``. Raises ``UsageError`` for a URL that is none.

    ``account`` names the account in the journal; None derives it from host and key.
    """
    from pipeline.providers.kie.client import KieProvider

    settings = settings or Settings()
    return KieProvider(
        connection.api_base_url,
        connection.upload_base_url,
        connection.key,
        max_download_bytes=round(settings.max_download_mb * 1_000_000),
        allow_private_hosts=settings.allow_private_urls,
        account=account,
    )


@dataclass(frozen=True, slots=True)
class _Address:
    """A base URL, the variable that can name it, and where it was named; no origin for the built-in one."""

    url: str
    variable: str
    origin: str = ""


def _addresses(environment: Environment, settings: Settings) -> tuple[_Address, _Address]:
    """Another API's uploads go to that API: a key goes to no host its owner has not named."""
    from pipeline.providers.kie.wire import API_URL, UPLOAD_URL

    api = _first(
        _Address(environment.api_base_url or "", API_BASE_URL_NAME, environment.api_origin),
        _Address(settings.api_base_url, API_BASE_URL_NAME, f"api_base_url in {FILE}"),
    )
    upload = _first(
        _Address(environment.upload_base_url or "", UPLOAD_BASE_URL_NAME, environment.upload_origin),
        _Address(settings.upload_base_url, UPLOAD_BASE_URL_NAME, f"upload_base_url in {FILE}"),
    )
    return (
        api or _Address(API_URL, API_BASE_URL_NAME),
        upload or api or _Address(UPLOAD_URL, UPLOAD_BASE_URL_NAME),
    )


def _first(*named: _Address) -> _Address | None:
    return next((address for address in named if address.url), None)


def _refuse_stray_key(address: _Address, key_origin: str) -> None:
    """Raise ``PlanRefused`` when the address comes from a weaker source than the key."""
    if not address.origin or strength(address.origin) >= strength(key_origin) or _is_trusted(address.url):
        return
    source = address.origin.rpartition(" in ")[2]
    places = [name for name in (".env", ".env.local") if strength(f"x in {name}") >= strength(key_origin)]
    raise PlanRefused(
        f"{source} would have the key ({key_origin}) sent to {clean(_shown(address.url), 120)}."
        " Nothing was sent.",
        hint=f"If that is right, agree to it: {address.variable}={clean(_shown(address.url), 120)}"
        f" in {' or '.join([*places[-1:], PROCESS])}.",
    )


def _is_trusted(url: str) -> bool:
    """Whether it is a host of the service itself, or this machine, where a key does not travel."""
    from pipeline.providers.kie.wire import API_URL, UPLOAD_URL

    parts = urls.split(url.strip())
    if parts is None or "@" in parts.netloc or "\\" in url:
        return False
    known = [urls.split(built_in) for built_in in (API_URL, UPLOAD_URL)]
    own = any(one and (one.scheme, one.netloc) == (parts.scheme, parts.netloc.lower()) for one in known)
    return own or urls.is_loopback(urls.host_of(parts))


def _shown(url: str) -> str:
    """The address without what may be a password in it."""
    scheme, mark, rest = url.partition("://")
    return f"{scheme}{mark}{rest.rpartition('@')[2]}"
