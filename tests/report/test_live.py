from __future__ import annotations

import io

import pytest
from rich.console import Console

from pipeline.report.ledger import ACTIVE, ENDED, Row
from pipeline.report.live import Live, visible


def picture(voice, *, width=100, height=40, color=False, utf8=True):
    """What the voice draws right now on a terminal of that size."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8" if utf8 else "ascii")
    console = Console(
        file=stream,
        width=width,
        height=height,
        force_terminal=color,
        color_system="standard" if color else None,
        legacy_windows=False,
    )
    console.print(voice)
    stream.flush()
    return stream.buffer.getvalue().decode()


@pytest.fixture
def voice(terminal, watch):
    """A live voice whose own console is out of the way: tests draw it when they want to look."""
    made = Live(terminal, watch, console=Console(file=io.StringIO(), force_terminal=False))
    yield made
    made.close()


def test_a_line_an_asset_with_state_seconds_and_credits_and_totals_below(voice, watch, event):
    voice(event("run-started", assets=["coin", "gift"], credits=36, output="out"))
    voice(event("asset-state", "coin", state="generating", percent=40))
    voice(event("asset-state", "gift", state="queued"))
    watch.now += 12
    voice(event("asset-delivered", "coin", credits=18))
    drawn = picture(voice).splitlines()
    assert drawn[1] == "recipes/app-icons.yaml: 2 assets, about 36 credits, to out"
    assert drawn[2].split() == ["✓", "coin", "delivered", "12", "s", "18"]
    assert drawn[3].split() == ["·", "gift", "queued"]
    assert drawn[-1].strip() == "━" * 14 + "─" * 14 + "  1 of 2, 18 of about 36 credits, 12 s"


def test_progress_and_running_seconds(voice, watch, event):
    voice(event("asset-state", "coin", state="generating", percent=40))
    watch.now += 7
    assert "generating 40 %" in picture(voice)
    assert " 7 s" in picture(voice)


def test_failures_show_in_the_totals(voice, event):
    voice(event("run-started", assets=2))
    voice(event("asset-failed", "coin", message="no"))
    assert "1 of 2, 1 failed, 0 credits" in picture(voice)
    assert "\x1b[31m  ✗" in picture(voice, color=True)


def test_a_name_is_no_markup(voice, event):
    voice(event("asset-state", "[bold]coin[/bold]", state="queued"))
    assert "[bold]coin[/bold]" in picture(voice)


def test_a_long_name_is_cut_and_the_columns_stay(voice, event):
    voice(event("asset-state", "a" * 80, state="queued"))
    [line] = [line for line in picture(voice, width=80).splitlines() if "queued" in line]
    assert "…" in line
    assert len(line.rstrip()) <= 80


def test_plain_signs_where_the_terminal_has_no_utf8(voice, event):
    voice(event("run-started", assets=2))
    voice(event("asset-delivered", "coin"))
    drawn = picture(voice, utf8=False)
    assert "+  coin" in drawn
    assert "##############--------------" in drawn


def test_400_assets_do_not_flood_the_screen(voice, event):
    voice(event("run-started", assets=400))
    for number in range(400):
        voice(event("asset-state", f"tile-{number}", state="queued"))
    for number in (17, 300):
        voice(event("asset-state", f"tile-{number}", state="generating"))
    drawn = picture(voice, height=24).splitlines()
    assert len(drawn) <= 23
    assert [line.split()[1] for line in drawn[2:4]] == ["tile-17", "tile-300"]
    assert any("and 383 more: 383 to come" in line for line in drawn)


def test_notices_stand_above_the_rows(voice, event):
    voice(event("waiting-for-lock", message="another run is at work"))
    assert picture(voice).strip() == "another run is at work"
    voice(event("run-started", assets=1))
    voice(event("interrupted", message="stopping"))
    assert "stopping" in picture(voice)


def test_a_finished_recipe_leaves_the_heading_to_those_still_running(voice, event):
    voice(event("run-started", assets=1))
    voice(event("run-finished", delivered=1))
    assert "recipes/app-icons.yaml" not in picture(voice)


def test_it_draws_on_standard_error_and_ends_with_the_summary_on_standard_output(terminal, watch, event):
    made = Live(terminal, watch)
    made(event("run-started", assets=1, credits=18, output="out"))
    made(event("asset-delivered", "coin", credits=18))
    made(event("run-finished", delivered=1, credits=18, seconds=3, output="out"))
    made.close()
    assert "coin" in terminal.stderr.getvalue()
    assert "\x1b[?25h" in terminal.stderr.getvalue(), "the cursor is shown again"
    assert terminal.stdout.getvalue().endswith("Files: \x1b[1mout\x1b[0m\n")


def test_closing_without_an_event_writes_nothing(terminal, watch):
    Live(terminal, watch).close()
    assert terminal.stderr.getvalue() == terminal.stdout.getvalue() == ""


def rows(**states):
    return [
        Row("r", f"{state}-{i}", state, started_s=i, ended_s=i)
        for state, n in states.items()
        for i in range(n)
    ]


def test_all_rows_in_recipe_order_while_they_fit():
    all_rows = rows(queued=2, generating=1, delivered=2)
    assert visible(all_rows, 5) == all_rows


def test_active_first_oldest_foremost_then_latest_ended_then_those_waiting():
    chosen = visible(rows(queued=9, generating=3, delivered=3), 8)
    assert [row.asset for row in chosen] == [
        *("generating-0", "generating-1", "generating-2"),
        *("delivered-2", "delivered-1", "delivered-0"),
        *("queued-0", "queued-1"),
    ]


def test_room_is_kept_for_what_has_just_ended():
    chosen = visible(rows(generating=50, failed=5), 10)
    assert [row.state in ACTIVE for row in chosen] == [True] * 8 + [False] * 2
    assert all(row.state in ENDED for row in chosen[8:])


def test_the_last_picture_of_a_large_run_keeps_what_failed():
    chosen = visible(rows(delivered=50, failed=2), 10, closing=True)
    assert [row.asset for row in chosen] == ["failed-0", "failed-1"]
