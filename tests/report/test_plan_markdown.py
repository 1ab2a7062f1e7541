from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from plans import NEW, PINK_TO_BLUE, REFRESH, UPSTREAM, plan, prune, step, value
from plans import code as code_file

from pipeline.errors import clean
from pipeline.plan.reason import Reason
from pipeline.recipe.spec import Cutout
from pipeline.report import plan_markdown
from pipeline.report.plan_markdown import MOST_ROWS, code, escape, render

GITHUB_LIMIT = 65_536
PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
NASTY = "|`\\*_{}[]()#!~$<>&@\n\r\t\x1b\u202e\u200b-+.:=\"' aZ19é→😀"
TEXT = st.text(st.sampled_from(NASTY) | st.characters(exclude_categories=["Cs"]), max_size=60)


def tokens(markdown: str):
    for token in PARSER.parse(markdown):
        yield token
        yield from token.children or ()


def cells(markdown: str) -> list[str]:
    """What a reader sees in each cell of the tables, row by row."""
    found = []
    parsed = PARSER.parse(markdown)
    for token, inline in pairwise(parsed):
        if token.type in ("td_open", "th_open"):
            found.append("".join(child.content for child in inline.children))
    return found


def in_a_cell(markdown: str) -> str:
    table = f"| a | b |\n| --- | --- |\n| {markdown} | end |\n"
    *_, cell, end = cells(table)
    assert end == "end"
    return cell


def test_a_brand_refresh_over_two_recipes():
    assert render(REFRESH, 300.0) == (
        "### Asset plan\n"
        "\n"
        "**1 to create, 1 to remake, 1 known after those, 1 to rework locally, 1 to prune, 1 edited by hand,"
        " 1 unchanged.** Costs 18 credits ($0.09), at most 36 credits ($0.18),"
        " and 1 asset of unknown price. The account has 300 credits.\n"
        "\n"
        "**Brand values that changed**\n"
        "\n"
        "| value | was | is | touches |\n"
        "| --- | --- | --- | --- |\n"
        "| `colors.primary` | `#EC4899` | `#3B82F6` | coin, set |\n"
        "\n"
        "**`recipes/icons.yaml`**\n"
        "\n"
        "| action | asset | why | credits |\n"
        "| --- | --- | --- | ---: |\n"
        "| remake | `coin` | brand.colors.primary \\#EC4899 → \\#3B82F6 | 18 |\n"
        "| after | `set` | made from coin, which this run makes"
        "<br>brand.colors.primary \\#EC4899 → \\#3B82F6 | ≤ 18 |\n"
        "| edited | `gem` | gem.png was edited by hand | free |\n"
        "| prune | `old` | no longer in the recipe | free |\n"
        "\n"
        "**`recipes/heroes.yaml`**\n"
        "\n"
        "| action | asset | why | credits |\n"
        "| --- | --- | --- | ---: |\n"
        "| create | `wide` | new | unknown |\n"
        "| rework | `tall` | icons.hero: + 96 | free |\n"
    )


def test_nothing_due_is_said_in_a_line():
    assert render(plan(step("coin", "none")), None) == "### Asset plan\n\n**1 unchanged.** Costs nothing.\n"
    assert render(plan(), None) == "### Asset plan\n\n**Nothing to do.** Costs nothing.\n"


def test_notes_and_conflicts():
    told = render(plan(step("a", "none"), notes=("one *note*",), conflicts=("recipes/torn.yaml",)), None)
    assert told.splitlines()[4:] == [
        "> one \\*note\\*",
        "",
        "`recipes/torn.yaml`: its lock has conflict markers; both sides were read.",
    ]


@given(TEXT)
@example("a | b")
@example("\\| \\` `` ``` <b>x</b> <!-- &lt; &#64; [x](javascript:1) ![x](https://e/x.png)")
@example("$a$ ~~b~~ __c__ **d** # e")
def test_text_in_a_cell_shows_as_itself_whatever_it_is(text):
    shown = f"x {text} x"  # a cell's own white space at its ends does not show
    assert in_a_cell(escape(shown)).replace("\u200b", "") == clean(shown)


@given(TEXT)
@example("`")
@example("``x``")
@example("a | b \\|")
@example("")
def test_code_in_a_cell_shows_as_itself_but_for_back_ticks(text):
    found = in_a_cell(code(text))
    assert found.strip() == clean(text).replace("`", "'").strip()
    assert [token.type for token in tokens(code(text)) if token.type == "code_inline"] == ["code_inline"]


