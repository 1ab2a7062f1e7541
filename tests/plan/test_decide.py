from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from acts import COIN, FILES, FIRST, SECOND, act, entry, purchase, said
from builders import asset

from pipeline.plan.decide import STALE, Facts, Wishes, decide
from pipeline.plan.lock import Entry
from pipeline.plan.purchase import PurchaseState
from pipeline.recipe.spec import Icon


def test_an_asset_never_made_is_created_at_its_price() -> None:
    action = act(disk={})
    assert (action.kind, action.credits, said(action)) == ("create", 18.0, ["new"])


def test_an_unknown_price_stays_unknown() -> None:
    assert act(replace(COIN, price=None), disk={}).credits is None


def test_delivered_and_unchanged_is_nothing_to_do() -> None:
    action = act(entry=entry())
    assert (action.kind, action.credits, action.original) == ("none", 0.0, FIRST)


def test_a_brand_colour_remakes_with_both_values() -> None:
    blue = asset("coin", prompt="a blue coin", values={"brand.colors.primary": "#3B82F6"})
    action = act(blue, entry=entry())
    assert (action.kind, action.credits) == ("remake", 18.0)
    assert said(action) == ["brand.colors.primary #EC4899 → #3B82F6"]


def test_a_new_icon_size_is_free() -> None:
    action = act(replace(COIN, icons=(Icon("hero", 96),)), entry=entry())
    assert (action.kind, action.credits, said(action)) == ("rework", 0.0, ["icons.hero: + 96"])


def test_a_missing_file_is_made_again_for_free() -> None:
    action = act(entry=entry(), disk=FILES | {"coin.png": None})
    assert (action.kind, said(action)) == ("deliver", ["coin.png is missing"])


def test_a_file_left_by_an_interrupted_run_is_made_again() -> None:
    action = act(entry=entry(), disk=FILES | {"coin.png": STALE})
    assert (action.kind, said(action)) == ("deliver", ["coin.png is from an interrupted run"])


def test_a_file_edited_by_hand_is_left_alone_until_the_user_says_otherwise() -> None:
    facts = {"entry": entry(), "disk": FILES | {"coin.png": "9" * 64}}
    assert act(**facts).kind == "edited"
    assert act(**facts, wishes=Wishes(overwrite_edited=True)).kind == "deliver"


def test_nothing_is_bought_for_an_asset_whose_edited_file_is_in_the_way() -> None:
    blue = asset("coin", prompt="a blue coin", values={"brand.colors.primary": "#3B82F6"})
    facts = {"entry": entry(), "disk": FILES | {"coin.png": "9" * 64}}
    action = act(blue, **facts)
    assert (action.kind, action.credits) == ("blocked", 0.0)
    assert said(action) == [
        "coin.png was edited by hand",
        "brand.colors.primary #EC4899 → #3B82F6",
    ]
    assert act(blue, **facts, wishes=Wishes(overwrite_edited=True)).kind == "remake"


def test_an_original_that_is_gone_is_never_bought_silently() -> None:
    action = act(entry=entry(), disk=FILES | {"coin-nobg.png": None}, held=frozenset())
    assert (action.kind, action.credits) == ("remake", 18.0)
    assert said(action) == ["original missing from the store"]


def test_an_original_that_is_gone_and_not_needed_costs_nothing() -> None:
    assert act(entry=entry(), held=frozenset()).kind == "none"


@pytest.mark.parametrize(("held", "kind"), [(True, "deliver"), (False, "remake")])
def test_to_overwrite_an_edited_file_takes_the_original(held: bool, kind: str) -> None:
    facts: dict[str, Any] = {"entry": entry(), "disk": FILES | {"coin.png": "9" * 64}}
    if not held:
        facts["held"] = frozenset()
    assert act(**facts).kind == "edited"
    assert act(**facts, wishes=Wishes(overwrite_edited=True)).kind == kind


def test_a_local_step_that_failed_is_tried_again() -> None:
    action = act(entry=entry(free=""))
    assert (action.kind, said(action)) == ("rework", ["a local step failed last time"])


