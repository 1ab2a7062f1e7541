from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from builders import asset
from service import Script
from stage import Stage, assert_bought_once
from virtual_time import play

from pipeline.errors import (
    AuthenticationFailed,
    DownloadFailed,
    OutcomeUnknown,
    OutOfCredits,
    PlanRefused,
    ProcessError,
    RateLimited,
    RequestRejected,
    ServiceUnavailable,
    TaskFailed,
    TaskTimedOut,
)
from pipeline.generate.job import Outcome
from pipeline.generate.journal import JournalError
from pipeline.generate.provider import TaskStatus
from pipeline.generate.uploads import Preparation, Prepared
from pipeline.plan.decide import Wishes
from pipeline.recipe.spec import Asset, Part, Picture


def test_every_asset_is_bought_once_followed_and_delivered(stage: Stage) -> None:
    outcomes = stage.run(asset("coin"), asset("badge", prompt="a badge"))
    assert {name: o.status for name, o in outcomes.items()} == {"coin": "delivered", "badge": "delivered"}
    assert outcomes["coin"].credits == 18.0
    assert_bought_once(stage, "a coin", "a badge")
    assert stage.store.holds(stage.delivered["coin"])
    assert stage.states("coin")[:3] == ["queued", "submitted", "generating"]


def test_nothing_waits_for_the_slowest(stage: Stage) -> None:
    stage.service.scripts["slow"] = Script(latency_s=200.0)
    outcomes = stage.run(asset("coin"), asset("tower", prompt="slow"))
    assert outcomes["coin"].seconds < 30.0
    assert outcomes["tower"].seconds > 190.0


def test_a_hundred_assets_take_as_long_as_their_creates_may_be_sent(stage: Stage) -> None:
    stage.run(*(asset(f"a{n}", prompt=f"p{n}") for n in range(100)))
    bound = 40.0 + 20.0  # five windows of twenty, then the last one's latency
    assert stage.clock.monotonic() == 0.0  # outside the loop: only the engine's own time passed
    last = max(made.polled[-1] + made.at for made in stage.service.made.values())
    assert last <= bound * 1.08, f"last poll after {last:.1f} s, bound {bound} s"
    assert len(stage.service.made) == 100


def test_at_most_so_many_tasks_run_at_once(stage: Stage) -> None:
    stage.run(*(asset(f"a{n}", prompt=f"p{n}") for n in range(12)), running=4)
    starts = sorted(made.at for made in stage.service.made.values())
    assert starts[4] > starts[0] + 19.0
    assert starts[8] > starts[4] + 19.0


def test_an_asset_made_from_another_waits_for_its_picture(stage: Stage) -> None:
    outcomes = stage.run(asset("set", prompt="a set", made_from=("coin",)), asset("coin"))
    coin = stage.delivered["coin"]
    assert outcomes["set"].status == "delivered"
    assert stage.service.uploads == [coin.sha256]
    (made,) = stage.service.created("a set")
    assert made.inputs["image_input"] == [f"https://uploads/{coin.sha256}"]
    assert stage.states("set")[:2] == ["blocked", "uploading"]


def test_what_others_wait_for_is_sent_first(stage: Stage) -> None:
    stage.run(
        *(asset(f"a{n}", prompt=f"p{n}") for n in range(25)),
        asset("logo", prompt="logo"),
        asset("family", prompt="family", made_from=("logo",)),
    )
    assert stage.service.created("logo")[0].at < 1.0


def test_one_local_picture_is_uploaded_once_for_all_and_not_again_within_a_day(
    stage: Stage, tmp_path: Path
) -> None:
    logo = Picture("file", "brand/logo.png", tmp_path / "logo.png")
    stage.file_digests[logo] = "d" * 64
    stage.run(asset("a", prompt="a", pictures=(logo,)), asset("b", prompt="b", pictures=(logo,)))
    stage.run(asset("c", prompt="c", pictures=(logo,)))
    assert stage.service.uploads == ["d" * 64]
    stage.clock.skip(24 * 3600)
    stage.run(asset("d", prompt="d", pictures=(logo,)))
    assert len(stage.service.uploads) == 2


