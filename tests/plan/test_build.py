from __future__ import annotations

from pathlib import Path

import pytest
from builders import asset, recipe
from hypothesis import given
from hypothesis import strategies as st

from pipeline.plan.build import CodeState, CodeStep, Plan, build
from pipeline.plan.decide import Facts, Wishes
from pipeline.recipe.spec import Asset, Picture

ROOT = Path("project")


def plan_of(*assets: Asset, chosen: set[str] | None = None) -> Plan:
    facts = {one.name: Facts() for one in assets}
    return Plan(tuple(build(recipe(ROOT, *assets), facts, {}, lambda _: Wishes(), chosen)))


def test_steps_come_in_the_order_they_can_be_made() -> None:
    plan = plan_of(asset("badge", made_from=("coin",)), asset("coin"))
    assert [(step.asset.name, step.action.kind) for step in plan.steps] == [
        ("coin", "create"),
        ("badge", "create"),
    ]


def test_the_cost_tells_the_certain_from_the_possible_and_the_unpriced() -> None:
    plan = plan_of(asset("coin"), asset("badge", made_from=("coin",), price=10.0), asset("odd", price=None))
    cost = plan.cost()
    assert (cost.certain, cost.at_most, cost.unpriced) == (28.0, 28.0, 1)


def test_only_the_chosen_are_planned() -> None:
    plan = plan_of(asset("coin"), asset("badge"), chosen={"badge"})
    assert [step.asset.name for step in plan.steps] == ["badge"]


def test_a_local_picture_is_known_by_its_content() -> None:
    logo = Picture("file", "brand/logo.png", Path("brand/logo.png"))
    one = asset("coin", pictures=(logo,))
    steps = [
        build(recipe(ROOT, one), {"coin": Facts()}, {logo: digest}, lambda _: Wishes())[0]
        for digest in ("aa", "bb")
    ]
    assert steps[0].action.fingerprint != steps[1].action.fingerprint


@given(st.permutations(range(5)))
def test_the_order_of_assets_never_changes_what_is_due(order: list[int]) -> None:
    assets = [asset(f"a{n}", made_from=(f"a{n - 1}",) if n % 2 else ()) for n in range(5)]
    plan = plan_of(*(assets[n] for n in order))
    due = {step.asset.name: (step.action.kind, step.action.fingerprint) for step in plan.steps}
    usual = {step.asset.name: (step.action.kind, step.action.fingerprint) for step in plan_of(*assets).steps}
    assert due == usual
    assert plan.cost() == plan_of(*assets).cost()


@pytest.mark.parametrize(
    ("state", "kind"), [("missing", "write"), ("outdated", "write"), ("foreign", "blocked")]
)
def test_code_that_is_not_as_it_should_be_is_work_that_costs_nothing(state: CodeState, kind: str) -> None:
    plan = Plan((), code=(CodeStep(recipe(ROOT), "src/assets.ts", state),))
    assert (plan.has_work, plan.is_empty, plan.code[0].kind) == (True, False, kind)
    assert plan.cost().at_most == 0
    assert Plan(()).is_empty
