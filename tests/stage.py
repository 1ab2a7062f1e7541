"""A project, a scripted service and the engine between them, in made-up time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from builders import recipe
from service import FakeService
from virtual_time import VirtualClock, play

from pipeline.deliver.store import LocalStore
from pipeline.errors import PipelineError
from pipeline.events import Event
from pipeline.generate.callbacks import Callbacks
from pipeline.generate.engine import Engine, Limits
from pipeline.generate.job import Bought, Delivery, Job, Outcome
from pipeline.generate.journal import Journal
from pipeline.generate.uploads import Prepare, as_they_are
from pipeline.plan.build import build
from pipeline.plan.decide import Facts, Wishes
from pipeline.plan.purchase import Original
from pipeline.recipe.spec import Asset, Picture


class Stage:
    """A project, a scripted service and the engine between them; ``run`` may be called again to resume."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.clock = VirtualClock()
        self.service = FakeService(self.clock)
        self.events: list[Event] = []
        self.delivered: dict[str, Original] = {}
        self.pixels_s = 0.0
        self.trouble: dict[str, PipelineError] = {}
        self.unmet: dict[str, list[tuple[str, ...]]] = {}  # asset → of each delivery, the last holds on
        self.journal = Journal(root / "journal.db", self.clock)
        self.store = LocalStore(root / "store")
        self.file_digests: dict[Picture, str] = {}
        self.callbacks: Callbacks | None = None
        self.prepare: Prepare = as_they_are
        self.engine: Engine

    def run(self, *assets: Asset, wishes: Wishes | None = None, **limits: Any) -> dict[str, Outcome]:
        return play(self.scene(*assets, wishes=wishes, **limits))

    async def scene(self, *assets: Asset, wishes: Wishes | None = None, **limits: Any) -> dict[str, Outcome]:
        wishes = wishes or Wishes()
        own = recipe(self.root, *assets)
        known = self.journal.purchases(own.key)
        facts = {}
        for one in assets:
            bought = tuple(p for p in known if p.asset == one.name)
            held = frozenset(p.original.sha256 for p in bought if p.original)
            facts[one.name] = Facts(purchases=bought, held=held)
        steps = build(own, facts, self.file_digests, lambda _: wishes)
        jobs = [Job(own, s.asset, s.action, facts[s.asset.name], wishes) for s in steps]
        self.engine = Engine(
            provider=self.service,
            journal=self.journal,
            store=self.store,
            clock=self.clock,
            limits=Limits(**limits),
            emit=self.events.append,
            file_digests=self.file_digests,
            callbacks=self.callbacks,
            prepare=self.prepare,
        )
        outcomes = await self.engine.run(jobs, self._deliver)
        return {outcome.job.asset.name: outcome for outcome in outcomes}

    async def _deliver(self, job: Job, bought: Bought) -> Delivery:
        await self.clock.sleep(self.pixels_s)
        if job.asset.name in self.trouble:
            raise self.trouble[job.asset.name]
        self.delivered[job.asset.name] = bought.original
        unmet = self.unmet.get(job.asset.name, [()])
        return Delivery((f"{job.asset.name}.png",), unmet=unmet.pop(0) if len(unmet) > 1 else unmet[0])

    def warnings(self) -> list[str]:
        return [event.data["message"] for event in self.events if event.type == "warning"]

    def states(self, name: str) -> list[str]:
        return [e.data["state"] for e in self.events if e.asset == name and e.type == "asset-state"]


def assert_bought_once(stage: Stage, *prompts: str) -> None:
    for prompt in prompts:
        assert len(stage.service.created(prompt)) == 1, f"creates for {prompt!r}"
