"""A whole run, read from top to bottom: survey, plan, refuse or confirm, make, deliver, write down."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import get_args

from pipeline import digest
from pipeline.clock import Clock
from pipeline.deliver import manifest
from pipeline.deliver.files import sweep, writing
from pipeline.deliver.store import LocalStore
from pipeline.deliver.workers import Workers
from pipeline.errors import (
    EXIT_DONE,
    EXIT_INTERRUPTED,
    EXIT_REFUSED,
    EXIT_SOME_FAILED,
    EXIT_USAGE,
    OutcomeUnknown,
    PipelineError,
    PlanRefused,
    UsageError,
)
from pipeline.events import Emit, Event
from pipeline.generate.engine import EDITED_HINT, Engine, Limits
from pipeline.generate.job import Bought, Delivery, Job, Outcome, OutcomeStatus
from pipeline.generate.journal import Journal
from pipeline.generate.offline import Offline
from pipeline.generate.provider import Provider
from pipeline.plan.build import Cost, Plan
from pipeline.plan.decide import KEPT_KINDS, Wishes
from pipeline.plan.graph import downstream, upstream
from pipeline.plan.purchase import RESUMABLE_STATES, Purchase
from pipeline.recipe.spec import Recipe
from pipeline.run.deliver import Delivering
from pipeline.run.lock import holding
from pipeline.run.places import Places
from pipeline.run.shortcut import Unchanged, remember
from pipeline.run.survey import Survey, delivered_copies, survey

STOPPING = "stopping: paid tasks are kept, the same command resumes them; Ctrl-C again leaves at once"
SPENDING_KINDS = frozenset({"create", "remake", "after", "unknown"})
NEW_KINDS = frozenset({"create", "remake", "after", "resume", "restore"})  # make another original
NEEDS_SERVICE = frozenset({"create", "remake", "resume", "after"})


class FrozenPlan(PlanRefused):
    """Changes are pending and nothing may be spent on them."""

    exit_code = EXIT_USAGE


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asked for."""

    only: tuple[str, ...] = ()
    regenerate: tuple[str, ...] = ()
    retry_unknown: bool = False
    overwrite_edited: bool = False
    frozen: bool = False  # fail rather than spend
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Means:
    """What a run works with. ``provider`` and ``workers`` are opened only when there is work for them."""

    clock: Clock
    emit: Emit
    open_provider: Callable[[], Provider]
    open_workers: Callable[[], Workers]
    confirm: Callable[[Plan, Cost, float | None], None]  # raises PlanRefused


@dataclass(frozen=True, slots=True)
class Result:
    """How a run ended."""

    plan: Plan
    outcomes: tuple[Outcome, ...] = ()
    pruned: tuple[str, ...] = ()
    interrupted: bool = False

    def count(self, status: OutcomeStatus) -> int:
        """How many assets ended so."""
        return sum(outcome.status == status for outcome in self.outcomes)

    @property
    def credits(self) -> float:
        """Credits this run spent."""
        return sum(outcome.credits for outcome in self.outcomes)

    @property
    def exit_code(self) -> int:
        """The command's exit code (design.md section 4)."""
        if self.interrupted:
            return EXIT_INTERRUPTED
        if self._refused():
            return EXIT_REFUSED
        troubled = any(outcome.delivery.trouble for outcome in self.outcomes)
        if self.count("failed") or self.count("skipped") or troubled:
            return EXIT_SOME_FAILED
        return EXIT_DONE

    def _refused(self) -> bool:
        """Nothing was sent or made, and all there was to do was refused."""
        failed = [outcome.error for outcome in self.outcomes if outcome.status == "failed"]
        nothing_done = not self.count("delivered") and not self.credits
        return bool(failed) and nothing_done and all(is_refusal(error) for error in failed)


def is_refusal(error: PipelineError | None) -> bool:
    """Whether an error means "not done", as opposed to "tried and failed"."""
    return isinstance(error, OutcomeUnknown) or (error is not None and error.exit_code == EXIT_REFUSED)


