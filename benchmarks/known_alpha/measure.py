"""Paint, cut and score, a subject a job in a pool of processes; then each method's time by itself."""

from __future__ import annotations

import multiprocessing
import os
import statistics
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from typing import TYPE_CHECKING

from known_alpha.contenders import MATTING, cut, is_pair, sees
from known_alpha.kinds import Kind
from known_alpha.paint import CHROMA, PAINTED, PAIR, Style, painted, pair, seed_of
from known_alpha.score import Score, Truth
from known_alpha.subjects import PX, Subject

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

LARGE = 4096  # px
TIMED = 5  # subjects of which the median is taken
ROUNDS = 3  # of each; the large ones once
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured of every subject; alpha matting is slow, and is measured of some, as painted, only."""

    methods: tuple[str, ...]
    backdrops: tuple[str, ...]
    seed: int = 0
    style: Style = Style()  # noqa: RUF009 - frozen

    def pairs(self, *, matting: bool = True) -> Iterator[tuple[str, str]]:
        """Backdrop and method, of everything that can be measured."""
        for backdrop in self.backdrops:
            for method in self.methods:
                slow = method == MATTING and not (matting and backdrop in PAINTED)
                if sees(method, backdrop) and not slow:
                    yield backdrop, method


@dataclass(frozen=True, slots=True)
class Row:
    """The score of one cut-out."""

    method: str
    backdrop: str
    kind: Kind
    name: str
    score: Score
    solid: bool = False
    said: str = ""  # the method that auto chose, or why there is no cut-out
    confidence: float = 1.0
    failed: bool = False


def measure(plan: Plan, subjects: Sequence[Subject], workers: int, matting_every: int) -> list[Row]:
    """Every row, by ``workers`` processes of one thread each; progress goes to stderr."""
    bound_threads()
    context = multiprocessing.get_context("spawn")  # onnxruntime's threads do not survive a fork
    rows: list[Row] = []
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        jobs = [
            pool.submit(measure_one, plan, subject, matting=number % matting_every == 0)
            for number, subject in enumerate(subjects)
        ]
        for number, job in enumerate(as_completed(jobs), start=1):
            rows += job.result()
            tell_progress(number, len(jobs))
    return rows


def measure_one(plan: Plan, subject: Subject, *, matting: bool) -> list[Row]:
    """All rows of one subject."""
    truth = Truth(subject.pixels())
    seen: dict[str, tuple[Pixels, ...]] = {}
    rows = []
    for backdrop, method in plan.pairs(matting=matting):
        if backdrop not in seen:
            seen = {backdrop: renders(plan, subject, backdrop)}
        result = cut(method, seen[backdrop])
        rows.append(
            Row(
                *(method, backdrop, subject.kind, subject.name, truth.score(result.pixels), subject.solid),
                *(result.said, result.confidence, result.failed),
            )
        )
    return rows


def renders(plan: Plan, subject: Subject, backdrop: str) -> tuple[Pixels, ...]:
    """What a generator makes of a subject: one picture, or two for ``PAIR``."""
    seed, pixels = seed_of(plan.seed, subject.name, backdrop), subject.pixels()
    if is_pair(backdrop):
        return pair(pixels, seed, plan.style, clean=backdrop != PAIR)
    return (painted(pixels, backdrop, seed, plan.style),)


@dataclass(frozen=True, slots=True)
class Time:
    """Processor seconds a picture takes in one thread, warm."""

    method: str
    backdrop: str
    px: int
    seconds: float


def clock(plan: Plan, subjects: Sequence[Subject]) -> list[Time]:
    """The time of each method on white and on its chroma backdrop (or pair), at 1,024² and 4,096²."""
    bound_threads()
    some = [subjects[len(subjects) * number // TIMED] for number in range(TIMED)]
    return [
        time
        for px, timed, rounds in ((PX, some, ROUNDS), (LARGE, some[:1], 1))
        for backdrop in ("white", CHROMA, PAIR)
        for time in clock_one(plan, [subject.sized(px) for subject in timed], backdrop, px, rounds)
    ]


def clock_one(plan: Plan, subjects: Sequence[Subject], backdrop: str, px: int, rounds: int) -> Iterator[Time]:
    pictures = [renders(plan, subject, backdrop) for subject in subjects]
    for method in plan.methods:
        if sees(method, backdrop) and not (method == MATTING and px == LARGE):
            yield Time(method, backdrop, px, seconds_of(method, pictures, rounds))


def seconds_of(method: str, pictures: Sequence[tuple[Pixels, ...]], rounds: int) -> float:
    """Median over all rounds on all pictures; before that, a small one that is not counted."""
    warm = tuple(render[::4, ::4].copy() for render in pictures[0])
    cut(method, warm)
    return statistics.median(cut(method, picture).seconds for picture in pictures for _ in range(rounds))


def bound_threads() -> None:
    """One thread for each library, here and in processes started from now on; before any is imported."""
    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")


def tell_progress(done: int, of: int) -> None:
    end = "\n" if done == of or not sys.stderr.isatty() else ""
    if sys.stderr.isatty() or done == of or done % 10 == 0:
        print(f"\r{done} of {of} subjects", end=end, file=sys.stderr, flush=True)
