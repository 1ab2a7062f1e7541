"""A run in plain lines on standard error: for logs, CI and terminals that cannot move their cursor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pipeline.errors import clean
from pipeline.events import Event
from pipeline.report import words
from pipeline.report.ledger import Ledger, Run
from pipeline.report.output import Output
from pipeline.report.summary import print_summary

_SAID_STATES: Final = ("submitted", "skipped")


class Lines:
    """One line for what a reader of a log looks for: submitted, delivered, failed, warnings."""

    def __init__(self, output: Output, monotonic: Callable[[], float]) -> None:
        self._output = output
        self._monotonic = monotonic
        self._ledger = Ledger()

    def __call__(self, event: Event) -> None:
        self._ledger.note(event, self._monotonic())
        for line in self._lines(event):
            self._output.message(line)

    def close(self) -> None:
        """The closing summary, on standard output."""
        print_summary(self._ledger, self._output)

    def _lines(self, event: Event) -> list[str]:
        match event.type:
            case "run-started":
                return [heading(self._ledger.runs[event.recipe])]
            case "asset-state":
                return self._state(event)
            case "asset-delivered":
                return [self._delivered(event)]
            case "asset-failed":
                return self._failed(event)
            case "waiting-for-lock" | "interrupted" | "warning":
                about = f"{clean(event.asset)}: " if event.asset else ""
                return [f"{about}{clean(event.data.get('message', event.type))}"]
            case _:
                return []

    def _state(self, event: Event) -> list[str]:
        row = self._ledger.rows[event.recipe, event.asset]
        if row.state not in _SAID_STATES:
            return []
        task = f" (task {row.task_id})" if row.task_id else ""
        why = f": {row.message}" if row.message else ""
        said = "resumed, paid for before" if event.data.get("resumed") else words.state(row.state)
        return [f"{row.asset}: {said}{task}{why}"]

    def _delivered(self, event: Event) -> str:
        row = self._ledger.rows[event.recipe, event.asset]
        elapsed = row.elapsed(self._monotonic())
        parts = [
            "delivered" if elapsed is None else f"delivered in {words.duration(elapsed)}",
            words.credits_of(row.credits),
            words.count(row.files, "file") if row.files or row.trouble else "in the store",
        ]
        trouble = f"; {row.trouble}" if row.trouble else ""
        return f"{row.asset}: {', '.join(parts)}{trouble} [{self._ledger.done()} of {self._ledger.total()}]"

    def _failed(self, event: Event) -> list[str]:
        row = self._ledger.rows[event.recipe, event.asset]
        task = f" (task {row.task_id})" if row.task_id and row.task_id not in row.message else ""
        line = f"{row.asset}: failed: {row.message}{task}"
        return [line, f"    {row.hint}"] if row.hint else [line]


def heading(run: Run) -> str:
    """``app-icons: 12 assets, about 96 credits, to output/app-icons``."""
    parts = [words.count(run.assets, "asset")]
    if run.credits_expected is not None:
        parts.append(f"about {words.credits_of(run.credits_expected)}")
    if run.output:
        parts.append(f"to {run.output}")
    if run.sandbox:
        parts.append("pretend pictures from the sandbox")
    return f"{run.recipe or 'run'}: {', '.join(parts)}"
