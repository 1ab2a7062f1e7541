"""The table of what was measured, and what auto did."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from known_alpha.contenders import AUTO, UNSURE, is_pair
from known_alpha.figures import Figures
from known_alpha.kinds import KINDS
from known_alpha.measure import LARGE, Row, Time
from known_alpha.subjects import PX

POOR = 0.97  # IoU: below it anybody sees what is wrong


def table(rows: Sequence[Row]) -> Iterator[str]:
    """Lines of text: backdrop × method × kind."""
    figures = Figures(rows)
    classes = "".join(f"{kind:>7}" for kind in KINDS)
    yield (
        f"{'backdrop':13} {'method':14}{'n':>4}{'all':>7}{classes}{'3D':>7}"
        f"{'IoU':>8}{'edge ΔE':>9}{'inner ΔE':>9}{'gradient':>9}{'SAD':>7}"
    )
    order = list(dict.fromkeys(row.backdrop for row in sorted(rows, key=lambda row: is_pair(row.backdrop))))
    for backdrop, method in sorted(figures.lines, key=lambda line: order.index(line[0])):
        yield line(figures, backdrop, method)
    yield from failures(rows)


def line(figures: Figures, backdrop: str, method: str) -> str:
    mean = figures.mean(backdrop, method)
    count = len(figures.rows(backdrop, method))
    classes = "".join(f"{short(figures.mean(backdrop, method, kind).alpha)}" for kind in KINDS)
    return (
        f"{backdrop:13} {method:14}{count:4}{short(mean.alpha)}{classes}"
        f"{short(figures.solid(backdrop, method).alpha)}"
        f"{mean.iou:8.3f}{mean.edge:9.1f}{mean.inner:9.2f}{mean.gradient:9.2f}{mean.sad:7.1f}"
    )


def short(value: float) -> str:
    return f"{'–':>7}" if math.isnan(value) else f"{value:7.1f}"


def failures(rows: Sequence[Row]) -> Iterator[str]:
    """Which methods gave up how often, and what they said first; such pictures count as left whole."""
    failed: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if row.failed:
            failed.setdefault((row.backdrop, row.method), []).append(row)
    for (backdrop, method), those in failed.items():
        yield f"{method} gave up on {len(those)} on {backdrop}; on {those[0].name}: {those[0].said}"


def chosen(rows: Sequence[Row]) -> Iterator[str]:
    """What ``auto`` used on each backdrop, and whether it knew where it was wrong."""
    counts: dict[str, dict[str, int]] = {}
    for row in rows:
        if row.method == AUTO:
            seen = counts.setdefault(row.backdrop, {})
            seen[row.said] = seen.get(row.said, 0) + 1
    for backdrop, seen in counts.items():
        used = ", ".join(f"{name} × {count}" for name, count in sorted(seen.items()))
        yield f"auto on {backdrop}: {used}"
    yield from sureness([row for row in rows if row.method == AUTO])


def sureness(rows: Sequence[Row]) -> Iterator[str]:
    poor = [row for row in rows if row.score.iou < POOR]
    good = [row for row in rows if row.score.iou >= POOR]
    if rows:
        yield (
            f"auto was unsure of {unsure(poor)} of {len(poor)} cut-outs with an IoU below {POOR:g},"
            f" and of {unsure(good)} of {len(good)} others"
        )


def unsure(rows: Sequence[Row]) -> int:
    return sum(row.confidence < UNSURE for row in rows)


def timetable(times: Sequence[Time]) -> Iterator[str]:
    """Lines of text: method × backdrop × size."""
    yield f"{'seconds a picture, one thread':32} {PX:>6}² {LARGE:>6}²"
    found = {(time.method, time.backdrop, time.px): time.seconds for time in times}
    for method, backdrop in dict.fromkeys((time.method, time.backdrop) for time in times):
        large = found.get((method, backdrop, LARGE))
        tail = f"{large:7.2f}" if large is not None else f"{'–':>7}"
        yield f"{method:16} on {backdrop:12} {found[method, backdrop, PX]:7.3f} {tail}"
