"""Spending money. ``Buyer._send`` is the one place in the program that calls ``Provider.create``."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pipeline.clock import Clock
from pipeline.errors import (
    AuthenticationFailed,
    OutcomeUnknown,
    OutOfCredits,
    PlanRefused,
    ProviderError,
    RateLimited,
    RequestRejected,
    clean,
)
from pipeline.generate.job import Job
from pipeline.generate.journal import Journal, JournalError
from pipeline.generate.limits import SlidingWindow
from pipeline.generate.provider import Provider

NOT_CREATED: Final = (RateLimited, RequestRejected, OutOfCredits, AuthenticationFailed)
KEY_LIMIT_CODE = (
    433  # kie-api.md section 2: a limit of the key or of concurrency; retried a bounded number of times
)
KEY_LIMIT_TRIES = 5
MAINTENANCE_CODE = 455
TRIES = 40  # with growing pauses: about fifteen minutes of being told "later"
FIRST_PAUSE_S = 0.25
PAUSE_GROWTH = 2.0
MAINTENANCE_PAUSE_S = 15.0
MAX_PAUSE_S = 30.0


@dataclass(frozen=True, slots=True)
class Task:
    """A paid task at the service, as journalled."""

    purchase: int
    task_id: str
    created_at: float  # monotonic s of the run's clock
    credits: float | None
    resumed: bool = False


class Budget:
    """Credits this run may spend. Every create is reserved before it is sent, at its catalogue price."""

    def __init__(self, limit: float | None = None) -> None:
        self._limit = limit
        self.reserved = 0.0

    def reserve(self, price: float | None) -> None:
        """Set the price aside. Raises ``PlanRefused`` when it does not fit."""
        if self._limit is not None and price is None:
            raise PlanRefused(
                "Its price is unknown, so the limit on credits cannot be kept.",
                hint="Run it on its own with --only and without --max-credits.",
            )
        cost = price or 0.0
        if self._limit is not None and self.reserved + cost > self._limit:
            raise PlanRefused(
                f"The limit of {self._limit:g} credits is reached"
                f" ({self.reserved:g} spent, this needs {cost:g}).",
                hint="What was made is delivered. Run again with a higher --max-credits for the rest.",
            )
        self.reserved += cost

    def release(self, price: float | None) -> None:
        """Nothing was bought after all."""
        self.reserved -= price or 0.0


class Buyer:
    """Sends creates: within the rate, within the budget, each written down first, none sent twice."""

    def __init__(
        self, *, provider: Provider, journal: Journal, window: SlidingWindow, budget: Budget, clock: Clock
    ) -> None:
        self._provider = provider
        self._journal = journal
        self._window = window
        self._budget = budget
        self._clock = clock
        self._closed: ProviderError | None = None

    def close(self, error: ProviderError) -> None:
        """Send nothing more in this run: the key or the account is the trouble, not the request."""
        self._closed = self._closed or error

    async def buy(
        self, job: Job, fingerprint: str, described: Mapping[str, Any], inputs: Mapping[str, Any]
    ) -> Task:
        """Create the task, waiting for the rate limit and through "later" answers.

        Raises ``PlanRefused`` (budget), ``RequestRejected``, ``OutOfCredits``, ``AuthenticationFailed``,
        ``RateLimited`` (told "later" too often), ``OutcomeUnknown``.
        """
        price = job.asset.price
        self._budget.reserve(price)
        try:
            return await self._insist(job, fingerprint, described, inputs)
        except NOT_CREATED as error:
            self._budget.release(price)
            if isinstance(error, OutOfCredits | AuthenticationFailed) or error.code == KEY_LIMIT_CODE:
                self.close(error)
            raise

    async def _insist(
        self, job: Job, fingerprint: str, described: Mapping[str, Any], inputs: Mapping[str, Any]
    ) -> Task:
        pause_s = FIRST_PAUSE_S
        for attempt in range(1, TRIES + 1):
            await self._window.admit()
            if self._closed is not None:
                raise type(self._closed)(self._closed.message, code=self._closed.code, hint=self._closed.hint)
            try:
                return await self._send_whole(job, fingerprint, described, inputs)
            except RateLimited as error:
                tries = KEY_LIMIT_TRIES if error.code == KEY_LIMIT_CODE else TRIES
                if attempt >= tries:
                    raise
                if error.code == MAINTENANCE_CODE:
                    pause_s = max(pause_s, MAINTENANCE_PAUSE_S)
                self._window.pause(error.retry_after_s if error.retry_after_s is not None else pause_s)
                pause_s = min(pause_s * PAUSE_GROWTH, MAX_PAUSE_S)
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def _send_whole(
        self, job: Job, fingerprint: str, described: Mapping[str, Any], inputs: Mapping[str, Any]
    ) -> Task:
        """Send, and see it through even while the run is being stopped: the answer holds the task id."""
        sending = asyncio.ensure_future(self._send(job, fingerprint, described, inputs))
        try:
            return await asyncio.shield(sending)
        except asyncio.CancelledError:
            await asyncio.wait([sending])
            if not sending.cancelled():
                sending.exception()  # journalled by _send; taken here so that asyncio does not complain
            raise

    async def _send(
        self, job: Job, fingerprint: str, described: Mapping[str, Any], inputs: Mapping[str, Any]
    ) -> Task:
        request, price = job.asset.request, job.asset.price
        purchase = self._journal.intend(
            job.recipe.key, job.asset.name, fingerprint, self._provider.account, described, price
        )
        try:
            task_id = await self._provider.create(request.model, inputs)
        except NOT_CREATED as error:
            self._journal.refused(purchase, clean(error.message))
            raise
        except OutcomeUnknown as error:
            self._journal.unknown(purchase, clean(error.message))
            raise
        except BaseException as error:
            self._journal.unknown(purchase, clean(f"{type(error).__name__}: {error}"))
            raise
        self._write_id(purchase, task_id)
        return Task(purchase, task_id, self._clock.monotonic(), price)

    def _write_id(self, purchase: int, task_id: str) -> None:
        try:
            self._journal.submitted(purchase, task_id)
        except JournalError as error:
            raise JournalError(
                f"Task {clean(task_id)} is paid for but could not be written down: {error.message}",
                hint="Note the task id. Free disk space, then see `pipeline status`.",
            ) from error
