"""``pipeline sandbox``: the stand-in for the service as a server of its own."""

from __future__ import annotations

import click

from pipeline.cli.context import Context


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
@click.pass_obj
def command(context: Context, port: int, key: str, latency_s: float, balance: float) -> None:
    """Serve a local stand-in for kie.ai on loopback until Ctrl-C: same requests, same answers, no cost.

    The first line of output is its base URL. Any client of the service can be pointed at it:

    \b
    KIE_API_BASE_URL=http://127.0.0.1:PORT KIE_UPLOAD_BASE_URL=http://127.0.0.1:PORT KIE_API_KEY=sandbox

    ``pipeline run --sandbox`` starts one by itself.
    """
    from pipeline.sandbox.options import SandboxOptions
    from pipeline.sandbox.server import serve

    context.keep_secret(key)
    if not key:
        raise click.BadParameter("must not be empty", param_hint="--key")
    options = SandboxOptions(key=key, latency_s=latency_s, credits=balance)

    def announce(url: str) -> None:
        context.output.result(url)
        context.output.message("Stop with Ctrl-C.")

    serve(options, port=port, announce=announce)
