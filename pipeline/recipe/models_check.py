"""What of a model's entry does not fit together: defaults, routes, rules, prices, pictures.

Entries are as ``models_file.texts`` gives them: every scalar is text. Their shape has been checked before.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from pipeline.recipe.catalogue import PICTURE_FORMATS, PRICE_WORDS, RECIPE_KEYS, SAME
from pipeline.recipe.load import Place
from pipeline.recipe.price import RESULT, SIZES_PX
from pipeline.recipe.settings_file import Provider
from pipeline.recipe.wording import show, suggest

_ARTICLES = {"integer": "a whole number", "number": "a number", "boolean": "true or false"}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an entry, at a place within it; ``key``: with the key there, not its value."""

    place: Place
    message: str
    hint: str = ""
    key: bool = False


def faults(model_id: str, entry: Mapping[str, Any], known: Iterable[str]) -> Iterator[Fault]:
    """Everything wrong with a complete entry; ``known`` are the ids of the whole catalogue."""
    yield from _provider(model_id, entry)
    seen: dict[str, str] = {}
    for written, said in entry.get("inputs", {}).items():
        if (name := bare(written)) in seen:
            yield Fault(
                ("inputs", written), f"{name} is there twice, as {seen[name]} and {written}", key=True
            )
        seen[name] = written
        yield from _input(("inputs", written), name, _mapping(said))
    inputs = {bare(written): _mapping(said) for written, said in entry.get("inputs", {}).items()}
    if not inputs and "picture" not in entry:
        yield Fault((), "it takes nothing: neither inputs nor a picture", "add inputs:")
    for check in _CHECKS:
        yield from check(entry, inputs)
    if (editor := entry.get("editor")) is not None and editor not in (ids := list(known)):
        yield Fault(
            ("editor",), f"unknown model {show(editor)}", suggest(editor, ids).partition(" allowed")[0]
        )


def bare(written: str) -> str:
    """The name of an input without its star."""
    return written.removesuffix("*")


def _mapping(said: Any) -> Mapping[str, str]:
    return {"values": said} if isinstance(said, str) else said


def _provider(model_id: str, entry: Mapping[str, Any]) -> Iterator[Fault]:
    """Ids begin with their provider's name, those of the first alone do not."""
    first, *others = get_args(Provider)
    provider, head = entry.get("provider", first), model_id.partition("/")[0]
    if head != provider if provider != first else head in others:
        named = head if provider == first else provider
        hint = f"provider: {named} goes with ids that begin with {named}/, and with no other"
        yield Fault(("provider",), f"{model_id} cannot be a model of {provider}", hint)


# inputs


def _input(place: Place, name: str, said: Mapping[str, str]) -> Iterator[Fault]:
    kind, values = said.get("type", "string"), said.get("values", "").split()
    if values and kind != "string":
        yield Fault((*place, "values"), f"{name} is {kind}; only a string has values", "leave out type")
    if "advised" in said and kind != "string":
        yield Fault((*place, "advised"), f"{name} is {kind}; advised counts characters")
    if kind in ("boolean", "url"):
        for bound in ("min", "max"):
            if bound in said:
                yield Fault((*place, bound), f"{name} is {kind}, which has no {bound}")
    elif _above(said, "min", "max"):
        yield Fault((*place, "min"), f"min {said['min']} is more than max {said['max']}")
    if (default := said.get("default")) is not None:
        yield from _default(place, name, default, said)


def _default(place: Place, name: str, default: str, said: Mapping[str, str]) -> Iterator[Fault]:
    place, values, kind = (*place, "default"), said.get("values", "").split(), said.get("type", "string")
    if kind in ("url", "urls"):
        yield Fault(place, f"{name} is {kind}, which has no default")
    elif values and default not in values:
        yield Fault(place, f"the default {show(default)} is none of the values", suggest(default, values))
    elif not _fits(kind, default):
        yield Fault(place, f"the default of {name} must be {_ARTICLES[kind]}, not {show(default)}")
    elif kind in ("integer", "number") and not _within(float(default), said):
        yield Fault(place, f"the default {default} is not within min and max")