async def conduct(recipes: Sequence[Recipe], places: Places, options: Options, means: Means) -> Result:
    """Do everything the recipes ask for.

    Raises ``PlanRefused`` and its like before anything was sent; after that every failure is an outcome.
    """
    plan, seen = draw_up(recipes, places, options, means.clock)
    if options.frozen:
        refuse_spending(plan)
    if not plan.has_work:
        return report(Result(plan, unchanged(plan)), recipes, means.emit, places)
    async with holding(places.run_lock, means.clock, means.emit):
        plan, seen = draw_up(recipes, places, options, means.clock)  # another run may have done it all
        async with opened(plan, means) as (provider, workers):
            check_weights(plan)
            check_folders(recipes, places)
            balance = await check_balance(plan, provider)
            with interruptible():
                means.confirm(plan, plan.cost(), balance)
            workers.prestart(models_of(plan))
            session = Session(seen, places, options, means)
            started = time.time_ns()
            result = report(await session.run(plan, provider, workers), recipes, means.emit, places)
            session.raise_troubles()
            if result.exit_code == EXIT_DONE and not options.only:
                remember_unchanged(recipes, places, options, means.clock, started)
            return result


def remember_unchanged(
    recipes: Sequence[Recipe], places: Places, options: Options, clock: Clock, started_ns: int
) -> None:
    """Let the next run see at a glance that nothing is to be done, if that is so.

    A file that was touched while the run went on may have been changed after it was read: then nothing is
    remembered, and the next run looks for itself.
    """
    plan, seen = draw_up(recipes, places, replace(options, regenerate=(), retry_unknown=False), clock)
    if not plan.is_empty or places.output is not None:
        return
    entries, files = {}, {}
    for one in seen.recipes:
        recipe, output = one.recipe, places.output_of(one.recipe)
        pictures = {p.path for a in recipe.assets for p in a.request.pictures if p.path is not None}
        sources = (*recipe.sources, *pictures)
        if any(source.stat().st_mtime_ns >= started_ns for source in sources):
            return
        made = [output / name for entry in one.lock.assets.values() for name in entry.files]
        files[recipe.path] = (*sources, places.lock_of(recipe), output / manifest.NAME, *made)
        entries[recipe.path] = Unchanged(recipe.key, len(recipe.assets), places.shown(output))
    remember(places, entries, files)


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl-C end a question put to the user at once; the event loop's own handler would wait for it."""
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def draw_up(recipes: Sequence[Recipe], places: Places, options: Options, clock: Clock) -> tuple[Plan, Survey]:
    """The plan, and the facts it stands on. Raises ``PlanRefused``, ``UsageError``."""
    check_globs(recipes, options)
    seen = survey(recipes, places, clock)
    if options.only:
        refuse_conflicts(seen)
    plan = seen.plan(lambda _, name: wishes_for(name, options), lambda recipe: chosen(recipe, options))
    return replace(plan, notes=tuple(part_notes(recipes, plan, options))), seen


def refuse_conflicts(seen: Survey) -> None:
    """A part of a recipe cannot settle a merge: the other assets' rival entries would be lost."""
    for one in seen.recipes:
        if one.lock.conflicted:
            raise PlanRefused(
                f"The lock of {one.recipe.key} has conflict markers, and --only would settle a part of them.",
                hint="Run it once without --only: both sides are read, and what is paid for costs nothing.",
            )


def part_notes(recipes: Sequence[Recipe], plan: Plan, options: Options) -> Iterator[str]:
    """What --only brings along, and what it leaves out of date."""
    if not options.only:
        return
    for recipe in recipes:
        depends = {asset.name: asset.depends for asset in recipe.assets}
        for name in depends:
            if not matches(name, options.only) and name in (chosen(recipe, options) or ()):
                users = sorted(n for n in downstream(depends, {name}) if matches(n, options.only))
                yield f"{name} is planned as well, for {', '.join(users)}"
        new = {s.asset.name for s in plan.steps if s.recipe.key == recipe.key and s.action.kind in NEW_KINDS}
        for name in sorted(downstream(depends, new) - (chosen(recipe, options) or set())):
            yield f"{name} is made from what is planned here and was not chosen: it will be due afterwards"


