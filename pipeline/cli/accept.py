"""``pipeline accept``: files edited by hand become the delivered result."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.context import Context
from pipeline.cli.project import open_project
from pipeline.report import words
from pipeline.run.draw import check_globs, matches
from pipeline.run.options import Options
from pipeline.run.places import Places


@click.command()
@click.argument("recipe", type=click.Path(path_type=Path))
@click.option("--only", multiple=True, metavar="GLOB", help="Only files of these assets.")
@click.option("--sandbox", is_flag=True, help="Files delivered by the stand-in instead.")
@click.pass_obj
def command(context: Context, recipe: Path, *, only: tuple[str, ...], sandbox: bool) -> None:
    """Take delivered files as they are now, touched up by hand, for the result.

    They are recorded in the lock and in manifest.json, and later runs keep them.
    """
    import asyncio

    from pipeline.clock import SystemClock
    from pipeline.run.accept import accept

    project = open_project(context, [recipe])
    check_globs(project.recipes, Options(only=only))
    names = {
        asset.name for one in project.recipes for asset in one.assets if not only or matches(asset.name, only)
    }
    accepted = asyncio.run(accept(project.recipes, Places(project.root, sandbox), names, SystemClock()))
    for file in accepted:
        context.output.result(f"{file.asset}: {file.name}")
    said = words.count(len(accepted), "file") + " accepted" if accepted else "No delivered file was edited"
    context.output.message(f"{said}.")