def test_a_url_is_passed_on_as_it_is(stage: Stage) -> None:
    mood = Picture("url", "https://example.com/mood.jpg")
    stage.run(asset("a", prompt="a", pictures=(mood,)))
    assert stage.service.created("a")[0].inputs["image_input"] == ["https://example.com/mood.jpg"]
    assert "uploading" not in stage.states("a")


def test_a_part_of_an_asset_is_made_ready_before_it_is_sent(stage: Stage) -> None:
    stage.prepare = half
    part = Picture("asset", "coin", part=Part("hero", 160))
    stage.run(asset("coin", prompt="coin"), asset("set", prompt="set", pictures=(part,)))
    assert stage.service.uploads == ["e" * 64]
    assert stage.service.created("set")[0].inputs["image_input"] == [f"https://uploads/{'e' * 64}"]
    assert stage.warnings() == ["coin@hero: half of it"]


async def half(wanted: Preparation) -> Prepared:
    return Prepared(wanted.files[0], "e" * 64, (f"{wanted.shown}: half of it",))


def test_where_nobody_makes_parts_nothing_is_sent_for_them(stage: Stage) -> None:
    part = Picture("asset", "coin", part=Part("hero", 160))
    outcomes = stage.run(asset("coin", prompt="coin"), asset("set", prompt="set", pictures=(part,)))
    assert str(outcomes["set"].error) == "coin@hero cannot be made here."
    assert stage.service.created("set") == []


# -- failures --------------------------------------------------------------------------------------------


def test_one_bad_asset_stops_only_what_is_made_from_it(stage: Stage) -> None:
    stage.service.scripts["bad"] = Script(
        ends=TaskStatus("fail", fail_code="501", fail_message="policy", credits=0.0)
    )
    outcomes = stage.run(
        asset("bad", prompt="bad"),
        asset("child", prompt="child", made_from=("bad",)),
        asset("grandchild", prompt="grandchild", made_from=("child",)),
        asset("coin"),
    )
    assert {name: o.status for name, o in outcomes.items()} == {
        "bad": "failed",
        "child": "skipped",
        "grandchild": "skipped",
        "coin": "delivered",
    }
    error = outcomes["bad"].error
    assert isinstance(error, TaskFailed)
    assert error.message == "The service could not make it: policy (code 501)."
    assert error.hint == "It was not charged. Running again buys a new try."
    assert outcomes["bad"].credits == 0.0
    assert "bad was not made" in str(outcomes["child"].error)


def test_a_failed_task_is_bought_again_by_the_next_run(stage: Stage) -> None:
    stage.service.scripts["bad"] = Script(ends=TaskStatus("fail"))
    stage.run(asset("bad", prompt="bad"))
    stage.service.scripts["bad"] = Script()
    assert stage.run(asset("bad", prompt="bad"))["bad"].status == "delivered"
    assert len(stage.service.created("bad")) == 2


def test_success_without_a_picture_is_kept_and_asked_for_again(stage: Stage) -> None:
    stage.service.scripts["empty"] = Script(ends=TaskStatus("success"))
    error = stage.run(asset("a", prompt="empty"))["a"].error
    assert isinstance(error, TaskTimedOut)
    assert "done but gives no picture" in error.message
    assert "pipeline status --forget a" in error.hint
    stage.service.scripts["empty"] = Script()
    assert stage.run(asset("a", prompt="empty"))["a"].status == "delivered"
    assert_bought_once(stage, "empty")


def test_a_refused_request_is_not_sent_again(stage: Stage) -> None:
    stage.service.scripts["bad"] = Script([RequestRejected("aspect_ratio is required", code=500)])
    outcome = stage.run(asset("a", prompt="bad"))["a"]
    assert (outcome.status, outcome.credits, len(stage.service.asked)) == ("failed", 0.0, 1)


