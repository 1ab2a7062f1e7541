"""The shortest recipe that uses a model: what it cannot do without, and a prompt."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

from pipeline.recipe.catalogue import RECIPE_KEYS, Model, Parameter

_PROMPT = {"image": "A glossy coin on a white background", "video": "slow orbit"}
_PICTURE = "https://example.org/picture.png"
_MASK = "https://example.org/mask.png"


def snippet(model: Model) -> str:
    """A recipe as YAML that ``pipeline validate`` accepts; its pictures are addresses to be replaced."""
    lines = ["assets:", "  - name: example", f"    model: {model.id}"]
    if "prompt" in model.inputs:
        lines.append(f"    prompt: {_PROMPT[model.kind]}")
    lines += [f"    {line}" for line in _pictures(model)]
    needed = [one for one in model.inputs.values() if one.required and not _is_elsewhere(one, model)]
    by_key = {key: one for key in RECIPE_KEYS for one in needed if _writes(model, key, one)}
    lines += [f"    {key}: {_shown(_written(model, key, one))}" for key, one in by_key.items()]
    params = {one.name: _value(one) for one in needed if one not in by_key.values()}
    if model.size in params:
        params[model.size] = _enlarging(model.inputs[model.size], params[model.size])
    if params:
        said = ", ".join(f"{name}: {_shown(value)}" for name, value in params.items())
        lines.append(f"    params: {{{said}}}")
    return "\n".join(lines)


def _pictures(model: Model) -> Iterator[str]:
    count = model.picture.minimum if model.picture else 0
    if count == 1:
        yield f"image: {_PICTURE}"
    elif count:
        yield f"references: [{', '.join([_PICTURE] * count)}]"


def _is_elsewhere(parameter: Parameter, model: Model) -> bool:
    """Whether an input is written as the prompt or as pictures."""
    return parameter.name == "prompt" or (model.picture is not None and parameter.name == model.picture.name)


def _writes(model: Model, key: str, parameter: Parameter) -> bool:
    route = model.keys.get(key)
    return route is not None and route.target == parameter.name


def _written(model: Model, key: str, parameter: Parameter) -> Any:
    allowed = model.allowed(key)
    return allowed[0] if allowed else _value(parameter)


def _value(parameter: Parameter) -> Any:
    """Some value the input takes."""
    if parameter.default is not None:
        return parameter.default
    if parameter.values:
        return parameter.values[0]
    least = parameter.minimum or 0
    if parameter.type == "urls":
        return [_PICTURE] * max(1, int(least))
    plain = {"url": _MASK, "boolean": False, "integer": math.ceil(least), "number": least}
    return plain.get(parameter.type, "x" * max(1, int(least)))


def _enlarging(factor: Parameter, value: Any) -> Any:
    """The least of the values that make a picture larger; ``value`` where the input has none."""
    return next((word for word in factor.values if float(word) > 1), value)


def _shown(value: Any) -> str:
    """A value in YAML's flow style: text in quotes, so that ``5`` stays text."""
    return json.dumps(value, ensure_ascii=False)
