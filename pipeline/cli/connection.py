"""Where the service is and who asks: the environment beats ``pipeline.yaml`` beats the built-in URLs."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.context import Context
from pipeline.cli.environment import KEY_NAMES, Environment
from pipeline.errors import PlanRefused
from pipeline.recipe.settings import Settings, load_settings

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

    Raises ``PlanRefused`` without a key, ``UsageError`` and ``RecipeError`` for files that are wrong.
    """
    environment = context.environment(root)
    api, upload = _base_urls(environment, settings or load_settings(root))
    if environment.key is None:
        raise PlanRefused(
            f"No API key: {' and '.join(KEY_NAMES)} are not set.",
            hint="Put KIE_AI_API_KEY=… into .env.local at the project's root; run --sandbox needs none.",
        )
    return Connection(api, upload, environment.key, environment.key_origin)


def base_urls(context: Context, root: Path) -> tuple[str, str]:
    """Where requests and uploads go, key or no key. Raises ``UsageError`` and ``RecipeError``."""
    return _base_urls(context.environment(root), load_settings(root))


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


def _base_urls(environment: Environment, settings: Settings) -> tuple[str, str]:
    """Another API's uploads go to that API: a key goes to no host its owner has not named."""
    from pipeline.providers.kie.wire import API_URL, UPLOAD_URL

    named = environment.api_base_url or settings.api_base_url
    upload = environment.upload_base_url or settings.upload_base_url
    return named or API_URL, upload or named or UPLOAD_URL
