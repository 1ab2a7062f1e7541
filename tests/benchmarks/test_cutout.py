"""The command: what it takes, what it refuses, and what its exit code says."""

from __future__ import annotations

import cutout
import pytest
from known_alpha.measure import Row
from known_alpha.packages import Unavailable
from known_alpha.score import Score


@pytest.fixture(autouse=True)
def offline(monkeypatch, ball):
    """Weights are there; the only subject is a ball."""
    monkeypatch.setattr(cutout.weights, "pull", lambda _name: None)
    monkeypatch.setattr(cutout, "subjects", lambda _kinds, names, _every: [ball] * (names != ["moon"]))


def measured(alpha: float):
    def measure(*_arguments):
        score = Score(alpha, 0, 0, 1, 0, 0)
        return [Row(method, "busy", "plain", "ball", score) for method in ("rembg-alone",)] + [
            Row("auto", "busy", "plain", "ball", Score(5, 0, 0, 1, 0, 0), said="key")
        ]

    return measure


@pytest.mark.parametrize(("rembgs", "code", "word"), [(9, 0, "met"), (3, 1, "missed")])
def test_the_exit_code_says_whether_every_goal_is_met(monkeypatch, capsys, rembgs, code, word):
    monkeypatch.setattr(cutout, "measure", measured(rembgs))
    assert cutout.main(["--no-times"]) == code
    said = capsys.readouterr().out
    assert "auto on busy: key × 1" in said
    assert f"auto on busy, all: no worse than rembg                  5.000 ≤ {rembgs:7.3f}  {word}" in said


def test_drawing_measures_nothing(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(cutout, "measure", None)
    drawn = []
    monkeypatch.setattr(cutout, "draw_row", lambda _plan, subject, file: drawn.append((subject.name, file)))
    assert cutout.main(["--row", str(tmp_path / "row.webp"), "--only", "ball"]) == 0
    assert drawn == [("ball", tmp_path / "row.webp")]
    assert "row.webp" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--backdrops", "mauve"], "No such backdrop: mauve"),
        (["--every", "0"], "at least 1"),
        (["--methods", "magic"], "invalid choice"),
    ],
)
def test_bad_usage_is_told(capsys, arguments, said):
    with pytest.raises(SystemExit) as stop:
        cutout.main(arguments)
    assert stop.value.code == 2
    assert said in capsys.readouterr().err


def test_names_that_nothing_has_end_it():
    with pytest.raises(SystemExit, match="no subject is of those classes and names"):
        cutout.main(["--only", "moon"])


def test_what_cannot_be_fetched_ends_it_with_one_line(monkeypatch):
    def fail(*_arguments):
        raise Unavailable("npm is not installed.")

    monkeypatch.setattr(cutout, "subjects", fail)
    with pytest.raises(SystemExit, match=r"^cutout\.py: npm is not installed\.$"):
        cutout.main([])
