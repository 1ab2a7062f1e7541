"""A scripted service behind the real provider: what it is asked is kept, what it answers is given."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import stamina

from pipeline.providers.kie.client import KieProvider

KEY = "0123456789abcdef-the-secret-key"
Reply = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


class FixedClock:
    """Wall time stands still; nobody sleeps."""

    def time(self) -> float:
        return 1_000_000.0

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("the provider does not sleep")


class Service:
    """Answers in order, the last one for ever; an exception is raised as the network would."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self._replies: list[Reply] = []

    def answers(self, *replies: Reply) -> None:
        self._replies = list(replies)

    def handle(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        reply = self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
        if isinstance(reply, Exception):
            raise reply
        if isinstance(reply, httpx.Response):
            return reply
        return reply(request)

    @property
    def hosts(self) -> list[str]:
        return [request.url.host for request in self.requests]

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(request.content) for request in self.requests if request.content]


def _answer(
    code: object = 200, msg: str = "success", data: object = None, *, http: int = 200, **headers: str
):
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(http, json={"code": code, "msg": msg, "data": data}, headers=names)


@pytest.fixture
def key() -> str:
    return KEY


@pytest.fixture
def answer() -> Callable[..., httpx.Response]:
    """``answer(code, msg, data, http=…)``: one answer in the service's envelope."""
    return _answer


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture(autouse=True)
def no_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=4, cap=True):
        yield


Build = Callable[..., KieProvider]


@pytest.fixture
async def build(service: Service) -> AsyncIterator[Build]:
    """``build(**options)``: a provider that speaks to ``service``; hosts resolve to public addresses."""
    built: list[KieProvider] = []

    async def public(_host: str) -> list[str]:
        return ["93.184.216.34"]

    def make(
        api: str = "https://api.kie.ai", uploads: str = "https://up.kie.ai", **options: Any
    ) -> KieProvider:
        settings: dict[str, Any] = {"clock": FixedClock(), "resolve": public, **options}
        provider = KieProvider(api, uploads, KEY, transport=httpx.MockTransport(service.handle), **settings)
        built.append(provider)
        return provider

    yield make
    for provider in built:
        await provider.aclose()


@pytest.fixture
def provider(build: Build) -> KieProvider:
    return build()


@pytest.fixture
def picture() -> Callable[..., bytes]:
    """``picture("PNG", (w, h))``: an encoded picture."""
    from PIL import Image

    def encode(kind: str = "PNG", size: tuple[int, int] = (8, 6)) -> bytes:
        stream = io.BytesIO()
        Image.new("RGB", size, (200, 30, 90)).save(stream, kind)
        return stream.getvalue()

    return encode


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "result"
