"""What may be said about a target in a recipe or on the command line, and what was said, checked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from pipeline.errors import clean

Kind = Literal[
    "choice", "flag", "color", "share", "px", "text", "name", "resource", "path", "choices", "sizes"
]

MOST_TEXT = 200
LARGEST_PX = 8192
MOST_SIZES = 40
LARGEST_PADDING = 0.45  # of a side, on every side: what is left is a tenth

_COLOR: Final = re.compile(r"#[0-9A-Fa-f]{6}")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}(?<!\.)")
_RESOURCE: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")  # Android: a–z, 0–9 and underscore
_FOLDER: Final = r"[A-Za-z0-9_][A-Za-z0-9._ &-]{0,63}(?<![. ])"  # Windows drops a dot or space at the end
_PATH: Final = re.compile(f"{_FOLDER}(/{_FOLDER}){{0,9}}")
_PERCENT: Final = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,4})?) ?%")


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be said about a target.

    Kinds: choice (one of ``choices``), choices (any of them, or none), flag, color ("#RRGGBB"),
    share ("8%" or 0.08), px (1..8192), sizes (a list of px), text, name (of a file), resource (an Android
    name), path (a folder below the set's).
    """

    name: str
    kind: Kind
    default: Any
    help: str
    choices: tuple[str, ...] = ()


BACKGROUND: Final = Option("background", "color", "", "Behind transparency, instead of the set's own.")
PADDING: Final = Option("padding", "share", None, "Of a side, on every side, instead of the platform's own.")
COMMON: Final = (BACKGROUND, PADDING)
"""What every target takes."""


class OptionFault(ValueError):
    """A value an option does not take. ``name`` is the option's, ``hint`` what it takes."""

    def __init__(self, name: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.name, self.message, self.hint = name, message, hint


def settle(options: Sequence[Option], said: Mapping[str, Any]) -> dict[str, Any]:
    """Every option's value: what was ``said`` in its canonical form, else the default.

    Raises ``OptionFault`` for the first that is wrong; ``faults`` finds all of them.
    """
    for fault in faults(options, said):
        raise fault
    return {one.name: value_of(one, said[one.name]) if one.name in said else one.default for one in options}


def faults(options: Sequence[Option], said: Mapping[str, Any]) -> Iterator[OptionFault]:
    """Everything that is wrong with what was said."""
    known = {one.name: one for one in options}
    for name, value in said.items():
        if name not in known:
            yield OptionFault(name, f"there is no option {clean(name)}", f"known: {', '.join(known)}")
            continue
        try:
            value_of(known[name], value)
        except OptionFault as fault:
            yield fault


def value_of(option: Option, value: Any) -> Any:
    """``value`` as the tables want it: upper-case colours, shares from 0 to 1, tuples.

    The default may always be said. Raises ``OptionFault``.
    """
    if type(value) is type(option.default) and value == option.default:
        return value
    read = _READERS[option.kind]
    found = read(option, value)
    if found is None:
        raise OptionFault(
            option.name, f"{option.name} does not take {clean(value)}", f"it takes {takes(option)}"
        )
    return found


def takes(option: Option) -> str:
    """What an option takes, for people: ``light or dark``, ``a colour such as "#EC4899"``."""
    if option.kind in ("choice", "choices"):
        listed = ", ".join(option.choices)
        return f"one of {listed}" if option.kind == "choice" else f"a list of any of {listed}"
    return _TAKES[option.kind]


_TAKES: Final[Mapping[str, str]] = {
    "flag": "true or false",
    "color": 'a colour such as "#EC4899"',
    "share": f"a share such as 8%, at most {LARGEST_PADDING:.0%}",
    "px": f"a whole number of px from 1 to {LARGEST_PX}",
    "sizes": f"a list of at most {MOST_SIZES} numbers of px",
    "text": f"one line of text, at most {MOST_TEXT} characters",
    "name": "a file name of letters, digits, dots, dashes and underscores",
    "resource": "a name of a–z, 0–9 and underscores that begins with a letter",
    "path": "a folder below the set's",
}


def _choice(option: Option, value: Any) -> str | None:
    return value if isinstance(value, str) and value in option.choices else None


def _choices(option: Option, value: Any) -> tuple[str, ...] | None:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list | tuple) or any(one not in option.choices for one in listed):
        return None
    return tuple(one for one in option.choices if one in listed)


def _flag(_option: Option, value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _color(_option: Option, value: Any) -> str | None:
    return value.upper() if isinstance(value, str) and _COLOR.fullmatch(value) else None


def _share(_option: Option, value: Any) -> float | None:
    if isinstance(value, str) and (found := _PERCENT.fullmatch(value)):
        value = float(found[1]) / 100
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= LARGEST_PADDING else None


def _px(_option: Option, value: Any) -> int | None:
    right = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= LARGEST_PX
    return value if right else None


def _sizes(option: Option, value: Any) -> tuple[int, ...] | None:
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= MOST_SIZES:
        return None
    sizes = {_px(option, one) for one in value}
    return None if None in sizes else tuple(sorted(filter(None, sizes)))


def _text(_option: Option, value: Any) -> str | None:
    right = isinstance(value, str) and 0 < len(value) <= MOST_TEXT and value.isprintable()
    return value if right else None


def _matching(pattern: re.Pattern[str]) -> Any:
    return lambda _option, value: value if isinstance(value, str) and pattern.fullmatch(value) else None


_READERS: Final[Mapping[str, Any]] = {
    "choice": _choice,
    "choices": _choices,
    "flag": _flag,
    "color": _color,
    "share": _share,
    "px": _px,
    "sizes": _sizes,
    "text": _text,
    "name": _matching(_NAME),
    "resource": _matching(_RESOURCE),
    "path": _matching(_PATH),
}
