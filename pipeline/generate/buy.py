"""Spending money. ``Buyer._send`` is the one place in the program that calls ``Provider.create``."""

from __future__ import annotations

import asyncio
import contextlib
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
    ServiceUnavailable,
    clean,
)
from pipeline.generate.callbacks import Callbacks
from pipeline.generate.job import Job, JobKey
from pipeline.generate.journal import Journal, JournalError
from pipeline.generate.limits import SlidingWindow
from pipeline.generate.provider import Provider
from pipeline.plan.purchase import UNKNOWN_STATES, Purchase
from pipeline.recipe.spec import candidate_number

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
LONGEST_RETRY_AFTER_S = 120.0  # asked for longer than that, we ask again after this
ROUNDING = 1e-6  # credits; prices such as 0.8 are no binary fractions


@dataclass(frozen=True, slots=True)
class Task:
    """A paid task at the service, as journalled."""

    purchase: int
    task_id: str
    created_at: float  # monotonic s of the run's clock
    credits: float | None
    resumed: bool = False


class BudgetReached(PlanRefused):
    """The limit on credits leaves no room for this create; nothing was sent."""


class Budget:
    """Credits this run may spend, and has spent, by job.

    Every create is reserved before it is sent, at its catalogue price; what the service says it charged
    replaces that. ``limit`` None: no limit.
    """

    def __init__(self, limit: float | None = None) -> None:
        self._limit = limit
        self._spent: dict[JobKey, float] = {}  # on the newest create of a job
        self._settled: dict[JobKey, float] = {}  # on those before it
        self._reserved: dict[JobKey, float] = {}

    def spent(self, key: JobKey) -> float:
        """Credits spent on a job by this run, those of unknown outcome included."""
        return self._settled.get(key, 0.0) + self._spent.get(key, 0.0)

    def reserve(self, key: JobKey, price: float | None) -> None:
        """Set the price aside. Raises ``BudgetReached`` when it does not fit."""
        if self._limit is not None:
            self._check(price, self._limit)
        self._settled[key] = self.spent(key)
        self._spent.pop(key, None)
        self._reserved[key] = price or 0.0

    def release(self, key: JobKey) -> None:
        """Nothing was bought after all."""
        self._reserved.pop(key, None)

    def spend(self, key: JobKey, amount: float | None) -> None:
        """The create was accepted, may have been, or its price became known; None changes nothing."""
        price = self._reserved.pop(key, None)
        if amount is None:
            amount = self._spent.get(key, price)
        if amount is not None:
            self._spent[key] = amount

    def _check(self, price: float | None, limit: float) -> None:
        if price is None:
            raise BudgetReached(
                "Its price is unknown, so the limit on credits cannot be kept.",
                hint="Run it on its own with --only and without --max-credits.",
            )
        committed = sum(sum(each.values()) for each in (self._settled, self._spent, self._reserved))
        if committed + price > limit + ROUNDING:
            raise BudgetReached(
                f"The limit of {limit:g} credits is reached ({committed:g} spent, this needs {price:g}).",
                hint="What was made is delivered. Run again with a higher --max-credits for the rest.",
            )