@given(TEXT, TEXT)
def test_no_value_becomes_markup(old, new):
    change = value("brand.colors.x", old, new)
    told = render(plan(step("coin", "remake", change), notes=(f"x{old}",)), None).replace("<br>", "")
    allowed = {"heading", "paragraph", "strong", "table", "thead", "tbody", "tr", "th", "td", "blockquote"}
    kinds = {token.type.removesuffix("_open").removesuffix("_close") for token in tokens(told)}
    assert kinds <= {*allowed, "inline", "text", "text_special", "code_inline"}
    assert not any(ord(char) < 32 and char != "\n" for char in told)


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("@octocat", "@\u200boctocat"),
        ("see #12", "see \\#\u200b12"),
        ("#EC4899 #3B82F6 #123456", "\\#EC4899 \\#3B82F6 \\#\u200b123456"),
        ("<img src=x>", "&lt;img src=x&gt;"),
        ("\x1b[31mred\x1b[0m", "\\[31mred \\[0m"),
        ("a\nb", "a b"),
    ],
)
def test_nobody_is_mentioned_and_nothing_referred_to(text, escaped):
    assert escape(text) == escaped


def test_a_value_that_was_not_there_is_a_dash():
    told = render(
        plan(step("a", "remake", value("brand.new", None, ""), value("brand.old", "x", None))), None
    )
    assert "| `new` | — | ` ` | a |" in told
    assert "| `old` | `x` | — | a |" in told


def test_many_reasons_are_cut_short():
    told = render(plan(step("a", "remake", *(value(f"vars.v{n}", 1, 2) for n in range(9)))), None)
    assert "vars.v2 1 → 2<br>and 6 more |" in told
    assert "vars.v3" not in told


def test_two_thousand_assets_with_the_longest_names_and_values_fit_into_a_comment():
    reasons = [value(f"brand.{number}", "&" * 400, "|" * 400) for number in range(5)]
    steps = [step(f"{'x' * 60}-{number}", "remake", *reasons) for number in range(2000)]
    told = render(plan(*steps, *(prune("p" * 60, of=f"r{n}") for n in range(500))), 1.0)
    assert len(told) < GITHUB_LIMIT
    assert "**2000 to remake, 500 to prune.**" in told
    assert "`pipeline plan` shows all of it" in told


def test_two_thousand_ordinary_assets_are_a_table_and_a_count():
    told = render(plan(*(step(f"coin-{n}", "remake", PINK_TO_BLUE) for n in range(2000))), None)
    assert len(told) < GITHUB_LIMIT / 4
    assert told.count("| remake |") == MOST_ROWS
    assert told.endswith("| … | and 1,900 more | | |\n")
    assert "coin-11 and 1,988 more" in told


def test_many_recipes_end_at_the_end_of_a_row_and_say_so():
    parts = [step(f"coin-{n}", "create", NEW, UPSTREAM, of=f"recipe-{n // 50}") for n in range(5000)]
    *_, row, empty, last = render(plan(*parts), None).splitlines()
    assert (row[:2], row[-2:], empty) == ("| ", " |", "")
    assert "`pipeline plan` shows all of it" in last


@settings(deadline=None)
@given(st.integers(0, 3), st.integers(0, 400), st.integers(0, 400), st.integers(0, 40))
def test_no_plan_is_too_long(recipes, assets, length, notes):
    reason = Reason("request", "prompt", "<" * length, ">" * length)
    parts = [step("a" * 60, "remake", reason, of=f"r{n}") for n in range(recipes) for _ in range(assets)]
    told = render(plan(*parts, notes=("n" * length * 5,) * notes), None)
    assert len(told) <= plan_markdown.MOST_CHARACTERS + 100 < GITHUB_LIMIT


@pytest.mark.parametrize(
    "text",
    [
        "https://evil.example",
        "HTTP://evil",
        "www.evil.example",
        "mailto:a@b.c",
        "GH-12",
        "a@b.example",
        "x#12",
    ],
)
def test_nothing_becomes_a_link_by_itself(text):
    """GitHub links these wherever they stand; parted by a space without width they are only text."""
    assert "\u200b" in escape(text)
    assert escape(text).replace("\u200b", "").replace("\\", "") == text


def test_what_is_to_be_painted_is_told_with_its_backdrop():
    told = render(plan(step("a", "create", NEW, cutout=Cutout(backdrop="#00B140"))), None)
    assert "| create | `a` | new<br>on green \\#00B140 | 18 |" in told


def test_a_file_of_code_is_a_row_of_its_recipe():
    shown = cells(
        render(plan(step("a", "none"), code_file("src/as|sets.ts"), code_file("A.kt", "foreign")), None)
    )
    assert shown[4:8] == ["write", "src/as|sets.ts", "code: missing", "free"]
    assert shown[8:10] == ["blocked", "A.kt"]


def test_what_is_done_to_files_before_they_are_sent_is_told_as_plain_text():
    due = step("mark", "create", NEW)
    sent = replace(due.asset.request, converted=("**logo**.tiff: sent as png",))
    told = render(plan(replace(due, asset=replace(due.asset, request=sent))), None)
    assert cells(told)[6] == "new<br>**logo**.tiff: sent as png"
