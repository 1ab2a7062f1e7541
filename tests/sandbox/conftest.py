"""A sandbox spoken to in process, on a clock the test moves by hand."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp
from uvicorn.server import ServerState

from pipeline.sandbox import server
from pipeline.sandbox.app import create_app
from pipeline.sandbox.faults import Faults
from pipeline.sandbox.options import SandboxOptions

BASE = "http://sandbox.test"
KEY = {"Authorization": "Bearer sandbox"}
PROMPT = {"prompt": "A coin in #EC4899 on a white background"}


class HandClock:
    """Stands still until it is moved; a sleep moves it."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def time(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += max(0.0, seconds)


class Service:
    """A client's view of one sandbox, in process unless ``url`` says where it listens."""

    def __init__(
        self, options: SandboxOptions, clock: HandClock, faults: Faults | None = None, url: str = ""
    ) -> None:
        self.clock = clock
        self.app = create_app(options, clock=clock, faults=faults, base_url=url or BASE)
        transport = None if url else httpx.ASGITransport(self.app)
        self.http = httpx.AsyncClient(
            transport=transport, base_url=url or BASE, headers=KEY, trust_env=False, timeout=10
        )

    async def post(self, path: str, body: Any) -> Any:
        return (await self.http.post(path, json=body)).json()

    async def get(self, path: str, **params: str) -> Any:
        return (await self.http.get(path, params=params)).json()

    async def submit(self, model: str = "nano-banana-pro", callback: str = "", **inputs: Any) -> Any:
        body = {"model": model, "callBackUrl": callback, "input": PROMPT | inputs}
        return await self.post("/api/v1/jobs/createTask", body)

    async def create(self, model: str = "nano-banana-pro", callback: str = "", **inputs: Any) -> str:
        answer = await self.submit(model, callback, **inputs)
        assert answer["code"] == 200, answer
        return str(answer["data"]["taskId"])

    async def record(self, task_id: str) -> Any:
        return await self.get("/api/v1/jobs/recordInfo", taskId=task_id)

    async def results(self, task_id: str) -> list[str]:
        """Result URLs, after moving the clock past the task's end."""
        self.clock.now += 60
        data = (await self.record(task_id))["data"]
        return list(json.loads(data["resultJson"])["resultUrls"])

    async def balance(self) -> float:
        return float((await self.get("/api/v1/chat/credit"))["data"])

    async def ledger(self) -> Any:
        return await self.get("/sandbox/ledger")


Start = Callable[..., Service]
Serve = Callable[..., Awaitable[Service]]


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def start(clock: HandClock) -> AsyncIterator[Start]:
    """``start(faults=…, **options)`` gives a service; all share the clock and are closed afterwards.

    ``faults`` is an object; ``faults_text`` are the options' own, in words.
    """
    services: list[Service] = []

    def build(faults: Faults | None = None, faults_text: str = "", **options: Any) -> Service:
        options = {"picture": "tiny", "faults": faults_text} | options
        service = Service(SandboxOptions(**options), clock, faults)
        services.append(service)
        return service

    yield build
    for service in services:
        await service.http.aclose()


@pytest.fixture
async def serve(clock: HandClock) -> AsyncIterator[Serve]:
    """``await serve(faults=…)`` gives a service behind a real port, where connections can break."""
    async with AsyncExitStack() as stack:

        async def build(**options: Any) -> Service:
            listener = server._listen("127.0.0.1", 0)
            settings = SandboxOptions(**{"picture": "tiny"} | options)
            service = Service(settings, clock, url=server._url(listener))
            await stack.enter_async_context(await _listening(service.app, listener))
            await stack.enter_async_context(service.http)
            return service

        yield build


async def _listening(app: ASGIApp, listener: socket.socket) -> asyncio.Server:
    """A server without uvicorn's own loop, which takes a tenth of a second to end."""
    config = server.config(app)
    config.load()
    connect = partial(config.http_protocol_class, config=config, server_state=ServerState(), app_state={})
    return await asyncio.get_running_loop().create_server(connect, sock=listener)
