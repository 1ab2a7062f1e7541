"""The table of commands, and a click group that imports one only when it is invoked or its help is asked."""

from __future__ import annotations

from importlib import import_module
from typing import Final

import click

# Name → what ``pipeline --help`` says of it. Each lives in the module of its name, as ``command``.
COMMANDS: Final = {
    "init": "Start a project: a brand, a recipe, and what editors need to help.",
    "validate": "Find every mistake in recipes and brands. No network.",
    "plan": "What would be made or remade, why, and what it costs.",
    "run": "Make what the recipes ask for: generate, cut out, export, deliver.",
    "status": "Paid tasks under way, unfinished, or of unknown outcome.",
    "check": "Look for what is wrong with delivered pictures, or any others.",
    "accept": "Take files edited by hand as the delivered result.",
    "pick": "Pick one of the candidates of an asset.",
    "cutout": "Remove the background of local pictures.",
    "export": "Make a local picture into the files that platforms demand.",
    "credits": "How many credits the account has left.",
    "models": "Generation and cut-out models, with prices and state.",
    "doctor": "Is this installation able to work? What to do where it is not.",
    "sandbox": "A local stand-in for the service, to try things without paying.",
    "schema": "The JSON Schema of recipe and brand files, for editors.",
}

_WIDEST: Final = max(map(len, COMMANDS))


class LazyGroup(click.Group):
    """Lists commands from the table, so that the group's help imports none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"pipeline.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, but with the nearest command in the complaint."""
        if args and not args[0].startswith("-") and args[0] not in COMMANDS and not ctx.resilient_parsing:
            ctx.fail(f"No such command {args[0]!r}.{_nearest(args[0])}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()), col_max=_WIDEST)


def _nearest(name: str) -> str:
    from difflib import get_close_matches

    if name.endswith((".yaml", ".yml")):
        return f" Did you mean 'run {name}'?"
    close = get_close_matches(name, COMMANDS, n=1)
    return f" Did you mean {close[0]!r}?" if close else ""
