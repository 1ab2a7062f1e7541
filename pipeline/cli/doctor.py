"""``pipeline doctor``: can this installation do the work, and what to do where it cannot."""

from __future__ import annotations

import click

from pipeline.cli.context import Context
from pipeline.errors import EXIT_DONE, EXIT_SOME_FAILED


@click.command()
@click.option("--online", is_flag=True, help="Also ask whether the service can be reached.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def command(context: Context, *, online: bool, as_json: bool) -> int:
    """Check this installation and project, one line a check: ok, warn, or fail and what to do.

    Exits 1 when something fails.
    """
    from pipeline.cli.checks import examine

    checks = []
    for check in examine(context, online=online):
        checks.append(check)
        if not as_json:
            context.output.result(check.line(context.output))
    if as_json:
        context.output.data([check.to_json() for check in checks])
    return EXIT_SOME_FAILED if any(check.state == "fail" for check in checks) else EXIT_DONE
