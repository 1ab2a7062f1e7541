"""Plain data against pydantic models; mistakes name the place, the allowed values and what was meant."""

from __future__ import annotations

import contextlib
import copy
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import Problem, clean
from pipeline.recipe.load import Document, Place, value_at
from pipeline.recipe.wording import nearest, show, suggest


class Keys(BaseModel):
    """A mapping whose keys are all known."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=(), defer_build=True)

    children: ClassVar[Mapping[str, type[Keys]]] = {}  # models below, by the key that holds them
    hints: ClassVar[Mapping[str, str]] = {}  # what to write, for keys whose pattern says too little
    kinds: ClassVar[Mapping[str, str]] = {}  # what a value must be, for keys that take more than mappings


AnyModel = TypeVar("AnyModel", bound=Keys)


def check(
    model: type[AnyModel], document: Document, problems: list[Problem]
) -> tuple[AnyModel | None, frozenset[str]]:
    """``document`` as ``model``, and the keys that were refused; mistakes are added to ``problems``.

    What is wrong is left out, so that the rest can still be checked; None when nothing sensible remains.
    """
    try:
        return model.model_validate(document.data), frozenset()
    except ValidationError as error:
        faults = [found for found in error.errors(include_url=False) if not _is_echo(found)]
    problems += (_translate(model, document, found) for found in faults)
    rest = copy.deepcopy(document.data)
    refused = frozenset(key for found in faults for key in _leave_out(rest, model, document, found))
    try:
        return model.model_validate(rest), refused
    except ValidationError:
        return None, refused


def _leave_out(rest: Any, model: type[Keys], document: Document, found: Any) -> Iterator[str]:
    """Take the innermost key on the way to a mistake out of ``rest``; yields it, and what was meant."""
    place = _place(document, found["loc"])
    if found["type"] == "missing" and found["loc"][-1] == "name":
        value_at(rest, place)["name"] = f"unnamed-{place[-1]}"
        yield "name"
        return
    if place[:-1] == ("assets",):  # the entry itself: a stand-in keeps the others and their numbers
        rest["assets"][place[-1]] = {"name": f"unnamed-{place[-1]}"}
        yield from ("name", "model", "prompt", "image", "references")
        return
    while place and isinstance(place[-1], int):
        place = place[:-1]
    if not place:
        return
    key = str(place[-1])
    with contextlib.suppress(KeyError):  # an earlier mistake took it, or what holds it, along
        del value_at(rest, place[:-1])[key]
    yield key
    if found["type"] == "extra_forbidden":
        yield nearest(key, allowed_keys(model, place[:-1]))


_INVENTED = ("switch", "mapping")
_SAYINGS: Mapping[str, str] = {
    "missing": "is required",
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "tuple_type": "must be a list",
    "dict_type": "must be a mapping of keys and values",
    "too_short": "must not be empty",
    "string_too_short": "must not be empty",
}


def _translate(model: type[Keys], document: Document, found: Any) -> Problem:
    place = _place(document, found["loc"])
    name = _last_name(found["loc"])
    asset = asset_name(document, place)
    if found["type"] == "extra_forbidden":
        return _unknown_key(document, place, allowed_keys(model, place[:-1]), asset)
    if found["type"] == "missing":
        return document.problem(f"{name} is required", place, asset=asset)
    said = f"{name} {_saying(found)}"
    if found["type"].startswith("model_"):
        said = _no_mapping(model, found)
    return document.problem(said, place, asset=asset, hint=_hint(model, found))


def _no_mapping(model: type[Keys], found: Any) -> str:
    loc, shown = found["loc"], show(found["input"])
    owner, name = _holder(model, loc), _last_name(loc)
    if loc and isinstance(loc[-1], int):
        return f"each {name.removesuffix('s')} must be a mapping of keys and values, not {shown}"
    return f"{name} must be {owner.kinds.get(name, 'a mapping of keys and values')}, not {shown}"


def _is_echo(found: Any) -> bool:
    """A list whose items all failed is reported as empty as well."""
    return bool(found["type"] == "too_short" and found["input"])


def _saying(found: Any) -> str:
    kind, shown = found["type"], show(found["input"])
    if kind in ("literal_error", "string_pattern_mismatch"):
        return f"does not take {shown}"
    if kind.startswith(("greater_than", "less_than")):
        return f"{found['msg'].replace('Input should', 'must')}, not {shown}"
    if kind == "too_long":
        return f"must hold at most {found['ctx']['max_length']:,}, not {len(found['input']):,}"
    if kind == "string_too_long":
        return f"must be at most {found['ctx']['max_length']} characters"
    saying = _SAYINGS.get(kind, found["msg"])
    return saying if kind in ("too_short", "string_too_short") else f"{saying}, not {shown}"


def _hint(model: type[Keys], found: Any) -> str:
    if found["type"] == "literal_error":
        allowed = [word.strip("'") for word in re.split(r", | or ", found["ctx"]["expected"])]
        return suggest(str(found["input"]), allowed)
    if found["type"] == "string_type" and isinstance(found["input"], bool | int | float):
        return f'put it in quotes: "{clean(found["input"], 40)}"'
    if found["type"] == "string_pattern_mismatch" or found["type"].startswith("model_"):
        return _holder(model, found["loc"]).hints.get(_last_name(found["loc"]), "")
    return ""


def _unknown_key(document: Document, place: Place, allowed: Iterable[str], asset: str) -> Problem:
    key = str(place[-1])
    hint = suggest(key, allowed)
    return document.problem(f"unknown key {show(key)}", place, key=True, hint=hint, asset=asset)


def allowed_keys(model: type[Keys], place: Place) -> list[str]:
    """The keys of the mapping at ``place`` in a file of that model."""
    owner = _owner(model, (*place, ""))
    return [field.alias or name for name, field in owner.model_fields.items()]


def _owner(model: type[Keys], place: Place) -> type[Keys]:
    """The innermost model that holds a place; for the place of a model, the one around it."""
    owner = model
    for step in place[:-1]:
        owner = owner.children.get(str(step), owner)
    return owner


def _holder(model: type[Keys], loc: Place) -> type[Keys]:
    """The model with the key a mistake belongs to, past list numbers and the steps pydantic invents."""
    while loc and (isinstance(loc[-1], int) or loc[-1] in _INVENTED):
        loc = loc[:-1]
    return _owner(model, loc)


def asset_name(document: Document, place: Place) -> str:
    """The name of the asset a place belongs to, if it has one."""
    if len(place) < 2 or place[0] != "assets":  # noqa: PLR2004 - ("assets", 0)
        return ""
    entry = document.data["assets"][place[1]]
    name = entry.get("name") if isinstance(entry, dict) else None
    return clean(name, 100) if isinstance(name, str) else ""


def _place(document: Document, loc: Place) -> Place:
    """The location pydantic reports without the steps it invents for unions, keys and normalised values."""
    place: Place = ()
    for step in loc:
        if (*place, step) in document.marks:
            place = (*place, step)
    return place


def _last_name(loc: Place) -> str:
    """The key a mistake belongs to: of ``("icons", "@ 2x", "[key]")`` it is ``icons``."""
    steps = loc[:-2] if loc[-1] == "[key]" else loc
    names = [step for step in steps if isinstance(step, str) and step not in _INVENTED]
    return clean(names[-1], 60) if names else "the file"
