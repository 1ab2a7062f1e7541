"""A run as JSON, one event a line on standard output, for programs."""

from __future__ import annotations

from pipeline.events import Event
from pipeline.report.output import Output


class JsonLines:
    """Writes every event as it happens; ``run-finished`` is its summary, so closing says nothing."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def __call__(self, event: Event) -> None:
        self._output.data(event.to_json(), indent=None)

    def close(self) -> None:
        """Nothing is held back, so there is nothing to end."""
