"""The stand-in service, killed and started again on the same port with the same memory."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any, Literal, Self

from chaos.processes import environ

from pipeline.sandbox.options import SandboxOptions

KEY = "kie-chaos-0123456789abcdef"
WEBHOOK_KEY = "hook-chaos-0123456789abcdef"
SECRETS = (KEY, WEBHOOK_KEY)
SCRIPT = Path(__file__).with_name("service_process.py")
SPEED = 20.0  # its waits pass this many times faster
LATENCY_S = 5.0  # median, of its own seconds
TOTALS = ("keys_sent_to_files", "faults")  # counted since the start of a process: added up over its lives


class Service:
    """``with Service(folder) as service:`` keeps its state and log in ``folder``."""

    def __init__(
        self,
        folder: Path,
        *,
        faults: str = "",
        seed: int = 0,
        results: Literal["of-task", "of-request", "painted"] = "of-task",
        latency_s: float = LATENCY_S,
    ) -> None:
        """``results``: see ``service_process``; ``latency_s``: median, of its own seconds."""
        self._results = results
        self._options = SandboxOptions(
            key=KEY,
            webhook_key=WEBHOOK_KEY,
            latency_s=latency_s,
            speed=SPEED,
            window_creates=1000,
            seed=seed,
            faults=faults,
            state=folder / "service.db",
            log=folder / "service.log",
        )
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._before: Counter[str] = Counter()  # totals of earlier lives
        self.url = ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> None:
        """Start, with everything known that was known before."""
        options = self._options
        assert options.log is not None
        options.log.parent.mkdir(parents=True, exist_ok=True)
        with options.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-P", str(SCRIPT), str(self._port), self._results],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                bufsize=0,
                env=environ(),
                start_new_session=True,
            )
        self.url = self._await_url(options)
        self._port = int(self.url.rpartition(":")[2])

    def kill(self) -> None:
        """``kill -9``. Harmless when it is not running."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()

    def restart(self) -> None:
        """Kill it, and have it back."""
        self._before = self._totals(self._ask())
        self.kill()
        self.start()

    def ledger(self) -> dict[str, Any]:
        """What it has seen, over all its lives."""
        ledger = self._ask()
        return {**ledger, **{name: self._totals(ledger)[name] for name in TOTALS}}

    def _ask(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.url}/sandbox/ledger", timeout=20) as answer:
            ledger: dict[str, Any] = json.load(answer)
        return ledger

    def _totals(self, ledger: dict[str, Any]) -> Counter[str]:
        faults = ledger.get("faults") or {}
        here = Counter({"keys_sent_to_files": ledger["keys_sent_to_files"], "faults": sum(faults.values())})
        return self._before + here

    def _await_url(self, options: SandboxOptions) -> str:
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(options.to_json().encode() + b"\n")
        url = self._process.stdout.readline().decode().strip()
        if not url:
            assert options.log is not None
            raise RuntimeError(f"the service did not start: {options.log.read_text()[-2000:]}")
        return url
