from __future__ import annotations

import io
import re
from dataclasses import replace
from textwrap import dedent

import pytest
from builders import asset
from plans import EDITED, NEW, PINK_TO_BLUE, REFRESH, UPSTREAM, code, plan, prune, step, value

from pipeline.plan.purchase import Purchase
from pipeline.plan.reason import Reason
from pipeline.recipe import backdrop
from pipeline.recipe.spec import Cutout
from pipeline.report import plan_text
from pipeline.report.output import Output


def lines(output, *parts, balance=None, **changes):
    return plan_text.render(plan(*parts, **changes), balance, output).splitlines()


def test_a_brand_refresh_over_two_recipes(plain):
    *told, summary = plan_text.render(REFRESH, 300.0, plain).splitlines(keepends=True)
    assert "".join(told) == dedent("""\
        recipes/icons.yaml
          remake   coin          18  brand.colors.primary #EC4899 → #3B82F6
          after    set         ≤ 18  made from coin, which this run makes
                                     brand.colors.primary #EC4899 → #3B82F6
          edited   gem         free  gem.png was edited by hand
          prune    old         free  no longer in the recipe; 2 files of ours
          1 unchanged

        recipes/heroes.yaml
          create   wide     unknown  new
          rework   tall        free  icons.hero: + 96

        Brand values that changed
          colors.primary #EC4899 → #3B82F6  touches coin, set

        """)
    assert summary == (
        "1 to create, 1 to remake, 1 known after those, 1 to rework locally, 1 to prune, 1 edited by hand,"
        " 1 unchanged. Costs 18 credits ($0.09), at most 36 credits ($0.18), and 1 asset of unknown price."
        " The account has 300 credits."
    )


def test_a_plan_with_nothing_due_is_one_line(plain):
    assert lines(plain, step("coin", "none"), step("gift", "none", of="gifts"), balance=None) == [
        "2 unchanged. Costs nothing."
    ]
    assert lines(plain) == ["Nothing to do. Costs nothing."]


def test_files_of_code_are_told_with_what_is_due_for_them(plain):
    parts = step("a", "none"), prune("old"), code("src/assets.ts"), code("A.swift", "outdated")
    assert lines(plain, *parts, code("A.kt", "foreign", of="heroes")) == [
        "recipes/icons.yaml",
        "  write    src/assets.ts        free  code: missing",
        "  write    A.swift              free  code: differs from what is delivered",
        "  prune    old                  free  no longer in the recipe; 0 files of ours",
        "  1 unchanged",
        "",
        "recipes/heroes.yaml",
        "  blocked  A.kt        free  code: a file that is not ours is in the way",
        "",
        "2 to write, 1 to prune, 1 blocked, 1 unchanged. Costs nothing.",
    ]


def test_a_terminal_gets_the_same_words_in_colour(plain, terminal):
    painted = plan_text.render(REFRESH, None, terminal)
    assert "\x1b[33mremake  \x1b[0m coin" in painted
    assert re.sub(r"\x1b\[\d+m", "", painted) == plan_text.render(REFRESH, None, plain)


def test_colour_is_for_the_stream_the_plan_is_written_to(terminal):
    output = Output(terminal.stdout, io.StringIO())
    assert "\x1b" in plan_text.render(REFRESH, None, output)
    assert "\x1b" not in plan_text.render(REFRESH, None, output, output.stderr)


@pytest.mark.parametrize(
    ("one", "price"),
    [
        (step("a", "create", credits=None), "unknown"),
        (step("a", "after", credits=None), "unknown"),
        (step("a", "create", credits=0.0), "0"),
        (step("a", "remake", credits=4.5), "4.5"),
        (step("a", "after", credits=1600.0), "≤ 1,600"),
        (step("a", "resume"), "free"),
        (step("a", "unknown", credits=18.0), "paid?"),
        (step("a", "unknown", credits=None), "paid?"),
    ],
)
def test_the_price_of_a_step(one, price):
    assert plan_text.price_of(one.action) == price


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([step("a", "create"), step("b", "remake")], "Costs 36 credits ($0.18)."),
        (
            [step("a", "create"), step("b", "after")],
            "Costs 18 credits ($0.09), at most 36 credits ($0.18).",
        ),
        ([step("a", "create", credits=None)], "The price of 1 asset is unknown."),
        (
            [step("a", "create", credits=None), step("b", "after", credits=None), step("c", "create")],
            "Costs 18 credits ($0.09), and 2 assets of unknown price.",
        ),
        ([step("a", "resume"), step("b", "after")], "Costs at most 18 credits ($0.09)."),
        ([step("a", "restore"), step("b", "unknown", credits=18.0)], "Costs nothing."),
    ],
)
def test_the_cost_never_takes_unknown_for_nothing(steps, said):
    assert plan_text.cost(plan(*steps)) == said


def test_many_files_make_one_reason_and_many_reasons_are_cut_short(plain):
    files = [Reason("file", f"a{number}.png is missing") for number in range(9)]
    values = [value(f"vars.v{number}", 1, 2) for number in range(5)]
    assert lines(plain, step("a", "deliver", *files))[1].endswith("free  a0.png and 8 other files: missing")
    told = lines(plain, step("a", "remake", *values))
    assert told[4].strip() == "vars.v3 1 → 2"
    assert told[5].strip() == "and 1 more reason (--json has them all)"
    assert told[6] == ""


