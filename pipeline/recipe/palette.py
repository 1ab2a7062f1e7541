"""The colours an asset will show, as far as a recipe says: the brand's, named ones, those of its sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any

from pipeline.recipe import colours
from pipeline.recipe.backdrop import decisive
from pipeline.recipe.bounds import MAX_TEXT
from pipeline.recipe.entries import Draft

# Plain words beside ``colours.NAMES``, which is for naming and so has one word for each shade. What is green
# by nature counts as well: green is the backdrop of choice, and few prompts for a leaf say its colour.
PLAIN: Mapping[str, str] = {
    "green": "#22C55E", "blue": "#3B82F6", "pink": "#EC4899", "brown": "#8B5A2B", "grey": "#808080",
    "silver": "#B4B8BF", "platinum": "#D4D4D4", "golden": "#E6B422", "lime": "#84CC16", "mint": "#A7F0C8",
    "emerald": "#22C55E", "jade": "#10B981", "aqua": "#06B6D4", "azure": "#3B82F6", "navy": "#14213D",
    "sapphire": "#1D4ED8", "lilac": "#C4B5FD", "amethyst": "#8B5CF6", "rose": "#EC4899",
    "scarlet": "#EF4444", "ruby": "#BE185D", "brass": "#C99A1E", "chartreuse": "#B8F000",
    **dict.fromkeys(
        ("leaf", "leaves", "foliage", "grass", "plant", "plants", "tree", "trees", "cactus", "clover"),
        "#4C9A2A",
    ),
}  # fmt: skip

MOST_NAMED = 200  # colours in one prompt; no subject has more

_HEX = re.compile(r"#(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3,4})")
_TOKEN = re.compile(rf"{_HEX.pattern}(?![0-9a-zA-Z])|[a-z]+|[^\s\w-]")


def named(text: str) -> Iterator[str]:
    """Every colour a text names, as ``#RRGGBB``; ``rose pink (#EC4899)`` is one, that of its digits."""
    tokens = _TOKEN.findall(text[:MAX_TEXT].lower().replace("gray", "grey"))
    place = 0
    while place < len(tokens):
        length = _name_at(tokens, place)
        if tokens[place][0] == "#":
            yield from filter(None, [_digits(tokens[place])])
        elif length and not _is_explained(tokens[place + length : place + length + 2]):
            yield _names()[tuple(tokens[place : place + length])]
        place += max(length, 1)


def _is_explained(after: list[str]) -> bool:
    """Whether digits follow in brackets, which then say the colour."""
    return len(after) > 1 and after[0] == "(" and bool(_digits(after[1]))


def own(values: Mapping[str, Any], prompt: str) -> set[str]:
    """The colours of one asset: template ``values`` it used that are colours, and those its prompt names."""
    used = (_digits(value) for value in values.values() if isinstance(value, str))
    return {colour for colour in (*used, *islice(named(prompt), MOST_NAMED)) if colour}


def of_all(drafts: Iterable[Draft]) -> dict[str, frozenset[str]]:
    """The colours of each asset, and of those it is made from, that are decisive for a backdrop; by name."""
    alone: dict[str, frozenset[str]] = {}
    sources: dict[str, set[str]] = {}
    for draft in drafts:
        alone[draft.name] = decisive(own(draft.used, str(draft.get("prompt") or "")))
        sources[draft.name] = set(_sources(draft))
    ancestries = ((name, _ancestry(name, sources)) for name in alone)
    return {name: decisive({colour for one in found for colour in alone[one]}) for name, found in ancestries}


def _sources(draft: Draft) -> Iterator[str]:
    for written in (draft.get("image"), *(draft.get("references") or ())):
        if isinstance(written, str) and written.startswith("asset:"):
            yield written.removeprefix("asset:").strip()


def _ancestry(name: str, sources: Mapping[str, set[str]]) -> set[str]:
    """The asset and all it is made from; a circle, reported elsewhere, ends where it began."""
    found, ahead = {name}, [name]
    while ahead:
        fresh = (sources[ahead.pop()] & sources.keys()) - found
        found |= fresh
        ahead.extend(fresh)
    return found


def _digits(text: str) -> str:
    """``#RRGGBB`` of a hex colour, without its transparency; nothing of anything else."""
    return (colours.normalise(text) or "")[:7] if _HEX.fullmatch(text) else ""


def _name_at(tokens: list[str], place: int) -> int:
    """How many words the longest colour name at a place has; 0: there is none."""
    lengths = _lengths().get(tokens[place], ())
    return next((n for n in lengths if tuple(tokens[place : place + n]) in _names()), 0)


@lru_cache(maxsize=1)
def _names() -> dict[tuple[str, ...], str]:
    known = {**PLAIN, **colours.NAMES}
    return {tuple(re.findall("[a-z]+", name)): colour for name, colour in known.items()}


@lru_cache(maxsize=1)
def _lengths() -> dict[str, tuple[int, ...]]:
    """First words of names, and how many words the names have that begin with them, longest first."""
    found: dict[str, set[int]] = {}
    for words in _names():
        found.setdefault(words[0], set()).add(len(words))
    return {word: tuple(sorted(lengths, reverse=True)) for word, lengths in found.items()}
