"""The one place that writes to standard output and standard error.

Results go to standard output, progress and messages to standard error, so that ``pipeline … > file``
and ``pipeline … | jq`` get results and nothing else.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from rich.console import Console

Style = Literal["plain", "good", "bad", "warn", "quiet", "strong"]

_ANSI: dict[Style, str] = {"good": "32", "bad": "31", "warn": "33", "quiet": "2", "strong": "1"}


class Stream(Protocol):
    """The part of a text stream that is used here."""

    def write(self, text: str, /) -> object: ...

    def flush(self) -> object: ...

    def isatty(self) -> bool: ...


class Output:
    """Writes results and messages, with colour only where a person reads them on a terminal.

    ``color`` False (``NO_COLOR``) takes colour away from both streams; ``live`` False (``TERM=dumb``)
    the moving display.
    """

    def __init__(self, stdout: Stream, stderr: Stream, *, color: bool = True, live: bool = True) -> None:
        self.stdout = stdout
        self.stderr = stderr
        self._color = color
        self._live = live

    @property
    def is_live(self) -> bool:
        """Whether a moving display may be drawn: standard error is a terminal that can move its cursor."""
        return self._live and self.stderr.isatty()

    def result(self, text: str = "") -> None:
        """One result, on standard output."""
        _write(self.stdout, text)

    def data(self, value: object, *, indent: int | None = 2) -> None:
        """One JSON document on standard output, ASCII only so that nothing in it can steer a terminal."""
        _write(self.stdout, json.dumps(value, indent=indent))

    def message(self, text: str = "") -> None:
        """One message, on standard error."""
        _write(self.stderr, text)

    def error(self, message: str, hint: str = "") -> None:
        """A failure and, on a line of its own, what to do about it; on standard error."""
        self.message(f"{self.paint('error:', 'bad', self.stderr)} {message}")
        if hint:
            self.message(f"{self.paint('hint:', 'quiet', self.stderr)} {hint}")

    def warning(self, message: str) -> None:
        """Something to know that stops nothing; on standard error."""
        self.message(f"{self.paint('warning:', 'warn', self.stderr)} {message}")

    def paint(self, text: str, style: Style, stream: Stream | None = None) -> str:
        """``text`` in a style, or as it is where the stream (default: standard output) takes no colour."""
        code = _ANSI.get(style)
        if code is None or not self.takes_color(stream or self.stdout):
            return text
        return f"\x1b[{code}m{text}\x1b[0m"

    def takes_color(self, stream: Stream) -> bool:
        """Whether colour may be written to ``stream``."""
        return self._color and stream.isatty()

    def console(self, stream: Stream) -> Console:
        """A rich console on one of the two streams, knowing nothing of the environment."""
        from rich.console import Console

        return Console(
            file=stream,  # type: ignore[arg-type]
            no_color=not self._color,
            force_terminal=stream.isatty(),
            highlight=False,
            emoji=False,
            markup=False,
        )


# Whatever slipped through to here: control characters, and those that turn the direction of writing.
_STEERING = re.compile(
    r"\x1b(?!\[(?:0|1|2|31|32|33)m)|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


def _write(stream: Stream, text: str) -> None:
    stream.write(_STEERING.sub(" ", text) + "\n")
    stream.flush()
