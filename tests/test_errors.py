from __future__ import annotations

import inspect
import pickle
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import errors
from pipeline.errors import (
    Location,
    PipelineError,
    Problem,
    ProviderError,
    RateLimited,
    RecipeError,
    TaskFailed,
    TaskTimedOut,
    clean,
)

KINDS = {
    name: kind
    for name, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, PipelineError) and kind is not PipelineError
}
EXIT_CODES = {
    "UsageError": 2,
    "RecipeError": 2,
    "PlanRefused": 4,
    "AuthenticationFailed": 4,
    "OutOfCredits": 4,
}


@pytest.mark.parametrize("name", KINDS)
def test_every_error_ends_the_program_as_the_tree_says(name):
    assert KINDS[name].exit_code == EXIT_CODES.get(name, 1)


def test_the_tree_drawn_at_the_top_is_the_tree():
    drawn = set(re.findall(r"^ +([A-Z]\w+(?:Error|Failed|Refused|Credits|Rejected|Limited|Unavailable|Unknown"
                           r"|Out))\b", errors.__doc__, re.MULTILINE))  # fmt: skip
    assert drawn == set(KINDS) | {"PipelineError"}


def test_an_error_is_a_sentence_and_a_hint():
    assert str(PipelineError("no key")) == "no key"
    assert str(PipelineError("no key", hint="set one", asset="coin")) == "no key\nset one"
    assert PipelineError("no key", asset="coin").asset == "coin"


def test_provider_errors_carry_the_code_and_the_wait():
    assert ProviderError("x", code=422).code == 422
    error = RateLimited("x", retry_after_s=1.5, code=429, hint="h", asset="a")
    assert (error.retry_after_s, error.code, error.hint, error.asset) == (1.5, 429, "h", "a")


def test_errors_about_a_task_carry_its_id():
    failed = TaskFailed("x", task_id="t", code="501", hint="h", asset="a")
    assert (failed.task_id, failed.code, failed.hint, failed.asset) == ("t", "501", "h", "a")
    late = TaskTimedOut("x", task_id="t", hint="h", asset="a")
    assert (late.task_id, late.hint, late.asset) == ("t", "h", "a")


def test_an_error_survives_the_way_out_of_a_worker_process():
    error = pickle.loads(pickle.dumps(errors.ProcessError("x", hint="h", asset="a")))
    assert (type(error), error.message, error.hint, error.asset) == (errors.ProcessError, "x", "h", "a")


def test_a_problem_is_shown_under_its_line():
    problem = Problem("unknown key", Location("a.yaml", 3, 5), "    pormpt: x", hint="did you mean prompt?")
    assert str(problem) == (
        "a.yaml:3:5: error: unknown key\n"
        "        pormpt: x\n"
        "        ^\n"
        "    did you mean prompt?"
    )  # fmt: skip


def test_a_problem_without_its_line_is_one_line():
    problem = Problem("too long", Location("a.yaml", 1, 1), severity="warning")
    assert str(problem) == "a.yaml:1:1: warning: too long"


def test_a_recipe_error_lists_every_problem_in_file_order():
    places = [Location("b.yaml", 1, 1), Location("a.yaml", 10, 1), Location("a.yaml", 9, 4)]
    error = RecipeError([Problem(f"p{number}", place) for number, place in enumerate(places)])
    assert [problem.message for problem in error.problems] == ["p2", "p1", "p0"]
    assert str(error).splitlines() == [
        "a.yaml:9:4: error: p2",
        "a.yaml:10:1: error: p1",
        "b.yaml:1:1: error: p0",
    ]


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("plain", "plain"),
        ("a\x1b[31mred\x1b[0m", "a [31mred [0m"),
        ("one\r\ntwo\tthree", "one two three"),
        ("left\u202eright", "left right"),
        ("zero\u200bwidth", "zero width"),
        ("a\u3164\u2800\ufe0f\u034fb", "a b"),
        ("\x1b]8;;https://evil\x07click", "]8;;https://evil click"),
        ("  many   spaces ", "many spaces"),
        (404, "404"),
        ("x" * 301, "x" * 299 + "…"),
        ("x" * 300, "x" * 300),
    ],
)
def test_text_from_outside_is_made_safe(text, cleaned):
    assert clean(text) == cleaned


@given(st.text(), st.integers(1, 50))
def test_clean_text_has_no_control_characters_and_a_bounded_length(text, limit):
    cleaned = clean(text, limit)
    assert len(cleaned) <= limit
    assert not [char for char in cleaned if unicodedata.category(char)[0] == "C"]
    assert clean(cleaned, limit) == cleaned
