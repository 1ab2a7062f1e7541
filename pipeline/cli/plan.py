"""``pipeline plan``: what would be made or remade, why, and what it costs."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.connection import connect, connection_of
from pipeline.cli.context import Context
from pipeline.cli.project import Project, open_project
from pipeline.errors import EXIT_DONE, EXIT_USAGE, PipelineError, PlanRefused, UsageError
from pipeline.plan.build import Plan
from pipeline.run.draw import draw_up
from pipeline.run.options import Options
from pipeline.run.places import Places

PATIENCE_S = 10.0  # a plan is worth reading without the balance


@click.command()
@click.argument("recipes", nargs=-1, metavar="[RECIPE]...", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Exit 2 when anything is pending: for CI.")
@click.option("--offline", is_flag=True, help="Do not ask the service for the balance.")
@click.option("--only", multiple=True, metavar="GLOB", help="Only these assets and what they are made from.")
@click.option("--regenerate", multiple=True, metavar="GLOB", help="As if these were to be bought again.")
@click.option("--sandbox", is_flag=True, help="Plan for the built-in stand-in.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--markdown", is_flag=True, help="Print Markdown for a pull-request comment.")
@click.pass_obj
def command(
    context: Context,
    recipes: tuple[Path, ...],
    *,
    check: bool,
    offline: bool,
    only: tuple[str, ...],
    regenerate: tuple[str, ...],
    sandbox: bool,
    as_json: bool,
    markdown: bool,
) -> int:
    """Say what a run would do, asset by asset: the action, the reason with old and new values, the cost.

    Changes nothing and spends nothing.

    \b
    pipeline plan                          every recipe in recipes/
    pipeline plan recipes/app-icons.yaml --check
    """
    from pipeline.clock import SystemClock

    if as_json and markdown:
        raise UsageError("--json and --markdown are two forms of one plan: choose one.")
    project = open_project(context, recipes)
    options = Options(only=only, regenerate=regenerate)
    places = Places.of(project.root, project.settings.store, sandbox=sandbox)
    plan, _ = draw_up(project.recipes, places, options, SystemClock())
    cost = plan.cost()
    costs = cost.at_most > 0 or cost.unpriced > 0
    balance = ask_balance(context, project) if costs and not (offline or sandbox) else None
    tell(context, plan, balance, as_json=as_json, markdown=markdown)
    return EXIT_USAGE if check and not plan.is_empty else EXIT_DONE


def ask_balance(context: Context, project: Project, patience_s: float = PATIENCE_S) -> float | None:
    """The account's credits; None without a key, or when the service does not tell within ``patience_s``."""
    import asyncio

    try:
        connection = connection_of(context, project.root, project.settings)
    except PlanRefused as error:
        if context.key_origin:  # there is a key, and a file would lead it astray
            context.output.warning(f"the balance is unknown: {error.message}")
        return None

    async def ask() -> float | None:
        provider = connect(connection, project.settings)
        try:
            async with asyncio.timeout(patience_s):
                return await provider.balance()
        finally:
            await provider.aclose()

    try:
        return asyncio.run(ask())
    except PipelineError as error:
        context.output.warning(f"the balance is unknown: {error.message}")
    except TimeoutError:
        context.output.warning(f"the balance is unknown: no answer within {patience_s:g} s")
    return None


def tell(context: Context, plan: Plan, balance: float | None, *, as_json: bool, markdown: bool) -> None:
    """Write the plan in the form asked for."""
    if as_json:
        from pipeline.report.plan_json import document

        context.output.data(document(plan, balance))
    elif markdown:
        from pipeline.report import plan_markdown

        context.output.result(plan_markdown.render(plan, balance).rstrip("\n"))
    else:
        from pipeline.report import plan_text

        context.output.result(plan_text.render(plan, balance, context.output))
