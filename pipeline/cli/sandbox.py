"""``pipeline sandbox``: the stand-in for the service as a server of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pipeline.cli.context import Context

if TYPE_CHECKING:
    from pipeline.report.output import Output

LIST = "list"


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="Port; 0 takes a free one."
)
@click.option("--key", default="sandbox", show_default=True, help="The only API key that is accepted.")
@click.option(
    "--latency",
    "latency_s",
    type=click.FloatRange(min=0),
    default=3.0,
    show_default=True,
    metavar="SECONDS",
    help="Median time a picture takes.",
)
@click.option(
    "--credits",
    "balance",
    type=click.FloatRange(min=0),
    default=10_000,
    show_default=True,
    metavar="N",
    help="Credits the account begins with.",
)
@click.option(
    "--faults",
    default="",
    metavar="NAME=P,…",
    help="How it misbehaves: a chance from 0 to 1 for each fault; list prints the menu.",
)
@click.option(
    "--vary",
    is_flag=True,
    help="Answer a request that was made before with another picture, as real models do.",
)
@click.pass_obj
def command(
    context: Context, port: int, key: str, latency_s: float, balance: float, faults: str, *, vary: bool
) -> None:
    """Serve a local stand-in for kie.ai on loopback until Ctrl-C: same requests, same answers, no cost.

    The first line of output is its base URL. Any client of the service can be pointed at it:

    \b
    KIE_API_BASE_URL=http://127.0.0.1:PORT KIE_UPLOAD_BASE_URL=http://127.0.0.1:PORT KIE_API_KEY=sandbox

    ``pipeline run --sandbox`` starts one by itself. Both know the project's own models.

    \b
    pipeline sandbox --faults list                        every way it can misbehave
    pipeline sandbox --faults too-many=0.2,slow=0.05x2    one create in five put off, at most two slow results
    pipeline sandbox --faults all=0.02,seed=7             a little of everything, the same every time
    """
    if faults.strip() == LIST:
        _print_menu(context.output)
        return
    from pipeline.cli.project import root_of
    from pipeline.recipe.settings import load_settings
    from pipeline.sandbox.options import SandboxOptions
    from pipeline.sandbox.server import serve

    context.keep_secret(key)
    if not key:
        raise click.BadParameter("must not be empty", param_hint="--key")
    models = load_settings(root_of(context.folder, context.folder)).models
    options = SandboxOptions(
        key=key, latency_s=latency_s, credits=balance, faults=faults, vary=vary, models=models
    )

    def announce(url: str) -> None:
        context.output.result(url)
        context.output.message("Stop with Ctrl-C.")

    serve(options, port=port, announce=announce)


def _print_menu(output: Output) -> None:
    from pipeline.sandbox.menu import MENU, PLACES

    wide, wider = (
        max(map(len, cells)) for cells in zip(*((row.name, row.happens) for row in MENU), strict=True)
    )
    for place, title in PLACES.items():
        output.result(output.paint(title, "strong"))
        for row in MENU:
            if row.place == place:
                output.result(f"  {row.name:{wide}}  {row.happens:{wider}}  a client {row.client}")
