"""What a run came to: delivered, unchanged, failed and why, credits spent, where the files are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pipeline.report import words
from pipeline.report.ledger import ENDED, Ledger, Row
from pipeline.report.output import Output, Style

MOST_NAMES: Final = 6
_STYLES: Final[dict[str, Style]] = {"delivered": "good", "failed": "bad"}


def print_summary(ledger: Ledger, output: Output) -> None:
    """The closing summary on standard output; nothing at all when no run began."""
    if not ledger.runs and not ledger.rows:
        return
    for line in summary(ledger, output):
        output.result(line)


def summary(ledger: Ledger, output: Output) -> Iterator[str]:
    """The lines of the closing summary, painted where ``output`` takes colour."""
    yield ""
    yield _totals(ledger, output)
    yield from _failures(ledger, output)
    yield from _skipped(ledger, output)
    for row in ledger.troubled():
        yield f"  {output.paint('partly', 'warn')} {output.paint(row.asset, 'strong')}: {row.trouble}"
    for row in ledger.doubtful():
        yield f"  {output.paint('!', 'warn')} {output.paint(row.asset, 'strong')}: {row.doubt}"
    for asset, message in ledger.warnings:
        about = f"{asset}: " if asset else ""
        yield f"  {output.paint('!', 'warn')} {about}{message}"
    if ledger.interruption:
        yield "  Run the same command again to carry on: paid tasks are kept."
    yield _cost(ledger)
    for folder in _folders(ledger):
        yield f"Files: {output.paint(folder, 'strong')}"
    if code := [file for run in ledger.runs.values() for file in run.code]:
        yield f"Code: {output.paint(', '.join(code), 'strong')}"


def _totals(ledger: Ledger, output: Output) -> str:
    counts = ledger.counts()
    said = [
        output.paint(f"{counts[state]:,} {state}", _STYLES.get(state, "plain"))
        for state in ENDED
        if counts[state]
    ]
    unfinished = ledger.total() - sum(counts[state] for state in ENDED)
    if unfinished > 0:
        said.append(output.paint(f"{unfinished:,} unfinished", "warn"))
    return ", ".join(said) or "nothing to do"


def _failures(ledger: Ledger, output: Output) -> Iterator[str]:
    """A line a failure, those with the same way out together and that way said once."""
    together: dict[str, list[Row]] = {}
    for row in ledger.failures():
        together.setdefault(row.hint, []).append(row)
    for hint, rows in together.items():
        yield from (_failure(row, output) for row in rows)
        if hint:
            yield f"         {hint}"


def _skipped(ledger: Ledger, output: Output) -> Iterator[str]:
    """Assets left out, those for the same reason in one line."""
    together: dict[tuple[str, str], list[str]] = {}
    for row in ledger.rows.values():
        if row.state == "skipped":
            together.setdefault((row.message, row.hint), []).append(row.asset)
    for (message, hint), names in together.items():
        shown = ", ".join(names[:MOST_NAMES]) + (
            f" and {len(names) - MOST_NAMES} more" * (len(names) > MOST_NAMES)
        )
        yield f"  {output.paint('skipped', 'warn')} {output.paint(shown, 'strong')}: {message}"
        if hint:
            yield f"          {hint}"


def _failure(row: Row, output: Output) -> str:
    how = "spent" if row.certain else "possibly charged"
    paid = f" ({words.credits_of(row.credits)} {how})" if row.credits else ""
    task = f" [task {row.task_id}]" if row.task_id and row.task_id not in row.message else ""
    name = output.paint(row.asset, "strong")
    return f"  {output.paint('failed', 'bad')} {name}: {row.message}{paid}{task}"


def _cost(ledger: Ledger) -> str:
    seconds = [run.seconds for run in ledger.runs.values() if run.seconds is not None]
    if ledger.interruption and not seconds:  # torn down by a second Ctrl-C: nobody did the sums
        return "Left at once: `pipeline status` lists what is paid for."
    spent = ledger.spent()
    most = "" if ledger.is_certain() else "at most "
    cost = f"Spent {most}{words.credits_of(spent)}" if spent else "Spent nothing"
    if spent and all(run.sandbox for run in ledger.runs.values()):
        cost = f"Spent nothing ({words.credits_of(spent)} of the sandbox's)"
    return f"{cost} in {words.duration(max(seconds))}." if seconds else f"{cost}."


def _folders(ledger: Ledger) -> list[str]:
    """Output folders that hold something, each once, in the order of the runs."""
    return list(dict.fromkeys(run.output for run in ledger.runs.values() if run.output and run.has_files))
