"""``pipeline run``: make what the recipes ask for."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import click

from pipeline.cli.context import Context
from pipeline.errors import EXIT_DONE
from pipeline.events import Event
from pipeline.run.places import Places
from pipeline.run.shortcut import Unchanged, remembered


@click.command()
@click.argument("recipes", nargs=-1, metavar="[RECIPE]...", type=click.Path(path_type=Path))
@click.option("--yes", "-y", is_flag=True, help="Spend without asking.")
@click.option(
    "--max-credits",
    type=click.FloatRange(min=0),
    metavar="N",
    help="Spend at most N credits; a plan that fits needs no --yes.",
)
@click.option("--only", multiple=True, metavar="GLOB", help="Only these assets and what they are made from.")
@click.option("--regenerate", multiple=True, metavar="GLOB", help="Buy these again although nothing changed.")
@click.option("--output", type=click.Path(path_type=Path), metavar="DIR", help="Deliver below DIR instead.")
@click.option("--sandbox", is_flag=True, help="Use the built-in stand-in: no key, no cost, pretend pictures.")
@click.option(
    "--workers", metavar="local:N", help="Processes for cut-outs and exports (default: one a core)."
)
@click.option("--webhook", metavar="URL", help="Let the service call URL when a task has ended.")
@click.option(
    "--webhook-listen",
    metavar="[HOST:]PORT",
    help="Where those calls arrive on this machine (default: 127.0.0.1:8787).",
)
@click.option("--retry-unknown", is_flag=True, help="Buy again what may have been bought already.")
@click.option("--overwrite-edited", is_flag=True, help="Replace delivered files that were edited by hand.")
@click.option("--frozen", is_flag=True, help="Exit 2 rather than spend anything: for CI.")
@click.option("--json", "as_json", is_flag=True, help="One JSON event a line on standard output.")
@click.pass_obj
def command(
    context: Context,
    recipes: tuple[Path, ...],
    *,
    yes: bool,
    max_credits: float | None,
    only: tuple[str, ...],
    regenerate: tuple[str, ...],
    output: Path | None,
    sandbox: bool,
    workers: str | None,
    webhook: str | None,
    webhook_listen: str | None,
    retry_unknown: bool,
    overwrite_edited: bool,
    frozen: bool,
    as_json: bool,
) -> int:
    """Make what the recipes ask for (default: every recipe in recipes/).

    Generates, cuts out, exports and delivers, all assets side by side. Interrupted or killed, the same
    command carries on with the tasks that are paid for.

    \b
    pipeline run recipes/app-icons.yaml
    pipeline run recipes/app-icons.yaml --only 'badge-*' --max-credits 60
    """
    asked = Asked(
        only=only,
        regenerate=regenerate,
        output=None if output is None else context.folder / output,
        sandbox=sandbox,
        max_credits=max_credits,
        workers=workers,
        webhook=webhook,
        webhook_listen=webhook_listen,
        retry_unknown=retry_unknown,
        overwrite_edited=overwrite_edited,
        frozen=frozen,
        yes=yes,
        as_json=as_json,
    )
    if asked.is_plain and (done := at_a_glance(context, recipes, asked)):
        return tell_unchanged(context, done, as_json=as_json)
    from pipeline.cli.execution import execute

    return execute(context, recipes, asked)


@dataclass(frozen=True, slots=True)
class Asked:
    """The command line, as options."""

    only: tuple[str, ...]
    regenerate: tuple[str, ...]
    output: Path | None
    sandbox: bool
    max_credits: float | None
    workers: str | None
    webhook: str | None
    webhook_listen: str | None
    retry_unknown: bool
    overwrite_edited: bool
    frozen: bool
    yes: bool
    as_json: bool

    @property
    def is_plain(self) -> bool:
        """Whether this asks for no more than that everything be delivered."""
        return not (self.only or self.regenerate or self.output)


def at_a_glance(context: Context, recipes: tuple[Path, ...], asked: Asked) -> list[Unchanged] | None:
    """The recipes, if an earlier run left them delivered and no file has been touched since."""
    from pipeline.cli.project import common_root
    from pipeline.recipe.project import recipe_files

    paths = [context.folder / path for path in recipes]
    root = common_root(context.folder, paths).resolve()
    return remembered(Places(root, asked.sandbox), recipe_files(paths or [root / "recipes"]))


def tell_unchanged(context: Context, done: list[Unchanged], *, as_json: bool) -> int:
    """Say so in the usual voice; nothing moves, so there is nothing to draw live."""
    from pipeline.report.voice import open_voice

    with closing(open_voice(context.output, "json" if as_json else "lines")) as voice:
        for one in done:
            data = {"unchanged": one.assets, "credits": 0.0, "output": one.output}
            voice(Event("run-finished", one.recipe, data=data))
    return EXIT_DONE
