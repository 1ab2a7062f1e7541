"""A sandbox spoken to in process, on a clock the test moves by hand."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

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
    """A client's view of one sandbox."""

    def __init__(self, options: SandboxOptions, clock: HandClock, faults: Faults | None) -> None:
        self.clock = clock
        self.app = create_app(options, clock=clock, faults=faults, base_url=BASE)
        transport = httpx.ASGITransport(self.app)
        self.http = httpx.AsyncClient(transport=transport, base_url=BASE, headers=KEY)

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


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def start(clock: HandClock) -> AsyncIterator[Start]:
    """``start(faults=…, **options)`` gives a service; all share the clock and are closed afterwards."""
    services: list[Service] = []

    def build(faults: Faults | None = None, **options: Any) -> Service:
        service = Service(SandboxOptions(**{"picture": "tiny"} | options), clock, faults)
        services.append(service)
        return service

    yield build
    for service in services:
        await service.http.aclose()
