"""A campaign: every target in a process of its own, which may hang, die or run out of memory without harm.

A child writes each input down before it tries it, and what came of each batch after it. The parent reads
both, ends a child that is stuck, blames the input it was stuck on, and goes on with the next batch.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

from fuzz import targets
from fuzz.campaign import Failure, Tally
from fuzz.limits import bound_memory

HANG_S = 30.0  # without a new input: nothing takes a fifth of that
MEMORY_GB = 4.0
POLL_S = 0.2


@dataclass(frozen=True, slots=True)
class Campaign:
    """What to try: ``times`` the usual number of batches, for at most ``seconds`` in all."""

    seed: int = 0
    seconds: float = 120.0
    times: float = 1.0
    names: tuple[str, ...] = targets.NAMES
    jobs: int = 2


@dataclass(slots=True)
class Report:
    """What came of one target."""

    name: str
    tried: int = 0
    batches: int = 0
    seconds: float = 0.0
    slowest_s: float = 0.0
    outcomes: Counter[str] = field(default_factory=Counter)
    failures: dict[str, Failure] = field(default_factory=dict)

    def add(self, line: str) -> None:
        """Count one batch, as a child wrote it down."""
        data = json.loads(line)
        self.batches = data["batch"] + 1
        self.tried += data["tried"]
        self.outcomes.update(data["outcomes"])
        self.slowest_s = max(self.slowest_s, data["slowest_s"])
        for sign, found in data["failures"].items():
            self.blame(sign, Failure(**found))

    def blame(self, sign: str, found: Failure) -> None:
        """Keep a failure, or the smaller of two that are the same."""
        known = self.failures.setdefault(sign, found)
        if known is not found:
            known.seen += found.seen
            if len(found.text) < len(known.text):
                known.text, known.trace = found.text, found.trace


def run(campaign: Campaign, scratch: Path, tell: Callable[[Report], None]) -> list[Report]:
    """Run every target; ``tell`` hears of each when it is done."""
    deadline = time.monotonic() + campaign.seconds
    # The clock is shared out, so that the last target has as long as the first.
    share = campaign.seconds / math.ceil(len(campaign.names) / campaign.jobs)

    def one(name: str) -> Report:
        report = supervise(name, campaign, scratch, min(share, max(0.0, deadline - time.monotonic())))
        tell(report)
        return report

    with ThreadPoolExecutor(campaign.jobs) as pool:
        return list(pool.map(one, campaign.names))


def supervise(name: str, campaign: Campaign, scratch: Path, seconds: float) -> Report:
    """One target from its first batch to its last, by as many children as that takes."""
    report, began = Report(name), time.monotonic()
    current, results = scratch / f"{name}.current", scratch / f"{name}.jsonl"
    wanted = max(1, round(targets.BATCHES[name] * campaign.times))
    while report.batches < wanted and (left := seconds - (time.monotonic() - began)) > 0:
        results.write_text("")
        current.write_text("")
        command = [sys.executable, str(Path(__file__).parent), "--child", name, "--scratch", str(scratch)]
        span = [
            "--batches",
            f"{report.batches}:{wanted}",
            "--seed",
            str(campaign.seed),
            "--seconds",
            f"{left:.1f}",
        ]
        before = report.batches
        ended = _watch(subprocess.Popen([*command, *span], env=_environment()), current)
        for line in results.read_text(encoding="utf-8").splitlines():
            report.add(line)
        if not ended:
            break
        if ended != "done":
            report.blame(ended, Failure(current.read_text(encoding="utf-8"), ended))
            report.tried += 1
            report.batches = max(report.batches, before) + 1
    report.seconds = time.monotonic() - began
    return report


def _watch(child: subprocess.Popen[bytes], current: Path) -> str:
    """How a child ended: ``done``, nothing when its time was up, else what its current input has done."""
    while True:
        try:
            code = child.wait(POLL_S)
        except subprocess.TimeoutExpired:
            if time.time() - current.stat().st_mtime > HANG_S:
                child.kill()
                child.wait()
                return f"hangs for more than {HANG_S:g} s"
            continue
        if code in (0, _TIME_UP):
            return "done" if code == 0 else ""
        return f"ends the process ({'signal' if code < 0 else 'code'} {abs(code)})"


_TIME_UP = 75


def _environment() -> dict[str, str]:
    """The machine's own, without what would make commands behave differently here."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KIE_", "HYPOTHESIS"))}
    return kept | {"PYTHONHASHSEED": "0"}


def serve(name: str, campaign_seed: int, batches: range, seconds: float, scratch: Path) -> int:
    """The life of a child: batches until they are done or the time is up; the exit code."""
    bound_memory(MEMORY_GB)
    began, target = time.monotonic(), targets.load(name)
    current, known = scratch / f"{name}.current", set[str]()
    with (scratch / f"{name}.jsonl").open("a", encoding="utf-8") as results:
        for number in batches:
            if time.monotonic() - began > seconds:
                return _TIME_UP
            tally = Tally(
                target, before=lambda text: current.write_text(text, "utf-8", "backslashreplace") and None
            )
            tally.known = known
            tally.run(campaign_seed, number)
            results.write(_line(number, tally) + "\n")
            results.flush()
    return 0


def _line(number: int, tally: Tally) -> str:
    facts = {"batch": number, "tried": tally.tried, "outcomes": tally.outcomes, "slowest_s": tally.slowest_s}
    return json.dumps(facts | {"failures": {sign: asdict(found) for sign, found in tally.failures.items()}})


def table(reports: Sequence[Report]) -> Iterator[str]:
    """The reports as lines of text."""
    heads = ("target", "inputs", "outcomes", "failures", "inputs/s", "slowest")
    rows = [heads, *map(_row, reports), _total(reports)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(heads))]
    for number, row in enumerate(rows):
        if number in (1, len(rows) - 1):
            yield "  ".join("-" * width for width in widths)
        yield "  ".join(_aligned(row[place], width, place) for place, width in enumerate(widths)).rstrip()


def _aligned(text: str, width: int, place: int) -> str:
    return text.ljust(width) if place in (0, 2) else text.rjust(width)


def _row(report: Report) -> tuple[str, ...]:
    outcomes = ", ".join(f"{count:,} {word}" for word, count in report.outcomes.most_common())
    rate = f"{report.tried / report.seconds:,.0f}" if report.seconds else "0"
    slowest = f"{report.slowest_s:.2f} s"
    return report.name, f"{report.tried:,}", outcomes, str(len(report.failures)), rate, slowest


def _total(reports: Sequence[Report]) -> tuple[str, ...]:
    tried, failures = sum(r.tried for r in reports), sum(len(r.failures) for r in reports)
    return (
        "all",
        f"{tried:,}",
        "",
        str(failures),
        "",
        f"{max((r.slowest_s for r in reports), default=0):.2f} s",
    )


def save(reports: Sequence[Report], folder: Path) -> Iterator[str]:
    """Write a reproducer for every failure; a line for each."""
    for report in reports:
        for sign, found in sorted(report.failures.items()):
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{report.name}-{hashlib.sha256(sign.encode()).hexdigest()[:8]}.txt"
            trace = "".join(f"# {line}\n" for line in found.trace.splitlines())
            path.write_text(f"# {report.name}: {sign}\n{trace}{found.text}\n", encoding="utf-8")
            again = f"    again: python tests/fuzz --replay {path}"
            yield f"{report.name}: {sign} (seen {found.seen} times)\n{again}"
