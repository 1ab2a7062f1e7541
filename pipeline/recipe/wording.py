"""How messages quote values and suggest what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any

from pipeline.errors import clean

MOST_SUGGESTED = 40
MOST_COMPARED = 1_000
LONGEST_WORD = 100


def show(value: Any) -> str:
    """A value as a message quotes it."""
    if isinstance(value, str):
        return f'"{clean(value, 60)}"'
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    if value is None:
        return "nothing"
    return str(value).lower() if isinstance(value, bool) else clean(value, 60)


def suggest(word: str, allowed: Iterable[Any]) -> str:
    """A hint: the nearest spelling if one is near, and what is allowed."""
    known = [str(name) for name in islice(allowed, MOST_COMPARED)]
    near = nearest(word, known)
    listed = ", ".join(clean(name, 60) for name in known[:MOST_SUGGESTED]) + (
        "…" if len(known) > MOST_SUGGESTED else ""
    )
    return " ".join(
        filter(None, (near and f"did you mean {clean(near, 100)}?", listed and f"allowed: {listed}"))
    )


def nearest(word: str, known: Iterable[str]) -> str:
    """The nearest spelling, capitals aside; empty when nothing is near. Of very many only the first count."""
    return _nearest(word.lower()[:LONGEST_WORD], tuple(islice(known, MOST_COMPARED)))


@lru_cache(maxsize=256)
def _nearest(word: str, known: tuple[str, ...]) -> str:
    import difflib

    folded = {name.lower()[:LONGEST_WORD]: name for name in known}
    near = difflib.get_close_matches(word, folded, n=1, cutoff=0.6)
    return folded[near[0]] if near else ""
