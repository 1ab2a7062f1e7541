"""An event loop whose time is made up: sleeping costs nothing, and no test waits."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
EPOCH = 1_790_000_000.0
THREADS_CATCH_UP_S = 0.002


class _Selector(selectors.DefaultSelector):
    """Where a real selector would wait, looks quickly (threads may be at work) and then moves time on."""

    loop: VirtualLoop

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        events = super().select(min(timeout, THREADS_CATCH_UP_S))
        if not events:
            self.loop.now += timeout
        return events


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop with ``now`` for its time."""

    def __init__(self) -> None:
        selector = _Selector()
        super().__init__(selector)
        self.now = 0.0
        selector.loop = self

    def time(self) -> float:
        return self.now


class VirtualClock:
    """The clock of the loop that is running; jumps with ``skip``."""

    def __init__(self) -> None:
        self.skipped = 0.0

    def time(self) -> float:
        return EPOCH + self.monotonic() + self.skipped

    def monotonic(self) -> float:
        try:
            return asyncio.get_running_loop().time()
        except RuntimeError:
            return 0.0

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds))

    def skip(self, seconds: float) -> None:
        """Let wall-clock time pass between two runs."""
        self.skipped += seconds


def play(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in made-up time."""
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(coroutine)
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