def refuse_spending(plan: Plan) -> None:
    """Raise ``FrozenPlan`` when carrying out the plan would, or might, cost anything."""
    due = [step.asset.name for step in plan.steps if step.action.kind in SPENDING_KINDS]
    if due:
        raise FrozenPlan(
            f"--frozen, and these are not up to date: {', '.join(due)}.",
            hint="Run without --frozen where spending is allowed, and commit the lock and the files.",
        )


def wishes_for(name: str, options: Options) -> Wishes:
    """What the user asked for one asset."""
    return Wishes(
        regenerate=matches(name, options.regenerate),
        retry_unknown=options.retry_unknown,
        overwrite_edited=options.overwrite_edited,
    )


def chosen(recipe: Recipe, options: Options) -> set[str] | None:
    """Names picked by --only, with all they are made from; None: every asset."""
    if not options.only:
        return None
    picked = {asset.name for asset in recipe.assets if matches(asset.name, options.only)}
    return picked | upstream({asset.name: asset.depends for asset in recipe.assets}, picked)


def matches(name: str, globs: Sequence[str]) -> bool:
    """Whether a name matches one of the patterns."""
    return any(fnmatchcase(name, glob) for glob in globs)


def check_globs(recipes: Sequence[Recipe], options: Options) -> None:
    """A pattern that matches nothing is a spelling mistake. Raises ``UsageError``."""
    names = [asset.name for recipe in recipes for asset in recipe.assets]
    for option, globs in (("--only", options.only), ("--regenerate", options.regenerate)):
        for glob in globs:
            if not any(fnmatchcase(name, glob) for name in names):
                raise UsageError(f"{option} {glob} matches no asset.", hint=f"Assets: {', '.join(names)}")


def check_weights(plan: Plan) -> None:
    """Raise ``PlanRefused`` when a cut-out could not be made of what is about to be paid for."""
    from pipeline.picture.cutout import weights

    if not any(step.action.pays for step in plan.steps):
        return
    for model in models_of(plan):
        if weights.state(model) != "present":
            raise PlanRefused(
                f"The weights of the cut-out model {model} are not here; nothing was sent.",
                hint=f"Fetch them: pipeline models pull {model}",
            )


def check_folders(recipes: Sequence[Recipe], places: Places) -> None:
    """Raise ``DeliveryError`` before anything is paid for when a folder cannot take the results."""
    for recipe in recipes:
        folder = places.output_of(recipe)
        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass


async def check_balance(plan: Plan, provider: Provider | None) -> float | None:
    """The account's credits, if the plan spends any. Raises ``PlanRefused`` when they do not suffice."""
    cost = plan.cost()
    if provider is None or (cost.at_most == 0 and not cost.unpriced):
        return None
    balance = await provider.balance()
    if balance < cost.at_most:
        most = "" if cost.at_most == cost.certain else "up to "
        raise PlanRefused(
            f"The account has {balance:g} credits; this run needs {most}{cost.at_most:g}.",
            hint="Nothing was sent. Top up the account, or make a part with --only.",
        )
    return balance


@asynccontextmanager
async def opened(plan: Plan, means: Means) -> AsyncIterator[tuple[Provider | None, Workers]]:
    """The provider, if the plan needs the service, and the pixel workers; closed again at the end."""
    async with AsyncExitStack() as stack:
        provider = None
        if any(step.action.kind in NEEDS_SERVICE for step in plan.steps):
            provider = means.open_provider()
            stack.push_async_callback(provider.aclose)
        workers = await stack.enter_async_context(means.open_workers())
        yield provider, workers


