"""The command ``pipeline``: parses, calls one command, and turns how it ended into an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn, TextIO

import click

from pipeline import __version__
from pipeline.cli.context import Context
from pipeline.cli.group import LazyGroup
from pipeline.cli.handler import guard
from pipeline.errors import EXIT_DONE, EXIT_USAGE
from pipeline.report.output import Output

if TYPE_CHECKING:
    from pipeline.clock import Clock

_EXAMPLES: Final = """\b
Examples:
  pipeline init                                    start a project here
  pipeline validate                                check every recipe in recipes/
  pipeline run recipes/app-icons.yaml --sandbox    try it without a key or cost
  pipeline plan                                    what is due, why, and its price
  pipeline run recipes/app-icons.yaml              the real thing; asks before it spends
  pipeline status                                  what a run would resume
  pipeline doctor                                  can this machine do the work?

The API key is read from KIE_AI_API_KEY or KIE_API_KEY, in the environment, .env.local or .env.
"""


@click.group(
    cls=LazyGroup,
    name="pipeline",
    epilog=_EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="pipeline")
def pipeline() -> None:
    """Recipes in, every picture an app ships out.

    A recipe (YAML, kept in your repository) says which pictures are wanted; pipeline has them generated,
    cuts them out, exports every size and format, and remembers what it paid for.
    """


def run(
    arguments: Sequence[str],
    *,
    environ: Mapping[str, str] | None = None,
    stdout: TextIO | None = None,
    stderr: TextIO | None = None,
    clock: Clock | None = None,
) -> int:
    """Run one command line and return its exit code; never raises, never exits."""
    environ = os.environ if environ is None else environ
    output = Output(
        stdout or sys.stdout,
        stderr or sys.stderr,
        color=not environ.get("NO_COLOR"),
        live=environ.get("TERM") not in ("dumb", "unknown"),
    )
    try:
        folder = Path.cwd()
    except OSError:
        output.error("the current folder is gone", "Change to a folder that exists.")
        return EXIT_USAGE
    context = Context(output=output, environ=environ, folder=folder, time=clock)
    return guard(context, arguments, lambda: _invoke(arguments, context))


def main() -> NoReturn:
    """The entry point of the installed command."""
    # Looking for pydantic's plugins reads the metadata of every installed distribution: 10 ms of each start.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a name must not fail a run where the locale lacks a letter
    sys.exit(run(sys.argv[1:]))


def _invoke(arguments: Sequence[str], context: Context) -> int:
    code = pipeline.main(list(arguments), prog_name="pipeline", obj=context, standalone_mode=False)
    return code if isinstance(code, int) else EXIT_DONE


if __name__ == "__main__":
    main()
