"""One target: its name, what can be said about it, and the files of its set."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pipeline.targets.brief import Brief
from pipeline.targets.options import COMMON, Option, settle
from pipeline.targets.output import Draw, Output


@dataclass(frozen=True, slots=True)
class Choices:
    """A target's options, every one with its value."""

    values: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def share(self, usual: float) -> float:
        """The share of a side that the drawing takes: what the padding leaves, else ``usual``."""
        padding = self.values["padding"]
        return usual if padding is None else 1 - 2 * padding

    def radius(self, usual: float) -> float:
        """The largest radius, as a share of the side; a padding makes it smaller and never larger."""
        padding = self.values["padding"]
        return usual if padding is None else min(usual, 0.5 - padding)


@dataclass(frozen=True, slots=True)
class Target:
    """A platform's set. ``place`` says in one line where the folder goes in a project."""

    name: str
    title: str
    place: str
    table: Callable[[Brief, Choices], Iterable[Output]]
    own: tuple[Option, ...] = ()
    palette: bool = False  # its readers take any PNG, a palette or greys as well

    @property
    def options(self) -> tuple[Option, ...]:
        """What can be said about it."""
        return (*self.own, *COMMON)

    def outputs(self, brief: Brief, said: Mapping[str, Any] | None = None) -> tuple[Output, ...]:
        """The files of the set, in a fixed order. Raises ``OptionFault``."""
        values = settle(self.options, said or {})
        if values["background"]:
            brief = replace(brief, background=values["background"], slots=brief.slots - {"background"})
        return tuple(map(self._as_read, self.table(brief, Choices(values))))

    def _as_read(self, output: Output) -> Output:
        return replace(output, palette=True) if self.palette and isinstance(output, Draw) else output
