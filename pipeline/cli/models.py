"""``pipeline models``: what can make pictures, what can cut them out, at which price and in which state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.context import Context
from pipeline.cli.project import root_of, warn_of_prices
from pipeline.errors import UsageError, clean
from pipeline.recipe.settings import load_settings

if TYPE_CHECKING:
    from pipeline.recipe.catalogue import Catalogue
    from pipeline.report.output import Output

_MOST_MEANT = 5


class _Models(click.Group):
    """Knows that the name of a model, where a command should be, is to be shown."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, but with the command that was probably meant in the complaint."""
        if (
            args
            and not args[0].startswith("-")
            and args[0] not in self.commands
            and not ctx.resilient_parsing
        ):
            said = f"No such command '{clean(args[0])}'."
            raise UsageError(said, hint=f"To see a model: pipeline models show {clean(args[0])}")
        return super().resolve_command(ctx, args)


@click.group(cls=_Models, invoke_without_command=True)
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
        meant = _meant(name, models)
        hint = f"Did you mean {_either(meant)}?" if meant else "See pipeline models."
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

    settings = load_settings(root_of(context.folder, context.folder))
    warn_of_prices(context, settings)
    return catalogue.load(settings.models)


def _meant(name: str, models: Catalogue) -> list[str]:
    """The models probably meant: the same but for capitals, else those it is a part of, else the nearest."""
    folded = name.lower()
    if same := [known for known in models.ids() if known.lower() == folded]:
        return same
    parts = [known for known in models.ids() if folded in known.lower()] if len(folded) > 1 else []
    nearest = models.nearest(folded) or _nearest_cutout(name)
    return parts[:_MOST_MEANT] or [nearest] * bool(nearest)


def _either(names: list[str]) -> str:
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))


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
