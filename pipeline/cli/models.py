"""``pipeline models``: what can make pictures, what can cut them out, at which price and in which state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.context import Context
from pipeline.cli.project import root_of
from pipeline.errors import UsageError, clean
from pipeline.recipe.settings import load_settings

if TYPE_CHECKING:
    from pipeline.recipe.catalogue import Catalogue
    from pipeline.report.output import Output


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def command(invocation: click.Context, *, as_json: bool) -> None:
    """List generation models with their prices and cut-out models with their state.

    The columns are name, kind, how many pictures it takes, and the price of one create. Models of the
    project's own (models: in pipeline.yaml) are among them.

    \b
    pipeline models                        the list
    pipeline models show nano-banana-pro   what one model takes, and what it costs
    pipeline models pull u2netp            fetch the weights of a cut-out model
    """
    if invocation.invoked_subcommand is not None:
        return
    context: Context = invocation.obj
    from pipeline.report.models import listed

    listing = {"generation": listed(_catalogue(context)), "cutout": _cutout()}
    if as_json:
        context.output.data(listing)
    else:
        _print_lists(context.output, listing)


@command.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def show(context: Context, name: str, *, as_json: bool) -> None:
    """Show what the generation model NAME takes, what it costs, and the shortest recipe that uses it."""
    from pipeline.report.models import described, print_model

    models = _catalogue(context)
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
        context.output.data(described(model))
    else:
        print_model(context.output, described(model))


@command.command()
@click.argument("name")
@click.pass_obj
def pull(context: Context, name: str) -> None:
    """Fetch the weights of the cut-out model NAME, checked by digest. Done before: nothing to do."""
    from pipeline.picture.cutout import weights

    path = weights.pull(name, context.output.message)
    context.output.result(f"{name} is ready: its weights are whole, in {path}")


def _catalogue(context: Context) -> Catalogue:
    """The models of the project around the current folder."""
    from pipeline.recipe import catalogue

    return catalogue.load(load_settings(root_of(context.folder, context.folder)).models)


def _nearest_cutout(name: str) -> str:
    from pipeline.picture.cutout.models import MODELS
    from pipeline.recipe.wording import nearest

    return nearest(name, MODELS)


def _show_cutout(output: Output, model: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        output.data(model)
        return
    from pipeline.report.models import print_rows

    output.result(
        f"{output.paint(model['name'], 'strong')}  cut-out, {model['megabytes']:g} MB, runs on this machine"
    )
    rows = [["weights", model["state"]], ["licence", model["licence"]]]
    if model["state"] != "present":
        rows.append(["fetch", f"pipeline models pull {model['name']}"])
    print_rows(output, [*rows, ["use", f"removeBg: {{model: {model['name']}}}"]])


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


def _print_lists(output: Output, listing: dict[str, list[dict[str, Any]]]) -> None:
    from pipeline.report.models import print_list, print_rows

    print_list(output, listing["generation"])
    output.result(output.paint("Cut-out models (pipeline models pull NAME)", "strong"))
    rows = [[m["name"], m["state"], f"{m['megabytes']:g} MB", m["licence"]] for m in listing["cutout"]]
    print_rows(output, rows)
