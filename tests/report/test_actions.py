from __future__ import annotations

from typing import get_args

import pytest
from plans import PINK_TO_BLUE, REFRESH, UPSTREAM, code, plan, prune, step, value

from pipeline.plan.decide import Action, ActionKind
from pipeline.plan.reason import Reason
from pipeline.report import actions


def missing(*names: str) -> list[Reason]:
    return [Reason("file", f"{name} is missing") for name in names]


def told(*reasons: Reason) -> list[str]:
    return actions.sentences(Action("deliver", reasons))


def test_every_action_has_its_place_and_its_words():
    assert set(actions.ORDER) == set(actions.MEANINGS) == {*get_args(ActionKind), "write", "prune"}


def test_what_costs_comes_first_and_otherwise_the_order_of_the_plan_stays():
    rows = dict(actions.steps_by_recipe(REFRESH))
    assert [one.asset.name for one in rows["recipes/icons.yaml"]] == ["coin", "set", "gem", "gift"]
    assert [one.asset.name for one in rows["recipes/heroes.yaml"]] == ["wide", "tall"]


def test_recipes_come_in_the_order_of_the_plan_with_those_that_have_no_steps_last():
    one = plan(
        prune("old", "old.png", of="gone"),
        step("coin", "none", of="b"),
        step("coin", "none", of="a"),
        code("src/assets.ts", of="code"),
        conflicts=("recipes/torn.yaml", "recipes/a.yaml"),
    )
    keys = [key for key, _ in actions.steps_by_recipe(one)]
    assert keys == [
        "recipes/b.yaml",
        "recipes/a.yaml",
        "recipes/code.yaml",
        "recipes/gone.yaml",
        "recipes/torn.yaml",
    ]


@pytest.mark.parametrize(
    ("reasons", "said"),
    [
        (missing("a.png"), ["a.png is missing"]),
        (missing("a.png", "b.png"), ["a.png and 1 other file: missing"]),
        (missing("a.png", "b.png", "c.png"), ["a.png and 2 other files: missing"]),
        (missing("two words.png"), ["two words.png is missing"]),
        (
            [*missing("a.png"), Reason("file", "b.png is from an interrupted run"), *missing("c.png")],
            ["a.png and 1 other file: missing", "b.png is from an interrupted run"],
        ),
        ([UPSTREAM, UPSTREAM], [str(UPSTREAM)]),
        ([], []),
    ],
)
def test_files_with_the_same_trouble_make_one_sentence(reasons, said):
    assert told(*reasons) == said


def test_edited_files_are_told_by_name_without_their_digests():
    edited = [Reason("file", f"{name} was edited by hand", "1" * 12, "2" * 12) for name in ("a.png", "b.png")]
    assert told(*edited[:1]) == ["a.png was edited by hand"]
    assert told(*edited) == ["a.png and 1 other file: edited by hand"]


START = "A small friendly rocket, white body, "


@pytest.mark.parametrize(
    ("old", "new", "was", "is_"),
    [
        ("short", "shorter", "short", "shorter"),
        (
            f"{START}two round fins",
            f"{START}three round fins, rising",
            "two round fins",
            "three round fins, rising",
        ),
        (START + "x" * 90, START + "y" * 90, "x" * 38 + "…", "y" * 38 + "…"),
        ("a" * 70, "b" * 70, "a" * 59 + "…", "b" * 59 + "…"),
    ],
)
def test_long_texts_are_told_from_shortly_before_they_part(old, new, was, is_):
    (said,) = told(Reason("request", "prompt", old, new))
    lead = "…rocket, white body, " if old.startswith(START) else ""
    assert said == f"prompt {lead}{was} → {lead}{is_}"


def test_the_tally_counts_every_action_in_the_order_of_their_cost():
    assert actions.tally(REFRESH) == (
        "1 to create, 1 to remake, 1 known after those, 1 to rework locally, 1 to prune,"
        " 1 edited by hand, 1 unchanged"
    )
    assert actions.tally(plan()) == ""
    due = plan(step("a", "blocked"), step("b", "rework"), prune("c"), code("d.ts"), code("e.kt", "foreign"))
    assert actions.tally(due) == "1 to rework locally, 1 to write, 1 to prune, 2 blocked"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ([f"sha256:{'a1' * 32}"], [f"sha256:{'b2' * 32}"], "pictures a1a1a1a1a1a1 → b2b2b2b2b2b2"),
        (None, [f"sha256:{'b2' * 32}", "https://x.y/z.png"], "pictures: + b2b2b2b2b2b2, https://x.y/z.png"),
        (["https://x.y/z.png"], None, "pictures: - https://x.y/z.png"),
        (7, [None], "pictures 7 → None"),
    ],
)
def test_pictures_are_told_by_the_beginning_of_their_digests(old, new, said):
    assert told(Reason("request", "pictures.image_input", old, new)) == [said]


def changes(*steps):
    return actions.brand_changes(plan(*steps))


def test_a_brand_change_names_every_asset_it_touches():
    assert changes(step("coin", "remake", PINK_TO_BLUE), step("set", "after", UPSTREAM, PINK_TO_BLUE)) == [
        actions.BrandChange(
            "colors.primary",
            "#EC4899",
            "#3B82F6",
            (("recipes/icons.yaml", "coin"), ("recipes/icons.yaml", "set")),
        )
    ]


def test_only_values_of_the_brand_are_brand_changes():
    vars_, request = value("vars.render", "clay", "glass"), Reason("request", "brand.colors.x", "a", "b")
    assert changes(step("coin", "remake", vars_, request)) == []


def test_assets_made_with_different_old_values_are_different_changes():
    older = value("brand.colors.primary", old="#000000")
    found = changes(step("coin", "remake", PINK_TO_BLUE), step("gift", "remake", older))
    assert [(change.old, change.names) for change in found] == [("#000000", ["gift"]), ("#EC4899", ["coin"])]


def test_changes_are_sorted_by_name_and_then_by_value_whatever_their_types():
    reasons = [value("brand.b", 1, None), value("brand.b", None, [1]), value("brand.a", {"x": 1}, "y")]
    found = changes(step("coin", "remake", *reasons))
    assert [(change.name, change.old) for change in found] == [("a", {"x": 1}), ("b", 1), ("b", None)]


def test_assets_of_the_same_name_in_two_recipes_are_told_apart_but_named_once():
    (change,) = changes(
        step("coin", "remake", PINK_TO_BLUE, of="a"), step("coin", "remake", PINK_TO_BLUE, of="b")
    )
    assert change.assets == (("recipes/a.yaml", "coin"), ("recipes/b.yaml", "coin"))
    assert change.names == ["coin"]


@pytest.mark.parametrize(
    ("count", "end"), [(1, "a0"), (12, ", a11"), (13, ", a11 and 1 more"), (2000, ", a11 and 1,988 more")]
)
def test_of_many_names_the_first_are_listed(count, end):
    assert actions.listed([f"a{number}" for number in range(count)]).endswith(end)
