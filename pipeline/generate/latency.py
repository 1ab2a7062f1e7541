"""When to ask a task whether it is done, from how long such tasks took before.

Too early and too often costs requests, too late costs the user's time. The first question is asked near the
fast tail of what is known, further ones at a share of the typical time: a fortieth while few tasks run, an
eighth when many share the questions we allow ourselves, slower once a task is late.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterable
from statistics import median, quantiles

from pipeline.recipe.spec import Kind

# Median latency in s assumed before anything was learned; clips take minutes.
PRIOR_MEDIAN_S: dict[Kind, float] = {"image": 20.0, "video": 120.0}
FIRST_POLL_SHARE = 0.4  # of the prior median: its fast tail
MOST_EAGER_SHARE = 0.025  # of the median between two questions; the expected overshoot is half of it
LEAST_EAGER_SHARE = 0.125
QUESTIONS_PER_S = 15.0  # for all tasks together, as long as the shares allow
LATE_GROWTH = 1.3
MIN_INTERVAL_S = 0.5
MAX_INTERVAL_S = 30.0  # kie-api.md section 4: 15-30 s after two minutes
JITTER = 0.12
REMEMBERED = 64
ENOUGH = 3  # samples before the median of them is believed
ENOUGH_FOR_TAIL = 8


class LatencyModel:
    """What is known of one kind of task: seconds from create to done, newest last."""

    def __init__(self, kind: Kind, samples: Iterable[float] = (), rng: random.Random | None = None) -> None:
        self._samples: deque[float] = deque(samples, maxlen=REMEMBERED)
        self._prior_s = PRIOR_MEDIAN_S[kind]
        self._rng = rng or random.Random()

    def learn(self, before_s: float, seen_s: float) -> float:
        """A task was unfinished at ``before_s`` and done when asked at ``seen_s``; returns the estimate kept.

        The middle is taken, so that asking late does not teach us to ask late for ever.
        """
        sample = (before_s + seen_s) / 2 if before_s > 0 else seen_s * 0.7
        self._samples.append(sample)
        return sample

    @property
    def median_s(self) -> float:
        """Typical latency in seconds: learned, or assumed while fewer than three are known."""
        return median(self._samples) if len(self._samples) >= ENOUGH else self._prior_s

    def first_s(self) -> float:
        """Seconds after the create at which to ask first."""
        if len(self._samples) < ENOUGH:
            return self._jittered(self._prior_s * FIRST_POLL_SHARE)
        return self._jittered(max(min(self._samples) * 0.95, MIN_INTERVAL_S))

    def next_s(self, elapsed_s: float, interval_s: float, running: int = 1) -> float:
        """Seconds until the next question, after the last interval of ``interval_s`` (0: the first).

        ``running``: how many tasks are being asked for side by side.
        """
        fair = max(running / QUESTIONS_PER_S, self.median_s * MOST_EAGER_SHARE)
        usual = max(min(fair, self.median_s * LEAST_EAGER_SHARE), MIN_INTERVAL_S)
        if elapsed_s > self._late_s():
            usual = max(usual, interval_s) * LATE_GROWTH
        return self._jittered(min(usual, MAX_INTERVAL_S))

    def _late_s(self) -> float:
        if len(self._samples) < ENOUGH_FOR_TAIL:
            return 2.5 * self.median_s
        return quantiles(self._samples, n=20)[-1] * 1.2

    def _jittered(self, seconds: float) -> float:
        return seconds * self._rng.uniform(1 - JITTER, 1 + JITTER)
