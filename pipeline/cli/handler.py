"""The one place that catches errors and turns how a command ended into an exit code."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import click

from pipeline.cli.context import Context
from pipeline.errors import (
    EXIT_BUG,
    EXIT_DONE,
    EXIT_INTERRUPTED,
    EXIT_SOME_FAILED,
    EXIT_USAGE,
    AuthenticationFailed,
    PipelineError,
    RecipeError,
)

_MACHINE_SAYS_NO: Final = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM)


def guard(context: Context, arguments: Sequence[str], action: Callable[[], int]) -> int:
    """Run ``action``; tell the user about whatever it raises, and return the exit code that goes with it."""
    try:
        return action()
    except SystemExit as ended:  # click itself, after shell completion and when our reader has left
        return ended.code if isinstance(ended.code, int) else EXIT_DONE
    except click.ClickException as error:
        return _usage(context, error)
    except BaseException as error:  # noqa: BLE001 - the last line of defence: nothing may pass
        return _failed(context, arguments, error)


def _usage(context: Context, error: click.ClickException) -> int:
    """A command line that click does not understand, or one that asks for nothing and gets the help."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        context.output.message(error.format_message())
        return EXIT_USAGE
    at = getattr(error, "ctx", None)
    hint = f"See '{at.command_path} --help'." if at is not None else ""
    context.output.error(error.format_message(), hint)
    return EXIT_USAGE


def _failed(context: Context, arguments: Sequence[str], error: BaseException) -> int:
    causes = list(_leaves(error))
    if any(isinstance(cause, BrokenPipeError) for cause in causes):
        return _reader_left()
    if any(isinstance(cause, KeyboardInterrupt | click.Abort) for cause in causes):
        context.output.message("Interrupted.")
        return EXIT_INTERRUPTED
    codes = [_told(context, cause) for cause in causes]
    if None in codes:
        return _bug(context, arguments, error)
    return max(code for code in codes if code is not None)


def _leaves(error: BaseException) -> Iterator[BaseException]:
    """The errors themselves, out of whatever groups a ``TaskGroup`` put them in."""
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    else:
        yield error


def _told(context: Context, cause: BaseException) -> int | None:
    """Tell an error that is no bug of ours and return its exit code; None for any other."""
    if isinstance(cause, RecipeError):
        context.output.message(cause.message)
        return cause.exit_code
    if isinstance(cause, PipelineError):
        about = f"{cause.asset}: " if cause.asset else ""
        context.output.error(f"{about}{cause.message}", _hint(context, cause))
        return cause.exit_code
    if isinstance(cause, OSError) and cause.errno in _MACHINE_SAYS_NO:
        context.output.error(f"{cause.strerror}: {cause.filename or 'while writing'}")
        return EXIT_SOME_FAILED
    return None


def _hint(context: Context, cause: PipelineError) -> str:
    """What to do next; of a key that was refused also where it was read, as there may be several."""
    if isinstance(cause, AuthenticationFailed) and context.key_origin:
        return f"The key is that of {context.key_origin}. {cause.hint}".rstrip()
    return cause.hint


def _reader_left() -> int:
    """Whoever read our output has gone (``| head``): nothing is left to say, and nobody to say it to.

    Both streams are pointed at nothing, or the interpreter would complain when it flushes them at the end.
    """
    with Path(os.devnull).open("w") as nothing:
        for stream in (1, 2):
            os.dup2(nothing.fileno(), stream)
    return EXIT_SOME_FAILED


def _bug(context: Context, arguments: Sequence[str], error: BaseException) -> int:
    from pipeline.cli import crash

    summary, path = crash.write_report(context, arguments, error)
    context.output.error(
        f"this is a bug in pipeline: {summary}",
        f"A report to paste into an issue, without secrets, is in {path}",
    )
    return EXIT_BUG
