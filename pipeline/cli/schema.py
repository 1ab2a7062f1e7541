"""``pipeline schema``: the JSON Schema of the files people write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pipeline.cli.context import Context
from pipeline.cli.project import root_of
from pipeline.recipe.settings import load_settings

if TYPE_CHECKING:
    from pipeline.recipe.schema import Kind


@click.command()
@click.argument("kind", type=click.Choice(["recipe", "brand", "project", "models"]))
@click.pass_obj
def command(context: Context, kind: Kind) -> None:
    """Print the JSON Schema of recipes, brands, pipeline.yaml (project) or a model catalogue (models).

    That of recipes lists the models of the project around the current folder.

    \b
    pipeline schema recipe > schemas/recipe.schema.json

    and as the first line of a recipe, for editors:

    \b
    # yaml-language-server: $schema=../schemas/recipe.schema.json
    """
    from pipeline.recipe import catalogue
    from pipeline.recipe.schema import schema

    settings = load_settings(root_of(context.folder, context.folder))
    context.output.data(schema(kind, catalogue.load(settings.models)))
