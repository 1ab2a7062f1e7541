"""One project, one service, one seed, and what can be done to them."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

from chaos.audit import Account, Name
from chaos.command_process import Moment, Rig
from chaos.processes import Command, environ
from chaos.project import Project
from chaos.service import KEY, WEBHOOK_KEY, Service

RESULTS = {0, 1, 4, 130}  # how an undisturbed command may end
MOMENTS: tuple[Moment, ...] = ("before-commit", "after-commit", "rename")


@dataclass(slots=True)
class Figures:
    """What one trial, or many, came to."""

    faults: int = 0
    kills: int = 0
    tasks: int = 0
    assets: int = 0
    delivered: int = 0
    duplicates: int = 0
    lost: int = 0
    unknown: int = 0

    def add(self, other: Figures) -> None:
        """Count ``other`` in."""
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class Trial:
    """Everything one trial needs. ``problems`` is empty when every promise was kept."""

    folder: Path
    project: Project
    service: Service
    rng: random.Random
    faulty: bool = False
    figures: Figures = field(default_factory=Figures)
    problems: list[str] = field(default_factory=list)
    resolved: Counter[Name] = field(default_factory=Counter)  # purchases given up, and bought anew, as asked
    passed: bool = False  # a sweep found no further write to be killed at
    commands: int = 0
    options: tuple[str, ...] = ()  # of every run

    @property
    def root(self) -> Path:
        """The project."""
        return self.folder / "project"

    @property
    def said(self) -> Path:
        """What each command said, in files by number."""
        return self.folder / "commands"

    # -- commands and accidents ------------------------------------------------------------------------------

    def start(self, *options: str, rig: Rig | None = None) -> Command:
        """``pipeline run --yes`` in the background; without a rig, exactly as installed."""
        return self.command("run", "--yes", *self.options, *options, rig=rig)

    def run(self, *options: str, rig: Rig | None = None) -> int:
        """``pipeline run --yes`` to its end; the exit code."""
        return self.judge(self.start(*options, rig=rig or Rig()))

    def kill_during(self, seconds: float, rig: Rig | None = None) -> bool:
        """Start a run and kill it after so long; whether it was still running."""
        command = self.start(rig=rig)
        if command.wait(seconds):
            self.judge(command)
            return False
        return self.kill(command)

    def kill(self, command: Command) -> bool:
        """Kill a command, now and then with all its workers; whether it was still running."""
        killed = command.kill(family=self.rng.random() < 0.3)
        self.figures.kills += killed
        return killed

    def kill_at(self, moment: Moment, number: int, *options: str) -> bool:
        """Start a run that dies at the ``number``-th such moment; whether it got that far."""
        command = self.start(*options, rig=Rig(kill_at=moment, kill_number=number))
        if command.end() == -signal.SIGKILL:
            self.figures.kills += 1
            return True
        self.judge(command)
        return False

    def judge(self, command: Command, allowed: Collection[int] = RESULTS) -> int:
        """Wait for a command's end, which must be one of ``allowed`` unless we killed it; the exit code."""
        return self.expect(command.end(), allowed if not command.killed else {-signal.SIGKILL})

    def expect(self, code: int, allowed: Collection[int]) -> int:
        """Complain about any other exit code."""
        if code not in allowed:
            self.problems.append(f"command {self.commands:02} ended with exit code {code}")
        return code

    def expect_certain(self) -> None:
        """Nobody was killed, so nothing may be unknown."""
        self.problems += [f"{'/'.join(name)}: unknown although nobody was killed" for name in self.unknown()]

    def expect_unspent(self, code: int) -> None:
        """A run had to be refused, and the service must have seen no create."""
        self.expect(code, {1, 4})
        if self.created():
            self.problems.append("a run that could deliver nothing has spent credits")

    def created(self) -> int:
        """Creates the service has accepted."""
        return len(self.service.ledger()["creates"])

    def until(self, condition: Callable[[], bool], command: Command, seconds: float = 30.0) -> bool:
        """Wait for a condition while a command is running; whether it came true."""
        deadline = time.monotonic() + seconds
        while command.running and time.monotonic() < deadline:
            if condition():
                return True
            time.sleep(0.01)
        return condition()

    def unknown(self) -> list[Name]:
        """Assets whose last create may have been accepted."""
        return self.account().unknown()

    def allow_retry(self) -> None:
        """From here on, what is unknown now may be bought once more."""
        self.figures.unknown += len(self.unknown())
        self.resolved.update(self.unknown())

    def command(self, *arguments: str, rig: Rig | None = None) -> Command:
        """Any command of pipeline, in the background."""
        self.commands += 1
        self.said.mkdir(exist_ok=True)
        env = environ(
            KIE_API_BASE_URL=self.service.url,
            KIE_API_KEY=KEY,
            KIE_WEBHOOK_KEY=WEBHOOK_KEY,
            OPENAI_BASE_URL=self.service.url,
            OPENAI_API_KEY=KEY,
        )
        return Command(arguments, self.root, self.said / f"{self.commands:02}.log", env, rig)

    def account(self) -> Account:
        """What was bought so far, as both sides tell it."""
        return Account.read(self.project, self.root, self.service.ledger())
