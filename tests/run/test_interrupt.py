"""Ctrl-C at any moment of a run: it stops or leaves in order, and never sleeps for ever."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, Self

import pytest
from builders import asset, recipe
from service import FakeService
from virtual_time import VirtualClock, VirtualLoop

from pipeline.deliver.process import PictureJob, PictureResult
from pipeline.errors import EXIT_INTERRUPTED, PlanRefused
from pipeline.events import Event
from pipeline.plan.build import Cost, Plan
from pipeline.run.conduct import conduct
from pipeline.run.interrupt import listening, run
from pipeline.run.options import Means, Options, Result
from pipeline.run.places import Places

HANGS_S = 10.0
STRIDE = 23  # of the calls from the first Ctrl-C to the end, every such one is the moment of a second


def interrupt(number: signal.Signals = signal.SIGINT) -> None:
    os.kill(os.getpid(), number)


@contextmanager
def no_longer_than(seconds: float) -> Iterator[None]:
    """Raise ``AssertionError`` in a block that hangs."""

    def hangs(_number: int, _frame: object) -> None:
        raise AssertionError("the run hangs")

    before = signal.signal(signal.SIGALRM, hangs)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class Loop(VirtualLoop):
    """Counts no call after the run."""

    def stop(self) -> None:
        sys.setprofile(None)
        super().stop()


@dataclass
class Workers:
    """No pixel work; ``closing`` happens while they are being closed."""

    closing: Callable[[], object] = bool
    closed: bool = False

    async def run(self, job: PictureJob) -> PictureResult:
        return PictureResult(job.asset, ())

    def prestart(self, models: Any = ()) -> None:
        """Nothing is slow to start."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.closing()
        self.closed = True
        await asyncio.to_thread(bool)
        await asyncio.sleep(1.0)


@dataclass
class Scene:
    """A run of a small recipe against a scripted service, in made-up time."""

    root: Path
    workers: Workers = field(default_factory=Workers)
    hear: Callable[[Event], object] = bool
    confirm: Callable[[], object] = bool

    def __post_init__(self) -> None:
        self.root.mkdir(exist_ok=True)
        (self.root / "recipes").mkdir()
        self.clock = VirtualClock()
        self.service = FakeService(self.clock)
        self.events: list[Event] = []

    def run(self, *, interrupted_s: float | None = None) -> Result:
        """The run as the command carries it out; a Ctrl-C after ``interrupted_s`` seconds."""
        means = Means(
            self.clock,
            self._hear,
            lambda: self.service,
            lambda: self.workers,  # type: ignore[arg-type,return-value]
            self._confirm,
        )
        assets = (asset("coin"), asset("stack"))

        async def carry_out() -> Result:
            if interrupted_s is not None:
                asyncio.get_running_loop().call_later(interrupted_s, interrupt)
            return await conduct([recipe(self.root, *assets)], Places(self.root), Options(), means)

        with no_longer_than(HANGS_S):
            return run(carry_out(), Loop)

    def _hear(self, event: Event) -> None:
        self.events.append(event)
        self.hear(event)

    def _confirm(self, _plan: Plan, _cost: Cost, _balance: float | None) -> None:
        self.confirm()


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def stopping(event: Event) -> bool:
    return event.type == "interrupted"


# -- a second one ----------------------------------------------------------------------------------------


class Countdown:
    """Ctrl-C at the ``left``-th call in the main thread after it was started."""

    def __init__(self, left: int) -> None:
        self.left = left

    def start(self, event: Event) -> None:
        if stopping(event):
            sys.setprofile(self._tick)

    def _tick(self, _frame: FrameType, _event: str, _argument: object) -> None:
        self.left -= 1
        if self.left == 0:
            sys.setprofile(None)
            interrupt()


def ends(root: Path, countdown: Countdown) -> bool:
    """Whether a run that is interrupted again at the end of ``countdown`` ends as it should."""
    scene = Scene(root, hear=countdown.start)
    try:
        return scene.run(interrupted_s=5.0).exit_code == EXIT_INTERRUPTED
    except KeyboardInterrupt:
        return True
    finally:
        sys.setprofile(None)


