"""``pipeline credits``: what the account has left."""

from __future__ import annotations

import click

from pipeline.cli.connection import Connection, connect, connection_of
from pipeline.cli.context import Context
from pipeline.cli.project import root_of
from pipeline.report.words import credits_of


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def command(context: Context, *, as_json: bool) -> None:
    """Ask the service how many credits the account has left. Costs nothing."""
    connection = connection_of(context, root_of(context.folder, context.folder))
    balance = ask(connection)
    if as_json:
        context.output.data({"credits": balance, "api_base_url": connection.api_base_url})
    elif balance is None:
        context.output.result("The service takes the key, and does not tell what is left.")
    else:
        context.output.result(f"{credits_of(balance)} left")


def ask(connection: Connection) -> float | None:
    """Credits left, None where the service does not tell. Raises what ``Provider.balance`` raises."""
    import asyncio

    async def balance() -> float | None:
        provider = connect(connection)
        try:
            return await provider.balance()
        finally:
            await provider.aclose()

    return asyncio.run(balance())
