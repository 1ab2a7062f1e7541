"""Small harm done to real files: bytes changed, runs repeated or dropped, words where they do not belong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from hypothesis import strategies as st

MOST = 300_000  # bytes of a mutated file
_T = TypeVar("_T")
Edit = tuple[int, int, int, int]  # which harm, where (of 65,536), how long, with what


def pick(values: Sequence[_T]) -> st.SearchStrategy[_T]:
    """One of ``values``, which may be large: ``sampled_from`` would keep them all in its representation."""
    return st.integers(0, len(values) - 1).map(values.__getitem__)


def edits(least: int = 0, most: int = 6) -> st.SearchStrategy[list[Edit]]:
    """Harm to be done, in order."""
    number = st.integers(0, 0xFFFF)
    return st.lists(
        st.tuples(st.integers(0, len(HARMS) - 1), number, number, number), min_size=least, max_size=most
    )


def mutated(
    corpus: Sequence[bytes], words: Sequence[bytes], *, least: int = 0, most: int = 6
) -> st.SearchStrategy[bytes]:
    """One of ``corpus`` after some harm; ``words`` are what its language is made of."""
    return st.builds(
        lambda number, harm: harmed(corpus[number], harm, words, corpus),
        st.integers(0, len(corpus) - 1),
        edits(least, most),
    )


def harmed(data: bytes, harm: Sequence[Edit], words: Sequence[bytes], others: Sequence[bytes]) -> bytes:
    """``data`` after every edit."""
    for kind, place, length, choice in harm:
        at = place * (len(data) + 1) >> 16
        data = HARMS[kind](data, at, length, choice, words, others)[:MOST]
    return data


Harm = Callable[[bytes, int, int, int, Sequence[bytes], Sequence[bytes]], bytes]


def _flip(data: bytes, at: int, length: int, choice: int, words: object, others: object) -> bytes:
    return data[:at] + bytes([data[at] ^ (1 << choice % 8)]) + data[at + 1 :] if at < len(data) else data


def _set(data: bytes, at: int, length: int, choice: int, words: object, others: object) -> bytes:
    return data[:at] + bytes([choice & 0xFF]) + data[at + 1 :]


def _drop(data: bytes, at: int, length: int, choice: int, words: object, others: object) -> bytes:
    return data[:at] + data[at + 1 + length % 64 :]


def _repeat(data: bytes, at: int, length: int, choice: int, words: object, others: object) -> bytes:
    run = data[at : at + 1 + length % 48]
    times = 1 + choice % 8 if choice % 16 else min(choice, MOST // (len(run) + 1))
    return data[:at] + run * times + data[at:]


def _insert(data: bytes, at: int, length: int, choice: int, words: Sequence[bytes], others: object) -> bytes:
    return data[:at] + words[choice % len(words)] + data[at:]


def _replace(data: bytes, at: int, length: int, choice: int, words: Sequence[bytes], others: object) -> bytes:
    return data[:at] + words[choice % len(words)] + data[at + length % 16 :]


def _cut(data: bytes, at: int, length: int, choice: int, words: object, others: object) -> bytes:
    return data[:at]


def _splice(data: bytes, at: int, length: int, choice: int, words: object, others: Sequence[bytes]) -> bytes:
    other = others[choice % len(others)]
    return data[:at] + other[length * (len(other) + 1) >> 16 :]


def _swap_lines(data: bytes, at: int, length: int, choice: int, words: object, others: object) -> bytes:
    lines = data.splitlines(keepends=True)
    if len(lines) > 1:
        one, two = at % len(lines), length % len(lines)
        lines[one], lines[two] = lines[two], lines[one]
    return b"".join(lines)


def _drop_line(data: bytes, at: int, length: int, choice: int, words: object, others: object) -> bytes:
    lines = data.splitlines(keepends=True)
    return b"".join(lines[: at % len(lines)] + lines[at % len(lines) + 1 :]) if lines else data


def _value(data: bytes, at: int, length: int, choice: int, words: Sequence[bytes], others: object) -> bytes:
    """A word in place of what follows the next colon of a line."""
    colon = data.find(b": ", at)
    end = data.find(b"\n", colon)
    return data if colon < 0 or end < 0 else data[: colon + 2] + words[choice % len(words)] + data[end:]


HARMS: tuple[Harm, ...] = (
    _drop,  # the first is what Hypothesis simplifies to
    _flip,
    _set,
    _repeat,
    _insert,
    _insert,
    _replace,
    _value,
    _value,
    _cut,
    _splice,
    _swap_lines,
    _drop_line,
)
