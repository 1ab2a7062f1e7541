"""The JSON Schema of ``targets``: every target with its options, for editors to complete and explain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from pipeline.targets import catalogue
from pipeline.targets.options import COMMON, LARGEST_PX, MOST_SIZES, MOST_TEXT, Option, takes

TEMPLATE: Final = {"type": "string", "pattern": r"\{[{%]"}
_NULL: Final = {"type": "null"}
_PX: Final = {"type": "integer", "minimum": 1, "maximum": LARGEST_PX}
_TEXT: Final = {"type": "string", "minLength": 1, "maxLength": MOST_TEXT}

_VALUES: Final[Mapping[str, Callable[[Option], list[dict[str, Any]]]]] = {
    "choice": lambda option: [{"enum": list(option.choices)}],
    "choices": lambda option: [
        {"enum": list(option.choices)},
        {"type": "array", "items": {"enum": list(option.choices)}},
    ],
    "flag": lambda _: [{"type": "boolean"}],
    "color": lambda _: [{"type": "string", "pattern": "^#[0-9A-Fa-f]{6}$"}],
    "share": lambda _: [{"type": "number", "minimum": 0}, {"type": "string", "pattern": "^[0-9.]+ ?%$"}],
    "px": lambda _: [_PX],
    "sizes": lambda _: [{"type": "array", "items": _PX, "maxItems": MOST_SIZES}],
}
"""What else an option takes is one line of text."""


def definitions() -> dict[str, Any]:
    """``$defs``: what ``targets`` takes (a name, a list of names, names with options), and what all take."""
    common = {_name_of(option): _option(option) for option in COMMON}
    return {**common, "Targets": _targets()}


def _targets() -> dict[str, Any]:
    names = list(catalogue.NAMES)
    options = {name: {"anyOf": [{"type": "boolean"}, _options(name), _NULL]} for name in names}
    mapping = {"type": "object", "properties": options, "additionalProperties": False}
    return {"anyOf": [{"enum": names}, {"type": "array", "items": {"enum": names}}, mapping, _NULL]}


def _options(name: str) -> dict[str, Any]:
    target = catalogue.target(name)
    return {
        "type": "object",
        "description": f"{target.title}. {target.place}",
        "properties": {
            **{option.name: _option(option) for option in target.own},
            **{option.name: {"$ref": f"#/$defs/{_name_of(option)}"} for option in COMMON},
        },
        "additionalProperties": False,
    }


def _name_of(option: Option) -> str:
    return f"Target{option.name.capitalize()}"


def _option(option: Option) -> dict[str, Any]:
    values = _VALUES[option.kind](option) if option.kind in _VALUES else [_TEXT]
    text = [] if _TEXT in values else [TEMPLATE]
    return {
        "anyOf": [*values, *text, _NULL],
        "description": f"{option.help} It takes {takes(option)}{_usually(option)}.",
    }


def _usually(option: Option) -> str:
    if option.default in (None, "", (), False):
        return ""
    listed = option.default if isinstance(option.default, tuple) else (option.default,)
    shown = ", ".join(str(one).lower() if isinstance(one, bool) else str(one) for one in listed)
    return f"; {shown} unless said"
