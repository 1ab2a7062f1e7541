from __future__ import annotations

from plans import step

from pipeline.plan.reason import Reason
from pipeline.report.picks import document
from pipeline.run.pick import Effect, Offer


def test_what_there_is_to_pick_from_and_what_a_run_would_do() -> None:
    files = ("out/hero-2-nobg.png", "out/hero-2.png")
    there = Offer(2, files[0], 64, 32, 1200, (), taken=True, picked=False, files=files)
    lost = Offer(3, "", 0, 0, None, ("at least\x1b[2J 100 px",), taken=False, picked=True)
    own = step("hero", "restore", Reason("pick", "candidate 3, which was picked"))
    others = (step("night", "remake", credits=18.0), step("small", "rework", credits=0.0))
    found = document("recipes/web.yaml", "hero", [there, lost], Effect(own, others))
    assert (found["recipe"], found["asset"]) == ("recipes/web.yaml", "hero")
    first, second = found["candidates"]
    assert first == {
        "number": 2,
        "file": files[0],
        "files": list(files),
        "width": 64,
        "height": 32,
        "size_bytes": 1200,
        "unmet": [],
        "taken": True,
        "picked": False,
    }
    assert (second["size_bytes"], second["width"], second["files"]) == (None, None, [])
    assert "\x1b" not in second["unmet"][0]
    assert found["run"] == {
        "action": "restore",
        "reasons": ["candidate 3, which was picked"],
        "makes": [
            {"asset": "night", "action": "remake", "credits": 18.0},
            {"asset": "small", "action": "rework", "credits": 0.0},
        ],
        "credits": 18.0,
    }


def test_an_unknown_price_is_none() -> None:
    effect = Effect(step("hero", "none"), (step("night", "remake", credits=None),))
    assert document("r.yaml", "hero", [], effect)["run"]["credits"] is None
