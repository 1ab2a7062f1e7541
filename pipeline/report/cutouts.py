"""How ``pipeline cutout`` tells what it does: a line a picture, and a bar on a terminal meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pipeline.errors import clean
from pipeline.events import Event
from pipeline.picture.cutout.method import UNSURE
from pipeline.report import words
from pipeline.report.jsonlines import JsonLines
from pipeline.report.output import Output
from pipeline.report.voice import Voice

if TYPE_CHECKING:
    from rich.console import Console

_BAR_WIDTH: Final = 28


def open_voice(output: Output, *, as_json: bool = False) -> Voice:
    """JSON, a bar on a terminal, or lines. Use as ``with contextlib.closing(open_voice(…)) as voice``."""
    if as_json:
        return JsonLines(output)
    return Bar(output) if output.is_live else Lines(output)


class Lines:
    """Each picture as it is done: results on standard output, failures on standard error."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._pictures = 0
        self._counts = {"cutout-done": 0, "cutout-failed": 0}
        self._folder = ""

    def __call__(self, event: Event) -> None:
        """Take in one event."""
        match event.type:
            case "cutout-started":
                self._begin(event)
            case "cutout-done" | "cutout-failed":
                self._counts[event.type] += 1
                self._say(event)

    def close(self) -> None:
        """The closing line, on standard error: the results have been told."""
        done, failed = self._counts.values()
        if not self._pictures:
            return
        said = [f"{words.count(done, 'cut-out')} in {self._folder}" if done else "no cut-out was made"]
        if failed:
            said.append(self._output.paint(f"{failed:,} failed", "bad", self._output.stderr))
        if left := self._pictures - done - failed:
            said.append(f"{left:,} not done")
        self._output.message(", ".join(said))

    def _begin(self, event: Event) -> None:
        self._pictures, self._folder = event.data["pictures"], clean(event.data["output"])
        for message in event.data["left_out"]:
            self._output.message(clean(message))
        if not self._pictures:
            why = "everything there is left out" if event.data["left_out"] else "no pictures there"
            self._output.message(f"Nothing to do: {why}. Folders inside folders are not searched.")

    def _say(self, event: Event) -> None:
        self._tell(event, f"[{sum(self._counts.values()):,} of {self._pictures:,}] ")

    def _tell(self, event: Event, counted: str = "") -> None:
        if event.type == "cutout-done":
            self._output.result(f"{counted}{described(event, self._output)}")
            return
        self._output.error(
            f"{counted}{clean(event.asset)}: {clean(event.data['message'])}", clean(event.data["hint"])
        )


class Bar(Lines):
    """Keeps the lines until the end, and meanwhile draws on standard error how far it is."""

    def __init__(self, output: Output, *, console: Console | None = None) -> None:
        super().__init__(output)
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        self._told: list[Event] = []
        self._progress = Progress(
            BarColumn(_BAR_WIDTH),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}", markup=False),
            console=console or output.console(output.stderr),
            transient=True,
        )
        self._task = self._progress.add_task("")

    def close(self) -> None:
        """Take the bar away, then tell everything."""
        self._progress.stop()
        for event in sorted(self._told, key=lambda event: event.asset):
            self._tell(event)
        super().close()

    def _begin(self, event: Event) -> None:
        super()._begin(event)
        self._progress.update(self._task, total=self._pictures)
        if self._pictures:
            self._progress.start()

    def _say(self, event: Event) -> None:
        self._told.append(event)
        self._progress.update(self._task, advance=1, description=clean(event.asset, 60))


def described(event: Event, output: Output) -> str:
    """``coin.png → out/coin-nobg.png: key, 97 % sure, 2 holes``, and below it what to know."""
    data = event.data
    came = " + ".join(clean(name) for name in (event.asset, data["second"]) if name)
    went = ", ".join(clean(data[name]) for name in ("output", "compare") if data[name])
    notes = [f"  {output.paint('!', 'warn')} {clean(warning)}" for warning in data["warnings"]]
    return "\n".join([f"{came} → {went}: {', '.join(_measures(data, output))}", *notes])


def _measures(data: dict[str, Any], output: Output) -> list[str]:
    confidence = data["confidence"]
    sure = output.paint(f"{confidence * 100:.0f} % sure", _style(confidence))
    return [clean(data["method"]), sure, words.count(data["holes"], "hole")]


def _style(confidence: float) -> Any:
    return "warn" if confidence < UNSURE else "plain"
