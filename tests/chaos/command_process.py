"""The command as users run it, with the test's hand on its clock, its disk and its life.

``python command_process.py RIG run --yes``: RIG is a line of JSON, see ``Rig``. What is arranged here exists
nowhere else: no option and no environment variable of the product reaches it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pipeline.clock import Clock

Moment = Literal["before-commit", "after-commit", "rename"]


@dataclass(frozen=True, slots=True)
class Rig:
    """What is arranged for one run of the command."""

    speed: float = 20.0  # the client's own waits pass this many times faster
    kill_at: Moment | None = None
    kill_number: int = 0  # the how-many-th such moment is the last, counted from 1
    kill_step: str = ""  # or the last is this one: see ``chaos.steps``
    largest_file: int | None = None  # bytes; the disk takes no file beyond
    jump_after_s: float = 0.0  # s after the start the wall clock jumps,
    jump_s: float = 0.0  # by so many seconds

    def to_json(self) -> str:
        """For the command line."""
        return json.dumps(asdict(self))


def main(rig: Rig, arguments: list[str]) -> int:
    """Run one command line under ``rig``; its exit code."""
    from pipeline.cli.main import run

    if rig.largest_file is not None:
        limit_files(rig.largest_file)
    if rig.kill_step:
        from chaos.steps import strike_at

        strike_at(rig.kill_step, countdown(1))
    if rig.kill_at == "rename":
        strike_at_renames(countdown(rig.kill_number))
    elif rig.kill_at is not None:
        strike_at_commits(rig.kill_at, countdown(rig.kill_number))
    return run(arguments, clock=jumping_clock(rig))


def countdown(number: int) -> Callable[[], None]:
    """A function whose ``number``-th call is the end of this process, as if by ``kill -9``."""
    left = number

    def tick() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return tick


def strike_at_commits(moment: Moment, strike: Callable[[], None]) -> None:
    """Call ``strike`` immediately before, or after, each COMMIT of the journal."""
    from pipeline.generate.journal import Journal

    write = Journal._write

    @contextmanager
    def struck(journal: Journal, *, durable: bool = False) -> Iterator[None]:
        with write(journal, durable=durable):
            yield
            if moment == "before-commit":
                strike()
        if moment == "after-commit":
            strike()

    Journal._write = struck  # type: ignore[method-assign,assignment]


def strike_at_renames(strike: Callable[[], None]) -> None:
    """Call ``strike`` before each file is moved to its final name."""

    def hear(event: str, _arguments: tuple[object, ...]) -> None:
        if event == "os.rename":
            strike()

    sys.addaudithook(hear)


def limit_files(size: int) -> None:
    """No file of this process and of those it starts grows beyond ``size`` bytes: EFBIG."""
    import resource

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def jumping_clock(rig: Rig) -> Clock:
    """A clock at ``rig.speed`` whose wall time jumps once; waits are measured by the other hand."""
    from pipeline.clock import SystemClock

    class JumpingClock(SystemClock):
        def time(self) -> float:
            jumped = self.monotonic() > rig.jump_after_s * rig.speed
            return super().time() + (rig.jump_s if jumped else 0.0)

    return JumpingClock(rig.speed) if rig.jump_s else SystemClock(rig.speed)


if __name__ == "__main__":
    sys.exit(main(Rig(**json.loads(sys.argv[1])), sys.argv[2:]))
