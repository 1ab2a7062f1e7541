from __future__ import annotations

import json

from pipeline.report.jsonlines import JsonLines


def test_one_event_a_line_as_it_happens(plain, event):
    voice = JsonLines(plain)
    voice(event("asset-state", "coin", state="queued"))
    assert json.loads(plain.stdout.getvalue()) == {
        "event": "asset-state",
        "recipe": "recipes/app-icons.yaml",
        "asset": "coin",
        "state": "queued",
    }
    voice(event("warning", message="two\nlines"))
    voice.close()
    assert len(plain.stdout.getvalue().splitlines()) == 2
    assert plain.stderr.getvalue() == ""
