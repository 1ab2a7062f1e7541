"""``pipeline schema``: the JSON Schema of recipe and brand files."""

from __future__ import annotations

from typing import Literal

import click

from pipeline.cli.context import Context


@click.command()
@click.argument("kind", type=click.Choice(["recipe", "brand"]))
@click.pass_obj
def command(context: Context, kind: Literal["recipe", "brand"]) -> None:
    """Print the JSON Schema of recipe or brand files.

    \b
    pipeline schema recipe > schemas/recipe.schema.json

    and as the first line of a recipe, for editors:

    \b
    # yaml-language-server: $schema=../schemas/recipe.schema.json
    """
    from pipeline.recipe.schema import schema

    context.output.data(schema(kind))
