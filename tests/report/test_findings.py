from __future__ import annotations

from pipeline.deliver.finding import Finding
from pipeline.report.findings import tell, to_json

LOST = Finding("error", "is missing", "Run again.", "delivered", "out/coin.png", "coin", "recipes/icons.yaml")
DOUBT = Finding("warning", "cut-out only 30 % sure", "Look at it.", "cutout-doubtful", asset="gem")


def test_a_line_a_finding_and_what_to_do_below_those_that_share_it(plain):
    also = Finding("error", "is missing", "Run again.", "delivered", "out/gem.png")
    bare = Finding("note", "is large", file="out/gem.png")
    counts = tell([LOST, also, DOUBT, bare], plain, files=3, assets=1, notes=True)
    assert plain.stdout.getvalue().splitlines() == [
        "error    out/coin.png: is missing",
        "error    out/gem.png: is missing",
        "         Run again.",
        "warning  gem: cut-out only 30 % sure",
        "         Look at it.",
        "note     out/gem.png: is large",
        "3 files of 1 asset checked: 2 errors, 1 warning, 1 note",
    ]
    assert (counts["error"], counts["warning"], counts["note"]) == (2, 1, 1)


def test_notes_are_counted_and_only_written_for_who_asks(plain):
    counts = tell([Finding("note", "is large", "Scale it.")], plain, files=1, assets=0)
    assert plain.stdout.getvalue() == "1 file checked: 1 note (--notes shows them)\n"
    assert counts["note"] == 1


def test_nothing_found(plain):
    assert not tell([], plain, files=1, assets=0)
    assert plain.stdout.getvalue() == "1 file checked: nothing found\n"


def test_findings_are_told_as_they_come(plain):
    def found():
        yield LOST
        yield DOUBT
        assert "is missing" in plain.stdout.getvalue()

    tell(found(), plain, files=1, assets=1)


def test_colour_marks_what_matters(terminal):
    tell([LOST, DOUBT], terminal, files=1, assets=0)
    assert "\x1b[31merror  \x1b[0m  \x1b[1mout/coin.png\x1b[0m: is missing" in terminal.stdout.getvalue()
    assert "\x1b[33mwarning\x1b[0m" in terminal.stdout.getvalue()


def test_one_document():
    document = to_json([LOST, DOUBT, Finding("note", "is large")], files=2, assets=1)
    assert document["notes"] == 1
    assert (document["files"], document["assets"], document["errors"], document["warnings"]) == (2, 1, 1, 1)
    assert document["findings"][0] == {
        "severity": "error",
        "rule": "delivered",
        "recipe": "recipes/icons.yaml",
        "asset": "coin",
        "file": "out/coin.png",
        "message": "is missing",
        "hint": "Run again.",
    }
