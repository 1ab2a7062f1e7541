"""A run on a terminal: one line an asset, totals below, redrawn in place on standard error.

While all assets fit on the screen they keep the order of the recipe, so that nothing jumps. When they do
not, those being worked on come first, then the latest to end, and the rest is one line of counts.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.events import Event
from pipeline.report import words
from pipeline.report.ledger import ACTIVE, ENDED, PENDING, Ledger, Row
from pipeline.report.lines import heading
from pipeline.report.output import Output
from pipeline.report.summary import print_summary

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.table import Table
    from rich.text import Text

_REFRESHES_PER_SECOND: Final = 8
_LINES_AROUND_ROWS: Final = 7  # heading, blank lines, the rest, totals, and the shell's prompt
_MOST_ROWS: Final = 30  # more than this is no longer read at a glance
_LATEST_ENDED: Final = 2  # rows kept for what has just ended, however much is going on
_NAME_WIDTH: Final = 36
_BAR_WIDTH: Final = 28


@dataclass(frozen=True, slots=True)
class Mark:
    """A state's sign, its plain stand-in where the terminal has no UTF-8, and the style of its line."""

    sign: str
    ascii: str
    sign_style: str
    line_style: str = ""


_GROUPS: Final = (
    dict.fromkeys(PENDING, "to come") | dict.fromkeys(ACTIVE, "under way") | {state: state for state in ENDED}
)
_ACTIVE_MARK: Final = Mark("●", "*", "cyan")
_PENDING_MARK: Final = Mark("·", ".", "dim", "dim")
_MARKS: Final = {
    "delivered": Mark("✓", "+", "green"),
    "unchanged": Mark("=", "=", "dim", "dim"),
    "failed": Mark("✗", "x", "red"),
    "skipped": Mark("-", "-", "yellow", "dim"),
}


class Live:
    """Draws the ledger a few times a second from a thread of its own, hence the lock."""

    def __init__(
        self, output: Output, monotonic: Callable[[], float], *, console: Console | None = None
    ) -> None:
        from rich.live import Live as Display

        self._output = output
        self._monotonic = monotonic
        self._ledger = Ledger()
        self._lock = threading.Lock()
        self._closing = False
        self._console = console or output.console(output.stderr)
        self._display = Display(
            self, console=self._console, refresh_per_second=_REFRESHES_PER_SECOND, vertical_overflow="crop"
        )

    def __call__(self, event: Event) -> None:
        with self._lock:
            self._ledger.note(event, self._monotonic())
        if not self._display.is_started:
            self._display.start()

    def close(self) -> None:
        """Leave the last picture on the screen and write the summary below it."""
        self._closing = True
        if self._display.is_started:
            self._display.stop()
        print_summary(self._ledger, self._output)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        with self._lock:
            now_s = self._monotonic()
            utf8 = options.encoding.startswith("utf")
            room = max(3, min(_MOST_ROWS, console.size.height - _LINES_AROUND_ROWS))
            yield from self._frame(now_s, room, utf8=utf8)

    def _frame(self, now_s: float, room: int, *, utf8: bool) -> RenderResult:
        from rich.text import Text

        ledger = self._ledger
        yield Text("")
        for run in ledger.runs.values():
            if not run.finished or self._closing:
                yield Text(heading(run), style="bold", no_wrap=True, overflow="ellipsis")
        for notice in filter(None, (ledger.notice, ledger.interruption)):
            yield Text(notice, style="yellow")
        rows = list(ledger.rows.values())
        shown = visible(rows, room, closing=self._closing)
        if shown:
            widest = max(len(row.asset) for row in rows)
            yield _table(shown, now_s, min(widest, _NAME_WIDTH), utf8=utf8)
        if hidden := _hidden(rows, shown):
            yield Text(f"     {hidden}", style="dim", no_wrap=True, overflow="ellipsis")
        if ledger.total():
            yield Text("")
            yield _totals(ledger, now_s, utf8=utf8)


