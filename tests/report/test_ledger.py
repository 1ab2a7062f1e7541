from __future__ import annotations

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from pipeline.events import AssetState, Event, EventType
from pipeline.report.ledger import ACTIVE, ENDED, PENDING, Ledger


def test_every_state_is_active_pending_or_ended():
    assert set(ACTIVE) | set(PENDING) | set(ENDED) == set(get_args(AssetState))


def test_an_asset_from_queue_to_delivery(event):
    ledger = Ledger()
    ledger.note(event("run-started", assets=["coin"], credits=18, output="output/app-icons"), 0)
    ledger.note(event("asset-state", "coin", state="queued"), 1)
    row = ledger.rows["recipes/app-icons.yaml", "coin"]
    assert row.elapsed(5) is None
    ledger.note(event("asset-state", "coin", state="submitted", task_id="t1"), 2)
    assert row.elapsed(5) == 3
    ledger.note(event("asset-state", "coin", state="generating", percent=40), 5)
    assert row.percent == 40
    ledger.note(event("asset-delivered", "coin", files=["a", "b"], credits=18), 9)
    assert (row.state, row.files, row.credits, row.task_id, row.percent) == ("delivered", 2, 18, "t1", None)
    assert row.elapsed(500) == 7
    assert (ledger.done(), ledger.total(), ledger.spent(), ledger.expected()) == (1, 1, 18, 18)


def test_seconds_as_reported_beat_those_watched(event):
    ledger = Ledger()
    ledger.note(event("asset-state", "coin", state="waiting"), 0)
    ledger.note(event("asset-delivered", "coin", seconds=4.2), 9)
    assert ledger.rows["recipes/app-icons.yaml", "coin"].elapsed(99) == 4.2


def test_progress_can_come_with_the_state(event):
    ledger = Ledger()
    ledger.note(event("asset-state", "coin", state="generating", percent=30), 0)
    assert ledger.rows["recipes/app-icons.yaml", "coin"].percent == 30


def test_a_finished_run_speaks_for_itself(event):
    ledger = Ledger()
    ledger.note(event("run-started", assets=3, credits=54), 0)
    ledger.note(event("asset-delivered", "coin", credits=18), 1)
    counts = {"delivered": 1, "unchanged": 2, "failed": 0, "skipped": 0}
    ledger.note(event("run-finished", **counts, credits=20, seconds=8.5, output="out"), 2)
    assert ledger.counts() == counts
    assert ledger.spent() == 20
    assert ledger.runs["recipes/app-icons.yaml"].output == "out"


def test_a_finish_without_counts_leaves_the_rows_to_speak(event):
    ledger = Ledger()
    ledger.note(event("asset-delivered", "coin", credits=18), 1)
    ledger.note(event("run-finished", seconds=1), 2)
    assert ledger.counts()["delivered"] == 1
    assert ledger.spent() == 18


def test_what_is_expected_is_unknown_when_one_run_cannot_say():
    ledger = Ledger()
    ledger.note(Event("run-started", "a", data={"assets": 1, "credits": 4}), 0)
    assert ledger.expected() == 4
    ledger.note(Event("run-started", "b", data={"assets": 1, "credits": None}), 0)
    assert ledger.expected() is None


def test_failures_troubles_and_warnings_are_kept(event):
    ledger = Ledger()
    ledger.note(event("asset-failed", "coin", message="no", hint="try", task_id="t", credits=4), 0)
    ledger.note(event("asset-delivered", "icon", trouble="cut-out failed", warnings=["too small"]), 0)
    ledger.note(event("warning", "badge", message="odd"), 0)
    ledger.note(event("interrupted", message="stopping"), 0)
    [failed] = ledger.failures()
    [troubled] = ledger.troubled()
    assert (failed.message, failed.hint, failed.task_id, failed.credits) == ("no", "try", "t", 4)
    assert troubled.trouble == "cut-out failed"
    assert ledger.warnings == [("icon", "too small"), ("badge", "odd")]
    assert ledger.interruption == "stopping"


def test_waiting_for_the_lock_is_over_when_the_run_starts(event):
    ledger = Ledger()
    ledger.note(event("waiting-for-lock", message="another run is at work"), 0)
    assert ledger.notice == "another run is at work"
    ledger.note(event("run-started", assets=0), 1)
    assert ledger.notice == ""


def test_text_from_outside_is_made_safe(event):
    ledger = Ledger()
    ledger.note(event("asset-failed", "co\x1bin", message="\x1b[31mred\u202e"), 0)
    [failed] = ledger.failures()
    assert "\x1b" not in failed.asset + failed.message
    assert "\u202e" not in failed.message


values = (
    st.none()
    | st.integers(-5, 500)
    | st.floats(-1, 500)
    | st.text(max_size=8)
    | st.lists(st.text(max_size=3))
)
names = (
    *("state", "credits", "seconds", "files", "message", "hint", "task_id", "percent", "assets", "output"),
    "cutout",
)
events = st.builds(
    Event,
    st.sampled_from(get_args(EventType)),
    st.sampled_from(["", "a", "b"]),
    st.sampled_from(["", "x", "y"]),
    st.dictionaries(st.sampled_from(names), values)
    | st.fixed_dictionaries({"state": st.sampled_from(get_args(AssetState))}),
)


@given(st.lists(events, max_size=20))
def test_no_event_however_odd_breaks_the_account(stream):
    ledger = Ledger()
    for at, one in enumerate(stream):
        ledger.note(one, float(at))
    assert 0 <= ledger.done() <= ledger.total() or not stream
