from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from builders import asset
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from plans import PINK_TO_BLUE, REFRESH, code, plan, prune, step

from pipeline.plan.build import CodeState
from pipeline.plan.decide import ActionKind
from pipeline.plan.purchase import Purchase
from pipeline.plan.reason import Reason, ReasonKind
from pipeline.recipe import backdrop
from pipeline.recipe.spec import Cutout
from pipeline.report.plan_json import document

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "plan.schema.json").read_text(encoding="utf-8"))


def strict(schema: Any) -> Any:
    """The schema with nothing allowed beyond what it names: a field we add must be documented."""
    if isinstance(schema, list):
        return [strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {"additionalProperties": False} if "properties" in schema else {}
    return closed | {key: strict(one) for key, one in schema.items()}


VALIDATOR = Draft202012Validator(strict(SCHEMA))
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
REASONS = st.builds(
    Reason,
    st.sampled_from(get_args(ReasonKind)),
    st.sampled_from(["brand.colors.primary", "brand.extra", "icons.hero", "new"]) | st.text(max_size=9),
    ANYTHING,
    ANYTHING,
)
CREDITS = st.none() | st.floats(0, 1e6)
STEPS = st.builds(
    lambda name, kind, reasons, credits, of: step(name, kind, *reasons, of=of, credits=credits),
    st.sampled_from("abc"),
    st.sampled_from(get_args(ActionKind)),
    st.lists(REASONS, max_size=3),
    CREDITS,
    st.sampled_from(["icons", "heroes"]),
)
PRUNES = st.builds(
    lambda of, files: prune("old", *files, of=of), st.sampled_from(["icons", "gone"]), st.lists(st.text())
)
CODE = st.builds(
    lambda of, file, state: code(file, state, of=of),
    st.sampled_from(["icons", "gone"]),
    st.text(),
    st.sampled_from(get_args(CodeState)),
)
PLANS = st.builds(
    lambda parts, notes, conflicts: plan(*parts, notes=tuple(notes), conflicts=tuple(conflicts)),
    st.lists(STEPS | PRUNES | CODE, max_size=6),
    st.lists(st.text(), max_size=2),
    st.lists(st.sampled_from(["recipes/icons.yaml", "recipes/torn.yaml"]), max_size=2, unique=True),
)


def test_the_documented_schema_is_a_schema_and_knows_every_action_and_reason():
    Draft202012Validator.check_schema(SCHEMA)
    assert set(SCHEMA["$defs"]["action"]["enum"]) == set(get_args(ActionKind))
    assert set(SCHEMA["$defs"]["reason"]["properties"]["kind"]["enum"]) == set(get_args(ReasonKind))
    files = SCHEMA["properties"]["recipes"]["items"]["properties"]["code"]["items"]["properties"]
    assert set(files["reason"]["enum"]) == set(get_args(CodeState))


def test_every_documented_object_requires_all_it_documents():
    def objects(schema: Any):
        if isinstance(schema, dict):
            if "properties" in schema:
                yield schema
            for one in schema.values():
                yield from objects(one)

    assert all(set(one["required"]) == set(one["properties"]) for one in objects(SCHEMA))


@given(PLANS, CREDITS)
def test_every_plan_is_as_documented_and_always_the_same_bytes(one, balance):
    text = json.dumps(document(one, balance), allow_nan=False)
    assert json.dumps(document(one, balance)) == text
    assert sorted(VALIDATOR.iter_errors(json.loads(text)), key=str) == []


def test_the_validator_would_notice():
    data = document(REFRESH, 1.0)
    assert VALIDATOR.is_valid(data)
    assert not VALIDATOR.is_valid(data | {"surprise": 1})
    assert not VALIDATOR.is_valid({key: data[key] for key in data if key != "balance"})


def test_a_brand_refresh():
    data = document(REFRESH, 300.0)
    icons, heroes = data["recipes"]
    assert (icons["recipe"], heroes["recipe"]) == ("recipes/icons.yaml", "recipes/heroes.yaml")
    assert icons["assets"][0] == {
        "asset": "coin",
        "action": "remake",
        "reasons": [
            {
                "kind": "value",
                "subject": "brand.colors.primary",
                "old": "#EC4899",
                "new": "#3B82F6",
                "text": "brand.colors.primary #EC4899 → #3B82F6",
            }
        ],
        "credits": 18.0,
        "model": "nano-banana-pro",
        "backdrop": None,
        "render": None,
        "attempts": None,
        "conversions": [],
        "candidate": None,
        "unpicked": False,
        "task_id": "",
    }
    assert icons["prune"] == [{"asset": "old", "files": ["old.png", "old.webp"]}]
    assert data["brand"] == [
        {
            "name": "colors.primary",
            "old": "#EC4899",
            "new": "#3B82F6",
            "assets": [{"recipe": "recipes/icons.yaml", "asset": name} for name in ("coin", "set")],
        }
    ]
    assert data["totals"] == {
        "actions": dict.fromkeys(["after", "create", "edited", "none", "prune", "remake", "rework"], 1),
        "credits": 18.0,
        "credits_at_most": 36.0,
        "unpriced": 1,
        "usd": 0.09,
        "usd_at_most": 0.18,
    }
    assert (data["pending"], data["balance"]) == (True, 300.0)


def test_an_unknown_price_is_null_and_counted():
    data = document(plan(step("a", "create", credits=None), step("b", "after", credits=None)), None)
    assert [one["credits"] for one in data["recipes"][0]["assets"]] == [None, None]
    assert (data["totals"]["unpriced"], data["balance"]) == (2, None)


def test_what_a_task_is_about_is_named():
    bought = Purchase(1, "recipes/icons.yaml", "a", "f", "m", "submitted", task_id="task-7")
    data = document(plan(step("a", "resume", purchase=bought)), None)
    assert data["recipes"][0]["assets"][0]["task_id"] == "task-7"


@pytest.mark.parametrize(
    ("one", "pending"),
    [
        (plan(), False),
        (plan(step("a", "none")), False),
        (plan(step("a", "edited")), True),
        (plan(step("a", "none"), prune("old")), True),
        (plan(step("a", "none"), conflicts=("recipes/icons.yaml",)), True),
        (plan(step("a", "none"), code("src/assets.ts")), True),
        (plan(step("a", "none"), code("src/assets.ts", "foreign")), True),
    ],
)
def test_what_counts_as_pending(one, pending):
    assert document(one, None)["pending"] is pending


def test_a_lock_in_conflict_is_there_even_when_none_of_its_assets_is_chosen():
    data = document(plan(step("a", "none"), conflicts=("recipes/torn.yaml",)), None)
    assert [(one["recipe"], one["conflict"]) for one in data["recipes"]] == [
        ("recipes/icons.yaml", False),
        ("recipes/torn.yaml", True),
    ]


def test_a_file_of_code_stands_with_its_recipe():
    data = document(plan(step("a", "none"), code("a.ts", of="heroes"), code("b.kt", "foreign")), None)
    assert [(one["recipe"], one["code"]) for one in data["recipes"]] == [
        ("recipes/icons.yaml", [{"file": "b.kt", "action": "blocked", "reason": "foreign"}]),
        ("recipes/heroes.yaml", [{"file": "a.ts", "action": "write", "reason": "missing"}]),
    ]
    assert data["totals"]["actions"] == {"blocked": 1, "none": 1, "write": 1}


def test_sentences_are_safe_to_print_while_values_are_as_they_are():
    evil = "\x1b[31mred\nline"
    data = document(plan(step("a", "remake", Reason("value", "vars.x", evil, None)), notes=(evil,)), None)
    (reason,) = data["recipes"][0]["assets"][0]["reasons"]
    assert reason["old"] == evil
    assert reason["text"] == "vars.x: - [31mred line"
    assert data["notes"] == ["[31mred line"]


def test_values_of_any_kind_stay_what_they_are():
    change = Reason("value", "brand.gradients.hero", ["#EC4899"], {"from": 1.5, "to": None})
    data = json.loads(json.dumps(document(plan(step("a", "remake", PINK_TO_BLUE, change)), None)))
    assert data["brand"][1]["old"] == ["#EC4899"]
    assert data["brand"][1]["new"] == {"from": 1.5, "to": None}


@pytest.mark.parametrize(
    ("cutout", "told"),
    [
        (Cutout(backdrop="#FF00FF"), {"name": "magenta", "color": "#FF00FF"}),
        (Cutout(backdrop="none"), None),
        (Cutout(), None),
        (None, None),
    ],
)
def test_the_backdrop_is_told_whatever_the_action(cutout, told):
    data = document(plan(step("a", "none", cutout=cutout)), None)
    VALIDATOR.validate(data)
    assert data["recipes"][0]["assets"][0]["backdrop"] == told


def test_each_of_two_renders_says_which_it_is_and_whose():
    first = asset("coin@white", prompt=f"A coin. {backdrop.sentence(backdrop.WHITE, '')}")
    second = asset("coin", prompt=backdrop.ON_BLACK, cutout=Cutout(method="difference"))
    data = document(plan(*(replace(step("x", "create"), asset=one) for one in (first, second))), None)
    VALIDATOR.validate(data)
    told = {one["asset"]: (one["render"], one["backdrop"]["color"]) for one in data["recipes"][0]["assets"]}
    assert told == {
        "coin@white": ({"of": "coin", "number": 1}, "#FFFFFF"),
        "coin": ({"of": "coin", "number": 2}, "#000000"),
    }