def visible(rows: list[Row], room: int, *, closing: bool = False) -> list[Row]:
    """The rows worth a line: all of them in order where they fit, else active, then latest ended, then next.

    The last picture of a run too large for the screen keeps only what failed; the summary tells the rest.
    """
    if len(rows) <= room:
        return rows
    if closing:
        return [row for row in rows if row.state == "failed"][:room]
    active = sorted((row for row in rows if row.state in ACTIVE), key=lambda row: row.started_s or 0.0)
    ended = sorted((row for row in rows if row.state in ENDED), key=lambda row: -(row.ended_s or 0.0))
    waiting = [row for row in rows if row.state not in ACTIVE and row.state not in ENDED]
    latest = ended[: max(_LATEST_ENDED, room - len(active))]
    return (active[: room - len(latest)] + latest + waiting)[:room]


def _hidden(rows: list[Row], shown: list[Row]) -> str:
    """How many rows have no line, and how they are: ``and 40 more: 30 to come, 4 under way, 6 delivered``."""
    seen = {id(row) for row in shown}
    counts = Counter(_GROUPS.get(row.state, "to come") for row in rows if id(row) not in seen)
    said = ", ".join(
        f"{counts[group]:,} {group}" for group in dict.fromkeys(_GROUPS.values()) if counts[group]
    )
    return f"and {counts.total():,} more: {said}" if counts else ""


def _table(rows: list[Row], now_s: float, name_width: int, *, utf8: bool) -> Table:
    from rich.table import Table

    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=3, justify="right")
    table.add_column(width=name_width, no_wrap=True, overflow="ellipsis")
    table.add_column(width=max(map(len, words.STATES.values())), no_wrap=True, overflow="ellipsis")
    table.add_column(min_width=7, justify="right", no_wrap=True)
    table.add_column(min_width=5, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(*_cells(row, now_s, utf8=utf8))
    return table


def _cells(row: Row, now_s: float, *, utf8: bool) -> list[Text]:
    """Sign, name, state, seconds, credits. ``Text`` holds them, so nothing in a name is taken for markup."""
    from rich.text import Text

    mark = _MARKS.get(row.state, _ACTIVE_MARK if row.state in ACTIVE else _PENDING_MARK)
    elapsed = row.elapsed(now_s)
    style = mark.line_style
    return [
        Text(mark.sign if utf8 else mark.ascii, style=mark.sign_style),
        Text(row.asset, style=style),
        Text(words.state(row.state, row.percent), style=style),
        Text("" if elapsed is None else words.duration(elapsed), style="dim"),
        Text(words.credit(row.credits) if row.credits else "", style=style),
    ]


def _totals(ledger: Ledger, now_s: float, *, utf8: bool) -> Table:
    from rich.table import Table

    line = Table.grid(padding=(0, 2, 0, 0))
    line.add_row(_bar(ledger, utf8=utf8), _said(ledger, now_s))
    return line


def _bar(ledger: Ledger, *, utf8: bool) -> Text:
    """How much is done, failures in red at its end, as wide as ``_BAR_WIDTH``."""
    from rich.text import Text

    total = max(1, ledger.total())
    failed = ledger.counts()["failed"]
    bad = min(_BAR_WIDTH, -(-failed * _BAR_WIDTH // total))
    good = max(0, ledger.done() * _BAR_WIDTH // total - bad)
    full, empty = ("━", "─") if utf8 else ("#", "-")
    bar = Text("     ")
    bar.append(full * good, style="green").append(full * bad, style="red")
    return bar.append(empty * (_BAR_WIDTH - good - bad), style="dim")


def _said(ledger: Ledger, now_s: float) -> Text:
    from rich.text import Text

    failed, expected = ledger.counts()["failed"], ledger.expected()
    of_expected = f" of about {words.credit(expected)}" if expected else ""
    said = Text(f"{ledger.done():,} of {ledger.total():,}")
    if failed:
        said.append(", ").append(f"{failed:,} failed", style="red")
    said.append(f", {words.credit(ledger.spent())}{of_expected} credits")
    return said.append(f", {words.duration(now_s - (ledger.began_s or now_s))}", style="dim")
