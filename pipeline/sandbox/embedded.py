"""A sandbox of one's own for the length of a ``with`` block, in a process that cannot outlive this one."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import IO

from pipeline.errors import UsageError, clean
from pipeline.sandbox.options import SandboxOptions

STOP_WITHIN_S = 5.0


class EmbeddedSandbox:
    """``with EmbeddedSandbox(options) as base_url:`` starts a server on a free loopback port.

    It runs in a session of its own, so Ctrl-C reaches only this process, which can finish its requests
    in order; when this process dies, even by SIGKILL, the server sees its standard input close and ends.
    """

    def __init__(self, options: SandboxOptions | None = None) -> None:
        self._options = options or SandboxOptions()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self._process.pid if self._process else None

    def __enter__(self) -> str:
        log = _open_log(self._options.log)
        try:
            self._process = subprocess.Popen(
                # -P: the current folder may hold another package of that name
                [sys.executable, "-P", "-m", "pipeline.sandbox"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log or subprocess.DEVNULL,
                bufsize=0,
                start_new_session=True,
            )
        finally:
            if log:
                log.close()
        return self._await_url(self._process)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self, within_s: float = STOP_WITHIN_S) -> None:
        """End the server in order, after ``within_s`` seconds by force. Harmless when it has ended."""
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()
        try:
            process.wait(within_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _await_url(self, process: subprocess.Popen[bytes]) -> str:
        assert process.stdin is not None
        assert process.stdout is not None
        with contextlib.suppress(BrokenPipeError):  # it died at once; its log says why
            process.stdin.write(self._options.to_json().encode() + b"\n")
        url = process.stdout.readline().decode().strip()
        if not url:
            self.stop()
            raise UsageError("the sandbox did not start", hint=_last_words(self._options.log))
        return url


def _open_log(path: Path | None) -> IO[bytes] | None:
    if path is None:
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("ab")


def _last_words(log: Path | None) -> str:
    if log is None:
        return "Give it a log file to learn why."
    lines = log.read_text(errors="replace").split("\n")
    return clean(" ".join(lines[-4:]))
