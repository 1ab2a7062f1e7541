from __future__ import annotations

import pytest

from pipeline.report.jsonlines import JsonLines
from pipeline.report.lines import Lines
from pipeline.report.live import Live
from pipeline.report.voice import open_voice


@pytest.mark.parametrize(
    ("mode", "kind"), [("auto", Live), ("live", Live), ("lines", Lines), ("json", JsonLines)]
)
def test_on_a_terminal(terminal, mode, kind):
    assert isinstance(open_voice(terminal, mode), kind)


@pytest.mark.parametrize(("mode", "kind"), [("auto", Lines), ("json", JsonLines)])
def test_elsewhere(plain, mode, kind):
    assert isinstance(open_voice(plain, mode), kind)
