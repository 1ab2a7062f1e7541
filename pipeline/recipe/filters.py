"""The colour filters of templates: each takes a colour as a brand writes it; amounts are 0.2 or "20%"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pipeline.recipe import colours
from pipeline.recipe.values import Group, TemplateFault
from pipeline.recipe.wording import show


def _colour(value: Any, filter_name: str) -> str:
    if isinstance(value, str) and colours.normalise(value):
        return value
    shown = value.path if isinstance(value, Group) else show(value)
    raise TemplateFault(f"{filter_name} needs a colour, and {shown} is none", find=filter_name)


def _share(value: Any, filter_name: str) -> float:
    number = value
    if isinstance(value, str) and value.strip().endswith("%"):
        try:
            number = float(value.strip()[:-1]) / 100
        except ValueError:
            number = None
    if isinstance(number, int | float) and 0 <= number <= 1:
        return float(number)
    raise TemplateFault(f"{filter_name} needs a share from 0 to 1, such as 0.2 or '20%'", find=filter_name)


def describe(value: Any) -> str:
    """``rose pink (#EC4899)``; for a gradient ``rose pink (#EC4899) to violet (#8B5CF6)``."""
    stops = value if isinstance(value, Group) and isinstance(value.data, list) else [value]
    return " to ".join(colours.describe(_colour(stop, "describe")) for stop in stops)


def lighten(value: Any, amount: Any = 0.1) -> str:
    return colours.lighten(_colour(value, "lighten"), _share(amount, "lighten"))


def darken(value: Any, amount: Any = 0.1) -> str:
    return colours.lighten(_colour(value, "darken"), -_share(amount, "darken"))


def mix(value: Any, other: Any, share: Any = 0.5) -> str:
    return colours.mix(_colour(value, "mix"), _colour(other, "mix"), _share(share, "mix"))


def contrast(value: Any, *candidates: Any) -> str:
    given = tuple(_colour(candidate, "contrast") for candidate in candidates)
    return colours.contrast(_colour(value, "contrast"), given or ("#000000", "#FFFFFF"))


def rgb(value: Any) -> str:
    return "rgb({}, {}, {})".format(*colours.rgb(_colour(value, "rgb")))


def hsl(value: Any) -> str:
    return "hsl({}, {}%, {}%)".format(*colours.hsl(_colour(value, "hsl")))


FILTERS: Mapping[str, Callable[..., str]] = {
    "describe": describe,
    "lighten": lighten,
    "darken": darken,
    "mix": mix,
    "contrast": contrast,
    "rgb": rgb,
    "hsl": hsl,
}

COSTS: Mapping[str, int] = {"describe": 100, "lighten": 250, "darken": 250, "mix": 250, "contrast": 250}
"""What a filter costs in units of ``bounds.Work``; those not listed cost one."""
