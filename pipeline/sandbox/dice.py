"""Chance that repeats itself: what comes of a throw follows from the seed and from what is asked about.

Nothing depends on which request comes first. A throw is named by the fault, by an identity that is the same
in every run (never a task id), and by how often that fault was asked for that identity before. Only a limit
(``0.2x3``) is for whoever comes first.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from pipeline import digest
from pipeline.sandbox.chances import Chance, Chances
from pipeline.sandbox.menu import STREAKS

SCHEMA = """
CREATE TABLE IF NOT EXISTS throws (
    fault TEXT, identity TEXT, asked INTEGER, fired INTEGER DEFAULT 0, PRIMARY KEY (fault, identity));
"""
_DIGITS = 13  # hex digits of a digest that fit a float's mantissa


class Dice:
    """Throws for one sandbox; ``database`` remembers them, so that a restart does not repeat them."""

    def __init__(self, chances: Chances, seed: int, database: sqlite3.Connection) -> None:
        self._chances: Mapping[str, Chance] = chances.of
        self._seed = seed if chances.seed is None else chances.seed
        self._database = database
        self._streaks: Counter[tuple[str, str]] = Counter()
        self.fired: dict[str, int] = dict.fromkeys(chances.of, 0)  # since the start of this process
        database.executescript(SCHEMA)
        self._before = self._earlier()

    def first(self, faults: Iterable[str], identity: str) -> str | None:
        """The first of several that comes true; those after it are not asked."""
        return next((fault for fault in faults if self.falls(fault, identity)), None)

    def falls(self, fault: str, identity: str) -> bool:
        """Whether ``fault`` comes true this time."""
        chance = self._chances.get(fault)
        if chance is None:
            return False
        if self._streaks[fault, identity]:
            self._streaks[fault, identity] -= 1
            return True
        asked = self._ask(fault, identity)
        if self._is_spent(fault, chance) or self._share(fault, identity, asked) >= chance.probability:
            return False
        self._note(fault, identity, asked)
        return True

    def number(self, fault: str, identity: str, below: int) -> int:
        """A whole number from 0, the same whenever this is asked."""
        return int(self._share(fault, identity, "number") * below)

    def _note(self, fault: str, identity: str, asked: int) -> None:
        self.fired[fault] += 1
        self._database.execute(
            "UPDATE throws SET fired = fired + 1 WHERE fault = ? AND identity = ?", (fault, identity)
        )
        least, most = STREAKS[fault]
        length = least + int(self._share(fault, identity, f"streak {asked}") * (most - least + 1))
        self._streaks[fault, identity] = length - 1

    def _ask(self, fault: str, identity: str) -> int:
        """How often it was asked before, which this adds to."""
        row = self._database.execute(
            "INSERT INTO throws (fault, identity, asked) VALUES (?, ?, 1)"
            " ON CONFLICT DO UPDATE SET asked = asked + 1 RETURNING asked",
            (fault, identity),
        ).fetchone()
        return int(row[0]) - 1

    def _is_spent(self, fault: str, chance: Chance) -> bool:
        return chance.times is not None and self._before[fault] + self.fired[fault] >= chance.times

    def _share(self, fault: str, identity: str, throw: int | str) -> float:
        """From 0 to just below 1."""
        text = digest.of_data([self._seed, fault, identity, throw])
        return float(int(text[:_DIGITS], 16) / 16**_DIGITS)

    def _earlier(self) -> Counter[str]:
        rows = self._database.execute("SELECT fault, sum(fired) FROM throws GROUP BY fault")
        return Counter(dict(rows.fetchall()))


def identity(model: str, inputs: Mapping[str, Any]) -> str:
    """What a request asks for, the same in every run: addresses count by their last part only."""
    return digest.of_data([model, _lasting(inputs)])


def _lasting(value: Any) -> Any:
    """Hosts, ports and task ids within addresses are new in every run; the names of files are not."""
    if isinstance(value, Mapping):
        return {name: _lasting(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_lasting(part) for part in value]
    if isinstance(value, str) and value.startswith(("http://", "https://")):
        return _file_name(value)
    return value


def _file_name(url: str) -> str:
    try:
        return urlsplit(url).path.rpartition("/")[2]
    except ValueError:
        return url
