from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from builders import asset
from service import FakeService, Script
from stage import Stage, assert_bought_once
from virtual_time import VirtualClock, play

from pipeline.errors import AuthenticationFailed, OutcomeUnknown, RateLimited, ServiceUnavailable
from pipeline.generate.callbacks import MOST_CALLS, MOST_IDS, Callbacks, happens
from pipeline.generate.job import Outcome
from pipeline.generate.lost import carries
from pipeline.generate.provider import TaskStatus
from pipeline.plan.decide import Wishes
from pipeline.recipe.spec import Asset

URL = "https://hooks.example.com/kie"
Call = tuple[float, str, str]  # after so many seconds, about the purchase with this prompt, naming this task


def lively(stage: Stage, *assets: Asset, calls: list[Call], stop_s: float = 0.0, **options: Any):
    """Run with callbacks on, and with these calls; ``stop_s``: interrupted then."""
    stage.callbacks = Callbacks(URL)

    async def call(after_s: float, prompt: str, task_id: str) -> None:
        await stage.clock.sleep(after_s)
        (made,) = stage.service.created(prompt)
        assert stage.callbacks is not None
        stage.callbacks.heard(made.token, task_id)

    async def scene() -> dict[str, Outcome]:
        running = asyncio.ensure_future(stage.scene(*assets, **options))
        calling = [asyncio.ensure_future(call(*one)) for one in calls]
        if stop_s:
            await stage.clock.sleep(stop_s)
            stage.engine.stop()
        outcomes = await running
        await stage.engine.collect_found()
        for one in calling:
            one.cancel()
        return outcomes

    return play(scene())


def states(stage: Stage, number: int = 1) -> list[str]:
    return [state for _, state, _ in stage.journal.history(number)]


# -- the ends of tasks ------------------------------------------------------------------------------------


def test_every_create_asks_to_be_called_at_an_address_nobody_can_guess(stage: Stage) -> None:
    lively(stage, asset("a", prompt="p0"), asset("b", prompt="p1"), calls=[])
    tokens = {made.token for made in stage.service.made.values()}
    assert all(made.callback_url.startswith(f"{URL}/") for made in stage.service.made.values())
    assert len(tokens) == 2
    assert min(len(token) for token in tokens) >= 43  # 256 bits


def test_without_callbacks_none_is_asked_for(stage: Stage) -> None:
    stage.run(asset("a"))
    assert stage.service.made["task-1"].callback_url == ""
    assert stage.journal.tokens() == {}


def test_the_token_is_written_down_before_the_create_leaves(stage: Stage) -> None:
    seen: list[tuple[dict[int, str], str]] = []

    class Watched(FakeService):
        async def create(self, model: str, inputs: Mapping[str, Any], callback_url: str | None = None) -> str:
            assert callback_url is not None
            seen.append((stage.journal.tokens(), callback_url))
            return await super().create(model, inputs, callback_url)

    stage.service = Watched(stage.clock)
    lively(stage, asset("a"), calls=[])
    ((journalled, url),) = seen
    assert [f"{URL}/{token}" for token in journalled.values()] == [url]


def test_a_call_has_the_task_looked_at_at_once(stage: Stage) -> None:
    stage.service.usual = Script(latency_s=53.199)  # no question by itself comes in between
    outcome = lively(stage, asset("a"), calls=[(53.5, "a coin", "task-1")])["a"]
    assert outcome.status == "delivered"
    assert stage.service.made["task-1"].polled[-1] == pytest.approx(53.2)  # 0.3 s after the call was sent
    assert stage.journal.latencies("nano-banana-pro") == [pytest.approx(53.2)]  # the moment, not a middle


def test_while_calls_come_few_questions_are_asked(stage: Stage) -> None:
    stage.service.usual = Script(latency_s=20.0)
    lively(stage, asset("a"), calls=[(20.4, "a coin", "task-1")])
    assert len(stage.service.made["task-1"].polled) < 6
    stage.callbacks = None
    stage.run(asset("b", prompt="b"))
    assert len(stage.service.created("b")[0].polled) > 12


def test_calls_that_do_not_come_cost_a_little_time_and_are_not_counted_on_then(stage: Stage) -> None:
    outcomes = lively(stage, asset("a"), asset("b", prompt="b", made_from=("a",)), calls=[])
    assert {one.status for one in outcomes.values()} == {"delivered"}
    assert stage.service.made["task-1"].polled[-1] < 25.0
    assert len(stage.service.created("b")[0].polled) > 12
    assert stage.callbacks is not None
    assert not stage.callbacks.working