def models_of(plan: Plan) -> list[str]:
    """The cut-out models the plan's work needs, to be loaded while the service is busy."""
    cutouts = [step.asset.cutout for step in plan.pending]
    return sorted({cutout.model for cutout in cutouts if cutout is not None})


class Session:
    """One run that was confirmed."""

    def __init__(self, seen: Survey, places: Places, options: Options, means: Means) -> None:
        self._seen = seen
        self._places = places
        self._options = options
        self._means = means
        owner = digest.of_bytes(str(places.state.resolve()).encode())[:12]
        self._store = LocalStore(places.store, delivered_copies(seen, places), owner)
        self._interrupted = False
        self._engine: Engine | None = None
        self._troubles: list[Exception] = []

    async def run(self, plan: Plan, provider: Provider | None, workers: Workers) -> Result:
        """Make and deliver; what was made is written down whatever happens."""
        self._announce(plan, provider)
        self._clear_leftovers()
        journal = Journal(self._places.journal, self._means.clock)
        try:
            delivering = self._delivering(plan, journal, workers)
            try:
                outcomes = await self._make(plan, journal, provider, delivering)
            finally:
                pruned = self._finish(delivering)
            return Result(plan, tuple(outcomes), tuple(pruned), self._interrupted)
        finally:
            journal.close()

    async def _make(
        self,
        plan: Plan,
        journal: Journal,
        provider: Provider | None,
        delivering: dict[str, Delivering],
    ) -> list[Outcome]:
        engine = Engine(
            provider=provider or Offline(),
            journal=journal,
            store=self._store,
            clock=self._means.clock,
            limits=self._options.limits,
            emit=self._emit,
            file_digests=self._seen.file_digests,
        )

        async def deliver(job: Job, bought: Bought) -> Delivery:
            return await delivering[job.recipe.key].deliver(job, bought)

        self._engine = engine
        with self._listening(engine):
            outcomes = await engine.run(self._jobs(plan), deliver)
        if provider is not None and not self._interrupted:
            await engine.collect(self._abandoned(plan, provider.account))
        self._troubles += engine.bugs
        return outcomes

    def _abandoned(self, plan: Plan, account: str) -> list[Purchase]:
        """Tasks under way that no asset asks for any more: the recipe changed after they were paid for."""
        wanted = {step.action.fingerprint for step in plan.steps}
        undecided = {step.asset.name for step in plan.steps if not step.action.fingerprint}
        known = {p.id: p for one in self._seen.recipes for f in one.facts.values() for p in f.purchases}
        return [
            purchase
            for purchase in known.values()
            if purchase.state in RESUMABLE_STATES
            and purchase.account == account
            and purchase.fingerprint not in wanted
            and purchase.asset not in undecided
        ]

    def raise_troubles(self) -> None:
        """Raise what went wrong beside the assets themselves: everything else has been seen through first."""
        if self._troubles:
            raise self._troubles[0]

    def _emit(self, event: Event) -> None:
        """A voice that fails (its reader has gone) stops the run cleanly instead of tearing it down."""
        try:
            self._means.emit(event)
        except Exception as error:  # noqa: BLE001 kept, and raised at the end
            self._troubles.append(error)
            if self._engine is not None:
                self._engine.stop()

    def _clear_leftovers(self) -> None:
        """What a killed run left half written."""
        self._store.clear_incoming()
        for seen in self._seen.recipes:
            for folder in (self._places.output_of(seen.recipe), self._places.lock_of(seen.recipe).parent):
                sweep(folder)

    def _delivering(self, plan: Plan, journal: Journal, workers: Workers) -> dict[str, Delivering]:
        delivering = {
            seen.recipe.key: Delivering(
                seen,
                places=self._places,
                store=self._store,
                journal=journal,
                workers=workers,
                clock=self._means.clock,
            )
            for seen in self._seen.recipes
        }
        for job in self._jobs(plan):
            if job.action.kind in KEPT_KINDS and job.facts.entry is not None:
                delivering[job.recipe.key].settle(job.asset.name, job.facts.entry)
        return delivering

    def _finish(self, delivering: dict[str, Delivering]) -> list[str]:
        """Write down what every recipe has; one that cannot be written must not keep the others from it."""
        pruned: list[str] = []
        for one in delivering.values():
            try:
                pruned += one.finish(keep_all=bool(self._options.only))
            except PipelineError as error:
                self._troubles.append(error)
        return pruned

    def _jobs(self, plan: Plan) -> list[Job]:
        facts = {seen.recipe.key: seen.facts for seen in self._seen.recipes}
        return [
            Job(
                step.recipe,
                step.asset,
                step.action,
                facts[step.recipe.key][step.asset.name].of(step.action.fingerprint),
                wishes_for(step.asset.name, self._options),
            )
            for step in plan.steps
        ]

    @contextlib.contextmanager
    def _listening(self, engine: Engine) -> Iterator[None]:
        """First Ctrl-C or SIGTERM: stop cleanly. A second one falls through to Python's own."""
        loop = asyncio.get_running_loop()

        def stop() -> None:
            self._interrupted = True
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)
            engine.stop()
            self._emit(Event("interrupted", data={"message": STOPPING}))

        with contextlib.suppress(NotImplementedError, RuntimeError):  # Windows, or not the main thread
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, stop)
        try:
            yield
        finally:
            with contextlib.suppress(NotImplementedError, RuntimeError):
                for number in (signal.SIGINT, signal.SIGTERM):
                    loop.remove_signal_handler(number)

    def _announce(self, plan: Plan, provider: Provider | None) -> None:
        for seen in self._seen.recipes:
            steps = tuple(step for step in plan.steps if step.recipe.key == seen.recipe.key)
            cost = Plan(steps).cost()
            data = {
                "assets": [step.asset.name for step in steps],
                "credits": None if cost.unpriced else cost.at_most,
                "output": self._places.shown(self._places.output_of(seen.recipe)),
                "provider": provider.name if provider is not None else "",
                "sandbox": self._places.sandbox,
            }
            self._emit(Event("run-started", seen.recipe.key, data=data))
        for note in plan.notes:
            self._emit(Event("warning", data={"message": note}))


