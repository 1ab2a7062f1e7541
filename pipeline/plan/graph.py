"""The order in which assets can be made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def heights(depends: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """For each asset the length of the longest chain of assets that wait for it (0: nobody waits)."""
    waiting: dict[str, list[str]] = {name: [] for name in depends}
    for name, needed in depends.items():
        for other in needed:
            waiting[other].append(name)
    result: dict[str, int] = {}
    for name in reversed(order(depends)):
        result[name] = max((result[other] + 1 for other in waiting[name]), default=0)
    return result


def order(depends: Mapping[str, Sequence[str]]) -> list[str]:
    """Names so that each comes after all it depends on, otherwise in the order given.

    Every dependency must be a key and there must be no cycle; the recipe loader has seen to both.
    Raises ``ValueError`` on a cycle all the same, for callers that build graphs of their own.
    """
    done: dict[str, None] = {}
    remaining = dict(depends)
    while remaining:
        ready = [name for name, needed in remaining.items() if all(other in done for other in needed)]
        if not ready:
            raise ValueError(f"these depend on each other: {', '.join(sorted(remaining))}")
        for name in ready:
            done[name] = None
            del remaining[name]
    return list(done)


def downstream(depends: Mapping[str, Sequence[str]], start: set[str]) -> set[str]:
    """Every asset that is made from one of ``start``, directly or not; ``start`` itself is left out."""
    found = set(start)
    for name in order(depends):
        if any(other in found for other in depends[name]):
            found.add(name)
    return found - start


def upstream(depends: Mapping[str, Sequence[str]], start: set[str]) -> set[str]:
    """Every asset that one of ``start`` is made from, directly or not; ``start`` itself is left out."""
    found: set[str] = set()
    pending = list(start)
    while pending:
        for other in depends[pending.pop()]:
            if other not in found:
                found.add(other)
                pending.append(other)
    return found - start
