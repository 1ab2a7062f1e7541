"""Text with templates → text. Plain ``{{ brand.colors.primary | describe }}`` is filled in here, which spares
most recipes the import of Jinja2 and the compiling of every prompt; anything more goes to Jinja2 whole.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from typing import Any

from pipeline.recipe.bounds import MAX_OUTPUT, MAX_TEXT, Work
from pipeline.recipe.filters import COSTS, FILTERS
from pipeline.recipe.values import Group, TemplateFault

_NAME = r"[A-Za-z][A-Za-z0-9_]*"
_EXPRESSION = re.compile(r"\{\{(?:(?!\{\{).)*?\}\}", re.DOTALL)  # in one pass: none begins within another
_PLAIN = re.compile(rf"\{{\{{\s*({_NAME}(?:\.{_NAME})+)((?:\s*\|\s*[a-z]+)*)\s*\}}\}}", re.ASCII)


def render(text: str, names: Mapping[str, Group], work: Work | None = None) -> str:
    """``text`` with its templates replaced; what they read is noted in the groups.

    Raises ``TemplateFault``, also when the recipe has used up its ``work``.
    """
    work = work or Work()
    if len(text) > MAX_TEXT:
        raise TemplateFault(f"the text has more than {MAX_TEXT:,} characters")
    work.read(len(text))
    if not any(mark in text for mark in ("{{", "{%", "{#")):
        return text
    filled = fill(text, names, work)
    if filled is not None:
        return filled
    from pipeline.recipe import templates

    return templates.render(text, names, work)


def faults(text: str, names: Mapping[str, Group], work: Work | None = None) -> list[TemplateFault]:
    """What is wrong with each expression by itself; none where ``if`` or ``for`` decide what counts."""
    if "{%" in text or len(text) > MAX_TEXT:
        return []
    found = []
    for expression in _EXPRESSION.findall(text):
        try:
            render(expression, names, work)
        except TemplateFault as fault:
            fault.find = fault.find or expression
            found.append(fault)
    return found


def fill(text: str, names: Mapping[str, Group], work: Work | None = None) -> str | None:
    """``text`` when it holds nothing but names and colour filters, all of them right; else None."""
    work = work or Work()
    parts = _PLAIN.split(text)  # literal, name, filters, literal, name, filters, …, literal
    if any("{" in literal for literal in parts[::3]):
        return None
    room = MAX_OUTPUT - sum(map(len, parts[::3]))
    for place in range(1, len(parts), 3):
        filters = re.findall("[a-z]+", parts[place + 1])
        work.spend(sum(COSTS.get(name, 1) for name in filters))
        value = _value(parts[place], filters, names)
        if not isinstance(value, str | int | float):
            return None
        parts[place], parts[place + 1] = str(value), ""
        room -= len(parts[place])
        if room < 0:
            return None
    return "".join(parts)


_UNARY = FILTERS.keys() - {"mix"}


def _value(path: str, filters: list[str], names: Mapping[str, Group]) -> Any:
    """The value of a dotted name after its filters; None when anything about it is unusual."""
    first, *rest = path.split(".")
    value: Any = names.get(first)
    for step in rest:
        if not isinstance(value, Group) or step not in value:
            return None
        value = value.member(step)
    with contextlib.suppress(TemplateFault):
        for name in filters:
            value = FILTERS[name](value) if name in _UNARY else None
        return value
    return None
