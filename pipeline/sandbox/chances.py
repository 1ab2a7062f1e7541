"""How likely each fault is, read from text: ``too-many=0.2,create-dropped-after=0.05x2,seed=7``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.errors import UsageError
from pipeline.recipe.wording import nearest, show
from pipeline.sandbox.menu import NAMES

ALL, SEED = "all", "seed"

_CHANCE = re.compile(r"(?P<probability>[0-9]*\.?[0-9]+|[0-9]+\.)(?:x(?P<times>[1-9][0-9]{0,8}))?", re.ASCII)
_WHOLE = re.compile(r"[0-9]{1,18}", re.ASCII)
_FORM = "write NAME=P or NAME=PxN: a probability from 0 to 1, and at most how many times"


@dataclass(frozen=True, slots=True)
class Chance:
    """A probability from 0 to 1 each time it is asked, and how often it may come true; None: no limit."""

    probability: float
    times: int | None = None


@dataclass(frozen=True, slots=True)
class Chances:
    """What may go wrong. ``seed`` None leaves it to the sandbox's own."""

    of: Mapping[str, Chance] = field(default_factory=dict)
    seed: int | None = None


def parse(text: str) -> Chances:
    """Chances by fault; a fault's own entry beats ``all``. Raises ``UsageError``."""
    entries: dict[str, str] = {}
    for entry in text.split(",") if text.strip() else ():
        name, value = _split(entry)
        if name in entries:
            raise UsageError(f"--faults names {name} twice", hint="Keep one of the two.")
        entries[name] = value
    seed = _seed(entries.pop(SEED)) if SEED in entries else None
    chances = {name: _chance(name, value) for name, value in entries.items()}
    every = chances.pop(ALL, None)
    return Chances({**(dict.fromkeys(NAMES, every) if every else {}), **chances}, seed)


def _split(entry: str) -> tuple[str, str]:
    name, equals, value = (part.strip() for part in entry.partition("="))
    if name not in (*NAMES, ALL, SEED):
        near = nearest(name, (*NAMES, ALL, SEED))
        hint = f"Did you mean {near}? " if near else ""
        raise UsageError(
            f"--faults: the sandbox has no fault called {show(name)}",
            hint=f"{hint}The list: {', '.join(NAMES)}; also all=P and seed=N.",
        )
    if not equals:
        raise UsageError(f"--faults: {name} stands without a value", hint=f"Please {_FORM}.")
    return name, value


def _chance(name: str, value: str) -> Chance:
    found = _CHANCE.fullmatch(value)
    if found is None or float(found["probability"]) > 1:
        raise UsageError(f"--faults: {show(value)} is no chance of {name}", hint=f"Please {_FORM}.")
    return Chance(float(found["probability"]), int(found["times"]) if found["times"] else None)


def _seed(value: str) -> int:
    if not _WHOLE.fullmatch(value):
        raise UsageError(f"--faults: seed={show(value)} is no whole number", hint="Write it like seed=7.")
    return int(value)