def _fits(kind: str, text: str) -> bool:
    if kind == "boolean":
        return text in ("true", "false")
    try:
        return kind == "string" or (int(text) if kind == "integer" else float(text)) is not None
    except ValueError:
        return False


def _within(value: float, said: Mapping[str, str]) -> bool:
    return float(said.get("min", value)) <= value <= float(said.get("max", value))


def _above(said: Mapping[str, str], low: str, high: str) -> bool:
    return low in said and high in said and float(said[low]) > float(said[high])


# the rest of an entry, given its inputs by bare name

Inputs = Mapping[str, Mapping[str, str]]


def _picture(entry: Mapping[str, Any], inputs: Inputs) -> Iterator[Fault]:
    picture = entry.get("picture")
    if picture is None:
        return
    if picture["field"] in inputs:
        message = f"{picture['field']} takes the pictures and is an input as well"
        yield Fault(("picture", "field"), message, "leave it out of inputs")
    if int(picture["max"]) < 1:
        yield Fault(("picture", "max"), "max must be at least 1")
    elif _above(picture, "min", "max"):
        yield Fault(("picture", "min"), f"min {picture['min']} is more than max {picture['max']}")
    elif picture.get("list") == "false" and int(picture["max"]) > 1:
        yield Fault(("picture", "max"), f"one URL holds one picture, not {picture['max']}", "list: true")
    if float(picture.get("max_px", 0)) and _above(picture, "min_px", "max_px"):
        yield Fault(("picture", "min_px"), f"min_px {picture['min_px']} is more than max_px")
    yield from _words(("picture", "formats"), picture.get("formats", ""), PICTURE_FORMATS, "formats")


def _keys(entry: Mapping[str, Any], inputs: Inputs) -> Iterator[Fault]:
    for key, route in entry.get("keys", {}).items():
        place = ("keys", key)
        if key not in RECIPE_KEYS:
            yield Fault(place, f"a recipe has no key {show(key)}", suggest(key, RECIPE_KEYS), key=True)
        if (field := route["field"]) not in inputs:
            yield _no_input((*place, "field"), field, inputs)
            continue
        for pair in route.get("values", "").split():
            written, equals, wired = pair.partition("=")
            if not (written and equals and wired):
                yield Fault((*place, "values"), f"{show(pair)} is not RECIPE=WIRE", "such as 1:1=square_hd")
            else:
                yield from _words((*place, "values"), wired, _values(inputs[field]), field)


def _rules(entry: Mapping[str, Any], inputs: Inputs) -> Iterator[Fault]:
    for number, rule in enumerate(entry.get("rules", ())):
        for name, words in (("when", "is"), ("then", "among")):
            place = ("rules", number)
            if rule[name] not in inputs:
                yield _no_input((*place, name), rule[name], inputs)
            else:
                yield from _words((*place, words), rule[words], _values(inputs[rule[name]]), rule[name])


def _transparent(entry: Mapping[str, Any], inputs: Inputs) -> Iterator[Fault]:
    if "transparent" in entry:
        name, _, value = entry["transparent"].partition("=")
        if name not in inputs:
            yield _no_input(("transparent",), name, inputs)
        else:
            yield from _words(("transparent",), value, _values(inputs[name]), name)


def _size(entry: Mapping[str, Any], inputs: Inputs) -> Iterator[Fault]:
    size = entry.get("size")
    if size is not None and "picture" not in entry:
        yield Fault(("size",), "size says how large the result is beside the picture, and there is none")
    elif size not in (None, SAME):
        yield from _number(("size",), size, inputs)
    if "most_px" in entry and size is None:
        yield from _needs_size(("most_px",), entry)


def _several(entry: Mapping[str, Any], inputs: Inputs) -> Iterator[Fault]:
    if "several" in entry:
        yield from _number(("several", "field"), entry["several"]["field"], inputs)