def test_a_second_ctrl_c_at_any_call_ends_the_run(tmp_path: Path) -> None:
    """Python's own handler would now and then break off what wakes a task, and all would wait for it."""
    calls = 1
    while True:
        countdown = Countdown(calls)
        assert ends(tmp_path / str(calls), countdown), calls
        if countdown.left > 0:  # the run was over before
            break
        calls += STRIDE
    assert calls > 20 * STRIDE


def test_a_second_one_that_comes_late_lets_the_workers_close(scene: Scene) -> None:
    scene.workers.closing = interrupt
    with pytest.raises(KeyboardInterrupt):
        scene.run(interrupted_s=5.0)
    assert scene.workers.closed


def test_two_in_one_step_of_the_loop_are_two(scene: Scene) -> None:
    """Under load both arrive before the first is looked at."""

    def both(event: Event) -> None:
        if event.data.get("state") == "submitted" and not sent:
            for number in (signal.SIGTERM, signal.SIGINT):
                sent.append(number)
                interrupt(number)

    sent: list[signal.Signals] = []

    scene.hear = both
    with pytest.raises(KeyboardInterrupt):
        scene.run()
    assert [event.type for event in scene.events].count("interrupted") == 1
    assert scene.workers.closed


def test_one_that_will_not_leave_is_left_by_python_itself(scene: Scene) -> None:
    ignored: list[str] = []

    async def stuck() -> None:
        while True:
            try:
                interrupt()
                await asyncio.sleep(60.0)
            except asyncio.CancelledError:
                ignored.append("cancelled")

    scene.service.aclose = stuck  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        scene.run()
    assert ignored == ["cancelled", "cancelled"]


def test_what_holds_up_the_loop_is_left_by_the_fourth(scene: Scene) -> None:
    came: list[int] = []

    def busy() -> None:
        while True:
            interrupt()
            came.append(len(came) + 1)

    scene.workers.closing = busy
    with pytest.raises(KeyboardInterrupt):
        scene.run()
    assert came == [1, 2, 3]


# -- before anything is at stake ---------------------------------------------------------------------------


def test_before_anything_is_sent_the_first_one_leaves(scene: Scene) -> None:
    balance = scene.service.balance

    async def interrupted() -> float:
        interrupt()
        await scene.clock.sleep(60.0)
        return await balance()

    scene.service.balance = interrupted  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        scene.run()
    assert (scene.service.made, scene.workers.closed) == ({}, True)


def test_a_question_to_the_user_is_left_at_once(scene: Scene) -> None:
    answered: list[bool] = []

    def ask() -> None:
        interrupt()
        answered.append(True)

    scene.confirm = ask
    with pytest.raises(KeyboardInterrupt):
        scene.run()
    assert (answered, scene.service.made, scene.workers.closed) == ([], {}, True)


def test_after_the_question_signals_are_heard_again(scene: Scene) -> None:
    scene.confirm = lambda: None
    assert scene.run(interrupted_s=5.0).exit_code == EXIT_INTERRUPTED


def test_a_refusal_leaves_the_handlers_as_they_were(scene: Scene) -> None:
    def refuse() -> None:
        raise PlanRefused("no")

    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    scene.confirm = refuse
    with pytest.raises(PlanRefused):
        scene.run()
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


# -- elsewhere -----------------------------------------------------------------------------------------------


async def test_beside_the_main_thread_nothing_is_listened_for() -> None:
    async def listen() -> str:
        async with listening() as interruptions:
            with interruptions.paused(), interruptions.stopping(bool):
                return "done"

    assert await asyncio.to_thread(lambda: asyncio.run(listen())) == "done"


async def test_a_cancellation_of_another_kind_stays_one() -> None:
    async def listen() -> None:
        async with listening():
            await asyncio.sleep(60)

    task = asyncio.ensure_future(listen())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
