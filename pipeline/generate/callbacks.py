"""Calls from the service about tasks: which secret belongs to which purchase, and who waits for the call.

Nothing in a call is believed. Whoever knows a purchase's token may make us look sooner, a bounded number of
times, and what is so is then asked of the service itself. Provider-neutral and without I/O: a receiver says
``heard``, those who wait are woken.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field

from pipeline.clock import Clock

TOKEN_BYTES = 32
MOST_CALLS = 4  # kie-api.md section 5: a call is made once and three times again; more than that is noise
MOST_IDS = 4  # tasks one purchase may be said to be


@dataclass(slots=True, eq=False)
class Line:
    """One purchase a callback was asked for."""

    purchase: int
    token: str = field(repr=False)
    task_id: str = ""  # once it is known
    is_lost: bool = False  # the create's answer was lost: a call may tell the task
    is_found: bool = False  # it was lost, and its task is known now
    claimed: bool = False  # somebody in this run follows it
    calls: int = 0  # about the known task
    heard: list[str] = field(default_factory=list)  # tasks it was said to be, while unknown
    rung: asyncio.Event = field(default_factory=asyncio.Event)  # look at once
    known: asyncio.Event = field(default_factory=asyncio.Event)  # there is a task id


class Callbacks:
    """The tokens of one run. Without an address to be called at, nothing is asked for and nobody waits."""

    def __init__(self, url: str = "") -> None:
        """``url``: where the service is to call; the token is added as the last part of its path."""
        self._url = url.rstrip("/")
        self._by_token: dict[str, Line] = {}
        self._by_purchase: dict[int, Line] = {}
        self._about_lost: asyncio.Queue[tuple[Line, str]] = asyncio.Queue()
        self.working = True  # whether tasks' ends are told: found out as the run goes

    @property
    def on(self) -> bool:
        """Whether the service is asked to call."""
        return bool(self._url)

    # -- the buyer's side ------------------------------------------------------------------------------------

    def new_token(self) -> str:
        """A secret nobody can guess, for one purchase; empty while callbacks are off."""
        return secrets.token_urlsafe(TOKEN_BYTES) if self.on else ""

    def expect(self, purchase: int, token: str) -> str | None:
        """Know calls with ``token`` from now on; the address to send along, None while callbacks are off."""
        if not token:
            return None
        self._by_token[token] = self._by_purchase[purchase] = Line(purchase, token)
        return f"{self._url}/{token}"

    def answered(self, purchase: int, task_id: str) -> None:
        """The task of a purchase is known. It may have been called about before that."""
        line = self.line(purchase)
        if line is None:
            return
        line.task_id, line.is_lost = task_id, False
        line.known.set()
        if task_id in line.heard:
            line.rung.set()

    def lost(self, purchase: int) -> None:
        """The create's answer was lost: whatever was or will be heard about it is worth looking into."""
        line = self.line(purchase)
        if line is None:
            return
        line.is_lost = True
        for task_id in line.heard:
            self._about_lost.put_nowait((line, task_id))

    # -- the receiver's side ---------------------------------------------------------------------------------

    def knows(self, token: str) -> bool:
        """Whether a call with this token is about a purchase of ours."""
        return token in self._by_token

    def heard(self, token: str, task_id: str) -> bool:
        """Somebody called about a task; False for a token of nobody's. Returns at once, and never raises."""
        line = self._by_token.get(token)
        if line is None:
            return False
        if line.task_id:
            self._heard_known(line, task_id)
        elif task_id not in line.heard and len(line.heard) < MOST_IDS:
            line.heard.append(task_id)
            if line.is_lost:
                self._about_lost.put_nowait((line, task_id))
        return True

    def _heard_known(self, line: Line, task_id: str) -> None:
        if task_id == line.task_id and line.calls < MOST_CALLS:
            line.calls += 1
            self.working = True
            line.rung.set()

    # -- those who wait --------------------------------------------------------------------------------------

    def line(self, purchase: int) -> Line | None:
        """What is known of calls about a purchase; None when none was asked for."""
        return self._by_purchase.get(purchase)

    def lines(self) -> list[Line]:
        """Every purchase a callback was asked for."""
        return list(self._by_purchase.values())

    async def next_about_lost(self) -> tuple[Line, str]:
        """The next task that a purchase of unknown outcome is said to be."""
        return await self._about_lost.get()

    def missed(self, line: Line) -> None:
        """Its task has ended and nobody called: until somebody calls, calls are not counted on."""
        if not line.calls and line.task_id not in line.heard:
            self.working = False


async def happens(event: asyncio.Event, clock: Clock, within_s: float) -> bool:
    """Whether ``event`` is set within so many seconds of ``clock``; returns the moment it is."""
    if event.is_set() or within_s <= 0:
        return event.is_set()
    waiting = [asyncio.ensure_future(event.wait()), asyncio.ensure_future(clock.sleep(within_s))]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in waiting:
            one.cancel()
    return event.is_set()
