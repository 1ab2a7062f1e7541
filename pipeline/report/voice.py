"""Which voice tells a run: a live display, plain lines, or JSON; all from the same events."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal, Protocol

from pipeline.events import Event
from pipeline.report.output import Output

Mode = Literal["auto", "live", "lines", "json"]


class Voice(Protocol):
    """Renders events as they happen. ``close`` ends the display and says the closing summary."""

    def __call__(self, event: Event) -> None: ...

    def close(self) -> None: ...


def open_voice(
    output: Output, mode: Mode = "auto", *, monotonic: Callable[[], float] = time.monotonic
) -> Voice:
    """The voice for ``mode``; ``auto`` draws live on a terminal and writes lines anywhere else.

    ``monotonic`` gives seconds. Use as ``with contextlib.closing(open_voice(…)) as voice``.
    """
    if mode == "json":
        from pipeline.report.jsonlines import JsonLines

        return JsonLines(output)
    if mode == "live" or (mode == "auto" and output.is_live):
        from pipeline.report.live import Live

        return Live(output, monotonic)
    from pipeline.report.lines import Lines

    return Lines(output, monotonic)
