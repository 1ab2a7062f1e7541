"""What was measured, averaged as asked."""

from __future__ import annotations

from collections.abc import Sequence

from known_alpha.kinds import Kind
from known_alpha.measure import Row
from known_alpha.score import Score, average


class Figures:
    """Rows by backdrop, method and kind."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.all = rows
        self.lines = list(dict.fromkeys((row.backdrop, row.method) for row in rows))

    def rows(self, backdrop: str, method: str, kind: Kind | None = None) -> list[Row]:
        return [
            row
            for row in self.all
            if row.backdrop == backdrop and row.method == method and kind in {None, row.kind}
        ]

    def mean(self, backdrop: str, method: str, kind: Kind | None = None) -> Score:
        """Not a number, each of it, where nothing was measured."""
        return average([row.score for row in self.rows(backdrop, method, kind)])

    def solid(self, backdrop: str, method: str) -> Score:
        """Of the 3D renders alone."""
        return average([row.score for row in self.rows(backdrop, method) if row.solid])

    def has(self, backdrop: str, method: str) -> bool:
        return (backdrop, method) in self.lines
