from __future__ import annotations

from pipeline.events import Event
from pipeline.report.cutouts import Bar, Lines, open_voice
from pipeline.report.jsonlines import JsonLines

STARTED = Event("cutout-started", data={"pictures": 2, "output": "out", "left_out": []})
FAILED = Event("cutout-failed", asset="b.png", data={"message": "It is no picture.", "hint": "Draw one."})


def done(name="a.png", **changes):
    data = {
        "second": None,
        "output": f"out/{name}",
        "compare": None,
        "method": "key",
        "confidence": 0.97,
        "holes": 1,
        "warnings": [],
    }
    return Event("cutout-done", asset=name, data=data | changes)


def tell(voice, *events):
    for event in events:
        voice(event)
    voice.close()


def test_each_picture_has_a_line_and_failures_go_to_standard_error(plain):
    tell(Lines(plain), STARTED, done(), FAILED)
    assert plain.stdout.getvalue() == "[1 of 2] a.png → out/a.png: key, 97 % sure, 1 hole\n"
    assert plain.stderr.getvalue().splitlines() == [
        "error: [2 of 2] b.png: It is no picture.",
        "hint: Draw one.",
        "1 cut-out in out, 1 failed",
    ]


def test_a_second_render_and_a_sheet_are_named(plain):
    both = done("a-white.png", second="a-black.png", output="out/a-nobg.png", compare="out/a-compare.png")
    tell(Lines(plain), STARTED, both)
    assert plain.stdout.getvalue() == (
        "[1 of 2] a-white.png + a-black.png → out/a-nobg.png, out/a-compare.png: key, 97 % sure, 1 hole\n"
    )
    assert plain.stderr.getvalue() == "1 cut-out in out, 1 not done\n"


def test_warnings_stand_below_their_picture(plain):
    tell(Lines(plain), STARTED, done(warnings=["the subject touches the border\x1b[2J"], confidence=0.2))
    assert plain.stdout.getvalue().splitlines()[1] == "  ! the subject touches the border [2J"


def test_an_unsure_cut_out_is_marked_on_a_terminal(terminal):
    tell(Lines(terminal), STARTED, done(confidence=0.2))
    assert "\x1b[33m20 % sure\x1b[0m" in terminal.stdout.getvalue()


def test_files_left_out_and_nothing_to_do_are_said(plain):
    nothing = Event(
        "cutout-started", data={"pictures": 0, "output": "out", "left_out": ["b.tif is left out"]}
    )
    tell(Lines(plain), nothing, Event("cutout-finished", data={"done": 0, "failed": 0}))
    assert plain.stderr.getvalue().splitlines() == [
        "b.tif is left out",
        "Nothing to do: everything there is left out. Folders inside folders are not searched.",
    ]


def test_a_batch_of_failures_says_that_nothing_was_made(plain):
    tell(Lines(plain), STARTED, FAILED, FAILED)
    assert plain.stderr.getvalue().splitlines()[-1] == "no cut-out was made, 2 failed"


def test_on_a_terminal_a_bar_moves_and_the_lines_follow_in_order(terminal):
    voice = open_voice(terminal)
    assert isinstance(voice, Bar)
    voice(STARTED)
    voice(done("z.png"))
    voice(done("a.png"))
    assert terminal.stdout.getvalue() == ""
    voice.close()
    assert [line.split()[0] for line in terminal.stdout.getvalue().splitlines()] == ["a.png", "z.png"]
    assert "2/2" in terminal.stderr.getvalue()
    assert terminal.stderr.getvalue().endswith("2 cut-outs in out\n")


def test_a_bar_for_nothing_is_not_drawn(terminal):
    tell(Bar(terminal), Event("cutout-started", data={"pictures": 0, "output": "out", "left_out": []}))
    assert terminal.stdout.getvalue() == ""
    assert "0/" not in terminal.stderr.getvalue()


def test_the_voice_fits_who_listens(plain):
    assert type(open_voice(plain)) is Lines
    assert isinstance(open_voice(plain, as_json=True), JsonLines)