@pytest.mark.parametrize("code", [429, 455])
def test_told_later_it_comes_back_later(stage: Stage, code: int) -> None:
    stage.service.scripts["busy"] = Script([RateLimited("later", code=code)] * 3)
    assert stage.run(asset("a", prompt="busy"))["a"].status == "delivered"
    assert_bought_once(stage, "busy")
    first, *_, last = stage.service.asked
    assert last - first > (45.0 if code == 455 else 1.5)


def test_retry_after_is_kept_to(stage: Stage) -> None:
    stage.service.scripts["busy"] = Script([RateLimited("later", retry_after_s=120.0, code=429)])
    stage.run(asset("a", prompt="busy"))
    assert stage.service.asked[1] - stage.service.asked[0] >= 120.0


def test_a_key_limit_is_tried_a_few_times_and_then_closes_the_shop(stage: Stage) -> None:
    stage.service.scripts["limit"] = Script([RateLimited("key limit", code=433)] * 400)
    outcomes = stage.run(*(asset(f"a{n}", prompt="limit") for n in range(30)))
    assert {o.status for o in outcomes.values()} == {"failed"}
    assert len(stage.service.asked) < 30 * 5


def test_out_of_credits_stops_creates_and_finishes_what_is_paid(stage: Stage) -> None:
    stage.service.scripts["poor"] = Script([OutOfCredits("no credits", code=402)] * 99, create_s=0.5)
    poor = [asset(f"b{n}", prompt="poor") for n in range(40)]
    outcomes = stage.run(asset("coin"), *poor)
    assert outcomes["coin"].status == "delivered"
    assert all(isinstance(outcomes[one.name].error, OutOfCredits) for one in poor)
    assert len(stage.service.asked) <= 21  # the first window was on its way; nothing after it was sent


def test_a_key_that_stops_working_leaves_tasks_to_be_resumed(stage: Stage) -> None:
    stage.service.scripts["a_coin"] = Script(polls=[AuthenticationFailed("bad key", code=401)] * 9)
    outcome = stage.run(asset("coin"))["coin"]
    assert isinstance(outcome.error, AuthenticationFailed)
    assert [p.state for p in stage.journal.open_purchases()] == ["submitted"]


@pytest.mark.parametrize("wishes", [Wishes(), Wishes(regenerate=True)])
def test_a_create_whose_answer_was_lost_is_never_sent_again_on_its_own(stage: Stage, wishes: Wishes) -> None:
    stage.service.scripts["lost"] = Script([OutcomeUnknown("connection lost")])
    outcome = stage.run(asset("a", prompt="lost"))["a"]
    assert isinstance(outcome.error, OutcomeUnknown)
    assert outcome.credits == 18.0  # counted as spent until it is known
    again = stage.run(asset("a", prompt="lost"), wishes=wishes)["a"]
    assert (again.status, len(stage.service.asked)) == ("failed", 1)
    assert "--retry-unknown --only a" in again.error.hint if again.error else False


def test_the_user_may_have_it_sent_again(stage: Stage) -> None:
    stage.service.scripts["lost"] = Script([OutcomeUnknown("connection lost")])
    stage.run(asset("a", prompt="lost"))
    outcome = stage.run(asset("a", prompt="lost"), wishes=Wishes(retry_unknown=True))["a"]
    assert outcome.status == "delivered"
    assert stage.journal.open_purchases() == []


def test_a_bug_of_ours_costs_one_asset_and_counts_as_unknown(stage: Stage) -> None:
    stage.service.scripts["odd"] = Script([ZeroDivisionError("ours")])  # type: ignore[list-item]
    outcomes = stage.run(asset("a", prompt="odd"), asset("coin"))
    assert (outcomes["a"].status, outcomes["coin"].status) == ("failed", "delivered")
    assert "A bug in pipeline: ZeroDivisionError: ours" in str(outcomes["a"].error)
    assert [type(bug) for bug in stage.engine.bugs] == [ZeroDivisionError]
    assert [p.state for p in stage.journal.open_purchases()] == ["unknown"]


