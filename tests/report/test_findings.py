from __future__ import annotations

import os

import pytest

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


def blank(*files: str) -> list[Finding]:
    return [Finding("warning", "is blank", rule="blank", file=file) for file in files]


def lines(plain, findings: list[Finding]) -> list[str]:
    tell(findings, plain, files=1, assets=0)
    return plain.stdout.getvalue().splitlines()


@pytest.mark.skipif(os.sep != "/", reason="paths are shown as the system writes them")
@pytest.mark.parametrize(
    ("files", "folder"),
    [
        ([f"web/{number}.png" for number in range(43)], "web/"),
        ([f"web/icons/{number}/a.png" for number in range(43)], "web/icons/"),
        ([f"/home/web/{number}/a.png" for number in range(43)], "/home/web/"),
        ([f"/{number}/a.png" for number in range(43)], "/"),
        ([f"../web/{number}.png" for number in range(43)], "../web/"),
        ([f"{number}.png" for number in range(43)], "./"),
    ],
)
def test_equal_findings_of_a_folder_are_counted_after_the_first_three(plain, files, folder):
    assert lines(plain, blank(*files)) == [
        *(f"warning  {file}: is blank" for file in files[:3]),
        f"warning  … and 40 more like this below {folder}: is blank",
        "1 file checked: 43 warnings",
    ]


def test_each_folder_and_each_thing_that_is_said_has_its_own_three(plain):
    other = [Finding("error", "is blank", file=f"web/{number}.png") for number in range(3)]
    found = [*blank(*(f"{top}/{number}.png" for number in range(3) for top in ("web", "ios"))), *other]
    assert len(lines(plain, found)) == 10


def test_one_more_is_named_itself(plain):
    files = [f"web/{number}.png" for number in range(4)]
    assert lines(plain, blank(*files))[:-1] == [f"warning  {file}: is blank" for file in files]


def test_assets_without_a_file_are_all_named(plain):
    found = [Finding("warning", "is not delivered yet", asset=f"coin-{number}") for number in range(9)]
    assert len(lines(plain, found)) == 10


def test_a_document_keeps_every_one_of_equal_findings():
    assert len(to_json(blank(*(f"web/{n}.png" for n in range(43))), files=43, assets=0)["findings"]) == 43


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