def test_a_call_that_comes_after_all_is_believed_in_again() -> None:
    callbacks = Callbacks(URL)
    callbacks.expect(1, "secret")
    callbacks.answered(1, "task-1")
    callbacks.missed(callbacks.lines()[0])
    assert not callbacks.working
    assert callbacks.heard("secret", "task-1")
    assert callbacks.working
    callbacks.missed(callbacks.lines()[0])
    assert callbacks.working  # it was called about: late is not never


def test_calling_over_and_over_makes_us_ask_a_few_times_more(stage: Stage) -> None:
    stage.service.usual = Script(latency_s=25.0)
    lively(stage, asset("a"), calls=[(n / 10, "a coin", "task-1") for n in range(10, 200)])
    early = [at for at in stage.service.made["task-1"].polled if at < 4.0]
    assert len(early) == MOST_CALLS


def test_a_call_that_names_another_task_wakes_nobody(stage: Stage) -> None:
    stage.service.usual = Script(latency_s=20.0)
    lively(stage, asset("a"), calls=[(2.0, "a coin", "task-9"), (20.4, "a coin", "task-1")])
    assert stage.service.made["task-1"].polled[0] > 7.0


def test_a_call_that_overtakes_the_creates_answer_is_not_forgotten() -> None:
    callbacks = Callbacks(URL)
    callbacks.expect(1, "secret")
    assert callbacks.heard("secret", "task-1")
    callbacks.answered(1, "task-1")
    line = callbacks.line(1)
    assert line is not None
    assert line.rung.is_set()


def test_a_call_that_overtakes_a_lost_answer_is_looked_into() -> None:
    async def scene() -> str:
        callbacks = Callbacks(URL)
        callbacks.expect(1, "secret")
        assert callbacks.heard("secret", "task-1")
        callbacks.lost(1)
        return (await callbacks.next_about_lost())[1]

    assert play(scene()) == "task-1"


def test_a_token_of_nobodys_is_nobodys() -> None:
    callbacks = Callbacks(URL)
    assert not callbacks.knows("guess")
    assert not callbacks.heard("guess", "task-1")


def test_what_happens_before_it_is_waited_for_needs_no_waiting() -> None:
    async def scene() -> list[bool]:
        clock, event = VirtualClock(), asyncio.Event()
        never = await happens(event, clock, 5.0), await happens(event, clock, 0.0)
        event.set()
        return [*never, await happens(event, clock, 5.0), clock.monotonic() == 5.0]

    assert play(scene()) == [False, False, True, True]


# -- answers that were lost -------------------------------------------------------------------------------


@pytest.fixture
def lossy(stage: Stage) -> Stage:
    """The answer to the first create is lost, although it was accepted."""
    stage.service.usual = Script(lost=1)
    return stage


def test_a_lost_answer_is_made_good_by_the_call(lossy: Stage) -> None:
    outcome = lively(lossy, asset("a"), calls=[(20.5, "a coin", "task-1")])["a"]
    assert (outcome.status, outcome.credits, outcome.task_id) == ("delivered", 18.0, "task-1")
    assert_bought_once(lossy, "a coin")
    assert states(lossy) == ["intent", "unknown", "submitted", "succeeded", "fetched"]
    assert lossy.warnings() == ["the answer to its create was lost; waiting 300 s for its callback"]


def test_what_it_is_said_to_have_cost_then_replaces_the_price(lossy: Stage) -> None:
    lossy.service.charged = 24.0
    outcome = lively(lossy, asset("a"), calls=[(20.5, "a coin", "task-1")])["a"]
    assert outcome.credits == 24.0


def test_what_is_made_from_it_goes_on(lossy: Stage) -> None:
    assets = asset("a"), asset("b", prompt="b", made_from=("a",))
    outcomes = lively(lossy, *assets, calls=[(20.5, "a coin", "task-1")])
    assert {one.status for one in outcomes.values()} == {"delivered"}


def test_without_a_call_it_stays_unknown_after_the_deadline(lossy: Stage) -> None:
    outcome = lively(lossy, asset("a"), calls=[], deadlines={"image": 40.0})["a"]
    assert isinstance(outcome.error, OutcomeUnknown)
    assert 39.0 < outcome.seconds < 42.0
    assert outcome.credits == 18.0
    for way in ("--webhook", "--retry-unknown --only a", "pipeline status --forget a"):
        assert way in outcome.error.hint
    assert states(lossy) == ["intent", "unknown"]


def test_without_callbacks_nobody_waits(lossy: Stage) -> None:
    outcome = lossy.run(asset("a"))["a"]
    assert isinstance(outcome.error, OutcomeUnknown)
    assert outcome.seconds < 1.0
    assert "--webhook" not in outcome.error.hint  # none was asked for: none will come
    assert "--retry-unknown --only a" in outcome.error.hint


