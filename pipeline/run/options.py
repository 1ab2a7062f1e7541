"""What a run is asked for, what it works with, and how it ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.clock import Clock
from pipeline.deliver.workers import Workers
from pipeline.errors import (
    EXIT_DONE,
    EXIT_INTERRUPTED,
    EXIT_REFUSED,
    EXIT_SOME_FAILED,
    OutcomeUnknown,
    PipelineError,
)
from pipeline.events import Emit
from pipeline.generate.callbacks import Callbacks
from pipeline.generate.engine import Limits
from pipeline.generate.job import Outcome, OutcomeStatus
from pipeline.generate.provider import Provider
from pipeline.plan.build import Cost, Plan


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asked for."""

    only: tuple[str, ...] = ()
    regenerate: tuple[str, ...] = ()
    retry_unknown: bool = False
    overwrite_edited: bool = False
    frozen: bool = False  # fail rather than spend
    limits: Limits = field(default_factory=Limits)


def nothing(_state: Path) -> int:
    """No provider has kept anything."""
    return 0


@dataclass(frozen=True, slots=True)
class Means:
    """What a run works with. What is to be opened is opened only when there is work for it."""

    clock: Clock
    emit: Emit
    open_provider: Callable[[], Provider]
    open_workers: Callable[[], Workers]
    confirm: Callable[[Plan, Cost, float | None], None]  # raises PlanRefused
    open_webhook: Callable[[], AbstractAsyncContextManager[Callbacks]] | None = None
    recover: Callable[[Path], int] = nothing  # state folder → purchases whose outcome is known now


@dataclass(frozen=True, slots=True)
class Result:
    """How a run ended."""

    plan: Plan
    outcomes: tuple[Outcome, ...] = ()
    pruned: tuple[str, ...] = ()
    interrupted: bool = False
    code: Mapping[str, Sequence[str]] = field(default_factory=dict)  # recipe → files of code written

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
