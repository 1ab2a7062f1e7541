from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from pipeline.events import Event, EventType
from pipeline.report.output import Output

RECIPE = "recipes/app-icons.yaml"


class Terminal(io.StringIO):
    """A text stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


class Watch:
    """A monotonic clock that stands still until told."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def terminal() -> Output:
    return Output(Terminal(), Terminal())


@pytest.fixture
def plain() -> Output:
    return Output(io.StringIO(), io.StringIO())


@pytest.fixture
def event() -> Callable[..., Event]:
    """``event("asset-state", "coin", state="queued")``."""

    def make(type_: EventType, asset: str = "", **data: Any) -> Event:
        return Event(type_, RECIPE, asset, data)

    return make
