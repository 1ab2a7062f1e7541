"""What went wrong between the brackets of YAML's flow style, which libyaml notices only lines later."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

Place = tuple[int, int]  # line and column, from 0

MAX_OPEN = 40
_PAIRS = {yaml.FlowMappingEndToken: "{", yaml.FlowSequenceEndToken: "["}
_OPENERS = {yaml.FlowMappingStartToken: "{", yaml.FlowSequenceStartToken: "["}
_HEX = r"#(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3,4})(?![0-9A-Za-z])"
_COLOUR = re.compile(rf"[:\[,]\s*({_HEX})")


@dataclass(frozen=True, slots=True)
class Bracket:
    """An opening bracket and where it stands."""

    sign: str
    at: Place


@dataclass(frozen=True, slots=True)
class Flow:
    """The brackets open where a mistake was noticed, and those open to the end; the innermost comes last."""

    around: tuple[Bracket, ...]
    unclosed: tuple[Bracket, ...]
    quoted: tuple[tuple[Place, Place], ...]  # from and to

    def swallowed_colour(self, lines: tuple[str, ...], noticed: Place) -> tuple[Place, str] | None:
        """The first colour that YAML takes for a comment between the outermost bracket and ``noticed``."""
        if not self.around:
            return None
        first = self.around[0].at
        for number in range(first[0], min(noticed[0] + 1, len(lines))):
            for found in _COLOUR.finditer(lines[number]):
                at = (number, found.start(1))
                if at > first and not any(start <= at < end for start, end in self.quoted):
                    return at, found[1]
        return None


def look(text: str, noticed: Place) -> Flow:
    """The brackets around the place where libyaml ``noticed`` a mistake in ``text``."""
    open_now: list[Bracket] = []
    around: tuple[Bracket, ...] = ()
    quoted: list[tuple[Place, Place]] = []
    for token in _tokens(text):
        at = (token.start_mark.line, token.start_mark.column)
        if type(token) in _OPENERS:
            open_now.append(Bracket(_OPENERS[type(token)], at))
        elif open_now and _PAIRS.get(type(token)) == open_now[-1].sign:
            open_now.pop()
        elif isinstance(token, yaml.ScalarToken) and not token.plain:
            quoted.append((at, (token.end_mark.line, token.end_mark.column)))
        if at < noticed:
            around = tuple(open_now)
        if len(open_now) > MAX_OPEN:
            break
    return Flow(around, tuple(open_now), tuple(quoted))


def _tokens(text: str) -> Any:
    """The tokens up to the first that is none."""
    try:
        yield from yaml.scan(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    except (yaml.YAMLError, UnicodeError):
        return
