"""``pipeline models``: what can make pictures, what can cut them out, at which price and in which state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.context import Context
from pipeline.errors import UsageError, clean
from pipeline.report.words import credit

if TYPE_CHECKING:
    from pipeline.recipe.catalogue import Model, Price
    from pipeline.report.output import Output


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def command(invocation: click.Context, *, as_json: bool) -> None:
    """List generation models with their prices and cut-out models with their state.

    \b
    pipeline models                        the list
    pipeline models show nano-banana-pro   what one model takes, and what it costs
    pipeline models pull u2netp            fetch the weights of a cut-out model
    """
    if invocation.invoked_subcommand is not None:
        return
    context: Context = invocation.obj
    listing = {"generation": _generation(), "cutout": _cutout()}
    if as_json:
        context.output.data(listing)
    else:
        _print_lists(context.output, listing)


@command.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def show(context: Context, name: str, *, as_json: bool) -> None:
    """Show what the generation model NAME takes and what it costs."""
    from pipeline.recipe import catalogue

    models = catalogue.load()
    model = models.get(name)
    cutout = next((found for found in _cutout() if found["name"] == name), None) if model is None else None
    if cutout:
        _show_cutout(context.output, cutout, as_json=as_json)
        return
    if model is None:
        nearest = models.nearest(name) or _nearest_cutout(name)
        hint = f"Did you mean {nearest}?" if nearest else "See pipeline models."
        raise UsageError(f"No model is called {clean(name)}.", hint=hint)
    if as_json:
        context.output.data(_described(model))
    else:
        _print_model(context.output, _described(model))


@command.command()
@click.argument("name")
@click.pass_obj
def pull(context: Context, name: str) -> None:
    """Fetch the weights of the cut-out model NAME, checked by digest. Done before: nothing to do."""
    from pipeline.picture.cutout import weights

    path = weights.pull(name, context.output.message)
    context.output.result(f"{name} is ready: its weights are whole, in {path}")


def _nearest_cutout(name: str) -> str:
    from pipeline.picture.cutout.models import MODELS
    from pipeline.recipe.wording import nearest

    return nearest(name, MODELS)


def _show_cutout(output: Output, model: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        output.data(model)
        return
    output.result(
        f"{output.paint(model['name'], 'strong')}  cut-out, {model['megabytes']:g} MB, runs on this machine"
    )
    rows = [["weights", model["state"]], ["licence", model["licence"]]]
    if model["state"] != "present":
        rows.append(["fetch", f"pipeline models pull {model['name']}"])
    _print_table(output, [*rows, ["use", f"removeBg: {{model: {model['name']}}}"]])


def _generation() -> list[dict[str, Any]]:
    from pipeline.recipe import catalogue

    models = catalogue.load()
    found = (models.get(name) for name in models.ids())
    return [_summary(model) for model in found if model is not None]


def _summary(model: Model) -> dict[str, Any]:
    return {
        "name": model.id,
        "kind": model.kind,
        "takes_pictures": model.picture.maximum if model.picture else 0,
        "price": describe_price(model.cost),
        "price_date": model.price_date,
        "price_source": model.price_source,
    }


def _described(model: Model) -> dict[str, Any]:
    inputs = {
        parameter.name: {
            "type": parameter.type,
            "required": parameter.required,
            "default": parameter.default,
            "values": list(parameter.values),
            "minimum": parameter.minimum,
            "maximum": parameter.maximum,
        }
        for parameter in model.inputs.values()
    }
    rows = model.cost.rows if model.cost else {}
    return _summary(model) | {
        "inputs": inputs,
        "prices": [{"when": list(when), "credits": amount} for when, amount in rows.items()],
    }


def _cutout() -> list[dict[str, Any]]:
    from pipeline.picture.cutout import weights
    from pipeline.picture.cutout.models import MODELS

    return [
        {
            "name": model.name,
            "state": weights.state(model.name),
            "megabytes": model.megabytes,
            "licence": model.licence,
        }
        for model in MODELS.values()
    ]


def describe_price(price: Price | None) -> str:
    """``18–24 credits``, ``5 credits per megapixel``, ``unknown``."""
    if price is None or not price.rows:
        return "unknown"
    low, high = min(price.rows.values()), max(price.rows.values())
    amount = credit(low) if low == high else f"{credit(low)}–{credit(high)}"
    said = f"{amount} {'credit' if amount == '1' else 'credits'}"
    if price.area:
        said += " per megapixel"
    return f"{said} × {price.each}" if price.each else said


def _print_lists(output: Output, listing: dict[str, list[dict[str, Any]]]) -> None:
    generation, cutout = listing["generation"], listing["cutout"]
    for dated in dict.fromkeys((m["price_date"], m["price_source"]) for m in generation):
        own = [m for m in generation if (m["price_date"], m["price_source"]) == dated]
        output.result(output.paint(f"Generation models (prices of {', '.join(dated)})", "strong"))
        _print_table(output, [[m["name"], m["kind"], m["price"]] for m in own])
        output.result()
    output.result(output.paint("Cut-out models (pipeline models pull NAME)", "strong"))
    _print_table(output, [[m["name"], m["state"], f"{m['megabytes']:g} MB", m["licence"]] for m in cutout])


def _print_model(output: Output, model: dict[str, Any]) -> None:
    output.result(f"{output.paint(model['name'], 'strong')}  {model['kind']}, {model['price']}")
    output.result(f"prices of {model['price_date']}, {model['price_source']}")
    _print_table(
        output, [[" ".join(row["when"]) or "any", credit(row["credits"])] for row in model["prices"]]
    )
    output.result("\ninputs")
    _print_table(output, [[name, *_input_cells(entry)] for name, entry in model["inputs"].items()])


def _input_cells(entry: dict[str, Any]) -> list[str]:
    need = "required" if entry["required"] else ""
    if entry["default"] is not None:
        need = f"default {entry['default']}"
    bounds = [
        f"{word} {entry[name]:g}"
        for name, word in (("minimum", "at least"), ("maximum", "at most"))
        if entry[name] is not None
    ]
    return [entry["type"], need, " ".join(entry["values"]) or ", ".join(bounds)]


def _print_table(output: Output, rows: list[list[str]]) -> None:
    """Columns as wide as their widest cell; the last one runs on."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (f"{cell:{width}}" for cell, width in zip(row, widths, strict=True))
        output.result(f"  {'  '.join(cells)}".rstrip())
