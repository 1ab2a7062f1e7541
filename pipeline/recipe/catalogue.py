"""What each model of a service takes, what it refuses, and what it costs: ``models.yaml`` as objects.

The same ``Model.check`` judges a recipe before anything is sent and the requests the sandbox receives.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml

from pipeline.errors import clean
from pipeline.recipe.price import Price, Size, without_row

ParameterType = Literal["string", "integer", "number", "boolean", "url", "urls"]
PICTURE_FORMATS = ("jpeg", "png", "webp")
SAME = "same"
MOST_TIMES = 1_000  # as large as its picture; beyond that no price is known
FILE = Path(__file__).with_name("models.yaml")

_ARTICLES: dict[str, str] = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "url": "a URL",
    "urls": "a list of URLs",
}


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong with a model's inputs; ``field`` is spelled as on the wire."""

    field: str
    message: str
    kind: Literal["missing", "value", "unknown"]
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """One input of a model.

    ``minimum`` and ``maximum`` bound a number, the characters of a string, or the length of a list.
    Beyond ``advised`` characters the sources disagree on whether the service accepts the text.
    """

    name: str
    type: ParameterType = "string"
    required: bool = False
    default: Any = None
    values: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    advised: int | None = None

    def mistake(self, value: Any) -> Mistake | None:
        """What is wrong with a wire value that is present, if anything."""
        if not _is_a(self.type, value):
            return self._wrong(f"must be {_ARTICLES[self.type]}, not {_show(value)}")
        if self.values and value not in self.values:
            return self._wrong(f"does not take {_show(value)}")
        if self.type == "urls":
            return self._out_of_bounds(len(value), "pictures")
        if self.type in ("integer", "number"):
            return self._out_of_bounds(value, "")
        if self.type == "string":
            return self._out_of_bounds(len(value), "characters")
        return None

    def _out_of_bounds(self, size: float, unit: str) -> Mistake | None:
        if self.minimum is not None and size < self.minimum:
            return self._wrong(_sentence("must be at least", self.minimum, unit, size))
        if self.maximum is not None and size > self.maximum:
            return self._wrong(_sentence("must be at most", self.maximum, unit, size))
        return None

    def _wrong(self, what: str) -> Mistake:
        return Mistake(self.name, f"{self.name} {what}", "value", self.values)


@dataclass(frozen=True, slots=True)
class PictureField:
    """The input that takes pictures: a list of URLs, or one URL.

    ``megabytes``, ``megapixels`` and the length of a side in px bound each picture; 0: no bound is known.
    """

    name: str
    list: bool = True
    minimum: int = 0
    maximum: int = 1
    megabytes: float = 10
    megapixels: float = 0
    smallest_px: int = 0
    largest_px: int = 0
    formats: tuple[str, ...] = PICTURE_FORMATS


