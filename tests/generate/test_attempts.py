"""An asset with ``attempts`` is bought again while its result does not pass what the recipe asks of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import asset
from service import Script
from stage import Stage

from pipeline.errors import OutcomeUnknown, RequestRejected
from pipeline.recipe.expectations import Expectations
from pipeline.recipe.spec import Asset

PALE = ("too pale",)
ASKED = Expectations(not_blank=True)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def coin(attempts: int = 3, **changes: object) -> Asset:
    return asset("coin", checks=ASKED, attempts=attempts, **changes)


def creates(stage: Stage, prompt: str = "a coin") -> int:
    return len(stage.service.created(prompt))


def test_a_result_that_passes_is_bought_once(stage: Stage) -> None:
    outcome = stage.run(coin())["coin"]
    assert (outcome.status, outcome.credits, creates(stage)) == ("delivered", 18, 1)


def test_it_is_bought_again_until_it_passes(stage: Stage) -> None:
    stage.unmet["coin"] = [PALE, PALE, ()]
    outcome = stage.run(coin(attempts=5))["coin"]
    assert (outcome.status, outcome.credits, creates(stage)) == ("delivered", 54, 3)
    assert outcome.delivery.unmet == ()
    assert stage.warnings() == ["too pale: attempt 2 of 5", "too pale: attempt 3 of 5"]


def test_it_is_bought_no_oftener_than_allowed(stage: Stage) -> None:
    stage.unmet["coin"] = [PALE]
    outcome = stage.run(coin())["coin"]
    assert (outcome.status, outcome.delivery.unmet, creates(stage)) == ("delivered", PALE, 3)


def test_checks_alone_buy_nothing(stage: Stage) -> None:
    stage.unmet["coin"] = [PALE]
    assert stage.run(coin(attempts=1))["coin"].delivery.unmet == PALE
    assert creates(stage) == 1


def test_the_budget_holds_for_every_attempt(stage: Stage) -> None:
    stage.unmet["coin"] = [PALE]
    outcome = stage.run(coin(), max_credits=40)["coin"]
    assert (outcome.status, outcome.credits, creates(stage)) == ("delivered", 36, 2)
    assert "attempt 3 of 3 was not made" in outcome.delivery.trouble
    assert "limit of 40 credits" in outcome.delivery.trouble


def test_what_is_made_from_it_waits_for_the_last_attempt(stage: Stage) -> None:
    stage.unmet["coin"] = [PALE, ()]
    stage.run(coin(), asset("stack", prompt="a stack", made_from=("coin",)))
    last = stage.delivered["coin"].sha256
    assert stage.service.uploads == [last]
    assert last == stage.journal.purchases("recipes/icons.yaml")[1].original.sha256


def test_what_is_brought_home_is_looked_at_and_nothing_is_bought_for_it(stage: Stage) -> None:
    """Local work costs nothing, whatever the checks say of it: the next plan names the price."""
    stage.unmet["coin"] = [PALE]
    stage.run(coin(attempts=1))
    outcome = stage.run(coin())["coin"]
    assert (outcome.status, outcome.delivery.unmet, outcome.credits) == ("delivered", PALE, 0)
    assert creates(stage) == 1


def test_where_nothing_may_be_spent_a_task_under_way_is_all_there_is(stage: Stage) -> None:
    stage.unmet["coin"] = [PALE]
    stage.service.usual = Script(latency_s=10_000.0)
    stage.run(coin(), deadlines={"image": 1.0})
    stage.service.usual = Script()
    outcome = stage.run(coin(), asset("stack", prompt="a stack", made_from=("coin",)), attempts=False)
    assert (outcome["coin"].status, creates(stage)) == ("delivered", 1)
    assert outcome["stack"].status == "skipped"


def test_nothing_is_made_from_a_picture_that_another_attempt_is_to_replace(stage: Stage) -> None:
    stage.unmet["coin"] = [PALE]
    outcome = stage.run(coin(), asset("stack", prompt="a stack", made_from=("coin",)), max_credits=40)
    assert (outcome["coin"].status, outcome["stack"].status) == ("delivered", "skipped")
    assert creates(stage, "a stack") == 0


def test_an_attempt_that_fails_leaves_the_one_before(stage: Stage) -> None:
    stage.unmet["coin"] = [PALE]
    stage.service.scripts["a_coin"] = Script(answers=[None, RequestRejected("no more coins")])
    outcome = stage.run(coin())["coin"]
    assert (outcome.status, outcome.credits) == ("delivered", 18)
    assert "attempt 2 of 3 was not made: no more coins" in outcome.delivery.trouble


def test_a_lost_answer_to_an_attempt_is_not_asked_again(stage: Stage) -> None:
    stage.unmet["coin"] = [PALE]
    stage.service.scripts["a_coin"] = Script(answers=[None, OutcomeUnknown("cut off")])
    stage.run(coin())
    again = stage.run(coin())["coin"]
    assert (again.status, creates(stage)) == ("failed", 1)
    assert isinstance(again.error, OutcomeUnknown)
