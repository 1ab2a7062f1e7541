"""Each goal beside its figure, and the subjects that a missed one is missed by."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from known_alpha.contenders import ALONE, AUTO, DIFFERENCE
from known_alpha.figures import Figures
from known_alpha.kinds import KINDS, Kind
from known_alpha.measure import LARGE, Row, Time
from known_alpha.paint import BUSY, CHROMA, PAIR
from known_alpha.subjects import PX

CHROMA_GOALS: dict[Kind | None, float] = {None: 4.0, "hole": 2.0, "thin": 2.0, "soft": 5.0}
PAIR_GOALS: dict[Kind | None, float] = {None: 4.0, "semi": 6.0, "soft": 6.0}
IOU_GOAL = 0.99
THIRD = 1 / 3
TIMES_REMBG = 2.0
LARGE_S = 3.0
SHOWN = 5  # subjects named where a goal is missed


@dataclass(frozen=True, slots=True)
class Verdict:
    """A goal and what was measured."""

    what: str
    figure: float
    goal: float
    least: bool = False  # the figure has to be at least, instead of at most, the goal
    worst: tuple[str, ...] = ()  # subjects with their own figures, the worst first

    @property
    def met(self) -> bool:
        return self.figure >= self.goal if self.least else self.figure <= self.goal


def verdicts(rows: Sequence[Row], times: Sequence[Time]) -> Iterator[Verdict]:
    """Every goal for which there are figures."""
    figures = Figures(rows)
    found = (
        *on_chroma(figures),
        *on_neutral(figures),
        *on_two(figures),
        *on_clutter(figures),
        *in_time(times),
    )
    yield from (verdict for verdict in found if not math.isnan(verdict.figure + verdict.goal))


def on_chroma(figures: Figures) -> Iterator[Verdict]:
    backdrop = CHROMA if figures.has(CHROMA, AUTO) else "green"
    for kind, goal in CHROMA_GOALS.items():
        label = f"auto on {backdrop}, {kind or 'all'}: alpha error"
        yield alpha(figures, label, backdrop, AUTO, kind, goal)
    figure, those = figures.mean(backdrop, AUTO).iou, figures.rows(backdrop, AUTO)
    worst = named(those, lambda row: -row.score.iou)
    yield Verdict(f"auto on {backdrop}: IoU", figure, IOU_GOAL, least=True, worst=worst)
    yield edge(figures, backdrop, AUTO, backdrop)


def on_neutral(figures: Figures) -> Iterator[Verdict]:
    for backdrop in ("white", "grey"):
        rival = figures.mean(backdrop, ALONE).alpha
        label = f"auto on {backdrop}, all: alpha error, a third of rembg's"
        yield alpha(figures, label, backdrop, AUTO, None, rival * THIRD)
        for kind in KINDS:
            theirs = figures.mean(backdrop, ALONE, kind).alpha
            label = f"auto on {backdrop}, {kind}: no worse than rembg"
            yield alpha(figures, label, backdrop, AUTO, kind, theirs)
        yield edge(figures, backdrop, AUTO, backdrop)


def on_two(figures: Figures) -> Iterator[Verdict]:
    for kind, goal in PAIR_GOALS.items():
        label = f"difference, {kind or 'all'}: alpha error"
        yield alpha(figures, label, PAIR, DIFFERENCE, kind, goal)
    yield edge(figures, PAIR, DIFFERENCE, "white")


def on_clutter(figures: Figures) -> Iterator[Verdict]:
    rival = figures.mean(BUSY, ALONE).alpha
    yield alpha(figures, "auto on busy, all: no worse than rembg", BUSY, AUTO, None, rival)


def alpha(
    figures: Figures, label: str, backdrop: str, method: str, kind: Kind | None, goal: float
) -> Verdict:
    worst = named(figures.rows(backdrop, method, kind), lambda row: row.score.alpha)
    return Verdict(label, figures.mean(backdrop, method, kind).alpha, goal, worst=worst)


def edge(figures: Figures, backdrop: str, method: str, rivals: str) -> Verdict:
    """The edge-band colour error, beside rembg's on backdrop ``rivals``."""
    goal = figures.mean(rivals, ALONE).edge * THIRD
    worst = named(figures.rows(backdrop, method), lambda row: row.score.edge)
    label = f"{method} on {backdrop}: edge ΔE, a third of rembg's"
    label += f" on {rivals}" if rivals != backdrop else ""
    return Verdict(label, figures.mean(backdrop, method).edge, goal, worst=worst)


def named(rows: Sequence[Row], badness: Callable[[Row], float]) -> tuple[str, ...]:
    """Names and figures of the worst."""
    worst = sorted(rows, key=badness, reverse=True)[:SHOWN]
    return tuple(f"{row.name} {abs(badness(row)):.3g}" for row in worst)


def in_time(times: Sequence[Time]) -> Iterator[Verdict]:
    found = {(time.method, time.backdrop, time.px): time.seconds for time in times}
    for backdrop in ("white", CHROMA):
        rival = found.get((ALONE, backdrop, PX), math.nan) * TIMES_REMBG
        ours = found.get((AUTO, backdrop, PX), math.nan)
        yield Verdict(f"auto on {backdrop}, {PX}²: seconds, twice rembg's", ours, rival)
        large = found.get((AUTO, backdrop, LARGE), math.nan)
        yield Verdict(f"auto on {backdrop}, {LARGE}²: seconds", large, LARGE_S)


def told(verdict: Verdict) -> str:
    """What was measured, the figure, the goal, and whether it is met; below, what it is missed by."""
    sign = "≥" if verdict.least else "≤"
    result = "met" if verdict.met else "missed"
    said = f"{verdict.what:52} {verdict.figure:8.3f} {sign} {verdict.goal:7.3f}  {result}"
    return said if verdict.met or not verdict.worst else f"{said}\n    by {', '.join(verdict.worst)}"