def test_what_the_service_charges_counts_against_the_budget(stage: Stage) -> None:
    stage.service.charged = 24.0
    first = asset("a", prompt="p0")
    outcomes = stage.run(first, asset("b", prompt="p1", made_from=("a",)), max_credits=36.0)
    assert (outcomes["a"].credits, outcomes["b"].status) == (24.0, "skipped")
    assert "limit of 36 credits is reached (24 spent, this needs 18)" in str(outcomes["b"].error)


def test_fractional_prices_add_up(stage: Stage) -> None:
    stage.service.charged = None
    outcomes = stage.run(*(asset(f"a{n}", prompt=f"p{n}", price=0.8) for n in range(3)), max_credits=2.4)
    assert {o.status for o in outcomes.values()} == {"delivered"}


def test_the_budget_is_kept_to_the_credit(stage: Stage) -> None:
    outcomes = stage.run(*(asset(f"a{n}", prompt=f"p{n}") for n in range(5)), max_credits=54.0)
    assert sorted(o.status for o in outcomes.values()) == ["delivered"] * 3 + ["skipped"] * 2
    assert len(stage.service.asked) == 3
    refused = next(o for o in outcomes.values() if o.status == "skipped")
    assert isinstance(refused.error, PlanRefused)
    assert "limit of 54 credits is reached (54 spent, this needs 18)" in refused.error.message


def test_an_unknown_price_does_not_fit_any_budget(stage: Stage) -> None:
    outcome = stage.run(asset("a", price=None), max_credits=100.0)["a"]
    assert "price is unknown" in str(outcome.error)
    assert stage.service.asked == []


# -- following -------------------------------------------------------------------------------------------


def test_a_task_unknown_at_first_is_given_a_while(stage: Stage) -> None:
    stage.service.scripts["a_coin"] = Script(latency_s=60.0, unseen_s=50.0)
    assert stage.run(asset("coin"))["coin"].status == "delivered"


def test_a_task_the_service_never_heard_of_is_the_users_to_give_up(stage: Stage) -> None:
    stage.service.scripts["a_coin"] = Script(latency_s=1e6, unseen_s=1e6)
    error = stage.run(asset("coin"))["coin"].error
    assert isinstance(error, TaskTimedOut)
    assert "does not know task task-1" in error.message
    assert "pipeline status --forget" in error.hint
    assert stage.run(asset("coin"))["coin"].status == "failed"
    assert_bought_once(stage, "a coin")


def test_a_task_once_known_is_never_condemned_by_a_stray_answer(stage: Stage) -> None:
    stage.service.scripts["a_coin"] = Script(latency_s=200.0, blips=[(120.0, 180.0, TaskStatus("missing"))])
    assert stage.run(asset("coin"))["coin"].status == "delivered"
    assert_bought_once(stage, "a coin")


def test_success_told_before_the_addresses_are_is_asked_for_again(stage: Stage) -> None:
    stage.service.scripts["a_coin"] = Script(blips=[(20.0, 35.0, TaskStatus("success"))])
    assert stage.run(asset("coin"))["coin"].status == "delivered"


def test_failing_polls_say_nothing_about_the_task(stage: Stage) -> None:
    stage.service.scripts["a_coin"] = Script(polls=[ServiceUnavailable("502")] * 4 + [RateLimited("429")])
    assert stage.run(asset("coin"))["coin"].status == "delivered"
    assert_bought_once(stage, "a coin")


def test_a_deadline_is_no_failure_the_next_run_goes_on_waiting(stage: Stage) -> None:
    stage.service.scripts["a_coin"] = Script(latency_s=400.0)
    outcome = stage.run(asset("coin"))["coin"]
    assert isinstance(outcome.error, TaskTimedOut)
    assert "not done after 300 s (last state: generating)" in outcome.error.message
    assert outcome.credits == 18.0
    stage.service.scripts["a_coin"] = Script(latency_s=0.0)
    resumed = stage.run(asset("coin"))["coin"]
    assert (resumed.status, resumed.credits) == ("delivered", 0.0)
    assert_bought_once(stage, "a coin")


