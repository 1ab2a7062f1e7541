from __future__ import annotations

import json

from pipeline.events import Event
from pipeline.report.exports import Lines, listing, listing_data, open_voice, seconds, size
from pipeline.report.jsonlines import JsonLines
from pipeline.targets import catalogue

STARTED = Event("export-started", data={"output": "out", "notes": ["icon.jpg has no transparency\x1b[2J"]})
FAILED = Event("export-failed", asset="web", data={"message": "It cannot be drawn.", "hint": "Draw it."})
FINISHED = Event(
    "export-finished", data={"done": 1, "failed": 0, "files": 4, "bytes": 312_400, "seconds": 0.41}
)


def done(**changes):
    data = {"files": 4, "bytes": 312_400, "seconds": 0.41, "place": "Into Assets.xcassets.", "warnings": []}
    return Event("export-done", asset="ios", data={**data, "removed": [], **changes})


def tell(voice, *events):
    for event in events:
        voice(event)
    voice.close()


def test_each_target_has_a_line_that_says_where_it_goes(plain):
    tell(Lines(plain), STARTED, done(), FINISHED)
    assert plain.stdout.getvalue() == ("ios              4 files    312 kB   0.4 s  Into Assets.xcassets.\n")
    assert plain.stderr.getvalue().splitlines() == [
        "icon.jpg has no transparency [2J",
        "1 set, 4 files, 312 kB in out (0.4 s)",
    ]


def test_warnings_and_what_was_removed_stand_below_their_target(plain):
    tell(Lines(plain), done(warnings=["soft"], removed=["ios/a.png", "ios/b.png"]))
    assert plain.stdout.getvalue().splitlines()[1:] == [
        "  ! soft",
        "  removed, as nothing makes it any more: 2 files",
    ]


def test_failures_go_to_standard_error_and_are_counted(plain):
    finished = Event("export-finished", data={**FINISHED.data, "failed": 1})
    tell(Lines(plain), STARTED, FAILED, finished)
    assert plain.stderr.getvalue().splitlines()[1:] == [
        "error: web: It cannot be drawn.",
        "hint: Draw it.",
        "1 set, 4 files, 312 kB in out, 1 failed (0.4 s)",
    ]


def test_an_export_that_never_began_says_nothing_at_its_end(plain):
    tell(Lines(plain))
    assert plain.stderr.getvalue() == ""


def test_programs_are_told_in_json(plain):
    voice = open_voice(plain, as_json=True)
    assert isinstance(voice, JsonLines)
    tell(voice, done())
    assert json.loads(plain.stdout.getvalue())["asset"] == "ios"
    assert isinstance(open_voice(plain), Lines)


def test_sizes_and_times_are_short():
    assert [size(count) for count in (0, 999, 1_000, 999_499, 1_234_567)] == [
        "0 B",
        "999 B",
        "1 kB",
        "999 kB",
        "1.2 MB",
    ]
    assert [seconds(count) for count in (0.04, 59.9, 75)] == ["0.0 s", "59.9 s", "1 min 15 s"]


def test_every_target_is_listed_with_its_place_and_options():
    targets = [catalogue.target(name) for name in catalogue.NAMES]
    text = "\n".join(listing(targets))
    for target in targets:
        assert f"{target.name}: {target.title}. {target.place}" in text
    assert "    style: one of single, classic, all (single unless said). " in text
    assert text.count("    padding: a share") == 1
    data = json.loads(json.dumps(listing_data(targets)))
    assert [one["name"] for one in data] == list(catalogue.NAMES)
    assert data[0]["options"][0]["choices"] == ["single", "classic", "all"]
