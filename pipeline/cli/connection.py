"""Where the service is and who asks: the environment beats ``pipeline.yaml`` beats the built-in URLs.

A key goes only where its own source, or a stronger one, sends it: files that come with a repository must not
lead a person's key elsewhere. This machine and the service's own hosts are beyond suspicion.

The one module that knows which provider is which: ``provider`` of ``pipeline.yaml`` says whose client it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipeline.cli.context import Context
from pipeline.cli.environment import (
    API_BASE_URL_NAME,
    PROCESS,
    UPLOAD_BASE_URL_NAME,
    Access,
    Environment,
    strength,
)
from pipeline.errors import PlanRefused, clean
from pipeline.recipe import urls
from pipeline.recipe.settings import FILE, Settings, load_settings

if TYPE_CHECKING:
    from pipeline.generate.provider import Provider
    from pipeline.providers.openai.client import OpenAIProvider

OPENAI: Final = "openai"


@dataclass(frozen=True, slots=True)
class Connection:
    """Two base URLs and the key, which no representation shows. ``provider`` "" is that of the settings.

    ``state`` is the project's folder for what a provider must remember by itself.
    """

    api_base_url: str
    upload_base_url: str
    key: str = field(repr=False)
    key_origin: str = ""  # "KIE_API_KEY in .env"
    provider: str = ""
    state: Path | None = None


def connection_of(context: Context, root: Path, settings: Settings | None = None) -> Connection:
    """The connection of the project at ``root``.

    Raises ``PlanRefused`` without a key, or when a weaker source than the key's would have it sent elsewhere;
    ``UsageError`` and ``RecipeError`` for files that are wrong.
    """
    from pipeline.run.places import Places

    environment, settings = context.environment(root), settings or load_settings(root)
    access = environment.access(settings.provider)
    context.key_origin = access.key_origin
    api, upload = _addresses(environment, settings)
    if access.key is None and not _needs_no_key(settings.provider, api.url):
        raise _no_key(access)
    for address in (api, upload) if access.key is not None else ():
        _refuse_stray_key(address, access.key_origin, _own_urls(settings.provider))
    return Connection(
        *(api.url, upload.url, access.key or "", access.key_origin),
        provider=settings.provider,
        state=Places(root).state,
    )


def base_urls(context: Context, root: Path) -> tuple[str, str]:
    """Where requests and uploads go, key or no key. Raises ``UsageError`` and ``RecipeError``."""
    api, upload = _addresses(context.environment(root), load_settings(root))
    return api.url, upload.url


def connect(
    connection: Connection, settings: Settings | None = None, *, account: str | None = None
) -> Provider:
    """A client of the service; close it with ``aclose``. Raises ``UsageError`` for a URL that is none.

    ``account`` names the account in the journal; None derives it from host and key.
    """
    settings = settings or Settings()
    if (connection.provider or settings.provider) == OPENAI:
        return _connect_openai(connection, settings, account)
    from pipeline.providers.kie.client import KieProvider

    return KieProvider(
        connection.api_base_url,
        connection.upload_base_url,
        connection.key,
        max_download_bytes=_max_bytes(settings),
        allow_private_hosts=settings.allow_private_urls,
        account=account,
    )


def recover(state: Path) -> int:
    """Give purchases whose answer is here, and was never written down, that answer; how many there were.

    For the run that holds the project's lock, before it plans. Raises ``JournalError``.
    """
    journal_path, spool_path = state / "journal.db", state / "spool"
    if not (spool_path.is_dir() and journal_path.is_file()):
        return 0
    from pipeline.clock import SystemClock
    from pipeline.generate.journal import Journal
    from pipeline.plan.purchase import UNKNOWN_STATES
    from pipeline.providers.openai.request import digest_of
    from pipeline.providers.openai.spool import Spool

    spool, found = Spool(spool_path, lambda: _journalled(journal_path)), 0
    with closing(Journal(journal_path, SystemClock())) as journal:
        # The newest first: one that was bought anew, as asked, stands for those before it.
        for one in reversed(journal.open_purchases()):
            if one.state in UNKNOWN_STATES:
                task_id = spool.claim(digest_of(one.account, one.fingerprint))
                found += task_id is not None and journal.found(one.id, task_id)
    return found


def _connect_openai(connection: Connection, settings: Settings, account: str | None) -> OpenAIProvider:
    """Its answers are kept beside the journal, which tells those that are settled from those nobody took."""
    from pipeline.providers.openai.client import OpenAIProvider
    from pipeline.providers.openai.spool import Spool

    assert connection.state is not None
    state = connection.state
    return OpenAIProvider(
        connection.api_base_url,
        connection.key,
        Spool(state / "spool", lambda: _journalled(state / "journal.db")),
        max_download_bytes=_max_bytes(settings),
        allow_private_hosts=settings.allow_private_urls,
        account=account,
    )


def _journalled(path: Path) -> Mapping[str, bool]:
    """Task id → whether its purchase is still open, of every purchase ever written down."""
    from pipeline.clock import SystemClock
    from pipeline.generate.journal import Journal
    from pipeline.plan.purchase import OPEN_STATES

    with closing(Journal(path, SystemClock())) as journal:
        purchases = [one for recipe in journal.recipes() for one in journal.purchases(recipe)]
    open_ids = {one.task_id for one in purchases if one.state in OPEN_STATES}
    return {one.task_id: one.task_id in open_ids for one in purchases if one.task_id}


def _max_bytes(settings: Settings) -> int:
    return round(settings.max_download_mb * 1_000_000)


@dataclass(frozen=True, slots=True)
class _Address:
    """A base URL, the variable that can name it, and where it was named; no origin for the built-in one."""

    url: str
    variable: str
    origin: str = ""


def _addresses(environment: Environment, settings: Settings) -> tuple[_Address, _Address]:
    """Another API's uploads go to that API: a key goes to no host its owner has not named."""
    access, own = environment.access(settings.provider), _own_urls(settings.provider)
    api = _first(
        _Address(access.base_url or "", access.base_url_name, access.base_url_origin),
        _Address(settings.api_base_url, access.base_url_name, f"api_base_url in {FILE}"),
    )
    if settings.provider == OPENAI:  # pictures travel with the request
        api = api or _Address(own[0], access.base_url_name)
        return api, api
    upload = _first(
        _Address(environment.upload_base_url or "", UPLOAD_BASE_URL_NAME, environment.upload_origin),
        _Address(settings.upload_base_url, UPLOAD_BASE_URL_NAME, f"upload_base_url in {FILE}"),
    )
    return (
        api or _Address(own[0], API_BASE_URL_NAME),
        upload or api or _Address(own[1], UPLOAD_BASE_URL_NAME),
    )


