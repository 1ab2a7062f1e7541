"""Every asset flows submit → wait → fetch → deliver on its own; no phase waits for the slowest."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.clock import Clock
from pipeline.errors import (
    AuthenticationFailed,
    OutcomeUnknown,
    PipelineError,
    TaskFailed,
    TaskTimedOut,
    clean,
)
from pipeline.events import Emit, Event
from pipeline.generate.buy import Budget, BudgetReached, Buyer, Task
from pipeline.generate.callbacks import Callbacks
from pipeline.generate.candidates import Ends
from pipeline.generate.follow import Follower
from pipeline.generate.job import Bought, Deliver, Delivery, Job, JobKey, Outcome, Store
from pipeline.generate.journal import Journal
from pipeline.generate.limits import CREATES_PER_WINDOW, WINDOW_S, SlidingWindow
from pipeline.generate.lost import Lost, explain, unknown_outcome, ways_out
from pipeline.generate.provider import Provider, TaskStatus
from pipeline.generate.uploads import Prepare, Uploads, as_they_are
from pipeline.plan import fingerprint
from pipeline.plan.build import with_art
from pipeline.plan.decide import KEPT_KINDS, LOCAL_KINDS, TRIED_KINDS, Action, decide
from pipeline.plan.graph import heights
from pipeline.plan.purchase import Original, Purchase
from pipeline.recipe.spec import Kind, Picture

EDITED_HINT = "Keep the edit with `pipeline accept RECIPE`, or replace it with --overwrite-edited."
PICK_HINT = "Once one is picked, the same command makes it."
RUNNING_AT_ONCE = 100  # kie-api.md section 8: about a hundred running tasks per account


@dataclass(frozen=True, slots=True)
class Limits:
    """How hard the service may be worked. ``deadlines`` in s by kind; None where the default holds."""

    creates: int = CREATES_PER_WINDOW
    window_s: float = WINDOW_S
    running: int = RUNNING_AT_ONCE
    max_credits: float | None = None
    deadlines: Mapping[Kind, float] | None = None
    attempts: bool = True  # whether an asset may be bought again while its checks are unmet


class Engine:
    """Runs jobs against one provider. One engine, one run."""

    def __init__(
        self,
        *,
        provider: Provider,
        journal: Journal,
        store: Store,
        clock: Clock,
        limits: Limits,
        emit: Emit,
        file_digests: Mapping[Picture, str],
        callbacks: Callbacks | None = None,
        prepare: Prepare = as_they_are,
    ) -> None:
        self._provider = provider
        self._journal = journal
        self._store = store
        self._clock = clock
        self._emit = emit
        self._file_digests = file_digests
        self._callbacks = callbacks or Callbacks()
        self.bugs: list[Exception] = []
        recent = journal.recent_creates(provider.account, limits.window_s)
        window = SlidingWindow(clock, limits.creates, limits.window_s, recent)
        self._budget = Budget(limits.max_credits)
        self._buyer = Buyer(
            provider=provider,
            journal=journal,
            window=window,
            budget=self._budget,
            callbacks=self._callbacks,
            clock=clock,
        )
        self._follower = Follower(
            provider=provider,
            journal=journal,
            store=store,
            clock=clock,
            callbacks=self._callbacks,
            deadlines=dict(limits.deadlines or {}),
            notice=self._notice,
            trouble=lambda message: emit(Event("warning", data={"message": message})),
        )
        self._lost = Lost(
            provider=provider,
            journal=journal,
            callbacks=self._callbacks,
            clock=clock,
            trouble=self.bugs.append,
        )
        self._uploads = Uploads(provider, journal, prepare)
        self._running = asyncio.Semaphore(limits.running)
        self._may_insist = limits.attempts
        self._originals: dict[JobKey, asyncio.Future[Original | None]] = {}
        self._ends = Ends((), self._made)
        self._tasks: list[asyncio.Task[None]] = []
        self._outcomes: dict[JobKey, Outcome] = {}

    async def run(self, jobs: Sequence[Job], deliver: Deliver) -> list[Outcome]:
        """Do every job and return how each ended, in the order given. One job's failure stops no other."""
        loop = asyncio.get_running_loop()
        self._originals = {job.key: loop.create_future() for job in jobs}
        self._ends = Ends(jobs, self._made)
        async with self._lost.watching(), asyncio.TaskGroup() as group:
            for job in by_urgency(jobs):
                self._tasks.append(group.create_task(self._run_one(job, deliver), name=job.asset.name))
        # One that was stopped before its first step never ran.
        return [self._outcomes.get(job.key) or Outcome(job, "interrupted") for job in jobs]

    async def collect_found(self) -> int:
        """Bring home purchases of unknown outcome that a callback told of while nobody waited for them."""
        found = self._lost.unclaimed()
        for purchase in found:
            message = f"an earlier create whose answer was lost is task {clean(purchase.task_id)}, paid for;"
            self._emit(
                Event("warning", purchase.recipe, purchase.asset, {"message": f"{message} run again for it"})
            )
        return await self.collect(found)

    async def collect(self, purchases: Iterable[Purchase]) -> int:
        """Bring home what was paid for and is not asked for any more, if it is done; how many came."""
        collected = 0
        for purchase in purchases:
            task = Task(
                purchase.id, purchase.task_id, self._clock.monotonic(), purchase.credits, resumed=True
            )
            try:
                collected += await self._follower.collect(task)
            except PipelineError:
                continue  # another run asks again
        return collected

    def stop(self) -> None:
        """Stop cleanly: creates under way get their answer written down, everything else ends now."""
        for task in self._tasks:
            task.cancel()

    # -- one asset -------------------------------------------------------------------------------------------

    async def _run_one(self, job: Job, deliver: Deliver) -> None:
        started = self._clock.monotonic()
        try:
            outcome = await self._make(job, deliver)
        except BudgetReached as error:
            outcome = Outcome(job, "skipped", error=error)
        except PipelineError as error:
            outcome = Outcome(job, "failed", error=error, task_id=getattr(error, "task_id", ""))
        except asyncio.CancelledError:
            outcome = Outcome(job, "interrupted")
        except Exception as error:  # noqa: BLE001 a bug of ours in one asset must not cost the others their run
            self.bugs.append(error)
            outcome = Outcome(job, "failed", error=bug_outcome(error))
        finally:
            if not self._originals[job.key].done():
                self._originals[job.key].set_result(None)
        seconds = self._clock.monotonic() - started
        outcome = replace(outcome, credits=self._budget.spent(job.key), seconds=seconds)
        self._outcomes[job.key] = outcome
        self._ends.note(outcome)
        self._announce(outcome)

    async def _make(self, job: Job, deliver: Deliver) -> Outcome:
        missing = await self._missing_upstream(job, job.asset.sent)
        if missing:
            return self._skip(job, f"{missing} was not made, and this is made from it: see there")
        digests = self._digests(job)
        action = await self._settled(job, digests)
        usable = None if self._ends.may_change(job) else action.original
        if action.kind in KEPT_KINDS:
            self._publish(job, usable)
            return Outcome(job, "unchanged")
        if action.kind == "blocked":
            self._publish(job, usable)
            return self._skip(job, "; ".join(map(str, action.reasons)), hint_of(action))
        bought = replace(await self._obtain(job, action, digests), first=self._first(job), pick=action.pick)
        self._ends.brought(job, bought)
        final = job.asset.checks is None or job.asset.attempts == 1 or action.kind not in TRIED_KINDS
        if final:
            self._publish(job, None if self._ends.may_change(job) else bought.original)
        await self._candidates_end(job)
        bought = replace(bought, more=self._ends.more_may_come(job))
        if missing := await self._missing_upstream(job, job.asset.drawn):
            return self._skip(job, f"{missing} was not made, and is drawn into its sets: see there")
        job, bought = self._with_art(job), replace(bought, art=await asyncio.to_thread(self._art, job))
        self._state(job, "processing")
        delivery = await deliver(job, bought)
        if not final:
            bought, delivery = await self._insist(job, action, bought, delivery, deliver)
            short = bool(delivery.unmet) and bought.attempt < job.asset.attempts
            # Nothing is made from a picture that another attempt is to replace.
            self._publish(job, None if short else bought.original)
        return Outcome(job, "delivered", delivery=delivery, task_id=bought.task_id)

    async def _insist(
        self, job: Job, action: Action, bought: Bought, delivery: Delivery, deliver: Deliver
    ) -> tuple[Bought, Delivery]:
        """Buy again while the recipe's checks are unmet and attempts are left; what was delivered last.

        Each result is delivered before the next is bought, so that a run that ends here can be gone on with.
        """
        digests = self._digests(job)
        while self._may_insist and delivery.unmet and bought.attempt < job.asset.attempts:
            attempt = bought.attempt + 1
            self._warn(job, f"{'; '.join(delivery.unmet)}: attempt {attempt} of {job.asset.attempts}")
            action = replace(action, kind="remake", purchase=None, original=None, attempt=attempt)
            try:
                again = await self._obtain(job, action, digests)
            except PipelineError as error:
                why = f"attempt {attempt} of {job.asset.attempts} was not made: {error.message} {error.hint}"
                return bought, replace(delivery, trouble=f"{delivery.trouble}; {why.rstrip()}")
            bought = replace(again, first=bought.first, art=bought.art)
            self._state(job, "processing")
            delivery = await deliver(job, bought)
        return bought, delivery

    async def _missing_upstream(self, job: Job, names: Iterable[str]) -> str:
        """Wait for other assets' originals; the name of the first that was not made, or nothing."""
        waited = False
        for name in names:
            ready = self._originals[job.recipe.key, name]
            if not ready.done() and not waited:
                self._state(job, "blocked")
                waited = True
            if await asyncio.shield(ready) is None:
                return name
        return ""

    async def _settled(self, job: Job, digests: Mapping[Picture, str]) -> Action:
        """The plan's action; "known after run" is decided now that it is known."""
        action = job.action
        if action.fingerprint or action.kind == "blocked":
            return action
        if job.asset.further_of:
            await self._missing_upstream(job, [job.asset.further_of])
            return self._ends.further(job, digests)
        if not job.asset.candidates:
            return decide(job.asset, digests, job.facts, job.wishes)
        await self._candidates_end(job)
        for missing in self._ends.missing(job):
            self._warn(job, missing)
        return self._ends.take(job, digests)

    async def _candidates_end(self, job: Job) -> None:
        """Wait until nothing more is made of any candidate of an asset."""
        if not self._ends.have_come(job):
            self._state(job, "blocked")
        await self._ends.wait(job)

    def _made(self, key: JobKey) -> Original | None:
        return self._originals[key].result()

    async def _obtain(self, job: Job, action: Action, digests: Mapping[Picture, str]) -> Bought:
        described = fingerprint.describe_request(job.asset.request, digests)
        if action.kind in LOCAL_KINDS:
            known = self._ends.known(job, action) or from_store(job, action, described)
            return replace(known, credits=0.0) if job.asset.further_of else known  # charged with the first
        if action.kind in ("resume", "unknown"):  # running already: it takes no place of a new one
            task = self._resumed(action) if action.kind == "resume" else await self._found(job, action)
            status = await self._finish(job, task)
        else:
            async with self._running:
                task = await self._buy(job, action, described, digests)
                status = await self._finish(job, task)
        fetched = await self._follower.fetch(job, task, status)
        for said in fetched.warnings:
            self._warn(job, said)
        charged = status.credits if status.credits is not None else task.credits
        return Bought(
            fetched.original,
            action.fingerprint,
            described,
            task.task_id,
            charged,
            task.purchase,
            attempt=action.attempt,
            extras=fetched.extras,
        )

    async def _finish(self, job: Job, task: Task) -> TaskStatus:
        self._state(job, "submitted", task_id=task.task_id, resumed=task.resumed)
        try:
            status = await self._follower.finish(job, task)
        except AuthenticationFailed as error:
            self._buyer.close(error)
            raise
        except TaskFailed as error:
            self._charged(job, task, error.credits)
            raise
        self._charged(job, task, status.credits)
        return status

    def _charged(self, job: Job, task: Task, reported: float | None) -> None:
        """The service's own figure replaces the catalogue's; a resumed task costs nothing now."""
        if not task.resumed:
            self._budget.spend(job.key, reported)

    async def _buy(
        self, job: Job, action: Action, described: Mapping[str, object], digests: Mapping[Picture, str]
    ) -> Task:
        if any(picture.source != "url" for picture in job.asset.request.pictures):
            self._state(job, "uploading")
        files = await asyncio.to_thread(self._files, job)
        inputs = await self._uploads.fill(job.asset, digests, files, lambda said: self._warn(job, said))
        self._state(job, "queued")
        try:
            return await self._buyer.buy(job, action.fingerprint, described, inputs)
        except OutcomeUnknown as error:
            return await self._find_bought(job, action.fingerprint, error)

    async def _find_bought(self, job: Job, fingerprint: str, error: OutcomeUnknown) -> Task:
        """A create of this run whose answer was lost: its task, if a callback tells; else the error."""
        bought = [
            purchase
            for purchase in self._journal.purchases(job.recipe.key)
            if (purchase.asset, purchase.fingerprint) == (job.asset.name, fingerprint)
        ]
        task = await self._find(job, bought[-1])
        if task is None:
            ways = explain(ways_out(job.asset.name, called_back=self._callbacks.on))
            error.hint = f"{error.hint} {ways}".strip()
            raise error
        return task

    async def _found(self, job: Job, action: Action) -> Task:
        """A create of an earlier run whose answer was lost. Raises ``OutcomeUnknown`` unless a call tells."""
        assert action.purchase is not None
        task = await self._find(job, action.purchase)
        if task is None:
            asked = action.purchase.id in self._journal.tokens()
            raise unknown_outcome(action.purchase.asset, called_back=asked)
        return replace(task, resumed=True)

    async def _find(self, job: Job, purchase: Purchase) -> Task | None:
        limit_s = self._follower.limit_s(job)
        age_s = min(max(self._clock.time() - purchase.created_at, 0.0), limit_s)
        created_at = self._clock.monotonic() - age_s
        if self._callbacks.line(purchase.id) is not None and age_s < limit_s:
            self._state(job, "waiting")
            self._warn(
                job, f"the answer to its create was lost; waiting {limit_s - age_s:.0f} s for its callback"
            )
        task_id = await self._lost.find(purchase, limit_s - age_s)
        if task_id is None:
            return None
        return Task(purchase.id, task_id, created_at, purchase.credits)

    def _resumed(self, action: Action) -> Task:
        assert action.purchase is not None
        purchase = action.purchase
        if purchase.account != self._provider.account:
            raise TaskTimedOut(
                f"Task {clean(purchase.task_id)} was bought from {clean(purchase.account)}, and this run uses"
                f" {self._provider.account}.",
                task_id=purchase.task_id,
                hint="Run again with the key and base URL it was bought with; it is paid for and kept."
                f" To give it up: pipeline status --forget {purchase.asset}",
            )
        return Task(purchase.id, purchase.task_id, self._clock.monotonic(), purchase.credits, resumed=True)

    # -- pictures it is made from ----------------------------------------------------------------------------

    def _digests(self, job: Job) -> dict[Picture, str]:
        digests: dict[Picture, str] = {}
        for picture in job.asset.request.originals:
            if picture.source == "file":
                digests[picture] = self._file_digests[picture]
            elif picture.source == "asset":
                digests[picture] = self._upstream(job, picture).sha256
        return digests

    def _files(self, job: Job) -> dict[Picture, Path]:
        files: dict[Picture, Path] = {}
        for picture in job.asset.request.originals:
            if picture.source == "file" and picture.path is not None:
                files[picture] = picture.path
            elif picture.source == "asset":
                files[picture] = self._store.path(self._upstream(job, picture))
        return files

    def _with_art(self, job: Job) -> Job:
        """The job with the content digests of what is drawn into its sets."""
        originals = {name: self._upstream(job, Picture("asset", name)).sha256 for name in job.asset.drawn}
        return replace(job, asset=with_art(job.asset, originals, self._file_digests))

    def _art(self, job: Job) -> dict[Picture, Path]:
        """The files of what is drawn into its sets."""
        pictures = {picture for art in job.asset.art for picture in art.pictures}
        return {
            picture: picture.path or self._store.path(self._upstream(job, picture)) for picture in pictures
        }

    def _upstream(self, job: Job, picture: Picture) -> Original:
        original = self._originals[job.recipe.key, picture.value].result()
        assert original is not None
        return original

    def _first(self, job: Job) -> Original | None:
        return self._originals[job.recipe.key, job.asset.first].result() if job.asset.first else None

    def _publish(self, job: Job, original: Original | None) -> None:
        self._originals[job.key].set_result(original)

    # -- telling ---------------------------------------------------------------------------------------------

    def _skip(self, job: Job, message: str, hint: str = "") -> Outcome:
        return Outcome(job, "skipped", error=PipelineError(message, hint=hint))

    def _notice(self, job: Job, state: str, status: TaskStatus | None) -> None:
        extra = {} if status is None or status.progress is None else {"percent": status.progress}
        self._state(job, state, **extra)

    def _state(self, job: Job, state: str, **data: object) -> None:
        self._emit(Event("asset-state", job.recipe.key, job.asset.name, {"state": state, **data}))

    def _warn(self, job: Job, message: str) -> None:
        self._emit(Event("warning", job.recipe.key, job.asset.name, {"message": message}))

    def _announce(self, outcome: Outcome) -> None:
        job = outcome.job
        if outcome.status == "delivered":
            self._emit(Event("asset-delivered", job.recipe.key, job.asset.name, delivered_data(outcome)))
        elif outcome.status == "failed" and outcome.error is not None:
            self._emit(Event("asset-failed", job.recipe.key, job.asset.name, failed_data(outcome)))
        elif outcome.status == "skipped" and outcome.error is not None:
            data = {"message": outcome.error.message, "hint": outcome.error.hint}
            self._state(job, "skipped", **data)
        elif outcome.status == "unchanged":
            self._state(job, "unchanged")