@pytest.mark.parametrize(
    ("changes", "limits", "expected"),
    [
        ({}, {}, 300),
        ({"kind": "video"}, {}, 600),
        ({}, {"deadlines": {"image": 50.0}}, 50),
        ({"deadline_s": 25.0}, {}, 25),
    ],
)
def test_deadlines_are_set_by_kind_by_the_project_or_by_the_asset(
    stage: Stage, changes: dict[str, Any], limits: dict[str, Any], expected: int
) -> None:
    stage.service.usual = Script(latency_s=1e6)
    outcome = stage.run(asset("a", **changes), **limits)["a"]
    assert f"not done after {expected} s" in str(outcome.error)


def test_a_state_nobody_knows_is_waited_out_and_named(stage: Stage) -> None:
    stage.service.usual = Script(latency_s=0.0, ends=TaskStatus("other", "pondering"))
    assert "last state: pondering" in str(stage.run(asset("a"))["a"].error)


def test_what_a_model_takes_is_learned_for_the_next_run(stage: Stage) -> None:
    stage.service.usual = Script(latency_s=60.0)
    stage.run(*(asset(f"a{n}", prompt=f"p{n}") for n in range(6)))
    early = len(stage.service.created("p0")[0].polled)
    stage.run(asset("later", prompt="later"))
    assert len(stage.service.created("later")[0].polled) < early
    assert stage.service.created("later")[0].polled[0] > 30.0


def test_a_task_of_another_account_is_kept_and_not_asked_for_here(stage: Stage) -> None:
    stage.service.scripts["a_coin"] = Script(latency_s=1e6)
    stage.run(asset("coin"))
    stage.service.account = "elsewhere"
    polls = len(stage.service.made["task-1"].polled)
    outcome = stage.run(asset("coin"))["coin"]
    assert outcome.error is not None
    assert "was bought from fake, and this run uses elsewhere" in outcome.error.message
    assert "with the key and base URL it was bought with" in outcome.error.hint
    assert len(stage.service.made["task-1"].polled) == polls


# -- fetching and delivering -----------------------------------------------------------------------------


def test_a_download_that_fails_keeps_the_task_for_the_next_run(stage: Stage) -> None:
    stage.service.scripts["a_coin"] = Script(fetches=[DownloadFailed("HTML instead of a picture")])
    outcome = stage.run(asset("coin"))["coin"]
    assert isinstance(outcome.error, DownloadFailed)
    assert outcome.credits == 18.0
    assert [p.state for p in stage.journal.open_purchases()] == ["succeeded"]
    assert stage.run(asset("coin"))["coin"].status == "delivered"
    assert_bought_once(stage, "a coin")
    assert not [path for path in (stage.root / "store" / "incoming").rglob("*") if path.is_file()]


def test_further_pictures_of_a_task_are_kept_and_mentioned(stage: Stage) -> None:
    urls = ("https://cdn/task-1", "https://cdn/task-1#2")
    stage.service.scripts["a_coin"] = Script(ends=TaskStatus("success", urls=urls))
    stage.run(asset("coin"))
    assert len(list((stage.root / "store").glob("??/*.png"))) == 2
    (warning,) = [event for event in stage.events if event.type == "warning"]
    assert "another picture" in warning.data["message"]


def test_a_further_picture_that_is_gone_does_not_hold_up_the_first(stage: Stage) -> None:
    urls = ("https://cdn/task-1", "https://cdn/task-1#gone")
    stage.service.scripts["a_coin"] = Script(ends=TaskStatus("success", urls=urls))
    assert stage.run(asset("coin"))["coin"].status == "delivered"
    (warning,) = [event for event in stage.events if event.type == "warning"]
    assert "could not be fetched" in warning.data["message"]