def test_reasons_stand_under_each_other_whatever_the_names_lengths(plain):
    told = lines(plain, step("a-rather-long-name", "remake", NEW, UPSTREAM), step("b", "create", NEW))
    assert told[2].index(NEW.subject) == told[3].index(UPSTREAM.subject[:3]) == told[1].index(NEW.subject)


def test_values_that_came_and_went(plain):
    told = lines(plain, step("a", "remake", value("brand.a", None, "new"), value("brand.b", ["x"], None)))
    assert "  a: + new  touches a" in told
    assert '  b: - ["x"]  touches a' in told


def test_of_many_touched_assets_the_first_are_named(plain):
    told = lines(plain, *(step(f"a{number}", "remake", PINK_TO_BLUE) for number in range(2000)))
    assert told[-3].endswith("a10, a11 and 1,988 more")
    assert max(map(len, told)) < 160


def test_nothing_from_a_recipe_steers_the_terminal(plain):
    evil = "\x1b[31mred\x1b]0;title\x07\nsecond line\u202e"
    told = plan_text.render(
        plan(
            step("coin", "remake", value("brand.colors.x", evil, evil), of=evil),
            prune("old", "old.png", of=evil),
            notes=(evil,),
            conflicts=(f"recipes/{evil}.yaml",),
        ),
        None,
        plain,
    )
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202e]", told)
    assert "\nsecond" not in told


def test_a_lock_in_conflict_is_told_even_when_none_of_its_assets_is_chosen(plain):
    said = "recipes/icons.yaml: its lock has conflict markers; both sides were read, a run writes it anew"
    assert lines(plain, step("coin", "none"), conflicts=("recipes/icons.yaml",))[0] == said
    assert lines(plain, conflicts=("recipes/icons.yaml",))[0] == said


def test_a_prune_whose_files_were_all_changed_or_are_gone(plain):
    assert (
        lines(plain, prune("old"))[1]
        == "  prune    old        free  no longer in the recipe; 0 files of ours"
    )


def test_notes_stand_before_the_sum(plain):
    told = lines(plain, step("coin", "create", NEW), notes=("first", "second"))
    assert told[3:5] == ["note: first", "note: second"]
    assert told[6].startswith("1 to create")


def test_an_edited_file_and_an_unknown_outcome_are_painted_as_trouble(terminal):
    bought = Purchase(1, "recipes/icons.yaml", "a", "f", "m", "unknown")
    told = plan_text.render(
        plan(step("a", "unknown", Reason("task", "lost"), purchase=bought), step("b", "edited", EDITED)),
        None,
        terminal,
    )
    assert "\x1b[31munknown \x1b[0m a" in told
    assert "\x1b[33medited  \x1b[0m b" in told


@pytest.mark.parametrize("kind", ["create", "remake", "after"])
def test_what_is_to_be_painted_is_told_with_its_backdrop(plain, kind):
    told = lines(plain, step("a", kind, NEW, UPSTREAM, cutout=Cutout(backdrop="#00B140")))
    assert told[1].endswith("  new; on green #00B140")
    assert told[2].strip() == str(UPSTREAM)


@pytest.mark.parametrize(
    ("kind", "cutout"),
    [
        ("rework", Cutout(backdrop="#00B140")),
        ("deliver", Cutout(backdrop="#00B140")),
        ("create", Cutout(backdrop="none")),
        ("create", Cutout()),
        ("create", None),
    ],
)
def test_a_picture_that_is_there_or_asks_for_no_backdrop_is_told_without(plain, kind, cutout):
    assert lines(plain, step("a", kind, NEW, cutout=cutout))[1].endswith("  new")


def test_each_of_two_renders_says_which_it_is(plain):
    first = asset("coin@white", prompt=f"A coin. {backdrop.sentence(backdrop.WHITE, '')}")
    second = asset("coin", prompt=backdrop.ON_BLACK, cutout=Cutout(method="difference", backdrop="#FFFFFF"))
    told = lines(plain, *(replace(step("x", "create", NEW), asset=one) for one in (first, second)))
    assert told[1].endswith("18  new; on white #FFFFFF, the first render for the cut-out of coin")
    assert told[2].endswith("18  new; on black #000000, the second render for its cut-out")


def converted(kind):
    due = step("mark", kind, NEW)
    sent = replace(due.asset.request, converted=("logo.tiff: sent as png", "\x1b[1mbig.png: smaller"))
    return replace(due, asset=replace(due.asset, request=sent))


def test_what_is_done_to_files_before_they_are_sent_is_said_where_they_are(plain):
    told = lines(plain, converted("create"))[1]
    assert told == "  create   mark          18  new; logo.tiff: sent as png, [1mbig.png: smaller"
    assert "sent as png" in lines(plain, converted("after"))[1]
    assert "sent as png" not in lines(plain, converted("rework"))[1]
