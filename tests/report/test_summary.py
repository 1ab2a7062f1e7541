from __future__ import annotations

from pipeline.report.ledger import Ledger
from pipeline.report.summary import print_summary, summary


def lines(output, *events):
    ledger = Ledger()
    for at, one in enumerate(events):
        ledger.note(one, float(at))
    return list(summary(ledger, output))


def test_a_mixed_run(plain, event):
    assert lines(
        plain,
        event("run-started", assets=4, credits=72, output="output/app-icons"),
        event("asset-delivered", "coin", credits=18, warnings=["hero is larger than the picture"]),
        event("asset-delivered", "gift", credits=18, trouble="the cut-out failed: no weights"),
        event("asset-failed", "badge", message="content policy", hint="Reword it.", credits=4, task_id="t9"),
        event("asset-failed", "star", message="refused"),
        event("run-finished", delivered=2, unchanged=0, failed=2, skipped=0, credits=40, seconds=62),
    ) == [
        "",
        "2 delivered, 2 failed",
        "  failed badge: content policy (4 credits spent) [task t9]",
        "         Reword it.",
        "  failed star: refused",
        "  partly gift: the cut-out failed: no weights",
        "  ! coin: hero is larger than the picture",
        "Spent 40 credits in 1 min 2 s.",
        "Files: output/app-icons",
    ]


def test_failures_with_the_same_way_out_stand_together_and_it_is_said_once(plain, event):
    said = lines(
        plain,
        event("asset-failed", "a", message="content policy", hint="Reword it."),
        event("asset-failed", "b", message="too large", hint="Shrink it."),
        event("asset-failed", "c", message="content policy", hint="Reword it."),
    )
    assert said[2:-1] == [
        "  failed a: content policy",
        "  failed c: content policy",
        "         Reword it.",
        "  failed b: too large",
        "         Shrink it.",
    ]


def test_a_run_that_did_nothing(plain, event):
    assert lines(plain, event("run-finished", unchanged=6, credits=0, seconds=0.1, output="out"))[1:] == [
        "6 unchanged",
        "Spent nothing in 0 s.",
        "Files: out",
    ]


def test_code_that_was_written_is_named_after_the_pictures(plain, event):
    finished = event("run-finished", delivered=1, credits=0, seconds=1, output="out", code=["src/assets.ts"])
    assert lines(plain, finished)[-2:] == ["Files: out", "Code: src/assets.ts"]


def test_an_empty_run(plain, event):
    assert lines(plain, event("run-started", assets=0))[1:] == ["nothing to do", "Spent nothing."]


def test_an_interrupted_run_counts_what_is_unfinished(plain, event):
    said = lines(
        plain,
        event("run-started", assets=3),
        event("asset-delivered", "coin", credits=18),
        event("asset-state", "gift", state="generating"),
        event("interrupted", message="2 tasks are kept; run again to resume them"),
    )
    assert said[1:3] == [
        "1 delivered, 2 unfinished",
        "  Run the same command again to carry on: paid tasks are kept.",
    ]


def test_warnings_of_the_whole_run_name_no_asset(plain, event):
    assert "  ! disk is nearly full" in lines(plain, event("warning", message="disk is nearly full"))


def test_colour_marks_what_matters(terminal, event):
    said = lines(terminal, event("asset-delivered", "a"), event("asset-failed", "b", message="no"))
    assert "\x1b[32m1 delivered\x1b[0m" in said[1]
    assert "\x1b[31m1 failed\x1b[0m" in said[1]


def test_a_cut_out_to_look_at_is_one_line_and_a_good_one_is_none(plain, event):
    said = lines(
        plain,
        event("asset-delivered", "sure", cutout={"method": "key", "confidence": 0.97, "holes": 2}),
        event("asset-delivered", "unsure", cutout={"method": "key", "confidence": 0.34}),
        event(
            "asset-delivered",
            "cropped",
            warnings=["icon big was enlarged"],
            cutout={
                "method": "rembg:u2netp",
                "confidence": 0.8,
                "warnings": ["it touches the border", "the backdrop is not flat"],
            },
        ),
    )
    assert said[2:-1] == [
        "  ! unsure: cut-out only 34 % sure (key): look at it before you use it",
        "  ! cropped: cut-out 80 % sure (rembg:u2netp): it touches the border; the backdrop is not flat",
        "  ! cropped: icon big was enlarged",
    ]


def test_silence_when_no_run_began(plain, event):
    ledger = Ledger()
    ledger.note(event("waiting-for-lock", message="another run"), 0)
    print_summary(ledger, plain)
    assert plain.stdout.getvalue() == ""


def test_the_sandbox_costs_nothing(plain, event):
    said = lines(
        plain,
        event("run-started", assets=1, credits=18, sandbox=True),
        event("asset-delivered", "coin", credits=18),
        event("run-finished", delivered=1, credits=18),
    )
    assert said[-1] == "Spent nothing (18 credits of the sandbox's) in 2 s."


def test_what_may_not_have_been_charged_is_not_called_spent(plain, event):
    assert lines(
        plain,
        event("asset-delivered", "coin", credits=18),
        event("asset-failed", "gift", message="the answer was lost", credits=18, certain=False),
        event("run-finished", delivered=1, failed=1, credits=36),
    )[2:] == [
        "  failed gift: the answer was lost (18 credits possibly charged)",
        "Spent at most 36 credits.",
    ]


def test_a_task_that_the_message_names_is_not_named_again(plain, event):
    said = lines(plain, event("asset-failed", "a", message="Task t9 is not done", task_id="t9"))
    assert said[2] == "  failed a: Task t9 is not done"


def test_a_folder_with_nothing_in_it_is_not_shown(plain, event):
    said = lines(plain, event("run-started", output="out"), event("run-finished", failed=1, output="out"))
    assert "Files: out" not in said


def test_a_run_torn_down_by_a_second_interruption_names_no_sum(plain, event):
    said = lines(
        plain,
        event("run-started", assets=1, credits=18, output=""),
        event("asset-state", "coin", state="submitted", task_id="t"),
        event("interrupted", message="stopping"),
    )
    assert said[-1] == "Left at once: `pipeline status` lists what is paid for."
