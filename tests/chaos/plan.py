"""A trial from its plan to its report."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from chaos.ending import check, finish
from chaos.project import Project
from chaos.service import Service
from chaos.trial import Figures, Trial


class Skipped(Exception):
    """This machine cannot do it; the text says why."""


Play = Callable[[Trial], None]
Ground = Callable[[Path], AbstractContextManager[None]]


def bare(_root: Path) -> AbstractContextManager[None]:
    """Nothing special under the project."""
    return nullcontext()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a trial is made of; ``name`` and ``seed`` repeat it."""

    name: str  # "scenario:number"
    project: Project
    play: Play
    faults: str = ""
    seed: int = 0
    ground: Ground = bare  # what the project stands on

    @property
    def scenario(self) -> str:
        """The row of the table it counts in."""
        return self.name.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Report:
    """How a trial went. ``folder`` is kept when something is wrong."""

    plan: Plan
    figures: Figures
    problems: tuple[str, ...]
    folder: Path
    seconds: float
    passed: bool = False
    skipped: str = ""


def carry_out(plan: Plan, folder: Path) -> Report:
    """Play it, finish, audit; the folder is removed when all is well."""
    began = time.monotonic()
    folder.mkdir(parents=True)
    rng = random.Random(f"{plan.name}/{plan.seed}")
    skipped = ""
    with Service(folder / "service", faults=plan.faults, seed=rng.randrange(1000)) as service:
        trial = Trial(folder, plan.project, service, rng, faulty=bool(plan.faults))
        try:
            with plan.ground(trial.root):
                _see_through(plan, trial)
        except Skipped as reason:
            skipped = str(reason)
    if not trial.problems:
        shutil.rmtree(folder)
    seconds = time.monotonic() - began
    return Report(plan, trial.figures, tuple(trial.problems), folder, seconds, trial.passed, skipped)


def _see_through(plan: Plan, trial: Trial) -> None:
    plan.project.write(trial.root)
    try:
        plan.play(trial)
        finish(trial)
        check(trial)
    except Exception as error:  # noqa: BLE001 the other trials go on
        trial.problems.append(f"{type(error).__name__}: {error}")
    if trial.problems:  # what stands on a file system of its own is gone in a moment
        shutil.copytree(trial.root, trial.folder / "kept", dirs_exist_ok=True)