def delivered_data(outcome: Outcome) -> dict[str, object]:
    """A delivered outcome as event data."""
    data: dict[str, object] = {
        "credits": outcome.credits,
        "seconds": round(outcome.seconds, 1),
        "files": list(outcome.delivery.files),
        "warnings": list(outcome.delivery.warnings),
    }
    if outcome.delivery.cutout:
        data["cutout"] = dict(outcome.delivery.cutout)
    if outcome.delivery.trouble:
        data["trouble"] = outcome.delivery.trouble
    return data


def failed_data(outcome: Outcome) -> dict[str, object]:
    """A failed outcome as event data."""
    assert outcome.error is not None
    return {
        "message": outcome.error.message,
        "hint": outcome.error.hint,
        "credits": outcome.credits,
        "certain": is_certain(outcome.error),
        "seconds": round(outcome.seconds, 1),
        "task_id": outcome.task_id,
    }


def hint_of(action: Action) -> str:
    """The way out of what is in the way."""
    kinds = {reason.kind for reason in action.reasons}
    if "file" in kinds:
        return EDITED_HINT
    return PICK_HINT if "pick" in kinds else ""


def is_certain(error: PipelineError) -> bool:
    """Whether what counts as spent is known to be charged; not so where the service never said."""
    return not isinstance(error, OutcomeUnknown) and not (
        isinstance(error, TaskFailed) and error.credits is None
    )


