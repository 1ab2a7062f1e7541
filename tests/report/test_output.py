from __future__ import annotations

import io
import json

from pipeline.report.output import Output


def test_results_and_messages_go_to_their_own_streams(plain):
    plain.result("a result")
    plain.message("a message")
    plain.error("it broke", "mend it")
    plain.warning("mind this")
    assert plain.stdout.getvalue() == "a result\n"
    assert plain.stderr.getvalue() == "a message\nerror: it broke\nhint: mend it\nwarning: mind this\n"


def test_no_hint_no_line(plain):
    plain.error("it broke")
    assert plain.stderr.getvalue() == "error: it broke\n"


def test_colour_only_on_a_terminal(terminal, plain):
    assert plain.paint("x", "good") == "x"
    assert terminal.paint("x", "good") == "\x1b[32mx\x1b[0m"
    assert terminal.paint("x", "plain") == "x"


def test_colour_is_judged_for_each_stream(terminal):
    mixed = Output(io.StringIO(), terminal.stderr)
    assert mixed.paint("x", "bad") == "x"
    mixed.error("it broke")
    assert "\x1b[31merror:" in mixed.stderr.getvalue()


def test_no_color_takes_colour_from_a_terminal(terminal):
    assert Output(terminal.stdout, terminal.stderr, color=False).paint("x", "bad") == "x"


def test_data_is_ascii_json_that_cannot_steer_a_terminal(plain):
    plain.data({"name": "caf\u00e9 \u202e \x1b[31m"}, indent=None)
    text = plain.stdout.getvalue()
    assert text.isascii()
    assert "\x1b" not in text
    assert json.loads(text) == {"name": "caf\u00e9 \u202e \x1b[31m"}


def test_is_live_only_where_a_cursor_can_move(terminal, plain):
    assert terminal.is_live
    assert not plain.is_live
    assert not Output(terminal.stdout, terminal.stderr, live=False).is_live
    assert Output(io.StringIO(), terminal.stderr).is_live


def test_the_console_heeds_the_settings_and_not_the_environment(terminal, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    console = terminal.console(terminal.stderr)
    assert console.is_terminal
    assert not console.no_color
    console.print("[bold]as it is[/bold] :smile:")
    assert "[bold]as it is[/bold] :smile:" in terminal.stderr.getvalue()


def test_nothing_that_steers_a_terminal_gets_through(terminal):
    terminal.message("a\x1b]8;;https://evil\x07b\x1b[2Jc\x9b31md\re\u202ef")
    assert terminal.stderr.getvalue() == "a ]8;;https://evil b [2Jc 31md e f\n"


def test_colours_of_our_own_do(terminal):
    terminal.result(terminal.paint("good", "good"))
    assert terminal.stdout.getvalue() == "\x1b[32mgood\x1b[0m\n"
