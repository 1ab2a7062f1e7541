"""The provider before a scripted service; answers are spooled below the test's folder."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from pipeline.providers.openai import wire
from pipeline.providers.openai.client import OpenAIProvider
from pipeline.providers.openai.spool import Spool
from pipeline.providers.openai.wire import Usage

KEY = "sk-0123456789abcdef-the-secret-key"
Build = Callable[..., OpenAIProvider]


class StillClock:
    """Wall time stands still; nobody sleeps."""

    def time(self) -> float:
        return 1_000_000.0

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("the provider does not sleep")


@pytest.fixture
def key() -> str:
    return KEY


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", dict)


@pytest.fixture
def drawn(picture) -> Callable[..., httpx.Response]:
    """``drawn()``: the good answer, with one PNG of 8×6 px and 5 + 100 tokens."""

    def answer(*contents: bytes, usage: Usage | None = Usage(5, 0, 100)) -> httpx.Response:  # noqa: B008
        pictures = [{"b64_json": base64.b64encode(one).decode()} for one in contents or (picture(),)]
        return httpx.Response(200, json=wire.answered(pictures, 1_000_000, usage))

    return answer


@pytest.fixture
async def build(service, spool: Spool) -> AsyncIterator[Build]:
    """``build(url, **options)``: a provider that speaks to ``service``; hosts resolve to public addresses."""
    built: list[OpenAIProvider] = []

    async def public(_host: str) -> list[str]:
        return ["93.184.216.34"]

    def make(url: str = wire.API_URL, key: str = KEY, **options: Any) -> OpenAIProvider:
        settings: dict[str, Any] = {"clock": StillClock(), "resolve": public, "spool": spool, **options}
        place = settings.pop("spool")
        provider = OpenAIProvider(url, key, place, transport=httpx.MockTransport(service.handle), **settings)
        built.append(provider)
        return provider

    yield make
    for provider in built:
        await provider.aclose()


@pytest.fixture
def provider(build: Build) -> OpenAIProvider:
    return build()