def from_store(job: Job, action: Action, described: Mapping[str, object]) -> Bought:
    """An original bought earlier, with what is known of its purchase."""
    assert action.original is not None
    purchase, facts = action.purchase, job.facts
    task_id, charged, number = "", None, None
    if purchase is not None:
        task_id, charged, number = purchase.task_id, purchase.credits, purchase.id
    else:
        entries = [*filter(None, [facts.entry]), *facts.kin]
        known = next((entry for entry in entries if entry.original == action.original), None)
        task_id, charged = (known.task, known.credits) if known else ("", None)
    return Bought(
        action.original, action.fingerprint, described, task_id, charged, number, attempt=action.attempt
    )


def bug_outcome(error: Exception) -> PipelineError:
    """What the summary says of an asset that met a bug of ours; the report itself comes at the end."""
    return PipelineError(
        f"A bug in pipeline: {type(error).__name__}: {clean(error)}",
        hint="What was paid for is kept: the same command carries on with it.",
    )


def by_urgency(jobs: Iterable[Job]) -> list[Job]:
    """Jobs others wait for first, the longest chain foremost, otherwise in the order given."""
    jobs = list(jobs)
    depends: dict[str, dict[str, tuple[str, ...]]] = {}
    for job in jobs:
        depends.setdefault(job.recipe.key, {})[job.asset.name] = job.asset.depends
    height = {key: heights(graph) for key, graph in depends.items()}
    return sorted(jobs, key=lambda job: -height[job.recipe.key][job.asset.name])
