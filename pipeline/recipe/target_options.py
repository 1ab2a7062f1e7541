"""What was said about one target, checked: in words that name the target and what was probably meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.recipe.spec import TargetUse
from pipeline.recipe.wording import nearest, show, suggest
from pipeline.targets.options import Option, faults, settle
from pipeline.targets.target import Target


@dataclass(frozen=True, slots=True)
class Mistaken:
    """An option there is not (``unknown``), or a value it does not take."""

    option: str
    message: str  # no full stop
    hint: str
    unknown: bool = False


def mistakes(target: Target, said: Mapping[str, Any]) -> Iterator[Mistaken]:
    """Everything that is wrong with what was said."""
    known = {option.name: option for option in target.options}
    for fault in faults(target.options, said):
        if fault.name not in known:
            message = f"{target.name} has no option {show(fault.name)}"
            yield Mistaken(fault.name, message, suggest(fault.name, known), unknown=True)
            continue
        near = _meant(known[fault.name], said[fault.name])
        hint = f"did you mean {near}? {fault.hint}" if near else fault.hint
        yield Mistaken(fault.name, f"{target.name}: {fault.message}", hint)


def settled(target: Target, said: Mapping[str, Any]) -> TargetUse:
    """The target with every option that has a value. Raises ``OptionFault``."""
    values = settle(target.options, said)
    return TargetUse(target.name, {name: value for name, value in values.items() if value not in (None, "")})


def _meant(option: Option, said: Any) -> str:
    words = said if isinstance(said, list | tuple) else [said]
    unknown = [word for word in words if isinstance(word, str) and word not in option.choices]
    return nearest(unknown[0], option.choices) if unknown and option.choices else ""
