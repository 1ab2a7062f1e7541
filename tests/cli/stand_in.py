"""What stands in, within this process, for processes that take longer to start than a test to run.

A sandbox in a thread has real connections, and waits on the command's own clock.
"""

from __future__ import annotations

import asyncio
import json
import threading
import urllib.request
from collections.abc import AsyncIterator, Coroutine, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any, Self, TypeVar

from uvicorn.server import ServerState

from pipeline.clock import Clock
from pipeline.deliver.process import PictureJob, PictureResult, process
from pipeline.sandbox import server
from pipeline.sandbox.app import create_app
from pipeline.sandbox.options import SandboxOptions

T = TypeVar("T")


class Thread:
    """An event loop for sandboxes, at work while the test's own thread runs a command."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="sandboxes")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.do(self._loop.shutdown_default_executor())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Do it there, and wait for it here."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)


class StandIn:
    """One sandbox, which may be started again otherwise: on the same port, knowing what it knew."""

    def __init__(self, thread: Thread) -> None:
        self._thread = thread
        self._stack = AsyncExitStack()
        self._port = 0
        self.url = ""

    def start(self, options: SandboxOptions, clock: Clock) -> None:
        """Serve from now on; ``options.state`` is what it remembers by."""
        self.stop()
        self.url = self._thread.do(self._stack.enter_async_context(_serving(options, clock, self._port)))
        self._port = int(self.url.rpartition(":")[2])

    def stop(self) -> None:
        """Serve no longer."""
        self._thread.do(self._stack.aclose())

    def ledger(self) -> dict[str, Any]:
        """What it says has happened."""
        with urllib.request.urlopen(f"{self.url}/sandbox/ledger", timeout=20) as answer:
            seen: dict[str, Any] = json.load(answer)
        return seen


@asynccontextmanager
async def _serving(options: SandboxOptions, clock: Clock, port: int) -> AsyncIterator[str]:
    """Without uvicorn's own loop, which takes a tenth of a second to end."""
    listener = server._listen("127.0.0.1", port)
    url = server._url(listener)
    app = create_app(options, clock=clock, base_url=url)
    config, state = server.config(app), ServerState()
    config.load()
    connect = partial(config.http_protocol_class, config=config, server_state=state, app_state={})
    async with app.router.lifespan_context(app):
        listening = await asyncio.get_running_loop().create_server(connect, sock=listener)
        try:
            yield url
        finally:
            listening.close()
            for connection in list(state.connections):
                connection.shutdown()
            await asyncio.gather(*state.tasks, return_exceptions=True)


class InlineWorkers:
    """The real pixel work, here and now."""

    async def run(self, job: PictureJob) -> PictureResult:
        return process(job)

    def prestart(self, models: Iterable[str] = ()) -> None:
        """Nothing is slow to start."""

    async def close(self) -> None:
        """Nothing is open."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