def unchanged(plan: Plan) -> tuple[Outcome, ...]:
    """The outcomes of a plan with nothing to do."""
    return tuple(Outcome(Job(step.recipe, step.asset, step.action), "unchanged") for step in plan.steps)


def report(result: Result, recipes: Sequence[Recipe], emit: Emit, places: Places) -> Result:
    """Tell how the run ended, recipe by recipe."""
    for warning in last_words(result):
        emit(warning)
    for recipe in recipes:
        own = [outcome for outcome in result.outcomes if outcome.job.recipe.key == recipe.key]
        counts = Counter(outcome.status for outcome in own)
        data = {
            **{status: counts[status] for status in get_args(OutcomeStatus)},
            "credits": sum(outcome.credits for outcome in own),
            "output": places.shown(places.output_of(recipe)),
            "pruned": list(result.pruned),
        }
        emit(Event("run-finished", recipe.key, data=data))
    return result


def last_words(result: Result) -> Iterator[Event]:
    """What happened beside the assets that were made."""
    for step in result.plan.steps:
        if step.action.kind == "edited":
            names = ", ".join(str(reason.subject) for reason in step.action.reasons)
            message = f"{names}: left alone ({EDITED_HINT})"
            yield Event("warning", step.recipe.key, step.asset.name, {"message": message})
    if result.pruned:
        names = ", ".join(prune.asset for prune in result.plan.prunes)
        about = f" of {names}, which the recipe no longer has" if names else ""
        yield Event("warning", data={"message": f"removed {len(result.pruned)} files{about}"})