def _own_urls(provider: str) -> Sequence[str]:
    """The addresses built in for a provider: of its API, and of its uploads where they go elsewhere."""
    if provider == OPENAI:
        from pipeline.providers.openai import wire as openai

        return (openai.API_URL,)
    from pipeline.providers.kie import wire

    return wire.API_URL, wire.UPLOAD_URL


def _first(*named: _Address) -> _Address | None:
    return next((address for address in named if address.url), None)


def _needs_no_key(provider: str, url: str) -> bool:
    """Servers of one's own that speak OpenAI's API commonly ask for none."""
    parts = urls.split(url.strip())
    return provider == OPENAI and parts is not None and urls.is_private(urls.host_of(parts))


def _no_key(access: Access) -> PlanRefused:
    names = access.key_names
    return PlanRefused(
        f"No API key: {' and '.join(names)} {'is' if len(names) == 1 else 'are'} not set.",
        hint=f"Put {names[0]}=… into .env.local at the project's root; run --sandbox needs none.",
    )


def _refuse_stray_key(address: _Address, key_origin: str, own_urls: Sequence[str]) -> None:
    """Raise ``PlanRefused`` when the address comes from a weaker source than the key."""
    if not address.origin or strength(address.origin) >= strength(key_origin):
        return
    if _is_trusted(address.url, own_urls):
        return
    source = address.origin.rpartition(" in ")[2]
    places = [name for name in (".env", ".env.local") if strength(f"x in {name}") >= strength(key_origin)]
    raise PlanRefused(
        f"{source} would have the key ({key_origin}) sent to {clean(_shown(address.url), 120)}."
        " Nothing was sent.",
        hint=f"If that is right, agree to it: {address.variable}={clean(_shown(address.url), 120)}"
        f" in {' or '.join([*places[-1:], PROCESS])}.",
    )


def _is_trusted(url: str, own_urls: Sequence[str]) -> bool:
    """Whether it is a host of the service itself, or this machine, where a key does not travel."""
    parts = urls.split(url.strip())
    if parts is None or "@" in parts.netloc or "\\" in url:
        return False
    known = [urls.split(built_in) for built_in in own_urls]
    own = any(one and (one.scheme, one.netloc) == (parts.scheme, parts.netloc.lower()) for one in known)
    return own or urls.is_loopback(urls.host_of(parts))


def _shown(url: str) -> str:
    """The address without what may be a password in it."""
    scheme, mark, rest = url.partition("://")
    return f"{scheme}{mark}{rest.rpartition('@')[2]}"
