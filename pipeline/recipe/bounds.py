"""How much a recipe may ask of whoever reads it: text, work and mistakes, each with an end.

A recipe comes with a pull request, so it may be written to keep a machine busy. The bounds count what is
done, not seconds: the same recipe ends the same way on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from pipeline.errors import Problem
from pipeline.recipe.values import TemplateFault

MAX_TEXT = 20_000  # characters of one text, as written and as rendered parts go in
MAX_OUTPUT = 40_000  # characters a template may come to
MAX_WORK = 2_000_000  # units for one recipe; one is worth about a microsecond of two-core office hardware
MAX_MISTAKES = 100  # that differ
MAX_FINDINGS = 1_000  # the same one again in every asset included
CHARACTERS_A_UNIT = 16


class Enough(Exception):
    """So many mistakes that looking for more helps nobody."""


class Mistakes(list[Problem]):
    """Problems as they are found. Raises ``Enough`` once there are more than anyone would read."""

    def __init__(self) -> None:
        super().__init__()
        self._different: set[tuple[object, str]] = set()

    def append(self, problem: Problem) -> None:
        super().append(problem)
        self._different.add((problem.location, problem.message))
        if len(self._different) >= MAX_MISTAKES or len(self) >= MAX_FINDINGS:
            raise Enough

    def extend(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.append(problem)

    def __iadd__(self, problems: Iterable[Problem]) -> Self:  # type: ignore[override,misc]  # list is wider
        self.extend(problems)
        return self


def told(problems: list[Problem], *, cut: bool) -> list[Problem]:
    """Each mistake once: one in ``defaults`` or a matrix is found again in every asset it reaches.

    ``cut``: the search was ended, which the last of them says.
    """
    once = list({(problem.location, problem.message): problem for problem in reversed(problems)}.values())
    if cut:
        last = max(problem.location for problem in once)
        once.append(Problem(f"there are more mistakes than these {len(once)}: mend them first", last))
    return once


class Work:
    """What one recipe's templates have cost so far. ``templates`` keeps what was compiled for it."""

    __slots__ = ("done", "limit", "templates")

    def __init__(self, limit: int = MAX_WORK) -> None:
        self.limit, self.done = limit, 0
        self.templates: dict[str, tuple[object, int]] = {}

    @property
    def exhausted(self) -> bool:
        return self.done > self.limit

    def spend(self, units: int) -> None:
        """Raises ``TemplateFault`` when the recipe has asked for too much."""
        self.done += units
        if self.exhausted:
            raise TemplateFault(
                "the recipe takes too much work: its templates, loops and lists have no end in sight",
                hint="shorten loops and lists, or split the recipe",
            )

    def read(self, characters: int) -> None:
        """Spend what handling a text of that length costs. Raises ``TemplateFault``."""
        self.spend(1 + characters // CHARACTERS_A_UNIT)
