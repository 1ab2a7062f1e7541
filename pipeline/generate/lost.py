"""Purchases whose create was never answered: what became of them, where a callback tells, and what to do.

A call names a task. It is taken for the purchase's own only when the service's record of that task repeats
the token that was sent with the create, which nobody else was told.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

from pipeline.clock import Clock
from pipeline.errors import OutcomeUnknown, PipelineError, RateLimited, ServiceUnavailable
from pipeline.generate.callbacks import Callbacks, Line, happens
from pipeline.generate.journal import Journal, JournalError
from pipeline.generate.provider import Provider, TaskStatus
from pipeline.plan.purchase import UNKNOWN_STATES, Purchase
from pipeline.recipe.spec import owner

LOOKS_AT_ONCE = 4
# Between two looks, in s. kie-api.md section 4: a good task may be unknown to recordInfo for 90 s.
PAUSES_S = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 30.0)


class Lost:
    """Finds the tasks of purchases of unknown outcome."""

    def __init__(
        self,
        *,
        provider: Provider,
        journal: Journal,
        callbacks: Callbacks,
        clock: Clock,
        trouble: Callable[[Exception], None],
    ) -> None:
        self._provider = provider
        self._journal = journal
        self._callbacks = callbacks
        self._clock = clock
        self._trouble = trouble
        self._looks = asyncio.Semaphore(LOOKS_AT_ONCE)

    def _remember(self) -> None:
        """Know the calls that earlier runs of this account asked for and that may still come."""
        tokens = self._journal.tokens()
        for purchase in self._journal.open_purchases():
            token = tokens.get(purchase.id, "")
            if purchase.account == self._provider.account and token:
                self._callbacks.expect(purchase.id, token)
                if purchase.state in UNKNOWN_STATES:
                    self._callbacks.lost(purchase.id)
                else:
                    self._callbacks.answered(purchase.id, purchase.task_id)

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Look into every call about a lost purchase meanwhile."""
        if not self._callbacks.on:
            yield
            return
        self._remember()
        watch = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            watch.cancel()
            await asyncio.wait([watch])

    async def _watch(self) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                line, task_id = await self._callbacks.next_about_lost()
                group.create_task(self._look_into(line, task_id))

    async def find(self, purchase: Purchase, within_s: float) -> str | None:
        """The task a purchase turns out to be, if a call tells within ``within_s`` seconds."""
        line = self._callbacks.line(purchase.id)
        if line is None or not await happens(line.known, self._clock, within_s):
            return None
        line.claimed = True
        return line.task_id

    def unclaimed(self) -> list[Purchase]:
        """Purchases of unknown outcome that were found and that nobody in this run waited for."""
        found = {line.purchase for line in self._callbacks.lines() if line.is_found and not line.claimed}
        return [purchase for purchase in self._journal.open_purchases() if purchase.id in found]

    async def _look_into(self, line: Line, task_id: str) -> None:
        try:
            async with self._looks:
                if not line.task_id and await self._is_it(line, task_id):
                    self._take(line, task_id)
        except PipelineError:
            return  # it stays unknown, as it was
        except Exception as error:  # noqa: BLE001 a bug of ours in one must not cost the others their run
            self._trouble(error)

    def _take(self, line: Line, task_id: str) -> None:
        try:
            ours = self._journal.found(line.purchase, task_id)
        except JournalError:  # a full disk: it is followed all the same, its end writes the id again
            ours = True
        if ours:
            line.is_found = True
            self._callbacks.answered(line.purchase, task_id)

    async def _is_it(self, line: Line, task_id: str) -> bool:
        """Whether the service's own record of the task carries this purchase's token."""
        for pause_s in (*PAUSES_S, None):
            status = await self._ask(task_id)
            if status is not None and status.state != "missing":
                return carries(status.callback_url, line.token)
            if pause_s is not None:
                await self._clock.sleep(pause_s)
        return False

    async def _ask(self, task_id: str) -> TaskStatus | None:
        try:
            return await self._provider.status(task_id)
        except (ServiceUnavailable, RateLimited):
            return None


def carries(url: str, token: str) -> bool:
    """Whether a callback address ends in this very token; in the same time for any other."""
    return hmac.compare_digest(url.rpartition("/")[2].encode(errors="replace"), token.encode())


def ways_out(asset: str, *, called_back: bool) -> list[str]:
    """What can be done about a purchase of unknown outcome; ``called_back``: a call was asked for."""
    anew = f"pipeline run --retry-unknown --only {owner(asset)}"
    call = "Run with --webhook: its callback, if it still comes, tells."
    return [
        *([call] if called_back else []),
        f"If the service's task log does not list it, buy it: {anew}",
        f"To give it up: pipeline status --forget {asset}",
    ]


def explain(ways: Iterable[str]) -> str:
    """Ways out as one hint."""
    return f"It is never sent again by itself. {'. '.join(way.removesuffix('.') for way in ways)}"


def unknown_outcome(asset: str, *, called_back: bool = False) -> OutcomeUnknown:
    """The error for a create whose answer was lost earlier."""
    return OutcomeUnknown(
        "A create was sent earlier and its answer was lost: it may have been accepted and charged.",
        hint=explain(ways_out(asset, called_back=called_back)),
        asset=asset,
    )
