"""Bounds on one input: processor time, which other programs do not spend for us, and memory."""

from __future__ import annotations

import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_KB = 1 if sys.platform == "darwin" else 1024


class Stopped(BaseException):
    """The code under test is stopped from outside: no ``Exception``, lest it take this for one of its own."""


class TooSlow(Stopped):
    """The time is up."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raises ``TooSlow`` in the main thread after that much processor time; once a call into C returns."""
    before = signal.signal(signal.SIGPROF, _stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _stop(number: int, frame: object) -> None:
    raise TooSlow


def peak_mb() -> float:
    """The most memory this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KB / 1e6


def bound_memory(gigabytes: float) -> None:
    """Let allocations beyond that fail, rather than the machine."""
    size = int(gigabytes * 1e9)
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