@dataclass(frozen=True, slots=True)
class Key:
    """How a recipe key travels: the wire field, and the wire value of each recipe value.

    Without ``values`` the value travels as it is written.
    """

    target: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """When ``when`` is one of ``values``, ``then`` must be one of ``among``."""

    when: str
    values: tuple[str, ...]
    then: str
    among: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """One model: its inputs in wire spelling (pictures included), its picture field, its price."""

    id: str
    kind: Literal["image", "video"]
    inputs: Mapping[str, Parameter]
    picture: PictureField | None
    keys: Mapping[str, Key]
    rules: tuple[Rule, ...]
    cost: Price | None
    price_date: str
    price_source: str
    editor: str = ""  # the model of this family that changes a picture as its prompt says; may be this one
    provider: str = "kie"  # who offers it, as ``provider`` of pipeline.yaml says it
    transparent: tuple[str, str] | None = None  # the input, and its value, that asks for a picture with alpha
    size: str = ""  # SAME as the picture it works on, or the input that says how many times that; "": neither
    most_px: int = 0  # of the longest side of what is made, where ``size`` tells it; 0: no bound is known
    several: str = ""  # the input that asks for several pictures of one task
    several_told: bool = False  # whether the prompt has to say how many, too

    def check(self, inputs: Mapping[str, Any]) -> list[Mistake]:
        """Every mistake in complete wire inputs, pictures included.

        Empty lists and nulls of optional inputs count as absent.
        """
        mistakes = [self._unknown(name) for name in inputs if name not in self.inputs]
        for parameter in self.inputs.values():
            value = inputs.get(parameter.name)
            if value is None or value in ("", []):
                if parameter.required:
                    mistakes.append(_missing(parameter))
            elif mistake := parameter.mistake(value):
                mistakes.append(mistake)
        return mistakes + self._broken_rules(inputs)

    def complete(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """``inputs`` plus the documented default of every input they leave out."""
        defaults = {
            parameter.name: parameter.default
            for parameter in self.inputs.values()
            if parameter.default is not None and inputs.get(parameter.name) is None
        }
        return {**inputs, **defaults}

    def price(self, inputs: Mapping[str, Any], pictures: Sequence[Size | None] = ()) -> float | None:
        """Credits for one create at catalogue prices; None when unknown.

        ``pictures`` are the sizes of those it works on, None for one whose size is not known.
        """
        if self.cost is None:
            return None
        return self.cost.credits(self.complete(inputs), len(pictures), self.result_px(inputs, pictures))

    @property
    def unpriced(self) -> list[str]:
        """Values of inputs that the price leaves out, at most six: ``["resolution 4K"]``."""
        words = {
            one.name: ("true", "false") if one.type == "boolean" else one.values
            for one in self.inputs.values()
        }
        return without_row(self.cost, words)

    def result_px(self, inputs: Mapping[str, Any], pictures: Sequence[Size | None] = ()) -> Size | None:
        """The size of what is made, where ``size`` tells it from that of the first picture; else None."""
        source = pictures[0] if pictures else None
        if not self.size or source is None:
            return None
        times = 1.0 if self.size == SAME else _times(self.complete(inputs).get(self.size))
        return None if times is None else (round(source[0] * times), round(source[1] * times))

    def wire(self, key: str, value: Any) -> tuple[str, Any] | Mistake:
        """The wire field and value of a recipe key such as ``aspect_ratio`` or ``resolution``.

        A number becomes text, and text a number, where the service wants the other and the meaning is plain.
        """
        route = self.keys.get(key)
        if route is None or route.target not in self.inputs:
            return Mistake(key, f"{self.id} takes no {key}", "unknown", self.recipe_keys)
        if not route.values:
            return route.target, adapt(self.inputs[route.target], value)
        spelled = "jpg" if value == "jpeg" else str(value)
        if spelled not in route.values:
            return Mistake(key, f"{key} does not take {_show(value)}", "value", tuple(route.values))
        return route.target, route.values[spelled]

    def written(self, key: str, inputs: Mapping[str, Any]) -> str:
        """The value of a recipe key as a recipe writes what wire ``inputs`` hold for it; empty for none."""
        route = self.keys.get(key)
        if route is None:
            return ""
        wired = str(inputs.get(route.target, ""))
        return next((written for written, value in route.values.items() if value == wired), wired)

    def allowed(self, key: str) -> tuple[str, ...]:
        """The values a recipe key may have for this model, as a recipe writes them; empty when free."""
        route = self.keys.get(key)
        if route is None:
            return ()
        return tuple(route.values) or self.inputs[route.target].values

    @property
    def recipe_keys(self) -> tuple[str, ...]:
        """Which of the recipe's own keys reach this model."""
        return tuple(self.keys)

    def _unknown(self, name: str) -> Mistake:
        return Mistake(name, f"{self.id} has no input {_show(name)}", "unknown", tuple(self.inputs))

    def _broken_rules(self, inputs: Mapping[str, Any]) -> list[Mistake]:
        complete = self.complete(inputs)
        return [
            _clash(rule, complete)
            for rule in self.rules
            if complete.get(rule.when) in rule.values and complete.get(rule.then) not in rule.among
        ]


class Catalogue:
    """Models by id, built when first asked for."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data
        self._built: dict[str, Model] = {}

    def get(self, model_id: str) -> Model | None:
        """The model of that exact id, or None."""
        if model_id not in self._built and model_id in self._data["models"]:
            self._built[model_id] = _build_model(model_id, self._data)
        return self._built.get(model_id)

    def entry(self, model_id: str) -> Mapping[str, Any] | None:
        """What the file says of a model: every scalar is text."""
        entry: Mapping[str, Any] | None = self._data["models"].get(model_id)
        return entry

    def ids(self) -> tuple[str, ...]:
        """Every model id, in catalogue order."""
        return tuple(self._data["models"])

    def nearest(self, model_id: str) -> str | None:
        """The id that was probably meant: a missing or extra prefix first, then the nearest spelling."""
        import difflib

        tail = model_id.rpartition("/")[2]
        for known in self.ids():
            if known.rpartition("/")[2] == tail:
                return known
        close = difflib.get_close_matches(model_id, self.ids(), n=1, cutoff=0.5)
        return close[0] if close else None


def load(models: Mapping[str, Any] | None = None) -> Catalogue:
    """The built-in catalogue, a project's own ``models`` (``overrides.own_models``) added or replacing."""
    if not models:
        return _built_in()
    return Catalogue(_data() | {"models": _data()["models"] | models})


@lru_cache(maxsize=1)
def _built_in() -> Catalogue:
    return Catalogue(_data())


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    return _read(FILE)


def adapt(parameter: Parameter, value: Any) -> Any:
    """``value`` in the type the service wants where that is plain: 5 → "5", "7" → 7; else unchanged."""
    if parameter.type == "string" and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if parameter.type in ("integer", "number") and isinstance(value, str):
        try:
            return _number(value, parameter.type)
        except ValueError:
            return value
    return value


def _read(path: Path) -> dict[str, Any]:
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    with path.open("rb") as stream:
        data: dict[str, Any] = yaml.load(stream, Loader=loader)  # noqa: S506 - makes no objects but these
    _merge_keys(data)
    return data


def _merge_keys(data: dict[str, Any]) -> None:
    """Apply ``<<``, which the base loader leaves as an ordinary key."""
    for model in data["models"].values():
        _merge(model)
        for part in ("inputs", "keys"):
            _merge(model.get(part, {}))


def _merge(mapping: dict[str, Any]) -> None:
    sources = mapping.pop("<<", [])
    for source in sources if isinstance(sources, list) else [sources]:
        mapping.update({key: value for key, value in source.items() if key not in mapping})


def _build_model(model_id: str, data: Mapping[str, Any]) -> Model:
    entry = data["models"][model_id]
    picture = _build_picture(entry["picture"]) if "picture" in entry else None
    inputs = dict(map(_build_parameter, entry["inputs"].items()))
    keys = _build_keys(entry.get("keys", {}), inputs)
    if picture:
        inputs[picture.name] = Parameter(
            picture.name,
            "urls" if picture.list else "url",
            required=picture.minimum > 0,
            minimum=picture.minimum or None,
            maximum=picture.maximum,
        )
    provider, price = entry.get("provider", "kie"), entry.get("price", {})
    common = dict(map(_build_parameter, data.get("common", {}).get(provider, {}).items()))
    return Model(
        id=model_id,
        kind=entry.get("kind", "image"),
        inputs={**inputs, **common},
        picture=picture,
        keys=keys,
        rules=tuple(map(_build_rule, entry.get("rules", ()))),
        cost=_build_price(price) if price else None,
        price_date=price.get("date", data["prices"][provider]["date"]) if price else "",
        price_source=price.get("source", data["prices"][provider]["source"]) if price else "",
        editor=entry.get("editor", ""),
        provider=provider,
        transparent=_build_transparent(entry.get("transparent", "")),
        size=entry.get("size", ""),
        most_px=int(entry.get("most_px", 0)),
        several=entry.get("several", {}).get("field", ""),
        several_told=entry.get("several", {}).get("told") == "true",
    )


def _build_parameter(item: tuple[str, Any]) -> tuple[str, Parameter]:
    written, entry = item
    name = written.rstrip("*")
    if isinstance(entry, str):
        entry = {"values": entry}
    kind: ParameterType = entry.get("type", "string")
    return name, Parameter(
        name=name,
        type=kind,
        required=written.endswith("*"),
        default=_typed(entry["default"], kind) if "default" in entry else None,
        values=tuple(entry.get("values", "").split()),
        minimum=float(entry["min"]) if "min" in entry else None,
        maximum=float(entry["max"]) if "max" in entry else None,
        advised=int(entry["advised"]) if "advised" in entry else None,
    )


def _build_picture(entry: Mapping[str, str]) -> PictureField:
    return PictureField(
        name=entry["field"],
        list=entry.get("list", "true") == "true",
        minimum=int(entry.get("min", 0)),
        maximum=int(entry["max"]),
        megabytes=float(entry.get("mb", 10)),
        megapixels=float(entry.get("mp", 0)),
        smallest_px=int(entry.get("min_px", 0)),
        largest_px=int(entry.get("max_px", 0)),
        formats=tuple(entry["formats"].split()) if "formats" in entry else PICTURE_FORMATS,
    )


RECIPE_KEYS = ("aspect_ratio", "resolution", "output_format", "duration")


def _build_keys(entry: Mapping[str, Any], inputs: Mapping[str, Parameter]) -> dict[str, Key]:
    keys = {name: Key(name) for name in RECIPE_KEYS if name in inputs}
    for name, route in entry.items():
        pairs = dict(pair.split("=") for pair in route.get("values", "").split())
        keys[name] = Key(route["field"], pairs)
    return keys


def _build_transparent(written: str) -> tuple[str, str] | None:
    name, _, value = written.partition("=")
    return (name, value) if value else None


def _build_rule(entry: Mapping[str, str]) -> Rule:
    return Rule(entry["when"], tuple(entry["is"].split()), entry["then"], tuple(entry["among"].split()))


PRICE_WORDS = ("flat", "per_megapixel", "of", "by", "each", "picture", "free", "date", "source")
"""Keys of a price with a meaning of their own; every other one is a row."""


def _build_price(entry: Mapping[str, str]) -> Price:
    more: dict[str, Any] = {
        "each": entry.get("each", ""),
        "picture": float(entry.get("picture", 0)),
        "free": int(entry.get("free", 0)),
    }
    if "flat" in entry:
        return Price({(): float(entry["flat"])}, **more)
    if "per_megapixel" in entry:
        return Price({(): float(entry["per_megapixel"])}, area=entry["of"], **more)
    rows = {tuple(row.split()): float(cost) for row, cost in entry.items() if row not in PRICE_WORDS}
    return Price(rows, by=tuple(entry["by"].split()), **more)


def _times(value: Any) -> float | None:
    try:
        times = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return times if 0 < times <= MOST_TIMES else None


def _typed(text: str, kind: ParameterType) -> Any:
    if kind in ("integer", "number"):
        return _number(text, kind)
    return text == "true" if kind == "boolean" else text


def _number(text: str, kind: ParameterType) -> float:
    return int(text) if kind == "integer" else float(text)


def _is_a(kind: ParameterType, value: Any) -> bool:
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if kind == "urls":
        return isinstance(value, list | tuple) and all(map(_is_url, value))
    return _is_url(value) if kind == "url" else isinstance(value, str)


def _is_url(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(("https://", "http://"))


def _missing(parameter: Parameter) -> Mistake:
    return Mistake(parameter.name, f"{parameter.name} is required", "missing", parameter.values)


def _clash(rule: Rule, inputs: Mapping[str, Any]) -> Mistake:
    then, when = _show(inputs[rule.then]), _show(inputs[rule.when])
    message = f"{rule.then} {then} does not go with {rule.when} {when}"
    return Mistake(rule.then, message, "value", rule.among)


def _sentence(rule: str, bound: float, unit: str, size: float) -> str:
    return f"{rule} {bound:g} {unit}".rstrip() + f", not {size:g}"


def _show(value: Any) -> str:
    return f'"{clean(value, 60)}"' if isinstance(value, str) else clean(value, 60)
