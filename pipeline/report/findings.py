"""How ``pipeline check`` tells what it found: a line a finding, or one JSON document."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import PurePath
from typing import Any, Final

from pipeline.deliver.finding import Finding
from pipeline.errors import Severity, clean
from pipeline.report import words
from pipeline.report.output import Output, Style

SAME: Final = 3
"""Findings that differ in nothing but the file which are told one by one, of a folder."""

_STYLES: Final[dict[Severity, Style]] = {"error": "bad", "warning": "warn", "note": "quiet"}
_WIDTH: Final = max(map(len, _STYLES))


Kind = tuple[Finding, str]
"""A finding without its file, and the folder that equal ones are counted in."""


def tell(
    findings: Iterable[Finding], output: Output, *, files: int, assets: int, notes: bool = False
) -> Counter[Severity]:
    """Write each finding as it comes, then what they come to; how many there are of each severity.

    What to do is said once below neighbours that have it in common. After ``SAME`` findings that differ in
    nothing but the file, others in that folder or below it are counted, and told in one line at the end.
    Notes are counted, and written for who asks for them.
    """
    counts, more = Counter[Severity](), dict[Kind, list[Finding]]()
    shown = (one for one in _counting(findings, counts) if notes or one.severity != "note")
    for hint, together in groupby(_sparing(shown, more), key=lambda finding: finding.hint):
        for finding in together:
            output.result(_line(finding, output))
        if hint:
            output.result(f"{'':{_WIDTH + 2}}{output.paint(clean(hint), 'quiet')}")
    for others in more.values():
        output.result(_more(others, output) if len(others) > 1 else _line(others[0], output))
    summary = _summary(counts, output, files=files, assets=assets)
    output.result(f"{summary} (--notes shows them)" if counts["note"] and not notes else summary)
    return counts


def _sparing(findings: Iterable[Finding], more: dict[Kind, list[Finding]]) -> Iterator[Finding]:
    """The first ``SAME`` of every kind; others go into ``more``."""
    said = Counter[Kind]()
    for finding in findings:
        # The folder is the outermost: sets have a folder for every density, or one for every picture.
        kind = (replace(finding, file="", asset=""), _top(finding.file))
        said[kind] += 1
        if finding.file and said[kind] > SAME:
            more.setdefault(kind, []).append(finding)
        else:
            yield finding


def _top(file: str) -> str:
    folders = PurePath(file).parent.parts
    return folders[0] if folders else ""


def _more(others: list[Finding], output: Output) -> str:
    """``warning  … and 40 more like this below web/: is blank``."""
    finding = others[0]
    severity = output.paint(f"{finding.severity:{_WIDTH}}", _STYLES[finding.severity])
    below = os.path.commonpath([PurePath(one.file).parent for one in others]) or "."
    where = clean(below if below.endswith(os.sep) else f"{below}{os.sep}")
    return f"{severity}  … and {len(others):,} more like this below {where}: {clean(finding.message)}"


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
