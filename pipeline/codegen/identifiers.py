"""Names of assets as identifiers of a programming language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

_WORD: Final = re.compile(r"[A-Za-z0-9]+")
_PACKAGE_PART: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# https://kotlinlang.org/docs/keyword-reference.html#hard-keywords
_HARD_KEYWORDS: Final = frozenset({
    "as", "break", "class", "continue", "do", "else", "false", "for", "fun", "if", "in", "interface", "is",
    "null", "object", "package", "return", "super", "this", "throw", "true", "try", "typealias", "typeof",
    "val", "var", "when", "while",
})  # fmt: skip

ENDINGS: Final[Mapping[str, str]] = {"typescript": ".ts", "swift": ".swift", "kotlin": ".kt"}
"""Language → what its file is called."""

RESERVED: Final[Mapping[str, frozenset[str]]] = {
    # ECMAScript allows every word as a property name: nothing is reserved there.
    "typescript": frozenset(),
    # What no type may be called (The Swift Programming Language, Lexical Structure), and what the types
    # beside it refer to: a nested one of that name would be found first.
    "swift": frozenset(
        {"Any", "Self", "Type", "Protocol", "Picture", "String", "Int", "Sendable", "Hashable"}
    ),
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


def clashes(names: Iterable[str], language: str) -> dict[str, str]:
    """Asset → the earlier one that becomes the same identifier: ``a-b`` and ``a_b`` are both ``AB``.

    In Kotlin capitals make no difference: every object is compiled to a file of its own, and some disks do
    not tell ``AB.class`` from ``Ab.class``.
    """
    taken: dict[str, str] = {}
    found = {}
    for name in names:
        identifier = upper_camel(name)
        first = taken.setdefault(identifier.casefold() if language == "kotlin" else identifier, name)
        if first != name:
            found[name] = first
    return found


def package_fault(package: str) -> str:
    """Why text cannot be a Kotlin package; empty when it can."""
    for part in package.split("."):
        if not _PACKAGE_PART.fullmatch(part):
            return "is not a Kotlin package"
        if part in _HARD_KEYWORDS:
            return f"holds the word {part}, which is Kotlin's own"
    return ""
