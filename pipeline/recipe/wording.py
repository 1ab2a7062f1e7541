"""How messages quote values and suggest what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.errors import clean

MOST_SUGGESTED = 40


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
    known = [str(name) for name in allowed]
    near = nearest(word, known)
    listed = ", ".join(known[:MOST_SUGGESTED]) + ("…" if len(known) > MOST_SUGGESTED else "")
    return " ".join(filter(None, (near and f"did you mean {near}?", listed and f"allowed: {listed}")))


def nearest(word: str, known: Iterable[str]) -> str:
    """The nearest spelling, capitals aside; empty when nothing is near."""
    import difflib

    folded = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower()[:100], folded, n=1, cutoff=0.6)
    return folded[near[0]] if near else ""