def test_a_call_naming_a_task_whose_record_lacks_the_token_is_not_believed(lossy: Stage) -> None:
    other = asset("b", prompt="b")
    outcomes = lively(lossy, asset("a"), other, calls=[(20.5, "a coin", "task-2")])
    assert isinstance(outcomes["a"].error, OutcomeUnknown)
    assert outcomes["b"].status == "delivered"
    assert "submitted" not in states(lossy)


def test_a_liar_does_not_keep_the_truth_from_being_heard(lossy: Stage) -> None:
    calls = [(5.0, "a coin", "made-up"), (6.0, "a coin", "made-up"), (20.5, "a coin", "task-1")]
    assert lively(lossy, asset("a"), calls=calls)["a"].status == "delivered"


def test_a_task_nobody_has_is_asked_for_a_while_and_then_no_more(lossy: Stage) -> None:
    asked: list[float] = []

    class Counting(FakeService):
        async def status(self, task_id: str) -> TaskStatus:
            asked.append(self._clock.monotonic())
            return await super().status(task_id)

    lossy.service = Counting(lossy.clock)
    lossy.service.usual = Script(lost=1)
    outcome = lively(lossy, asset("a"), calls=[(5.0, "a coin", "made-up")])["a"]
    assert isinstance(outcome.error, OutcomeUnknown)
    assert (len(asked), asked[-1]) == (8, pytest.approx(95.0))


def test_only_so_many_tasks_are_looked_into() -> None:
    callbacks = Callbacks(URL)
    callbacks.expect(1, "secret")
    callbacks.lost(1)
    assert all(callbacks.heard("secret", f"task-{n}") for n in range(50))
    (line,) = callbacks.lines()
    assert len(line.heard) == MOST_IDS


@pytest.mark.parametrize("trouble", [ServiceUnavailable("502"), RateLimited("429")])
def test_a_service_in_trouble_is_asked_again(lossy: Stage, trouble: Exception) -> None:
    lossy.service.usual.polls = [trouble, trouble]  # type: ignore[list-item]
    assert lively(lossy, asset("a"), calls=[(20.5, "a coin", "task-1")])["a"].status == "delivered"


def test_a_key_that_is_refused_leaves_it_unknown(lossy: Stage) -> None:
    lossy.service.usual.polls = [AuthenticationFailed("401")]
    outcome = lively(lossy, asset("a"), calls=[(20.5, "a coin", "task-1")])["a"]
    assert isinstance(outcome.error, OutcomeUnknown)


def test_a_bug_of_ours_while_looking_is_kept_and_costs_nobody_else(lossy: Stage) -> None:
    lossy.service.usual.polls = [ZeroDivisionError("ours")]  # type: ignore[list-item]
    assets = asset("a"), asset("b", prompt="b")
    lossy.service.scripts["b"] = Script()
    outcomes = lively(lossy, *assets, calls=[(20.5, "a coin", "task-1")])
    assert (outcomes["a"].status, outcomes["b"].status) == ("failed", "delivered")
    assert [type(bug) for bug in lossy.engine.bugs] == [ZeroDivisionError]


def test_a_task_that_failed_is_told_as_failed(lossy: Stage) -> None:
    lossy.service.usual.ends = TaskStatus("fail", fail_message="policy", credits=0.0)
    outcome = lively(lossy, asset("a"), calls=[(20.5, "a coin", "task-1")])["a"]
    assert "policy" in str(outcome.error)
    assert outcome.credits == 0.0


def test_what_may_have_been_charged_counts_against_the_limit(stage: Stage) -> None:
    stage.service.scripts["a_coin"] = Script(lost=1)
    assets = asset("a"), asset("b", prompt="b"), asset("c", prompt="c", made_from=("b",))
    outcomes = stage.run(*assets, max_credits=36.0)
    assert {name: one.status for name, one in outcomes.items()} == {
        "a": "failed",
        "b": "delivered",
        "c": "skipped",
    }
    assert "limit of 36 credits is reached (36 spent, this needs 18)" in str(outcomes["c"].error)


def test_stopping_ends_the_wait_for_a_call(lossy: Stage) -> None:
    outcome = lively(lossy, asset("a"), calls=[], stop_s=10.0)["a"]
    assert (outcome.status, states(lossy)) == ("interrupted", ["intent", "unknown"])


# -- what earlier runs left -------------------------------------------------------------------------------


@pytest.fixture
def left(lossy: Stage) -> Stage:
    """An earlier run was stopped while it waited for the call."""
    lively(lossy, asset("a"), calls=[], stop_s=10.0)
    return lossy


