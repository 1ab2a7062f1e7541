"""One run that was confirmed: the engine at work, deliveries, interruptions, and writing it all down."""

from __future__ import annotations

import shutil
from dataclasses import replace

from pipeline import digest
from pipeline.deliver.files import sweep
from pipeline.deliver.store import LocalStore
from pipeline.deliver.workers import Workers
from pipeline.errors import PipelineError
from pipeline.events import Event
from pipeline.generate.callbacks import Callbacks
from pipeline.generate.engine import Engine
from pipeline.generate.job import Bought, Delivery, Job, Outcome
from pipeline.generate.journal import Journal
from pipeline.generate.offline import Offline
from pipeline.generate.provider import Provider
from pipeline.generate.uploads import Prepare
from pipeline.plan.build import Plan
from pipeline.plan.decide import KEPT_KINDS
from pipeline.plan.purchase import RESUMABLE_STATES, Purchase
from pipeline.recipe.spec import candidate_number
from pipeline.run.deliver import STAGING, Delivering
from pipeline.run.draw import wishes_for
from pipeline.run.interrupt import Interruptions
from pipeline.run.options import Means, Options, Result
from pipeline.run.places import Places
from pipeline.run.prepare import preparing
from pipeline.run.survey import Survey, delivered_copies

STOPPING = "stopping: paid tasks are kept, the same command resumes them; Ctrl-C again leaves at once"


class Session:
    """One run that was confirmed."""

    def __init__(
        self,
        seen: Survey,
        places: Places,
        options: Options,
        means: Means,
        interruptions: Interruptions,
        callbacks: Callbacks | None = None,
    ) -> None:
        self._seen = seen
        self._places = places
        self._options = options
        self._means = means
        self._interruptions = interruptions
        self._callbacks = callbacks
        owner = digest.of_bytes(str(places.state.resolve()).encode())[:12]
        self._store = LocalStore(places.store, delivered_copies(seen), owner)
        self._interrupted = False
        self._engine: Engine | None = None
        self._troubles: list[Exception] = []
        self._code: dict[str, list[str]] = {}

    async def run(self, plan: Plan, provider: Provider | None, workers: Workers) -> Result:
        """Make and deliver; what was made is written down whatever happens."""
        self._announce(plan, provider)
        self._clear_leftovers()
        journal = Journal(self._places.journal, self._means.clock)
        try:
            delivering = self._delivering(plan, journal, workers)
            try:
                with preparing(workers, self._store) as prepare:
                    outcomes = await self._make(plan, journal, provider, delivering, prepare)
            finally:
                pruned = self._finish(delivering)
            return Result(plan, tuple(outcomes), tuple(pruned), self._interrupted, self._code)
        finally:
            journal.close()

    async def _make(
        self,
        plan: Plan,
        journal: Journal,
        provider: Provider | None,
        delivering: dict[str, Delivering],
        prepare: Prepare,
    ) -> list[Outcome]:
        engine = Engine(
            provider=provider or Offline(),
            journal=journal,
            store=self._store,
            clock=self._means.clock,
            limits=replace(self._options.limits, attempts=not self._options.frozen),
            emit=self._emit,
            file_digests=self._seen.file_digests,
            callbacks=self._callbacks,
            prepare=prepare,
        )

        async def deliver(job: Job, bought: Bought) -> Delivery:
            return await delivering[job.recipe.key].deliver(job, bought)

        self._engine = engine
        with self._interruptions.stopping(lambda: self._stop(engine)):
            outcomes = await engine.run(self._jobs(plan), deliver)
        if provider is not None and not self._interrupted:
            await engine.collect(self._abandoned(plan, provider.account))
            await engine.collect_found()
        self._troubles += engine.bugs
        return outcomes

    def _abandoned(self, plan: Plan, account: str) -> list[Purchase]:
        """Tasks under way that no asset asks for any more: the recipe changed after they were paid for.

        Of candidates the request is that of others, which are wanted still: those are told by their number.
        """
        wanted = {step.action.fingerprint for step in plan.steps}
        followed = {step.action.purchase.id for step in plan.steps if step.action.purchase is not None}
        undecided = {step.asset.name for step in plan.steps if not step.action.fingerprint}
        known = {p.id: p for one in self._seen.recipes for f in one.facts.values() for p in f.purchases}
        known |= {p.id: p for one in self._seen.recipes for p in one.given_up}
        return [
            purchase
            for purchase in known.values()
            if purchase.state in RESUMABLE_STATES
            and purchase.account == account
            and (
                purchase.fingerprint not in wanted
                or (candidate_number(purchase.asset) and purchase.id not in followed)
            )
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
            shutil.rmtree(self._places.output_of(seen.recipe) / STAGING, ignore_errors=True)

    def _delivering(self, plan: Plan, journal: Journal, workers: Workers) -> dict[str, Delivering]:
        asked: dict[str, set[str]] = {seen.recipe.key: set() for seen in self._seen.recipes}
        for step in plan.steps:
            asked[step.recipe.key].add(step.asset.name)
        delivering = {
            seen.recipe.key: Delivering(
                seen,
                asked=asked[seen.recipe.key],
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
        for key, one in delivering.items():
            try:
                pruned += one.finish(keep_all=bool(self._options.only))
            except PipelineError as error:
                self._troubles.append(error)
            self._code[key] = one.code
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

    def _stop(self, engine: Engine) -> None:
        """The first Ctrl-C or SIGTERM: stop cleanly. A second one leaves."""
        self._interrupted = True
        engine.stop()
        self._emit(Event("interrupted", data={"message": STOPPING}))

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