@pytest.mark.parametrize("state", ["submitted", "succeeded"])
def test_a_paid_task_is_resumed(state: PurchaseState) -> None:
    action = act(purchases=(purchase(state),), disk={})
    assert (action.kind, action.credits) == ("resume", 0.0)
    assert action.purchase is not None
    assert action.purchase.task_id == "task-1"


@pytest.mark.parametrize("state", ["intent", "unknown"])
def test_a_create_whose_answer_was_lost_is_sent_again_only_when_asked(state: PurchaseState) -> None:
    facts: dict[str, Any] = {"purchases": (purchase(state),), "disk": {}}
    assert act(**facts).kind == "unknown"
    assert act(**facts, wishes=Wishes(retry_unknown=True)).kind == "create"
    assert act(**facts, wishes=Wishes(regenerate=True)).kind == "unknown"


@pytest.mark.parametrize("state", ["intent", "unknown"])
def test_a_lost_regeneration_is_sent_again_only_when_asked(state: PurchaseState) -> None:
    history = (purchase("delivered", original=FIRST), purchase(state, number=2))
    facts: dict[str, Any] = {"entry": entry(), "purchases": history}
    assert act(**facts).kind == "unknown"
    action = act(**facts, wishes=Wishes(retry_unknown=True))
    assert (action.kind, action.credits) == ("remake", 18.0)
    assert said(action) == ["asked to buy what may have been bought already"]


def test_a_lost_create_that_was_made_up_for_is_not_bought_again() -> None:
    history = (purchase("unknown"), purchase("delivered", number=2, original=FIRST))
    facts: dict[str, Any] = {"entry": entry(task="task-2"), "purchases": history}
    assert act(**facts, wishes=Wishes(retry_unknown=True)).kind == "none"


def test_an_unknown_create_of_another_request_stops_nothing() -> None:
    other = replace(purchase("unknown"), fingerprint="other")
    assert act(purchases=(other,), disk={}).kind == "create"


def test_a_picture_bought_before_comes_from_the_store() -> None:
    bought = purchase("delivered", original=FIRST)
    action = act(purchases=(bought,), disk={})
    assert (action.kind, action.credits, action.original) == ("deliver", 0.0, FIRST)
    assert act(purchases=(bought,), disk={}, held=frozenset()).kind == "create"


def test_a_result_that_was_lost_before_it_was_delivered_is_fetched_again() -> None:
    bought = purchase("fetched", original=FIRST)
    assert act(purchases=(bought,), disk={}).kind == "deliver"
    action = act(purchases=(bought,), disk={}, held=frozenset())
    assert (action.kind, action.credits, action.purchase) == ("resume", 0.0, bought)


def test_going_back_to_an_earlier_colour_costs_nothing() -> None:
    blue = asset("coin", prompt="a blue coin", values={"brand.colors.primary": "#3B82F6"})
    action = act(entry=entry(blue), purchases=(purchase("fetched", original=FIRST),))
    assert (action.kind, action.credits) == ("restore", 0.0)
    assert said(action) == ["brand.colors.primary #3B82F6 → #EC4899", "paid for before, in the store"]


def test_a_failed_task_is_bought_again_and_the_plan_says_why() -> None:
    action = act(purchases=(replace(purchase("failed"), message="content policy"),), disk={})
    assert (action.kind, said(action)) == ("create", ["the last task failed: content policy"])


def test_what_the_service_refused_leaves_no_trace() -> None:
    assert act(purchases=(purchase("refused"), purchase("forgotten")), disk={}).kind == "create"


def test_regenerate_buys_although_nothing_changed() -> None:
    action = act(
        entry=entry(), purchases=(purchase("delivered", original=FIRST),), wishes=Wishes(regenerate=True)
    )
    assert (action.kind, action.credits, said(action)) == ("remake", 18.0, ["asked to regenerate"])


