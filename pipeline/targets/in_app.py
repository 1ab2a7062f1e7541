"""Pictures shown inside an app, at 1x and its multiples, and that app's own icons on both mobile systems."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from pipeline.targets.android_res import Launcher, launcher, px
from pipeline.targets.brief import Brief
from pipeline.targets.ios import appearances, appiconset, single
from pipeline.targets.options import Option
from pipeline.targets.output import Output
from pipeline.targets.target import Choices

WIDTH: Final = Option("width", "px", None, "At 1x; a third of the master's unless given.")


def widths(brief: Brief, width: int | None, scales: Sequence[float]) -> Iterator[tuple[float, int]]:
    """Scale and px for 1x and each of ``scales`` that the master has enough pixels for.

    Nothing is enlarged: 1x is always there and at most as wide as the master; larger scales are left out, and
    the system then scales the largest there is.
    """
    largest = brief.size[0]
    once = min(width or max(1, largest // 3), largest)
    yield 1, once
    yield from ((scale, px(once, scale)) for scale in scales if once * scale <= largest)


def app_icons(brief: Brief, choices: Choices, catalog: str, android: Launcher) -> Iterator[Output]:
    """``AppIcon`` in an Apple asset catalog, in light, dark and tinted, and an Android launcher icon."""
    entries = single(appearances(brief))
    yield from appiconset(brief, choices, f"{catalog}/AppIcon.appiconset", entries)
    yield from launcher(brief, choices, android)
