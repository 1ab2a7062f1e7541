"""What the table of a target says, in forms that tests compare."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from pipeline.targets import catalogue
from pipeline.targets.brief import Brief
from pipeline.targets.output import SLOTS, Bundle, Draw, Entry, Look, Output, Text

PLAIN = Brief("kite")
FULL = Brief(
    "kite", "Paper kite", (1024, 1024), background="#EC4899", slots=frozenset(SLOTS)
)  # with every drawing
PHOTO = Brief("kite", size=(1600, 1200), opaque=True, background="#101820")
TINY = Brief("k-1", size=(1, 7))
ODD = Brief("A.b-c_2", "Tom & \"Jerry\" <3 'q' \\ é")
BRIEFS = {"plain": PLAIN, "full": FULL, "photo": PHOTO, "tiny": TINY, "odd": ODD}

INFO = {"author": "xcode", "version": 1}
DARK = [{"appearance": "luminosity", "value": "dark"}]
TINTED = [{"appearance": "luminosity", "value": "tinted"}]


def table(name: str, brief: Brief = PLAIN, /, **said: Any) -> tuple[Output, ...]:
    return catalogue.target(name).outputs(brief, said)


def paths(outputs: Iterable[Output]) -> list[str]:
    return [one.path for one in outputs]


def sizes(outputs: Iterable[Output]) -> dict[str, tuple[int, int]]:
    """px of every picture."""
    return {one.path: (one.width, one.height) for one in outputs if isinstance(one, Draw)}


def sides(outputs: Iterable[Output]) -> dict[str, int]:
    """px of every picture, all of them squares."""
    assert all(width == height for width, height in sizes(outputs).values())
    return {path: width for path, (width, _) in sizes(outputs).items()}


def looks(outputs: Iterable[Output]) -> dict[str, Look]:
    return {one.path: one.look for one in outputs if isinstance(one, Draw)}


def entries(outputs: Iterable[Output], path: str) -> tuple[Entry, ...]:
    (found,) = [one for one in outputs if isinstance(one, Bundle) and one.path == path]
    return found.entries


def text(outputs: Iterable[Output], path: str) -> str:
    (found,) = [one for one in outputs if isinstance(one, Text) and one.path == path]
    return found.text


def parsed(outputs: Iterable[Output], path: str) -> Any:
    return json.loads(text(outputs, path))
