"""One target and what came of trying it: inputs from Hypothesis, every failure kept with its smallest input.

Batch ``n`` of a target draws the same inputs for the same seed, whatever ran before it and however long it
took. Inputs are plain literals, so that a failure is saved as text and replayed from it.
"""

from __future__ import annotations

import hashlib
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fuzz.limits import Stopped, TooSlow, peak_mb, within
from fuzz.watch import Stray
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy

import pipeline

HOUSE = str(Path(pipeline.__file__).parent)
MOST_SHRINKS = 400  # runs spent on making a failing input smaller
MOST_SLOW_SHRINKS = 12  # each of these costs the whole time limit


class Broken(Exception):
    """A promise that an input broke; ``rule`` says which, the text how."""

    def __init__(self, rule: str, detail: object = "") -> None:
        super().__init__(f"{rule}: {detail}" if detail != "" else rule)
        self.rule = rule


def promise(kept: object, rule: str, detail: object = "") -> None:
    """Raises ``Broken`` unless ``kept``."""
    if not kept:
        raise Broken(rule, str(detail)[:400])


@dataclass(frozen=True, slots=True)
class Target:
    """Something that reads what others wrote.

    ``check`` tries one input and says in a word how it ended ("loaded", "refused"); whatever it raises is a
    failure, and so is more than ``seconds`` of processor time or ``megabytes`` of new memory for one input.
    """

    name: str
    inputs: SearchStrategy[Any]
    check: Callable[[Any], str]
    batch: int = 100  # inputs: one to three seconds of work
    seconds: float = 2.0
    megabytes: float = 250.0


@dataclass(slots=True)
class Failure:
    """One way to fail, with the smallest input seen to do so."""

    text: str  # of the input, as a Python literal
    trace: str
    seen: int = 1


@dataclass(slots=True)
class Tally:
    """What came of the inputs of one target. ``slack`` widens the time limit for slow interpreters."""

    target: Target
    slack: float = 1.0
    before: Callable[[str], None] = lambda _text: None  # told of each input as a literal
    tried: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    failures: dict[str, Failure] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)  # failures that nobody needs a smaller input for
    slowest_s: float = 0.0
    _shrinking: str = ""
    _left: int = 0

    def run(self, campaign_seed: int, number: int, count: int = 0) -> None:
        """Try batch ``number``: ``count`` inputs, or as many as the target says."""
        self._shrinking = ""

        @seed(_derive(campaign_seed, self.target.name, number))
        @settings(
            max_examples=count or self.target.batch,
            database=None,
            deadline=None,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink),
        )
        @given(self.target.inputs)
        def batch(value: Any) -> None:
            self.attempt(value)

        try:
            batch()
        except Exception:
            if not self._shrinking:  # a fault of the generator itself
                raise
        self.known |= {self._shrinking} - {""}

    def attempt(self, value: Any) -> None:
        """Try one input. Raises what it failed with while a smaller input of that kind is worth a search."""
        text = repr(value)
        self.before(text)
        self.tried += 1
        try:
            with self._measured():
                outcome = self.target.check(value)
        except (Exception, Stopped) as error:
            self.outcomes["failed"] += 1
            if self._note(error, text):
                raise Broken(signature(error)) from error
        else:
            self.outcomes[outcome] += 1

    @contextmanager
    def _measured(self) -> Iterator[None]:
        """Bound processor time and memory; both are of this process alone."""
        began, held, limit = time.process_time(), peak_mb(), self.target.seconds * self.slack
        try:
            with within(limit):
                yield
        finally:
            spent = time.process_time() - began
            self.slowest_s = max(self.slowest_s, spent)
        promise(spent <= limit, f"an input takes at most {limit:g} s", f"{spent:.1f} s")
        grown, most = peak_mb() - held, self.target.megabytes
        promise(grown <= most, f"an input takes at most {most:g} MB", f"{grown:.0f} MB")

    def _note(self, error: BaseException, text: str) -> bool:
        """Keep the failure; whether Hypothesis is to look for a smaller input."""
        sign = signature(error)
        found = self.failures.setdefault(sign, Failure(text, _trace(error), seen=0))
        found.seen += 1
        if (len(text), text) < (len(found.text), found.text):
            found.text, found.trace = text, _trace(error)
        if not self._shrinking and sign not in self.known:
            self._shrinking = sign
            self._left = MOST_SLOW_SHRINKS if isinstance(error, TooSlow) else MOST_SHRINKS
        self._left -= 1
        return sign == self._shrinking and self._left > 0


def signature(error: BaseException) -> str:
    """What makes two failures the same: the broken promise, or the kind of error and where we raised it."""
    if isinstance(error, Broken):
        return error.rule
    if isinstance(error, Stray):
        return f"leaves the project in {error.place}"
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if frame.filename.startswith(HOUSE)] or frames[-1:]
    if isinstance(error, TooSlow):  # stopped anywhere in the loop that takes so long
        return f"too slow in {Path(ours[-1].filename).name}"
    place = f"{Path(ours[-1].filename).name}, {ours[-1].name}" if ours else "nowhere"
    return f"{type(error).__name__} in {place}"


def _trace(error: BaseException) -> str:
    """The traceback, of a deep recursion only its ends."""
    lines = "".join(traceback.format_exception(error)).splitlines()
    kept = lines if len(lines) <= 80 else [*lines[:30], "…", *lines[-30:]]
    return "\n".join(line[:500] for line in kept)


def _derive(campaign_seed: int, name: str, number: int) -> int:
    text = f"{campaign_seed} {name} {number}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
