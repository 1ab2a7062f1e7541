"""Generation models as data and as text: the list of all, and all there is to know of one."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from pipeline.recipe.catalogue import Catalogue, Key, Model, Parameter, PictureField, Rule
from pipeline.recipe.price import MOST_WITHOUT_ROW, RESULT, Price, describe
from pipeline.recipe.snippet import snippet
from pipeline.report.output import Output
from pipeline.report.words import USD_PER_CREDIT, count, credits_of

WIDTH = 80
_TYPES = {"string": "text", "integer": "a whole number", "number": "a number", "boolean": "true or false"}
_TYPES |= {"url": "a URL", "urls": "URLs"}


# as data


def listed(models: Catalogue) -> list[dict[str, Any]]:
    """Every model in short, in catalogue order."""
    found = (models.get(name) for name in models.ids())
    return [summary(model) for model in found if model is not None]


def summary(model: Model) -> dict[str, Any]:
    """One model in short."""
    return {
        "name": model.id,
        "provider": model.provider,
        "kind": model.kind,
        "takes_pictures": model.picture.maximum if model.picture else 0,
        "needs_pictures": model.picture.minimum if model.picture else 0,
        "price": describe(model.cost),
        "price_date": model.price_date,
        "price_source": model.price_source,
    }


def described(model: Model) -> dict[str, Any]:
    """One model with everything the catalogue says of it."""
    return summary(model) | {
        "inputs": {parameter.name: _input(parameter) for parameter in model.inputs.values()},
        "keys": {key: _route(model, route) for key, route in model.keys.items()},
        "conditions": [_rule(rule) for rule in model.rules],
        "pictures": _picture(model.picture) if model.picture else None,
        "prices": list(_prices(model.cost)) if model.cost else [],
        "unpriced": model.unpriced,
        "editor": model.editor,
        "several": _several(model),
        "recipe": snippet(model),
    }


def _several(model: Model) -> dict[str, Any] | None:
    """How many pictures one task may make, and by which input; None where it makes one."""
    if not model.several:
        return None
    field = model.inputs[model.several]
    most = max(map(float, field.values), default=field.maximum)
    return {"input": field.name, "maximum": most}


def _input(parameter: Parameter) -> dict[str, Any]:
    return {
        "type": parameter.type,
        "required": parameter.required,
        "default": parameter.default,
        "values": list(parameter.values),
        "minimum": parameter.minimum,
        "maximum": parameter.maximum,
    }


def _route(model: Model, route: Key) -> dict[str, Any]:
    values = dict(route.values) or {value: value for value in model.inputs[route.target].values}
    return {"input": route.target, "values": values}


def _rule(rule: Rule) -> dict[str, Any]:
    return {"when": rule.when, "is": list(rule.values), "then": rule.then, "among": list(rule.among)}


def _picture(field: PictureField) -> dict[str, Any]:
    return {
        "input": field.name,
        "list": field.list,
        "minimum": field.minimum,
        "maximum": field.maximum,
        "megabytes": field.megabytes,
        "megapixels": field.megapixels or None,
        "smallest_px": field.smallest_px or None,
        "largest_px": field.largest_px or None,
        "formats": list(field.formats),
    }


def _prices(price: Price) -> Iterator[dict[str, Any]]:
    for when, amount in price.rows.items():
        yield {
            "when": list(when),
            "credits": amount,
            "usd": round(amount * USD_PER_CREDIT, 6),
            "unit": _unit(price, when),
        }
    if price.picture:
        yield {
            "when": [],
            "credits": price.picture,
            "usd": round(price.picture * USD_PER_CREDIT, 6),
            "unit": f"for each picture sent along{_after(price.free)}",
        }


def _after(free: int) -> str:
    if not free:
        return ""
    return " after the first" if free == 1 else f" after the first {free}"


def _unit(price: Price, when: tuple[str, ...]) -> str:
    parts = []
    if price.by == (RESULT,):
        parts.append(f"where the longest side of the result is at most {when[0]} px")
    elif price.by:
        parts.append(" ".join(f"{name} {value}" for name, value in zip(price.by, when, strict=True)))
    if price.area:
        parts.append(f"per megapixel of {'the result' if price.area == RESULT else price.area}")
    if price.each:
        parts.append(f"times {price.each}")
    return ", ".join(parts)


# as text


def print_list(output: Output, models: list[dict[str, Any]]) -> None:
    """Every model, those together whose prices are of one day and source."""
    rows = {model["name"]: [*_cells(model), model["price"]] for model in models}
    widths = _widths(rows.values())
    for dated in dict.fromkeys((m["price_date"], m["price_source"]) for m in models):
        said = f"prices of {_origin(dated)}" if any(dated) else "without a price"
        title = f"Generation models ({said})"
        output.result(output.paint(textwrap.fill(title, WIDTH), "strong"))
        own = [m["name"] for m in models if (m["price_date"], m["price_source"]) == dated]
        print_rows(output, [rows[name] for name in own], widths)
        output.result()


def print_rows(output: Output, rows: list[list[str]], widths: list[int] | None = None) -> None:
    """A table; what is in the last column goes on below itself where a line is too short for it."""
    widths = widths or _widths(rows)
    for row in rows:
        cells = [f"{cell:{width}}  " for cell, width in zip(row[:-1], widths, strict=False) if width]
        indent = f"  {''.join(cells)}"
        lines = textwrap.wrap(row[-1], max(20, WIDTH - len(indent)), break_on_hyphens=False) or [""]
        output.result(f"{indent}{lines[0]}".rstrip())
        for line in lines[1:]:
            output.result(" " * len(indent) + line)


def _widths(rows: Iterable[list[str]]) -> list[int]:
    return [max(map(len, column)) for column in zip(*rows, strict=True)]


def _origin(dated: tuple[str, str]) -> str:
    return ", ".join(part for part in dated if part)


def _cells(model: dict[str, Any]) -> list[str]:
    return [model["name"], model["kind"], _taken(model["needs_pictures"], model["takes_pictures"])]


def _taken(least: int, most: int) -> str:
    """How many pictures a model takes: ``1``, ``1–8``, ``≤8``, ``-``."""
    if not most:
        return "-"
    if least == most:
        return str(most)
    return f"{least}–{most}" if least else f"≤{most}"


def print_model(output: Output, model: dict[str, Any]) -> None:
    """Everything about one model, in sections; ``model`` as ``described`` gives it."""
    name = output.paint(model["name"], "strong")
    output.result(f"{name}  {model['kind']}, by {model['provider']}, {model['price']}")
    if dated := _origin((model["price_date"], model["price_source"])):
        output.result(f"prices of {dated}")
    if model["editor"] not in ("", model["name"]):
        output.result(f"its pictures are edited by {model['editor']}")
    for title, rows in _sections(model).items():
        if rows:
            output.result(output.paint(f"\n{title}", "strong"))
            print_rows(output, rows)
    output.result(output.paint("\nrecipe", "strong"))
    if model["provider"] != "kie":
        output.result(f"  # with provider: {model['provider']} in pipeline.yaml")
    output.result(textwrap.indent(model["recipe"], "  "))


def _sections(model: dict[str, Any]) -> dict[str, list[list[str]]]:
    return {
        "price": [*_price_rows(model["prices"]), *_unpriced_rows(model["unpriced"])],
        "inputs": [[name, _input_words(entry)] for name, entry in model["inputs"].items()],
        "keys of a recipe": [[key, _route_words(route)] for key, route in model["keys"].items()],
        "several pictures": list(_several_rows(model["several"])),
        "conditions": [[_rule_words(rule)] for rule in model["conditions"]],
        "pictures": list(_picture_rows(model["pictures"])) if model["pictures"] else [],
    }


def _price_rows(prices: Iterable[dict[str, Any]]) -> Iterator[list[str]]:
    for row in prices:
        amount = f"{credits_of(row['credits'])} (${_dollars(row['usd'])})"
        yield [amount, row["unit"] or "for one create"]


def _unpriced_rows(unpriced: list[str]) -> Iterator[list[str]]:
    if unpriced:
        yield ["unknown", ", ".join([*unpriced, *["…"] * (len(unpriced) == MOST_WITHOUT_ROW)])]


def _several_rows(several: dict[str, Any] | None) -> Iterator[list[str]]:
    if several:
        most = f"up to {several['maximum']:g} pictures" if several["maximum"] else "several pictures"
        yield [several["input"], f"one task makes {most}; candidates: uses it"]


def _dollars(amount: float) -> str:
    """At least two decimals, and as many as it takes."""
    whole, _, rest = f"{amount:.6f}".rstrip("0").partition(".")
    return f"{whole}.{rest:0<2}"


def _input_words(entry: dict[str, Any]) -> str:
    parts = [f"one of {' '.join(entry['values'])}" if entry["values"] else _TYPES[entry["type"]]]
    parts += ["required"] * entry["required"]
    parts += _bounds(entry)
    if entry["default"] is not None:
        default = str(entry["default"])
        parts.append(f"default {default.lower() if entry['type'] == 'boolean' else default}")
    return ", ".join(parts)


def _bounds(entry: dict[str, Any]) -> list[str]:
    unit = {"string": " characters"}.get(entry["type"], "")
    return [
        f"{word} {_number(entry[name])}{unit}"
        for name, word in (("minimum", "at least"), ("maximum", "at most"))
        if entry[name] is not None and entry["type"] != "url"
    ]


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else str(value)


def _route_words(route: dict[str, Any]) -> str:
    changed = any(written != wired for written, wired in route["values"].items())
    if not changed:
        return f"→ {route['input']}, as written"
    pairs = ", ".join(f"{written} → {wired}" for written, wired in route["values"].items())
    return f"→ {route['input']}: {pairs}"


def _rule_words(rule: dict[str, Any]) -> str:
    return f"with {rule['when']} {_either(rule['is'])}, {rule['then']} must be {_either(rule['among'])}"


def _either(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0]


def _picture_rows(field: dict[str, Any]) -> Iterator[list[str]]:
    yield ["written", f"image: or references: → {field['input']}"]
    most, least = field["maximum"], field["minimum"]
    number = count(most, "picture") if least == most else f"{_taken(least, most)} pictures"
    yield ["number", number + (", required" if least else "")]
    limits = [f"at most {field['megabytes']:g} MB", _either(field["formats"])]
    if field["megapixels"]:
        limits.append(f"at most {field['megapixels']:g} megapixels")
    sides = [
        f"{word} {field[name]} px"
        for name, word in (("smallest_px", "at least"), ("largest_px", "at most"))
        if field[name]
    ]
    yield ["each", ", ".join([*limits, *([f"sides {' and '.join(sides)}"] if sides else [])])]
