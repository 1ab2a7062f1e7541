"""Write docs/commands.md: the help of every command, as the program itself prints it.

python tools/command_docs.py          write it
python tools/command_docs.py --check  exit 1 when it is out of date
"""

# ruff: noqa: INP001 - a folder of programs, no package
from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import click

from pipeline.cli.main import pipeline

FILE: Final = Path(__file__).resolve().parent.parent / "docs" / "commands.md"
WIDTH: Final = 90  # characters

HEAD: Final = """\
# Commands

What `pipeline COMMAND --help` prints. Written by `python tools/command_docs.py`; a test keeps it up to date.
What the options mean in practice is told in [running.md](running.md).
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the file, or compare it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when it is out of date")
    options = parser.parse_args(arguments)
    text = page()
    if not options.check:
        FILE.write_text(text, encoding="utf-8", newline="\n")
        return 0
    if FILE.is_file() and FILE.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write("docs/commands.md is out of date: python tools/command_docs.py\n")
    return 1


def page() -> str:
    """The whole page as Markdown."""
    invocations = list(walk(root()))
    contents = "\n".join(f"- [`{one.command_path}`](#{anchor(one)}): {summary(one)}" for one in invocations)
    return "\n".join([HEAD, contents, "", *map(section, invocations)])


def root() -> click.Context:
    """The program itself, at a width that does not depend on the terminal."""
    return pipeline.make_context("pipeline", [], resilient_parsing=True, terminal_width=WIDTH)


def walk(invocation: click.Context) -> Iterator[click.Context]:
    """The command and every command below it, in the order its help lists them."""
    yield invocation
    if isinstance(invocation.command, click.Group):
        for name in invocation.command.list_commands(invocation):
            command = invocation.command.get_command(invocation, name)
            if command is not None and not command.hidden:
                yield from walk(command.make_context(name, [], parent=invocation, resilient_parsing=True))


def section(invocation: click.Context) -> str:
    """One command: a heading and its help."""
    return f"## {invocation.command_path}\n\n```text\n{invocation.get_help().rstrip()}\n```\n"


def anchor(invocation: click.Context) -> str:
    """The heading's anchor, as Git hosts derive it."""
    return invocation.command_path.replace(" ", "-").lower()


def summary(invocation: click.Context) -> str:
    """The first sentence of the help."""
    return invocation.command.get_short_help_str(limit=100)


if __name__ == "__main__":
    sys.exit(main())
