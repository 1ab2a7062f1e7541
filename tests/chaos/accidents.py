"""What can happen to a run. Each play takes a trial and leaves a project that only has to be run again."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from chaos.command_process import Moment, Rig
from chaos.plan import Play, Skipped
from chaos.trial import MOMENTS, Trial

STARTED_S, DONE_S = 0.45, 2.4  # when the plain command begins to work, and is done, undisturbed
QUICK_S = 1.5  # the same with waits that pass faster
KILLS = 6  # at most, in one trial
DAY_S = 86_400.0
PAGE = 4_096  # bytes
SIZES = range(5 * PAGE, 50 * PAGE, PAGE)  # too little for the journal to begin, to enough for all
ROOMS = range(64)  # pages
# Done before the signal came; stopped in order; or hit on its very last steps, with everything written down.
INTERRUPTED = {0, 130, -signal.SIGINT, -signal.SIGTERM}


# -- kills -------------------------------------------------------------------------------------------------


def killed_at(moment: Moment, number: int) -> Play:
    """One kill at an exact write; when the run gets past its last one, the sweep is through."""

    def play(trial: Trial) -> None:
        trial.passed = not trial.kill_at(moment, number)

    return play


def killed_at_writes(trial: Trial) -> None:
    """One kill after another, each run getting a few writes further."""
    while trial.figures.kills < KILLS and trial.kill_at(trial.rng.choice(MOMENTS), trial.rng.randint(1, 14)):
        if trial.rng.random() < 0.5:
            retry_killed(trial)


def retry_killed(trial: Trial) -> None:
    """If a kill has left an outcome unknown: have it bought anew, and kill that run as well."""
    if trial.unknown():
        trial.allow_retry()
        trial.kill_at(trial.rng.choice(MOMENTS), trial.rng.randint(1, 4), "--retry-unknown")


def killed_at_random(trial: Trial) -> None:
    """The plain command, killed after random whiles; against a faulty service a quick one."""
    rig, done_s = (Rig(), QUICK_S) if trial.faulty else (None, DONE_S)
    while trial.figures.kills < KILLS and trial.kill_during(trial.rng.uniform(STARTED_S, done_s), rig):
        continue


def killed_while_listening(trial: Trial) -> None:
    """Runs that are called back about what became of their requests, killed at writes."""
    trial.options = ("--webhook", f"http://127.0.0.1:{free_port()}/kie")
    while trial.figures.kills < KILLS and trial.kill_at(trial.rng.choice(MOMENTS), trial.rng.randint(8, 40)):
        continue


def service_killed(trial: Trial) -> None:
    """The service dies while the command works, and comes back; now and then the command dies as well."""
    for _ in range(3):
        command = trial.start(rig=Rig())
        if not command.wait(trial.rng.uniform(STARTED_S, 1.5)):
            trial.service.restart()
            trial.figures.kills += 1
            if trial.rng.random() < 0.5:
                trial.kill(command)
        trial.judge(command)


# -- signals -----------------------------------------------------------------------------------------------


def interrupted(*signals: signal.Signals) -> Play:
    """Signals at a random moment after the first create; the run stops in order, or was done before."""

    def play(trial: Trial) -> None:
        before = trial.created()
        command = trial.start()
        trial.until(lambda: trial.created() > before, command)
        command.wait(trial.rng.uniform(0.0, 1.0))
        for number in signals:
            command.send(number, family=number == signal.SIGINT)
            command.wait(trial.rng.uniform(0.0, 0.2))
        trial.judge(command, INTERRUPTED)
        if len(signals) == 1:
            trial.expect_certain()

    return play


# -- company and time --------------------------------------------------------------------------------------


def two_at_once(trial: Trial) -> None:
    """Two runs at the same time, one of which may be killed: they take turns, and nobody pays twice."""
    first, second = trial.start(), trial.start()
    if trial.rng.random() < 0.5 and not first.wait(trial.rng.uniform(STARTED_S, DONE_S)):
        trial.kill(first)
    trial.judge(first)
    trial.judge(second)
    if not first.killed:
        trial.expect_certain()


def clock_jumps(trial: Trial) -> None:
    """The wall clock jumps by a day, forwards or back, while tasks are under way; kills between."""
    for _ in range(3):
        rig = Rig(jump_after_s=trial.rng.uniform(0.0, 0.8), jump_s=trial.rng.choice((DAY_S, -DAY_S)))
        if not trial.kill_during(trial.rng.uniform(STARTED_S, DONE_S), rig):
            return


# -- disks -------------------------------------------------------------------------------------------------


def files_limited(trial: Trial) -> None:
    """The disk takes no file beyond a size, which stops now the journal and now a picture."""
    for size in trial.rng.sample(SIZES, 2):
        trial.run(rig=Rig(largest_file=size))


def disk_full(trial: Trial) -> None:
    """The disk is full but for a few pages; what does not fit now does once there is space."""
    for _ in range(2):
        with ballast(trial.root, PAGE * trial.rng.choice(ROOMS)):
            trial.run()


def output_is_a_file(trial: Trial) -> None:
    """Where the pictures should go is a file: refused before anything is spent."""
    (trial.root / "output").write_text("in the way")
    trial.expect_unspent(trial.run())
    (trial.root / "output").unlink()


def folder_in_the_way(trial: Trial) -> None:
    """One delivered file cannot be put in place; it is paid for once all the same."""
    folder = trial.root / "output" / trial.project.recipes[0] / "coin.png"
    folder.mkdir(parents=True)
    trial.expect(trial.run(), {1})
    trial.expect_certain()
    folder.rmdir()


def read_only_before(trial: Trial) -> None:
    """The output's file system is read-only from the start: refused before anything is spent."""
    remount(trial.root / "output", "ro")
    trial.expect_unspent(trial.run())
    remount(trial.root / "output", "rw")


def read_only_meanwhile(trial: Trial) -> None:
    """The output's file system becomes read-only while tasks are under way."""
    command = trial.start()
    trial.until(lambda: trial.created() > 0, command)
    command.wait(trial.rng.uniform(0.0, 0.6))
    with contextlib.suppress(subprocess.CalledProcessError):  # busy: a file is being written this moment
        remount(trial.root / "output", "ro")
    trial.judge(command)
    trial.expect_certain()
    remount(trial.root / "output", "rw")


def free_port() -> int:
    """A port nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def ballast(root: Path, room: int) -> Iterator[None]:
    """Fill the file system of ``root``, but for ``room`` bytes."""
    weight = root / "ballast"
    found = os.statvfs(root)
    size = found.f_bavail * found.f_frsize - room
    with weight.open("wb") as stream:
        os.posix_fallocate(stream.fileno(), 0, max(size, 1))
    try:
        yield
    finally:
        weight.unlink()


def tmpfs(below: str, size: str) -> Callable[[Path], contextlib.AbstractContextManager[None]]:
    """A file system of its own at ``below`` in the project. Raises ``Skipped`` where none can be mounted."""

    @contextlib.contextmanager
    def ground(root: Path) -> Iterator[None]:
        folder = root / below
        folder.mkdir(parents=True, exist_ok=True)
        try:
            _mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder))
        except (OSError, subprocess.CalledProcessError) as error:
            raise Skipped("no file system can be mounted here") from error
        try:
            yield
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)

    return ground


def remount(folder: Path, how: str) -> None:
    """Make a mounted file system ``ro`` or ``rw``. Raises ``CalledProcessError`` when it is busy."""
    _mount("-o", f"remount,{how}", str(folder))


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True, capture_output=True)
