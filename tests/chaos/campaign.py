"""Many trials, side by side, until enough has been killed or the time is up."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from chaos.plan import Plan, Report, carry_out
from chaos.scenarios import Scenario
from chaos.trial import Figures

FEW = 3
Tell = Callable[[Report], None]


@dataclass(slots=True)
class Campaign:
    """What is asked for, and what has come of it."""

    scenarios: Sequence[Scenario]
    folder: Path
    seed: int = 0
    kills: int = 200  # at least
    minutes: float = 20.0  # nothing new is begun after that
    jobs: int = 2  # trials at once
    tell: Tell = lambda _report: None
    reports: list[Report] = field(default_factory=list)
    cut_short: bool = False  # the time was up first
    _began: float = field(default_factory=time.monotonic)

    def run(self) -> None:
        """Sweeps to their end, a few of all others; then those that kill, in turn, while kills lack."""
        for scenario in self._paced("sweep"):
            self.carry_out(self._until_passed(scenario))
        few = (row.plan(number + 1, self.seed) for number in range(FEW) for row in self._paced("few"))
        self.carry_out(chain(few, self._in_turn()))

    @property
    def killed(self) -> int:
        """Processes killed so far."""
        return self.total().kills

    @property
    def seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self._began

    def total(self, scenario: str | None = None) -> Figures:
        """The figures of a scenario, or of all."""
        total = Figures()
        for report in self.of(scenario):
            total.add(report.figures)
        return total

    def of(self, scenario: str | None = None) -> list[Report]:
        """The trials of a scenario, or all."""
        return [report for report in self.reports if scenario in (None, report.plan.scenario)]

    def failures(self) -> list[Report]:
        """Trials in which a promise was broken."""
        return [report for report in self.reports if report.problems]

    def _paced(self, pace: str) -> list[Scenario]:
        return [scenario for scenario in self.scenarios if scenario.pace == pace]

    def _until_passed(self, scenario: Scenario) -> Iterator[Plan]:
        for plan in scenario.plans(self.seed):
            if any(report.passed for report in self.of(scenario.name)):
                return
            yield plan

    def _in_turn(self) -> Iterator[Plan]:
        """A first trial of every scenario that kills; then second ones, third ones, … while kills lack."""
        streams = [scenario.plans(self.seed) for scenario in self._paced("often")]
        yield from map(next, streams)
        while streams and self.killed < self.kills:
            for stream in streams:
                if self.killed < self.kills:
                    yield next(stream)

    def carry_out(self, plans: Iterable[Plan]) -> None:
        """``jobs`` at a time; a plan is drawn only when there is room for it."""
        pending: set[Future[Report]] = set()
        with ThreadPoolExecutor(self.jobs) as pool:
            for plan in plans:
                if self.seconds > self.minutes * 60:
                    self.cut_short = True
                    break
                folder = self.folder / plan.name.replace(" ", "-").replace(":", "-").replace(",", "")
                pending.add(pool.submit(carry_out, plan, folder))
                if len(pending) >= self.jobs:
                    pending = self._collect(pending)
            while pending:
                pending = self._collect(pending)

    def _collect(self, pending: set[Future[Report]]) -> set[Future[Report]]:
        done, rest = wait(pending, return_when=FIRST_COMPLETED)
        for future in done:
            report = future.result()
            self.reports.append(report)
            self.tell(report)
        return rest