def test_an_interrupted_regeneration_carries_on_with_what_it_bought() -> None:
    history = (purchase("delivered", original=FIRST), purchase("submitted", number=2))
    again = Wishes(regenerate=True)
    assert act(entry=entry(), purchases=history, wishes=again).kind == "resume"
    arrived = (history[0], purchase("fetched", number=2, original=SECOND))
    for wishes in (again, Wishes()):
        action = act(entry=entry(), purchases=arrived, wishes=wishes)
        assert (action.kind, action.original) in (("restore", SECOND), ("deliver", SECOND))


def test_what_comes_home_late_does_not_replace_what_was_delivered_since() -> None:
    late = (purchase("fetched", original=FIRST), purchase("delivered", number=2, original=SECOND))
    made: dict[str, Any] = {"entry": entry(original=SECOND, task="task-2"), "purchases": late}
    assert act(**made).kind == "none"
    action = act(**made, wishes=Wishes(regenerate=True))
    assert (action.kind, action.credits) == ("remake", 18.0)


def test_a_lock_from_a_colleague_beats_what_was_bought_here() -> None:
    mine = purchase("delivered", number=7, original=SECOND)
    assert act(entry=entry(task="theirs"), purchases=(mine,)).kind == "none"


BADGE = asset("badge", made_from=("coin",), values={"brand.colors.primary": "#EC4899"})
MADE_BADGE = Entry(
    paid="p",
    free="f",
    request={
        "model": BADGE.request.model,
        "inputs": BADGE.request.inputs,
        "pictures": {"image_input": ["sha256:0"]},
    },
    post={},
    values=BADGE.values,
    original=FIRST,
    files={},
)


def test_what_was_never_made_is_certain_even_while_its_pictures_are_not() -> None:
    action = decide(BADGE, None, Facts(), Wishes())
    assert (action.kind, action.credits, action.fingerprint) == ("create", 18.0, "")
    assert said(action) == ["new", "made from coin, which this run makes"]


def test_what_changed_itself_is_certain_even_while_its_pictures_are_not() -> None:
    blue = asset("badge", prompt="blue", made_from=("coin",), values={"brand.colors.primary": "#3B82F6"})
    action = decide(blue, None, Facts(entry=MADE_BADGE), Wishes())
    assert (action.kind, action.credits, action.fingerprint) == ("remake", 18.0, "")
    assert said(action)[0] == "brand.colors.primary #EC4899 → #3B82F6"


def test_a_value_spelt_otherwise_is_no_change() -> None:
    respelt = replace(BADGE, values={"brand.colors.primary": "#ec4899"})
    assert decide(respelt, None, Facts(entry=MADE_BADGE), Wishes()).kind == "after"


def test_what_only_depends_on_something_unmade_is_known_after_it() -> None:
    action = decide(BADGE, None, Facts(entry=MADE_BADGE), Wishes())
    assert (action.kind, action.credits) == ("after", 18.0)
    assert said(action) == ["made from coin, which this run makes"]


@pytest.mark.parametrize("prompt", ["a coin", "blue"])
def test_nothing_is_bought_to_replace_an_edited_file_while_its_pictures_are_unmade(prompt: str) -> None:
    badge = asset("badge", prompt=prompt, made_from=("coin",), values=BADGE.values)
    facts = Facts(entry=replace(MADE_BADGE, files=FILES), disk={**FILES, "coin.png": "9" * 64})
    action = decide(badge, None, facts, Wishes())
    assert (action.kind, action.credits, said(action)[0]) == ("blocked", 0.0, "coin.png was edited by hand")
    assert decide(badge, None, facts, Wishes(overwrite_edited=True)).pays is (prompt == "blue")


def test_a_file_as_the_other_branch_left_it_is_not_edited_while_its_pictures_are_unmade() -> None:
    mine, theirs = (replace(MADE_BADGE, files={"badge.png": digit * 64}) for digit in "12")
    facts = Facts(entry=mine, rival=theirs, disk={"badge.png": "2" * 64})
    assert decide(BADGE, None, facts, Wishes()).kind == "after"