def test_a_local_step_that_fails_costs_nothing_to_try_again(stage: Stage) -> None:
    stage.trouble["coin"] = ProcessError("cannot encode")
    first = stage.run(asset("coin"))["coin"]
    assert (first.status, first.credits) == ("failed", 18.0)
    stage.trouble.clear()
    again = stage.run(asset("coin"))["coin"]
    assert (again.status, again.credits) == ("delivered", 0.0)
    assert_bought_once(stage, "a coin")


def test_what_failed_locally_still_serves_what_is_made_from_it(stage: Stage) -> None:
    stage.trouble["coin"] = ProcessError("cannot encode")
    outcomes = stage.run(asset("coin"), asset("set", prompt="a set", made_from=("coin",)))
    assert (outcomes["coin"].status, outcomes["set"].status) == ("failed", "delivered")


# -- interruption ----------------------------------------------------------------------------------------


def interrupted(stage: Stage, after_s: float, *assets: Asset) -> dict[str, Outcome]:
    async def scene() -> dict[str, Outcome]:
        running = asyncio.ensure_future(stage.scene(*assets))
        await stage.clock.sleep(after_s)
        stage.engine.stop()
        return await running

    return play(scene())


@pytest.mark.parametrize("after_s", [0.1, 0.2, 5.0, 20.1, 22.0])
def test_stopped_at_any_moment_the_same_assets_finish_with_one_create_each(
    stage: Stage, after_s: float
) -> None:
    assets = [asset(f"a{n}", prompt=f"p{n}") for n in range(3)]
    first = interrupted(stage, after_s, *assets)
    assert {o.status for o in first.values()} <= {"interrupted", "delivered"}
    second = stage.run(*assets)
    assert {o.status for o in second.values()} == {"delivered"}
    assert_bought_once(stage, "p0", "p1", "p2")


def test_a_create_under_way_gets_its_answer_written_down(stage: Stage) -> None:
    stage.service.usual = Script(create_s=5.0)
    outcome = interrupted(stage, 1.0, asset("coin"))["coin"]
    assert outcome.status == "interrupted"
    assert [(p.state, p.task_id) for p in stage.journal.open_purchases()] == [("submitted", "task-1")]


def test_an_id_that_cannot_be_written_down_is_followed_and_nothing_more_is_bought(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise JournalError("The journal cannot be used: disk full.")

    monkeypatch.setattr(stage.journal, "submitted", full)
    outcomes = stage.run(asset("coin"), asset("late", prompt="late", made_from=("coin",)))
    assert (outcomes["coin"].status, outcomes["coin"].credits) == ("delivered", 18.0)
    assert "Nothing more is bought in this run" in str(outcomes["late"].error)
    assert [p.task_id for p in stage.journal.purchases("recipes/icons.yaml")] == ["task-1"]


def test_stopped_twice_the_answer_to_a_create_is_still_written_down(stage: Stage) -> None:
    stage.service.usual = Script(create_s=5.0)

    async def scene() -> None:
        running = asyncio.ensure_future(stage.scene(asset("coin")))
        for _ in range(2):
            await stage.clock.sleep(1.0)
            stage.engine.stop()
        await running

    play(scene())
    assert [(p.state, p.task_id) for p in stage.journal.open_purchases()] == [("submitted", "task-1")]


def test_once_the_account_is_empty_nobody_waits_for_his_turn_to_hear_it(stage: Stage) -> None:
    stage.service.usual = Script([OutOfCredits("no credits", code=402)] * 999)
    outcomes = stage.run(*(asset(f"a{n}", prompt=f"p{n}") for n in range(200)))
    assert max(outcome.seconds for outcome in outcomes.values()) < 12.0


def test_a_provider_whose_create_is_the_whole_task_is_asked_at_once(stage: Stage) -> None:
    stage.service.synchronous = True
    stage.service.usual = Script(latency_s=0.0)
    outcomes = stage.run(asset("coin"))
    assert outcomes["coin"].status == "delivered"
    assert outcomes["coin"].seconds < 1.2  # the create, and the fetch
