"""How ``pipeline check`` tells what it found: a line a finding, or one JSON document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, Final

from pipeline.deliver.finding import Finding
from pipeline.errors import Severity, clean
from pipeline.report import words
from pipeline.report.output import Output, Style

_STYLES: Final[dict[Severity, Style]] = {"error": "bad", "warning": "warn", "note": "quiet"}
_WIDTH: Final = max(map(len, _STYLES))


def tell(
    findings: Iterable[Finding], output: Output, *, files: int, assets: int, notes: bool = False
) -> Counter[Severity]:
    """Write each finding as it comes, then what they come to; how many there are of each severity.

    What to do is said once below neighbours that have it in common. Notes are counted, and written for who
    asks for them.
    """
    counts = Counter[Severity]()
    shown = (one for one in _counting(findings, counts) if notes or one.severity != "note")
    for hint, together in groupby(shown, key=lambda finding: finding.hint):
        for finding in together:
            output.result(_line(finding, output))
        if hint:
            output.result(f"{'':{_WIDTH + 2}}{output.paint(clean(hint), 'quiet')}")
    summary = _summary(counts, output, files=files, assets=assets)
    output.result(f"{summary} (--notes shows them)" if counts["note"] and not notes else summary)
    return counts


def _counting(findings: Iterable[Finding], counts: Counter[Severity]) -> Iterator[Finding]:
    for finding in findings:
        counts[finding.severity] += 1
        yield finding


def to_json(findings: Iterable[Finding], *, files: int, assets: int) -> dict[str, Any]:
    """Everything as one document."""
    listed = [finding.to_json() for finding in findings]
    counts = Counter(finding["severity"] for finding in listed)
    return {
        "files": files,
        "assets": assets,
        "errors": counts["error"],
        "warnings": counts["warning"],
        "notes": counts["note"],
        "findings": listed,
    }


def _line(finding: Finding, output: Output) -> str:
    """``error    output/icons/coin.png: is missing``."""
    severity = output.paint(f"{finding.severity:{_WIDTH}}", _STYLES[finding.severity])
    about = output.paint(clean(finding.file or finding.asset), "strong")
    return f"{severity}  {about}: {clean(finding.message)}"


def _summary(counts: Counter[Severity], output: Output, *, files: int, assets: int) -> str:
    """``13 files of 1 asset checked: 1 error, 2 warnings``."""
    of = f" of {words.count(assets, 'asset')}" if assets else ""
    said = ", ".join(_counted(counts)) or output.paint("nothing found", "good")
    return f"{words.count(files, 'file')}{of} checked: {said}"


def _counted(counts: Counter[Severity]) -> Iterator[str]:
    for severity in _STYLES:
        if counts[severity]:
            yield words.count(counts[severity], severity)
