"""How fast creates may be sent: a true sliding window, shared by every asset of a run.

A library's limiter was considered. pyrate-limiter sleeps on the real clock and counts whole milliseconds;
this one takes the run's clock (tests never wait, benchmarks run time faster), starts from the creates an
earlier run journalled, keeps first-come-first-served order, and can be told to pause by the service.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable

from pipeline.clock import Clock

# kie-api.md section 8: 20 new generation requests per 10 s per account; more are refused, not queued.
CREATES_PER_WINDOW = 20
WINDOW_S = 10.0
# The service counts arrivals, we count departures. A request that overtakes the one it replaces in the window
# would be refused, so the window is a little wider here; each refusal widens it further. What leaves together
# arrives spread out, but the k-th of one burst only has to come after the k-th of the last.
MARGIN_S = 0.05
MARGIN_GROWTH = 1.5
MAX_MARGIN_S = 0.3
LONGEST_NAP_S = 1.0  # between two looks at whether the window was opened


class SlidingWindow:
    """At most ``count`` admissions in any ``window_s`` seconds, in the order they were asked for."""

    def __init__(
        self,
        clock: Clock,
        count: int = CREATES_PER_WINDOW,
        window_s: float = WINDOW_S,
        recent: Iterable[float] = (),
    ) -> None:
        """``recent``: seconds since the epoch of creates already sent by earlier runs."""
        self._clock = clock
        self._window_s = window_s
        self._margin_s = MARGIN_S * window_s / WINDOW_S
        to_monotonic = clock.monotonic() - clock.time()
        past = sorted(min(at + to_monotonic, clock.monotonic()) for at in recent)
        self._admitted: deque[float] = deque(past[-count:], maxlen=count)
        self._paused_until = float("-inf")
        self._open = False
        self._turn = asyncio.Lock()  # asyncio.Lock is fair: first come, first served

    async def admit(self) -> float:
        """Return when one more create may be sent: the moment, in monotonic s, that names this admission."""
        async with self._turn:
            while not self._open and (wait := self._wait_s()) > 0:
                await self._clock.sleep(min(wait, LONGEST_NAP_S))
            admitted = self._clock.monotonic()
            self._admitted.append(admitted)
            return admitted

    def refuse(self, admitted: float, seconds: float) -> None:
        """The service refused one as too many: it takes no place, and every create is held back a while."""
        if admitted in self._admitted:
            self._admitted.remove(admitted)
        self._paused_until = max(self._paused_until, self._clock.monotonic() + seconds)
        self._margin_s = min(self._margin_s * MARGIN_GROWTH, MAX_MARGIN_S)

    def open(self) -> None:
        """Nothing will be sent any more: let everybody through to be told so."""
        self._open = True

    def _wait_s(self) -> float:
        now = self._clock.monotonic()
        wait = self._paused_until - now
        if len(self._admitted) == self._admitted.maxlen:
            wait = max(wait, self._admitted[0] + self._window_s + self._margin_s - now)
        return wait
