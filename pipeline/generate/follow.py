"""Following a paid task to its end and bringing the result home."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.clock import Clock
from pipeline.errors import (
    DownloadFailed,
    RateLimited,
    ServiceUnavailable,
    TaskFailed,
    TaskTimedOut,
    clean,
)
from pipeline.generate.buy import Task
from pipeline.generate.callbacks import Callbacks, Line, happens
from pipeline.generate.job import Job, Store
from pipeline.generate.journal import Journal
from pipeline.generate.latency import JITTER, MAX_INTERVAL_S, LatencyModel
from pipeline.generate.provider import Download, Provider, TaskStatus
from pipeline.plan.purchase import Original
from pipeline.recipe.spec import Kind

# kie-api.md section 4: a good create may be unknown to recordInfo for seconds; one client asks for 90 s.
MISSING_GRACE_S = 90.0
EMPTY_GRACE_S = 30.0
KEPT_HINT = "The task is paid for and kept: the same command fetches it again."
ERROR_PAUSE_S = 2.0
MAX_ERROR_PAUSE_S = 30.0
TELL_AFTER = 3  # unanswered questions in a row
DEADLINE_S: dict[Kind, float] = {"image": 300.0, "video": 600.0}
DOWNLOADS_AT_ONCE = 16
PATIENCE = 8.0  # times the usual pause between two questions, as long as ends are told by callbacks

Notice = Callable[[Job, str, TaskStatus | None], None]


@dataclass(slots=True)
class Watch:
    """Where the questions about one task stand; all in monotonic seconds of the run's clock."""

    started: float
    deadline: float
    asked: float = 0.0  # elapsed s at the last healthy answer that said "not yet"
    interval_s: float = 0.0
    errors: int = 0
    last: TaskStatus = field(default_factory=lambda: TaskStatus("waiting"))
    seen: bool = False  # the service has known it at least once
    odd_since: float | None = None  # monotonic s of the first of several odd answers in a row
    line: Line | None = None  # where a callback about it would be heard
    called: bool = False  # the last pause was ended by one


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a task brought: the original, further results that were asked for, and what there is to say."""

    original: Original
    extras: tuple[Original, ...] = ()
    warnings: tuple[str, ...] = ()


class Follower:
    """Polls each task at the pace its model is known for, then fetches what it made into the store."""

    def __init__(
        self,
        *,
        provider: Provider,
        journal: Journal,
        store: Store,
        clock: Clock,
        callbacks: Callbacks,
        deadlines: dict[Kind, float] | None = None,
        notice: Notice = lambda _job, _state, _status: None,
        trouble: Callable[[str], None] = lambda _message: None,
        rng: random.Random | None = None,
    ) -> None:
        self._provider = provider
        self._journal = journal
        self._store = store
        self._clock = clock
        self._callbacks = callbacks
        self._deadlines = DEADLINE_S | (deadlines or {})
        self._notice = notice
        self._trouble = trouble
        self._unanswered = 0  # questions in a row, over all tasks
        self._rng = rng or random.Random()
        self._models: dict[str, LatencyModel] = {}
        self._following = 0
        self._downloads = asyncio.Semaphore(DOWNLOADS_AT_ONCE)

    def limit_s(self, job: Job) -> float:
        """How long a task of this asset is waited for."""
        return job.asset.deadline_s or self._deadlines[job.asset.kind]

    async def finish(self, job: Job, task: Task) -> TaskStatus:
        """Return the status of the finished task, journalled as succeeded.

        Raises ``TaskFailed`` (journalled as failed), ``TaskTimedOut`` (kept, resumable; also when the service
        does not know it, or says it is done and gives nothing), ``AuthenticationFailed``.
        """
        self._following += 1
        try:
            status = await self._until_done(job, task)
        finally:
            self._following -= 1
        if status.state == "fail":
            raise self._failed(job, task, status)
        if not status.urls:
            raise self._without_result(job, task, status)
        self._journal.succeeded(task.purchase, task.task_id, status.credits)
        return status

    async def fetch(self, job: Job, task: Task, status: TaskStatus) -> Fetched:
        """Every result of a finished task into the store; the first is the original.

        Raises ``DownloadFailed``, where several were asked for also for a further one; the task stays
        resumable.
        """
        self._notice(job, "downloading", status)
        if job.asset.results > 1:
            return await self._fetch_asked(job, task, status)
        original = await self._fetch_one(task, 0, status.urls[0])
        self._journal.fetched(task.purchase, original)
        further = enumerate(status.urls[1:], start=1)
        said = [await self._fetch_extra(task, number, url) for number, url in further]
        return Fetched(original, (), tuple(said))

    async def _fetch_asked(self, job: Job, task: Task, status: TaskStatus) -> Fetched:
        """All results of a task that was asked for several: written down together, when all are here."""
        numbered = enumerate(status.urls)
        original, *extras = [await self._fetch_one(task, number, url) for number, url in numbered]
        self._journal.fetched(task.purchase, original, extras)
        if (count := len(status.urls)) >= job.asset.results:
            return Fetched(original, tuple(extras))
        said = f"the task returned {count} of {job.asset.results} pictures; nothing is bought for the others"
        return Fetched(original, tuple(extras), (said,))

    async def collect(self, task: Task) -> bool:
        """Ask once for a task no asset waits for any more; if it is done, bring its result into the store.

        Whether it was. Raises ``ProviderError``, ``DeliveryError``; the task stays as it was then.
        """
        status = await self._provider.status(task.task_id)
        if status.state != "success" or not status.urls:
            return False
        self._journal.succeeded(task.purchase, task.task_id, status.credits)
        original, *extras = [await self._fetch_one(task, n, url) for n, url in enumerate(status.urls)]
        self._journal.fetched(task.purchase, original, extras)
        return True

    async def _fetch_extra(self, task: Task, number: int, url: str) -> str:
        """A further picture of the same task: paid for, so kept; a sentence about it."""
        try:
            extra = await self._fetch_one(task, number, url)
        except DownloadFailed as error:
            return f"the task returned another picture, which could not be fetched: {error.message}"
        return f"the task returned another picture; it is kept as {extra.sha256[:12]}"

    async def _fetch_one(self, task: Task, number: int, url: str) -> Original:
        target = self._store.scratch(f"{task.purchase}-{number}")
        async with self._downloads:
            try:
                download = await self._provider.fetch(url, target)
            except DownloadFailed as error:
                target.unlink(missing_ok=True)
                error.task_id = task.task_id
                error.hint = f"{KEPT_HINT} {error.hint}".strip()
                raise
        return await asyncio.to_thread(self._adopt, target, download)

    def _adopt(self, target: Path, download: Download) -> Original:
        original = Original(download.sha256, download.extension, download.width, download.height)
        self._store.adopt(target, original)
        return original

    async def _until_done(self, job: Job, task: Task) -> TaskStatus:
        watch = self._watch(job, task)
        model = self._model(job)
        elapsed = self._clock.monotonic() - task.created_at
        at_once = task.resumed or self._provider.synchronous
        await self._pause(watch, 0.0 if at_once else model.first_s() - elapsed)
        while True:
            asked = self._clock.monotonic()
            status = await self._ask(task, watch)
            elapsed = self._clock.monotonic() - task.created_at
            if status is not None:
                if status.state == "fail" or (status.state == "success" and self._has_result(status, watch)):
                    self._learn(job, task, watch, elapsed, status)
                    if watch.line is not None and not task.resumed:  # one may have ended before this run
                        self._callbacks.missed(watch.line)
                    return status
                self._check_missing(status, task, watch, job.asset.name)
                watch.asked, watch.last = elapsed, status
                watch.interval_s = model.next_s(elapsed, watch.interval_s, self._following)
                self._notice(job, "generating" if status.state == "generating" else "waiting", status)
                # From question to question, so that a slow answer does not make the next one late as well.
                took = self._clock.monotonic() - asked
                pause_s = self._patient(watch, watch.interval_s)
                await self._pause(watch, max(pause_s - took, pause_s / 2))
            else:
                await self._pause(watch, self._error_pause(watch.errors))
            self._check_deadline(job, task, watch)

    async def _ask(self, task: Task, watch: Watch) -> TaskStatus | None:
        """One question; None when no answer came, which says nothing about the task."""
        try:
            status = await self._provider.status(task.task_id)
        except (ServiceUnavailable, RateLimited) as error:
            watch.errors += 1
            self._unanswered += 1
            if self._unanswered == TELL_AFTER:
                self._trouble(
                    f"No answer about running tasks ({error.message}); asking again, nothing is lost."
                )
            return None
        if self._unanswered >= TELL_AFTER:
            self._trouble("The service answers again.")
        watch.errors = self._unanswered = 0
        return status

    def _check_missing(self, status: TaskStatus, task: Task, watch: Watch, name: str) -> None:
        waited = self._clock.monotonic() - watch.started
        if status.state != "missing":
            watch.seen = True
        elif not watch.seen and waited > MISSING_GRACE_S:
            # Another account's key, or a deleted task: giving it up is the user's decision, not ours.
            raise TaskTimedOut(
                f"The service does not know task {clean(task.task_id)} (asked for {waited:.0f} s).",
                task_id=task.task_id,
                hint="It was paid for: is this the key of the account that bought it? To give it up:"
                f" pipeline status --forget {name}",
            )

    def _has_result(self, status: TaskStatus, watch: Watch) -> bool:
        """Success may be told a moment before the addresses are; only after a while is it a failure."""
        now = self._clock.monotonic()
        watch.odd_since = now if watch.odd_since is None else watch.odd_since
        grace_s = min(EMPTY_GRACE_S, (watch.deadline - watch.started) / 2)
        return bool(status.urls) or now - watch.odd_since > grace_s

    def _check_deadline(self, job: Job, task: Task, watch: Watch) -> None:
        if self._clock.monotonic() < watch.deadline:
            return
        waited = self._clock.monotonic() - watch.started
        raise TaskTimedOut(
            f"Task {clean(task.task_id)} is not done after {waited:.0f} s ({last_heard(watch)}).",
            task_id=task.task_id,
            hint="It is paid for and kept: run the same command again to go on waiting for it."
            f" To give it up: pipeline status --forget {job.asset.name}",
        )

    def _failed(self, job: Job, task: Task, status: TaskStatus) -> TaskFailed:
        code = clean(status.fail_code)
        text = clean(status.fail_message) or "the service gave no reason"
        message = f"The service could not make it: {text}" + (f" (code {code})." if code else ".")
        self._journal.failed(task.purchase, message, status.credits)
        return TaskFailed(
            message,
            task_id=task.task_id,
            code=code,
            credits=status.credits,
            hint=f"{what_it_cost(status.credits)} Running again buys a new try.",
            asset=job.asset.name,
        )

    def _without_result(self, job: Job, task: Task, status: TaskStatus) -> TaskTimedOut:
        """Charged, and nothing to show for it: kept, as the result may appear yet."""
        self._journal.succeeded(task.purchase, task.task_id, status.credits)
        return TaskTimedOut(
            "The service says it is done but gives no picture.",
            task_id=task.task_id,
            hint=f"{what_it_cost(status.credits)} It is kept: run again to ask once more. To give it up:"
            f" pipeline status --forget {job.asset.name}",
            asset=job.asset.name,
        )

    def _watch(self, job: Job, task: Task) -> Watch:
        # A fresh task's deadline counts from its create, a resumed one's from now: it may be a day old.
        started = self._clock.monotonic() if task.resumed else task.created_at
        line = self._callbacks.line(task.purchase)
        return Watch(started, started + self.limit_s(job), line=line)

    async def _pause(self, watch: Watch, seconds: float) -> None:
        """Wait for the next question; a callback brings it forward."""
        left = watch.deadline - self._clock.monotonic()
        if watch.line is None:
            if (wait := min(seconds, left)) > 0:
                await self._clock.sleep(wait)
            return
        watch.called = await happens(watch.line.rung, self._clock, min(seconds, left))
        watch.line.rung.clear()

    def _patient(self, watch: Watch, seconds: float) -> float:
        """While callbacks tell ends, questions are only there for the one that gets lost."""
        if watch.line is None or not self._callbacks.working:
            return seconds
        return min(seconds * PATIENCE, max(seconds, MAX_INTERVAL_S))

    def _error_pause(self, errors: int) -> float:
        pause = min(ERROR_PAUSE_S * 2.0 ** (errors - 1), MAX_ERROR_PAUSE_S)
        return pause * self._rng.uniform(1 - JITTER, 1 + JITTER)

    def _learn(self, job: Job, task: Task, watch: Watch, elapsed: float, status: TaskStatus) -> None:
        if status.state == "success" and not task.resumed:
            # A callback tells the very moment; between two questions it is anywhere.
            sample = self._model(job).learn(elapsed if watch.called else watch.asked, elapsed)
            self._journal.learned(latency_class(job), sample)

    def _model(self, job: Job) -> LatencyModel:
        key = latency_class(job)
        if key not in self._models:
            known = self._journal.latencies(key)
            self._models[key] = LatencyModel(job.asset.kind, known, self._rng)
        return self._models[key]


def last_heard(watch: Watch) -> str:
    """What is known of a task that is waited for no longer."""
    if watch.errors:
        return "no answer to the last question" + (f"s, {watch.errors} in a row" if watch.errors > 1 else "")
    if watch.last.state == "missing":
        return "the service does not know it, or not yet"
    return f"last state: {clean(watch.last.raw_state or watch.last.state)}"


def what_it_cost(credits: float | None) -> str:
    """What the service says it kept for a task it could not do."""
    if credits is None:
        return "The service does not say whether it was charged; its task log does."
    return f"It was charged: {credits:g} credits." if credits else "It was not charged."


def latency_class(job: Job) -> str:
    """Tasks of one class take about as long: the model and the resolution asked for."""
    inputs = job.asset.request.inputs
    size = inputs.get("resolution") or inputs.get("quality") or inputs.get("image_resolution") or ""
    return f"{job.asset.request.model} {size}".strip()