def test_a_later_run_waits_for_what_is_left_of_the_deadline(left: Stage) -> None:
    left.clock.skip(100.0)
    outcome = lively(left, asset("a"), calls=[(50.0, "a coin", "task-1")])["a"]
    assert (outcome.status, outcome.credits) == ("delivered", 0.0)  # paid for by the run before
    assert_bought_once(left, "a coin")
    assert left.warnings()[-1] == "the answer to its create was lost; waiting 200 s for its callback"


def test_a_run_without_callbacks_refuses_at_once_and_says_what_would_help(left: Stage) -> None:
    left.callbacks = None
    outcome = left.run(asset("a"))["a"]
    assert isinstance(outcome.error, OutcomeUnknown)
    assert "Run with --webhook" in outcome.error.hint


def test_past_the_deadline_nobody_waits(left: Stage) -> None:
    left.clock.skip(400.0)
    outcome = lively(left, asset("a"), calls=[])["a"]
    assert isinstance(outcome.error, OutcomeUnknown)
    assert outcome.seconds == 0.0


def test_a_call_past_the_deadline_is_taken_all_the_same(left: Stage) -> None:
    left.clock.skip(400.0)
    outcomes = lively(left, asset("a"), asset("b", prompt="b"), calls=[(5.0, "a coin", "task-1")])
    assert outcomes["a"].status == "failed"
    assert states(left)[-2:] == ["succeeded", "fetched"]
    assert left.run(asset("a"))["a"].credits == 0.0
    assert_bought_once(left, "a coin")


def test_a_call_about_an_asset_that_is_not_asked_for_brings_it_home(left: Stage) -> None:
    lively(left, asset("b", prompt="b"), calls=[(5.0, "a coin", "task-1")])
    assert states(left)[-3:] == ["submitted", "succeeded", "fetched"]
    assert left.warnings()[-1].startswith("an earlier create whose answer was lost is task task-1, paid for")


def test_what_the_user_bought_anew_is_not_taken_up_again(left: Stage) -> None:
    stage = left
    lively(stage, asset("a"), calls=[], wishes=Wishes(retry_unknown=True))
    assert states(stage)[-1] == "forgotten"
    stage.callbacks = Callbacks(URL)

    async def scene() -> bool:
        assert stage.callbacks is not None
        return stage.callbacks.heard(stage.service.made["task-1"].token, "task-1")

    assert play(scene()) is False


def test_a_purchase_given_up_meanwhile_is_not_taken_up_again(left: Stage) -> None:
    class Slow(FakeService):
        async def status(self, task_id: str) -> TaskStatus:
            left.journal.forget(1)
            return await super().status(task_id)

    slow = Slow(left.clock)
    slow.made = left.service.made
    left.service = slow
    lively(left, asset("b", prompt="b"), calls=[(5.0, "a coin", "task-1")])
    assert states(left)[-1] == "forgotten"


def test_a_task_under_way_from_an_earlier_run_is_called_about_as_well(stage: Stage) -> None:
    stage.service.usual = Script(latency_s=60.0)
    lively(stage, asset("a"), calls=[], stop_s=10.0)
    outcome = lively(stage, asset("a"), calls=[(61.0, "a coin", "task-1")])["a"]
    assert outcome.status == "delivered"
    assert stage.service.made["task-1"].polled[-1] == pytest.approx(61.0 - 0.3)


def test_a_task_that_ended_between_two_runs_says_nothing_about_calls(stage: Stage) -> None:
    lively(stage, asset("a"), calls=[], stop_s=10.0)
    stage.service.usual = Script(latency_s=0.0)
    lively(stage, asset("a"), calls=[])
    assert stage.callbacks is not None
    assert stage.callbacks.working


def test_another_accounts_purchases_are_none_of_this_runs(left: Stage) -> None:
    left.service.account = "elsewhere"
    outcome = lively(left, asset("a"), calls=[(5.0, "a coin", "task-1")])["a"]
    assert isinstance(outcome.error, OutcomeUnknown)
    assert outcome.seconds == 0.0


@pytest.mark.parametrize(
    ("url", "same"),
    [
        (f"{URL}/secret", True),
        ("http://elsewhere/secret", True),  # a tunnel's address changes from run to run
        ("secret", True),
        (f"{URL}/secretx", False),
        (f"{URL}/xsecret", False),
        (f"{URL}/secret/x", False),
        (f"{URL}/\ud800", False),
        ("", False),
    ],
)
def test_a_record_carries_the_token_as_the_last_part_of_its_address(url: str, same: bool) -> None:
    assert carries(url, "secret") is same
