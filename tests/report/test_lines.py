from __future__ import annotations

import pytest

from pipeline.report.lines import Lines


@pytest.fixture
def said(plain, watch):
    """Feed events to the voice and return what it wrote on standard error."""

    def feed(*events):
        voice = Lines(plain, watch)
        for one in events:
            voice(one)
        return plain.stderr.getvalue().splitlines()

    return feed


def test_a_run_says_what_is_coming(said, event):
    lines = said(event("run-started", assets=["a", "b"], credits=36, output="output/app-icons"))
    assert lines == ["recipes/app-icons.yaml: 2 assets, about 36 credits, to output/app-icons"]


def test_a_run_of_unknown_cost_names_none(said, event):
    assert said(event("run-started", assets=1, credits=None)) == ["recipes/app-icons.yaml: 1 asset"]


def test_pretend_pictures_are_called_so(said, event):
    [line] = said(event("run-started", assets=1, credits=18, sandbox=True))
    assert line.endswith("1 asset, about 18 credits, pretend pictures from the sandbox")


def test_only_states_a_reader_looks_for_get_a_line(said, event):
    lines = said(
        *(event("asset-state", "coin", state=state) for state in ("queued", "uploading")),
        event("asset-state", "coin", state="submitted", task_id="t1"),
        *(event("asset-state", "coin", state=state) for state in ("waiting", "generating", "processing")),
        event("asset-state", "coin", state="generating", percent=50),
        event("asset-state", "badge", state="skipped", message="made from coin, which failed"),
    )
    assert lines == ["coin: submitted (task t1)", "badge: skipped: made from coin, which failed"]


def test_a_delivery_says_time_cost_files_and_how_far_the_run_is(plain, watch, event):
    voice = Lines(plain, watch)
    voice(event("run-started", assets=3, credits=9))
    voice(event("asset-state", "coin", state="generating"))
    watch.now += 24
    voice(event("asset-delivered", "coin", credits=18, files=["a", "b"]))
    assert plain.stderr.getvalue().endswith("coin: delivered in 24 s, 18 credits, 2 files [1 of 3]\n")


def test_a_delivery_in_part_says_what_is_missing(said, event):
    lines = said(event("asset-delivered", "coin", trouble="rembg failed"))
    assert lines == ["coin: delivered, 0 credits, 0 files; rembg failed [1 of 1]"]


def test_a_failure_says_why_and_what_to_do(said, event):
    assert said(event("asset-failed", "coin", message="refused", hint="reword")) == [
        "coin: failed: refused",
        "    reword",
    ]
    assert said(event("asset-failed", "coin", message="refused"))[2:] == ["coin: failed: refused"]


def test_notices_name_their_asset(said, event):
    lines = said(
        event("waiting-for-lock", message="another run is at work"),
        event("warning", "coin", message="hero is upscaled"),
        event("interrupted", message="stopping"),
    )
    assert lines == ["another run is at work", "coin: hero is upscaled", "stopping"]


def test_nothing_from_outside_breaks_a_line(said, event):
    lines = said(event("asset-failed", "coin", message="two\nlines\x1b[2J"))
    assert lines == ["coin: failed: two lines [2J"]


def test_closing_writes_the_summary_to_standard_output(plain, watch, event):
    voice = Lines(plain, watch)
    voice(event("run-started", assets=1))
    voice(event("asset-delivered", "coin", credits=18))
    voice(event("run-finished", delivered=1, credits=18, seconds=3))
    voice.close()
    assert "1 delivered" in plain.stdout.getvalue()
