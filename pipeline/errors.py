"""Every error a user is meant to read, in one tree.

    PipelineError                 carries message, asset, hint and an exit code
      UsageError                  the command line or pipeline.yaml is wrong                      exit 2
      RecipeError                 recipe or brand files are wrong: all problems at once           exit 2
      PlanRefused                 no key, no credits, over budget, unknown outcome: nothing spent exit 4
      ProviderError               the service answered, or failed to answer, a request
        AuthenticationFailed      the key is missing, wrong or not allowed here                   exit 4
        OutOfCredits              the account cannot pay for the request                          exit 4
        RequestRejected           the service refused the request for good; nothing was created
        RateLimited               not accepted, safe to send again after ``retry_after_s``
        ServiceUnavailable        a read failed in passing; safe to ask again
        OutcomeUnknown            a create may have been accepted: never sent again on its own
        UploadFailed              a reference picture could not be handed to the service
        DownloadFailed            a finished result could not be fetched; the task is kept
      TaskFailed                  the service took the task and could not do it (task id kept)
      TaskTimedOut                the task is still running past its deadline; a rerun resumes it
      ProcessError                the picture is safe in the store; a local step failed; a rerun is free
      DeliveryError               a file could not be written (disk full, read-only, edited by hand)

A bug of ours is any exception outside this tree (exit 3).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import ClassVar, Literal

EXIT_DONE = 0
EXIT_SOME_FAILED = 1
EXIT_USAGE = 2
EXIT_BUG = 3
EXIT_REFUSED = 4
EXIT_INTERRUPTED = 130


Severity = Literal["error", "warning", "note"]  # a note is only for who asks: `pipeline validate`

_FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"  # letters and marks by name, blank to the eye


class PipelineError(Exception):
    """An error we mean the user to read: what happened, to which asset, what to do next."""

    exit_code: ClassVar[int] = EXIT_SOME_FAILED

    def __init__(self, message: str, *, hint: str = "", asset: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.asset = asset

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class UsageError(PipelineError):
    """The command line, the environment or ``pipeline.yaml`` is wrong."""

    exit_code = EXIT_USAGE


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a text file; ``line`` and ``column`` count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a recipe or brand file, ready to be shown under its line."""

    message: str
    location: Location
    line_text: str = ""
    hint: str = ""
    asset: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        parts = [f"{self.location}: {self.severity}: {self.message}"]
        if self.line_text:
            caret = " " * (self.location.column - 1) + "^"
            parts += [f"    {self.line_text}", f"    {caret}"]
        if self.hint:
            parts.append(f"    {self.hint}")
        return "\n".join(parts)


class RecipeError(PipelineError):
    """Recipe or brand files are wrong. ``problems`` holds every mistake found, in file order."""

    exit_code = EXIT_USAGE

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.location)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class PlanRefused(PipelineError):
    """Refused before anything was sent or spent."""

    exit_code = EXIT_REFUSED


class ProviderError(PipelineError):
    """The service answered with an error, or did not answer."""

    def __init__(self, message: str, *, code: int | None = None, hint: str = "", asset: str = "") -> None:
        super().__init__(message, hint=hint, asset=asset)
        self.code = code


class AuthenticationFailed(ProviderError):
    """The key is missing, wrong, or not allowed from here."""

    exit_code = EXIT_REFUSED


class OutOfCredits(ProviderError):
    """The account cannot pay for the request; nothing was created."""

    exit_code = EXIT_REFUSED


class RequestRejected(ProviderError):
    """The service refused the request for good; no task exists and nothing was charged."""


class RateLimited(ProviderError):
    """The service provably did not accept the request: it may be sent again after ``retry_after_s``."""

    def __init__(
        self,
        message: str,
        *,
        retry_after_s: float | None = None,
        code: int | None = None,
        hint: str = "",
        asset: str = "",
    ) -> None:
        super().__init__(message, code=code, hint=hint, asset=asset)
        self.retry_after_s = retry_after_s


class ServiceUnavailable(ProviderError):
    """A read failed in passing (network, 5xx, maintenance); asking again is safe."""


class OutcomeUnknown(ProviderError):
    """A create was sent and its answer was lost: it may have been accepted and charged."""


class UploadFailed(ProviderError):
    """A reference picture could not be uploaded; nothing was created."""


class DownloadFailed(ProviderError):
    """A finished result could not be fetched or is not what it should be; the paid task is kept."""

    task_id = ""


class TaskFailed(PipelineError):
    """The service accepted the task and could not do it. ``task_id`` names it in the service's log.

    ``credits`` is what the service says it kept; None where it does not say.
    """

    def __init__(
        self,
        message: str,
        *,
        task_id: str,
        code: str = "",
        credits: float | None = None,
        hint: str = "",
        asset: str = "",
    ) -> None:
        super().__init__(message, hint=hint, asset=asset)
        self.task_id = task_id
        self.code = code
        self.credits = credits


class TaskTimedOut(PipelineError):
    """The task has not ended within its deadline; it is kept and a rerun asks for it again."""

    def __init__(self, message: str, *, task_id: str, hint: str = "", asset: str = "") -> None:
        super().__init__(message, hint=hint, asset=asset)
        self.task_id = task_id


class ProcessError(PipelineError):
    """The paid picture is safe in the store; a local step on it failed. Running again is free."""


class DeliveryError(PipelineError):
    """A result could not be written where it belongs."""


def clean(text: object, limit: int = 300) -> str:
    """Text from outside made safe for a terminal, a log or a report.

    Control and format characters (ANSI escapes, bidirectional overrides, line breaks) and letters nobody sees
    become spaces, runs of white space one space, and more than ``limit`` characters an ellipsis.
    """
    raw = str(text)[: limit * 8]
    visible = "".join(" " if _is_unseen(char) else char for char in raw)
    joined = " ".join(visible.split())
    return joined if len(joined) <= limit else joined[: limit - 1] + "…"


def _is_unseen(char: str) -> bool:
    return unicodedata.category(char)[0] == "C" or char in _FILLERS or 0xFE00 <= ord(char) <= 0xFE0F  # noqa: PLR2004
