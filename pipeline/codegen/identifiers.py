"""Names of assets as identifiers of a programming language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

_WORD: Final = re.compile(r"[A-Za-z0-9]+")

RESERVED: Final[Mapping[str, frozenset[str]]] = {
    # ECMAScript allows every word as a property name: nothing is reserved there.
    "typescript": frozenset(),
    # A type may be called anything but these (The Swift Programming Language, Lexical Structure).
    "swift": frozenset({"Any", "Self", "Type", "Protocol", "Picture"}),
    # Objects in the scope of ``Assets``: its own class, and what Kotlin puts into every scope that they use.
    "kotlin": frozenset({"Picture", "String", "Int", "Map", "Any", "Nothing", "Unit"}),
}
"""Identifiers, in upper camel case, that an asset cannot have in the file we write."""


def words(name: str) -> list[str]:
    """The words of an asset's name: ``credit-coin.v2`` → credit, coin, v2."""
    return _WORD.findall(name)


def upper_camel(name: str) -> str:
    """``credit-coin`` → ``CreditCoin``; one that begins with a digit gets an underscore before it."""
    joined = "".join(word[0].upper() + word[1:] for word in words(name))
    return f"_{joined}" if joined[:1].isdigit() else joined


def lower_camel(name: str) -> str:
    """``credit-coin`` → ``creditCoin``."""
    joined = upper_camel(name)
    return joined[:1].lower() + joined[1:]


def type_name(name: str, language: str) -> str:
    """The name of the type or object for an asset; an underscore follows one that is reserved."""
    found = upper_camel(name)
    return f"{found}_" if found in RESERVED[language] else found


def clashes(names: Iterable[str]) -> dict[str, str]:
    """Asset → the earlier one that becomes the same identifier: ``a-b`` and ``a_b`` are both ``AB``."""
    taken: dict[str, str] = {}
    found = {}
    for name in names:
        first = taken.setdefault(upper_camel(name), name)
        if first != name:
            found[name] = first
    return found
