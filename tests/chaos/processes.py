"""The command in processes of their own, and what they said."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from chaos.command_process import Rig

SCRIPT = Path(__file__).with_name("command_process.py")
TESTS = Path(__file__).parents[1]
PATIENCE_S = 120.0  # a run that takes longer hangs
KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "REMBG_HOME", "U2NET_HOME", "VIRTUAL_ENV")


def environ(**more: str) -> dict[str, str]:
    """As little of ours as will do: no key, and no measuring of processes that are killed anyway."""
    kept = {name: value for name, value in os.environ.items() if name in KEPT}
    paths = f"{TESTS}{os.pathsep}{TESTS.parent}"
    return {**kept, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1", **more}


class Command:
    """One run of the command, under way. What it says goes to ``log``, a file of its own."""

    def __init__(
        self, arguments: Sequence[str], root: Path, log: Path, env: Mapping[str, str], rig: Rig | None = None
    ) -> None:
        """``rig`` None: the plain command, as installed."""
        start = [str(SCRIPT), rig.to_json()] if rig else ["-m", "pipeline"]
        with log.open("ab") as stream:
            stream.write(f"$ pipeline {' '.join(arguments)}  # {rig.to_json() if rig else ''}\n".encode())
            stream.flush()
            self._process = subprocess.Popen(
                [sys.executable, "-P", *start, *arguments],
                cwd=root,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                start_new_session=True,
            )
        self._log = log
        self.killed = False

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    def send(self, number: signal.Signals, *, family: bool = False) -> None:
        """Send a signal if it is still there; ``family``: to its workers too, as a terminal's Ctrl-C."""
        if not self.running:
            return
        if family:
            os.killpg(self._process.pid, number)
        else:
            self._process.send_signal(number)

    def wait(self, seconds: float) -> bool:
        """Wait until it ends, at most so long; whether it has."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def kill(self, *, family: bool = False) -> bool:
        """``kill -9``, ``family``: its workers too, as a power cut would; whether it was still running."""
        if not self.running:
            return False
        if family:
            os.killpg(self._process.pid, signal.SIGKILL)
        else:
            self._process.kill()
        self.killed = self.end() == -signal.SIGKILL
        return self.killed

    def end(self) -> int:
        """Wait for the end; the exit code, negative for a signal. Raises ``TimeoutError`` when it hangs."""
        if not self.wait(PATIENCE_S):
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            raise TimeoutError(f"a run did not end within {PATIENCE_S:g} s; see {self._log}")
        code = self._process.returncode
        with self._log.open("a") as stream:
            stream.write(f"-> {code}\n")
        return code