class Buyer:
    """Sends creates: within the rate, within the budget, each written down first, none sent twice."""

    def __init__(
        self,
        *,
        provider: Provider,
        journal: Journal,
        window: SlidingWindow,
        budget: Budget,
        callbacks: Callbacks,
        clock: Clock,
    ) -> None:
        self._provider = provider
        self._journal = journal
        self._window = window
        self._budget = budget
        self._callbacks = callbacks
        self._clock = clock
        self._closed: ProviderError | None = None

    def close(self, error: ProviderError) -> None:
        """Send nothing more in this run: the key or the account is the trouble, not the request."""
        self._closed = self._closed or error
        self._window.open()

    async def buy(
        self,
        job: Job,
        fingerprint: str,
        described: Mapping[str, Any],
        inputs: Mapping[str, Any],
    ) -> Task:
        """Create the task, waiting for the rate limit and through "later" answers.

        Raises ``BudgetReached``, ``RequestRejected``, ``OutOfCredits``, ``AuthenticationFailed``,
        ``RateLimited`` (told "later" too often), ``OutcomeUnknown``.
        """
        self._budget.reserve(job.key, job.asset.price)
        try:
            return await self._insist(job, fingerprint, described, inputs)
        except NOT_CREATED as error:
            self._budget.release(job.key)
            if isinstance(error, OutOfCredits | AuthenticationFailed) or error.code == KEY_LIMIT_CODE:
                self.close(error)
            raise

    async def _insist(
        self, job: Job, fingerprint: str, described: Mapping[str, Any], inputs: Mapping[str, Any]
    ) -> Task:
        pause_s = FIRST_PAUSE_S
        for attempt in range(1, TRIES + 1):
            admitted = await self._window.admit()
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
                asked_s = pause_s if error.retry_after_s is None else error.retry_after_s
                self._window.refuse(admitted, min(asked_s, LONGEST_RETRY_AFTER_S))
                pause_s = min(pause_s * PAUSE_GROWTH, MAX_PAUSE_S)
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def _send_whole(
        self, job: Job, fingerprint: str, described: Mapping[str, Any], inputs: Mapping[str, Any]
    ) -> Task:
        """Send, and see it through even while the run is being stopped: the answer holds the task id."""
        await asyncio.sleep(0)  # a stop that came in this very step ends it here, with nothing sent
        sending = asyncio.ensure_future(self._send(job, fingerprint, described, inputs))
        try:
            return await asyncio.shield(sending)
        except asyncio.CancelledError:
            while not sending.done():
                with contextlib.suppress(asyncio.CancelledError):  # stopped twice: the answer still matters
                    await asyncio.wait([sending])
            if not sending.cancelled():
                sending.exception()  # journalled by _send; taken here so that asyncio does not complain
            raise

    async def _send(
        self, job: Job, fingerprint: str, described: Mapping[str, Any], inputs: Mapping[str, Any]
    ) -> Task:
        price, token = job.asset.price, self._callbacks.new_token()
        purchase = self._journal.intend(
            *(job.recipe.key, job.asset.name, fingerprint, self._provider.account, described, price),
            token=token,
        )
        callback_url = self._callbacks.expect(purchase, token)
        try:
            task_id = await self._provider.create(job.asset.request.model, inputs, callback_url)
        except NOT_CREATED as error:
            self._journal.refused(purchase, clean(error.message))
            raise
        except BaseException as error:
            self._budget.spend(job.key, price)  # until it is known
            message = (
                error.message if isinstance(error, OutcomeUnknown) else f"{type(error).__name__}: {error}"
            )
            self._journal.unknown(purchase, clean(message))
            self._callbacks.lost(purchase)
            raise
        self._budget.spend(job.key, price)
        replaced = [
            p.id
            for p in job.facts.purchases
            if is_given_up(p, fingerprint) and _number(p.asset) == _number(job.asset.name)
        ]
        self._write_id(purchase, task_id, replaced)
        self._callbacks.answered(purchase, task_id)
        return Task(purchase, task_id, self._clock.monotonic(), price)

    def _write_id(self, purchase: int, task_id: str, instead_of: list[int]) -> None:
        """The id, at once. If the disk takes nothing: the task is followed, and no other bought."""
        try:
            self._journal.submitted(purchase, task_id, instead_of)
        except JournalError as error:
            self.close(
                ServiceUnavailable(f"Nothing more is bought in this run: {error.message}", hint=error.hint)
            )


def _number(asset: str) -> int:
    """Which candidate a name is; what is bought alone is the first."""
    return candidate_number(asset) or 1


def is_given_up(purchase: Purchase, fingerprint: str) -> bool:
    """Whether buying this request anew replaces a purchase whose outcome nobody knows."""
    return purchase.fingerprint == fingerprint and purchase.state in UNKNOWN_STATES