def _price(entry: Mapping[str, Any], inputs: Inputs) -> Iterator[Fault]:
    price = entry.get("price")
    if price is None:
        return
    forms = [form for form in ("flat", "per_megapixel", "by") if form in price]
    if len(forms) != 1:
        message = f"a price has one of flat, per_megapixel and by, not {' and '.join(forms) or 'none'}"
        yield Fault(("price",), message)
        return
    rows = [key for key in price if key not in PRICE_WORDS]
    if "by" in price:
        yield from _table(price["by"].split(), rows, entry, inputs)
    else:
        yield from (
            Fault(("price", row), f"unknown key {show(row)}", "rows need by", key=True) for row in rows
        )
        yield from _megapixels(price, entry, inputs)
    if "each" in price:
        yield from _number(("price", "each"), price["each"], inputs)
    for word in ("picture", "free"):
        if word in price and "picture" not in entry:
            yield Fault(("price", word), "the model takes no pictures", key=True)


def _megapixels(price: Mapping[str, str], entry: Mapping[str, Any], inputs: Inputs) -> Iterator[Fault]:
    of = price.get("of")
    if ("per_megapixel" in price) != (of is not None):
        yield Fault(("price",), "per_megapixel and of go together", "of: result, or an input of named sizes")
    elif of == RESULT:
        yield from _needs_size(("price", "of"), entry)
    elif of is not None and of not in inputs:
        yield _no_input(("price", "of"), of, inputs)
    elif of is not None and not set(_values(inputs[of])) & set(SIZES_PX):
        yield Fault(("price", "of"), f"{of} names no sizes in px", f"sizes known: {', '.join(SIZES_PX)}")


def _table(by: list[str], rows: list[str], entry: Mapping[str, Any], inputs: Inputs) -> Iterator[Fault]:
    if not rows:
        yield Fault(
            ("price",), f"no row says what it costs by {' '.join(by)}", "VALUE: CREDITS for each value"
        )
    if by == [RESULT]:
        yield from _needs_size(("price", "by"), entry)
        for row in rows:
            if not (row.isascii() and row.isdecimal()):
                hint = "rows of a result are its longest side in px"
                yield Fault(("price", row), f"{show(row)} is no number of pixels", hint, key=True)
        return
    unknown = [name for name in by if name not in inputs]
    yield from (_no_input(("price", "by"), name, inputs) for name in unknown)
    for row in () if unknown else rows:
        words = row.split()
        if len(words) != len(by):
            message = f"the row {show(row)} has {len(words)} values for {len(by)} inputs"
            yield Fault(("price", row), message, f"by: {' '.join(by)}", key=True)
            continue
        for name, word in zip(by, words, strict=True):
            yield from _words(("price", row), word, _values(inputs[name]), name, key=True)


def _needs_size(place: Place, entry: Mapping[str, Any]) -> Iterator[Fault]:
    if "size" not in entry:
        yield Fault(
            place, "how large the result is nothing says", "add size: same, or the input that enlarges"
        )


def _number(place: Place, name: str, inputs: Inputs) -> Iterator[Fault]:
    """That ``name`` is an input whose values are numbers."""
    if name not in inputs:
        yield _no_input(place, name, inputs)
        return
    kind, values = inputs[name].get("type", "string"), _values(inputs[name])
    if kind not in ("integer", "number") and not (values and all(_fits("number", word) for word in values)):
        yield Fault(place, f"{name} is no number")


def _values(said: Mapping[str, str]) -> list[str]:
    """The words an input takes; none where it takes any."""
    if said.get("type") == "boolean":
        return ["true", "false"]
    return said.get("values", "").split()


def _words(
    place: Place, words: str, allowed: Collection[str], name: str, *, key: bool = False
) -> Iterator[Fault]:
    for word in words.split() if allowed else ():
        if word not in allowed:
            yield Fault(place, f"{name} does not take {show(word)}", suggest(word, allowed), key=key)


def _no_input(place: Place, name: str, inputs: Inputs) -> Fault:
    return Fault(place, f"there is no input {show(name)}", suggest(name, inputs))


_CHECKS: tuple[Callable[[Mapping[str, Any], Inputs], Iterator[Fault]], ...] = (
    _picture, _keys, _rules, _transparent, _size, _several, _price,
)  # fmt: skip
