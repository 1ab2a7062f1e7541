"""What is known about a run so far, kept up from its events: what the live display and the summary read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from pipeline.deliver.listed import cutout_of
from pipeline.errors import clean
from pipeline.events import Event

ACTIVE: Final = ("uploading", "submitted", "waiting", "generating", "downloading", "processing")
PENDING: Final = ("blocked", "queued")
ENDED: Final = ("delivered", "unchanged", "failed", "skipped")


@dataclass(slots=True)
class Row:
    """One asset. Times are monotonic seconds; text from outside is already safe to show."""

    recipe: str
    asset: str
    state: str = "queued"
    percent: float | None = None
    credits: float = 0.0
    certain: bool = True  # False: the credits may not have been charged after all
    started_s: float | None = None
    ended_s: float | None = None
    seconds: float | None = None
    files: int = 0
    message: str = ""
    hint: str = ""
    task_id: str = ""
    trouble: str = ""  # a local step that failed on an asset delivered all the same
    doubt: str = ""  # why somebody should look at its cut-out

    def elapsed(self, now_s: float) -> float | None:
        """Seconds of work on this asset, as reported or as watched; None before it began."""
        if self.seconds is not None:
            return self.seconds
        if self.started_s is None:
            return None
        return (self.ended_s if self.ended_s is not None else now_s) - self.started_s


@dataclass(slots=True)
class Run:
    """One recipe's run, from its start and finish events."""

    recipe: str
    assets: int = 0
    credits_expected: float | None = None
    credits_spent: float | None = None  # as the finish event says; None: sum of the rows
    seconds: float | None = None
    output: str = ""
    sandbox: bool = False
    started_s: float | None = None
    counts: dict[str, int] = field(default_factory=dict)
    finished: bool = False
    code: tuple[str, ...] = ()  # files of generated code that were written

    @property
    def has_files(self) -> bool:
        """Whether anything lies in its output folder, as far as is known."""
        return not self.counts or bool(self.counts.get("delivered") or self.counts.get("unchanged"))


