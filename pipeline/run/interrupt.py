"""Ctrl-C and SIGTERM during a run, heard by the event loop between two of its steps.

Python's own handler raises ``KeyboardInterrupt`` at whatever line is running. Inside the loop that may be the
line that wakes a task: the task then sleeps for ever, and the end of the loop waits for it. Hence the loop
keeps the signals until it has stopped.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from types import FrameType
from typing import Any, TypeVar

T = TypeVar("T")
NewLoop = Callable[[], asyncio.AbstractEventLoop]

SIGNALS = (signal.SIGINT, signal.SIGTERM)
LEAVES = 2  # after so many in vain, signals are Python's own again: whatever is stuck, it is left
MOST = LEAVES + 1  # while the loop gets to none of them


class Interruptions:
    """What the next signal does: it stops what can be stopped in order, else it leaves."""

    def __init__(self) -> None:
        self._stop: Callable[[], object] | None = None
        self.left = 0  # how often
        self._came = 0
        self.over = False

    def listen(self) -> None:
        """Hear signals in the running loop; not on Windows, nor beside the main thread."""
        loop = asyncio.get_running_loop()
        with contextlib.suppress(NotImplementedError, RuntimeError):
            for number in SIGNALS:
                loop.add_signal_handler(number, self.heard)
                signal.signal(number, self._came_in)  # beside the loop's own, which is waked all the same
                signal.siginterrupt(number, False)

    def _came_in(self, _number: int, _frame: FrameType | None) -> None:
        """Python's side of a signal, at any line. Raises ``KeyboardInterrupt`` for one too many."""
        self._came += 1
        if self._came > MOST:
            raise KeyboardInterrupt

    def deafen(self) -> None:
        """Give signals back to Python's own handlers."""
        deafen(asyncio.get_running_loop())

    @contextlib.contextmanager
    def stopping(self, stop: Callable[[], object]) -> Iterator[None]:
        """The first signal in this block calls ``stop``."""
        self._stop = stop
        try:
            yield
        finally:
            self._stop = None

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """Python's own handlers in this block: a question put to the user ends at once."""
        self.deafen()
        try:
            yield
        finally:
            self.listen()

    def heard(self) -> None:
        """A signal came: the first of a ``stopping`` block stops, any other cancels all that is under way.

        When all is over, and the loop about to stop, there is nothing to do.
        """
        if self._stop is not None:
            stop, self._stop = self._stop, None
            stop()
            return
        if self.over:
            return
        self.left += 1
        if self.left == LEAVES:
            self.deafen()
        for task in asyncio.all_tasks():
            task.cancel()


def run(main: Coroutine[Any, Any, T], loop_factory: NewLoop | None = None) -> T:
    """``asyncio.run`` for what listens: signals are Python's own again once ``main`` has ended."""
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        try:
            return runner.run(main)
        finally:
            deafen(runner.get_loop())


def deafen(loop: asyncio.AbstractEventLoop) -> None:
    """Give signals back to Python's own handlers."""
    with contextlib.suppress(NotImplementedError):
        for number in SIGNALS:
            loop.remove_signal_handler(number)


@contextlib.asynccontextmanager
async def listening() -> AsyncIterator[Interruptions]:
    """Hear Ctrl-C and SIGTERM in this block, and let them pass after it until the loop has stopped.

    Raises ``KeyboardInterrupt`` where one ended the block.
    """
    interruptions = Interruptions()
    interruptions.listen()
    try:
        yield interruptions
    except asyncio.CancelledError:
        if interruptions.left:
            raise KeyboardInterrupt from None
        raise
    finally:
        interruptions.over = True
