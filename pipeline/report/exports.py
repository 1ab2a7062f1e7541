"""How ``pipeline export`` tells what it does, and which targets there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pipeline.errors import clean
from pipeline.events import Event
from pipeline.report import words
from pipeline.report.jsonlines import JsonLines
from pipeline.report.output import Output
from pipeline.report.voice import Voice
from pipeline.targets.options import COMMON, takes

if TYPE_CHECKING:
    from pipeline.targets.options import Option
    from pipeline.targets.target import Target

_NAME_WIDTH = 14  # of a target
_KILOBYTE = 1_000
_MEGABYTE = 1_000_000


def open_voice(output: Output, *, as_json: bool = False) -> Voice:
    """JSON, or lines. Use as ``with contextlib.closing(open_voice(…)) as voice``."""
    return JsonLines(output) if as_json else Lines(output)


class Lines:
    """A line for each target as it is done: results on standard output, all else on standard error."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._folder = ""
        self._finished: dict[str, Any] = {}

    def __call__(self, event: Event) -> None:
        """Take in one event."""
        match event.type:
            case "export-started":
                self._begin(event.data)
            case "export-done":
                self._output.result(described(event, self._output))
            case "export-failed":
                message = f"{clean(event.asset)}: {clean(event.data['message'])}"
                self._output.error(message, clean(event.data["hint"]))
            case "export-finished":
                self._finished = event.data

    def close(self) -> None:
        """The closing line."""
        data = self._finished
        if not data:
            return
        sets = words.count(data["done"], "set")
        said = [f"{sets}, {words.count(data['files'], 'file')}, {size(data['bytes'])} in {self._folder}"]
        if data["failed"]:
            said.append(self._output.paint(f"{data['failed']:,} failed", "bad", self._output.stderr))
        self._output.message(f"{', '.join(said)} ({seconds(data['seconds'])})")

    def _begin(self, data: dict[str, Any]) -> None:
        self._folder = clean(data["output"])
        for note in data["notes"]:
            self._output.message(clean(note))


def described(event: Event, output: Output) -> str:
    """``ios            4 files   312 kB  0.4 s  Into Assets.xcassets.``, and below it what to know."""
    data = event.data
    files, measured, took = words.count(data["files"], "file"), size(data["bytes"]), seconds(data["seconds"])
    line = (
        f"{clean(event.asset):<{_NAME_WIDTH}} {files:>9}  {measured:>8}  {took:>6}  {data['place']}".rstrip()
    )
    notes = [f"  {output.paint('!', 'warn')} {clean(warning)}" for warning in data["warnings"]]
    if data["removed"]:
        notes.append(f"  removed, as nothing makes it any more: {words.count(len(data['removed']), 'file')}")
    return "\n".join([line, *notes])


def listing(targets: Sequence[Target]) -> Iterator[str]:
    """Every target with where its folder goes and what can be said about it, a line each."""
    for target in targets:
        yield f"{target.name}: {target.title}. {target.place}"
        yield from map(_told, target.own)
    yield "Every target takes:"
    yield from map(_told, COMMON)


def listing_data(targets: Sequence[Target]) -> list[dict[str, Any]]:
    """The same as JSON-able data."""
    return [
        {
            "name": target.name,
            "title": target.title,
            "place": target.place,
            "options": [
                {
                    "name": option.name,
                    "kind": option.kind,
                    "default": option.default,
                    "choices": list(option.choices),
                    "help": option.help,
                }
                for option in target.options
            ],
        }
        for target in targets
    ]


def size(count: int) -> str:
    """``312 kB``, ``1.2 MB``; a kB has 1,000 bytes."""
    if count >= _MEGABYTE:
        return f"{count / _MEGABYTE:.1f} MB"
    return f"{count / _KILOBYTE:.0f} kB" if count >= _KILOBYTE else f"{count} B"


def seconds(count: float) -> str:
    """``0.4 s``; from a minute on as any duration."""
    return f"{count:.1f} s" if count < 60 else words.duration(count)  # noqa: PLR2004 - a minute


def _told(option: Option) -> str:
    return f"    {option.name}: {takes(option)}{_usual(option)}. {option.help}"


def _usual(option: Option) -> str:
    if option.default in (None, "", ()):
        return ""
    listed = option.default if isinstance(option.default, tuple) else (option.default,)
    said = ", ".join(str(one).lower() if isinstance(one, bool) else str(one) for one in listed)
    return f" ({said} unless said)"