class Ledger:
    """Takes in events one by one. ``note`` is the only way in; everything else is reading."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Row] = {}
        self._states: defaultdict[str, Counter[str]] = defaultdict(Counter)  # kept up, not counted anew
        self.runs: dict[str, Run] = {}
        self.warnings: list[tuple[str, str]] = []  # asset, message
        self.interruption = ""
        self.notice = ""
        self.began_s: float | None = None

    def note(self, event: Event, now_s: float) -> None:
        """Take in one event that happened at ``now_s`` (monotonic seconds)."""
        self.began_s = now_s if self.began_s is None else self.began_s
        match event.type:
            case "run-started":
                self._start(event, now_s)
            case "run-finished":
                self._finish(event, now_s)
            case "asset-state":
                self._enter(event, str(event.data.get("state", "")), now_s)
            case "asset-delivered":
                self._deliver(event, now_s)
            case "asset-failed":
                self._enter(event, "failed", now_s)
            case "waiting-for-lock":
                self.notice = clean(event.data.get("message", ""))
            case "warning":
                self.warnings.append((clean(event.asset), clean(event.data.get("message", ""))))
            case "interrupted":
                self.interruption = clean(event.data.get("message", "interrupted"))

    def counts(self) -> Counter[str]:
        """How many assets are in each state; finished runs speak for themselves."""
        total = Counter[str]()
        for recipe, states in self._states.items():
            if not self._is_counted(recipe):
                total.update(states)
        for run in self.runs.values():
            total.update(run.counts)
        return total

    def total(self) -> int:
        """Assets the runs said they have, or have shown."""
        announced = sum(run.assets for run in self.runs.values())
        return max(announced, len(self.rows), sum(self.counts().values()))

    def done(self) -> int:
        """Assets that have come to their end."""
        counts = self.counts()
        return sum(counts[state] for state in ENDED)

    def spent(self) -> float:
        """Credits spent so far."""
        told = {run.recipe for run in self.runs.values() if run.credits_spent is not None}
        watched = sum(row.credits for row in self.rows.values() if row.recipe not in told)
        return watched + sum(run.credits_spent or 0.0 for run in self.runs.values())

    def is_certain(self) -> bool:
        """Whether all that counts as spent was charged."""
        return all(row.certain or not row.credits for row in self.rows.values())

    def expected(self) -> float | None:
        """Credits the runs expect to spend; None when any of them cannot say."""
        amounts = [run.credits_expected for run in self.runs.values()]
        return None if None in amounts else sum(amount or 0.0 for amount in amounts)

    def failures(self) -> Iterator[Row]:
        """Rows that failed, in the order they were first seen."""
        return (row for row in self.rows.values() if row.state == "failed")

    def troubled(self) -> Iterator[Row]:
        """Rows that were delivered although a local step failed."""
        return (row for row in self.rows.values() if row.trouble)

    def doubtful(self) -> Iterator[Row]:
        """Rows whose cut-out somebody should look at."""
        return (row for row in self.rows.values() if row.doubt)

    def _is_counted(self, recipe: str) -> bool:
        return recipe in self.runs and bool(self.runs[recipe].counts)

    def _start(self, event: Event, now_s: float) -> None:
        data = event.data
        self.notice = ""
        self.runs[event.recipe] = Run(
            recipe=clean(event.recipe),
            assets=_size(data.get("assets")),
            credits_expected=_number(data.get("credits")),
            output=clean(data.get("output", "")),
            sandbox=bool(data.get("sandbox")),
            started_s=now_s,
        )

    def _finish(self, event: Event, now_s: float) -> None:
        run = self.runs.setdefault(event.recipe, Run(recipe=clean(event.recipe)))
        data = event.data
        run.finished = True
        run.counts = {state: _size(data[state]) for state in ENDED if state in data}
        run.credits_spent = _number(data.get("credits"))
        watched_s = None if run.started_s is None else now_s - run.started_s
        run.seconds = _number(data.get("seconds", watched_s))
        run.output = clean(data.get("output") or run.output)
        run.code = tuple(clean(file) for file in data.get("code") or ())

    def _deliver(self, event: Event, now_s: float) -> None:
        self._enter(event, "delivered", now_s)
        row = self._row(event)
        row.files = _size(event.data.get("files"))
        row.trouble = clean(event.data.get("trouble", ""))
        cutout = cutout_of(event.data)
        row.doubt = cutout.doubt if cutout is not None else ""
        for message in event.data.get("warnings") or ():
            self.warnings.append((clean(event.asset), clean(message)))

    def _enter(self, event: Event, state: str, now_s: float) -> None:
        row = self._row(event)
        data = event.data
        self._states[row.recipe][row.state] -= 1
        row.state, row.percent = clean(state), _number(data.get("percent"))
        self._states[row.recipe][row.state] += 1
        if state in ACTIVE and row.started_s is None:
            row.started_s = now_s
        if state in ENDED:
            row.ended_s = now_s
        row.credits = _first(_number(data.get("credits")), row.credits)
        row.certain = bool(data.get("certain", True))
        row.seconds = _number(data.get("seconds"))
        row.message = clean(data.get("message", row.message))
        row.hint = clean(data.get("hint", row.hint))
        row.task_id = clean(data.get("task_id") or row.task_id)

    def _row(self, event: Event) -> Row:
        key = (event.recipe, event.asset)
        if key not in self.rows:
            self.rows[key] = row = Row(recipe=event.recipe, asset=clean(event.asset))
            self._states[row.recipe][row.state] += 1
        return self.rows[key]


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _first(number: float | None, otherwise: float) -> float:
    return otherwise if number is None else number


def _size(value: Any) -> int:
    """A count, however it was told: as a number, or as the things themselves."""
    if isinstance(value, int | float):
        return int(value)
    return len(value) if value is not None else 0
