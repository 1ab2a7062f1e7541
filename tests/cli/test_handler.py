from __future__ import annotations

import asyncio
import errno
import subprocess
import sys

import click
import pytest

from pipeline.cli.handler import guard
from pipeline.errors import (
    AuthenticationFailed,
    Location,
    PlanRefused,
    Problem,
    ProcessError,
    RecipeError,
    UsageError,
)


@pytest.fixture
def ended(context):
    """The exit code and standard error of a command that raises ``error``."""

    def end(error):
        def action():
            raise error

        code = guard(context, ["run", "recipes/a.yaml"], action)
        return code, context.output.stderr.getvalue()

    return end


def test_a_command_that_ends_well_says_its_own_code(context):
    assert guard(context, [], lambda: 1) == 1


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("wrong", hint="do this"), 2),
        (PlanRefused("wrong", hint="do this"), 4),
        (AuthenticationFailed("wrong", hint="do this"), 4),
        (ProcessError("wrong", hint="do this"), 1),
    ],
)
def test_an_expected_error_is_a_sentence_a_hint_and_its_code(ended, error, code):
    assert ended(error) == (code, "error: wrong\nhint: do this\n")


def test_an_error_names_its_asset(ended):
    assert ended(ProcessError("wrong", asset="coin"))[1] == "error: coin: wrong\n"


def test_recipe_problems_are_shown_as_they_are(ended):
    problem = Problem(
        "no such model", Location("recipes/a.yaml", 3, 5), "    model: x", hint="Did you mean y?"
    )
    assert ended(RecipeError([problem])) == (2, f"{problem}\n")


def test_errors_that_happened_together_are_all_told_and_the_gravest_code_counts(ended):
    group = ExceptionGroup("", [ProcessError("one"), ExceptionGroup("", [PlanRefused("two")])])
    assert ended(group) == (4, "error: one\nerror: two\n")


@pytest.mark.parametrize(
    "error", [KeyboardInterrupt(), click.Abort(), BaseExceptionGroup("", [KeyboardInterrupt()])]
)
def test_an_interruption(ended, error):
    assert ended(error) == (130, "Interrupted.\n")


def test_a_full_disk_is_no_bug_of_ours(ended):
    error = OSError(errno.ENOSPC, "No space left on device", "output/coin.png")
    assert ended(error) == (1, "error: No space left on device: output/coin.png\n")


def test_click_says_what_is_wrong_and_where_to_look(pipeline):
    ended = pipeline("sandbox", "--port", "x")
    assert ended.code == 2
    assert "'x' is not a valid integer" in ended.err
    assert ended.err.endswith("hint: See 'pipeline sandbox --help'.\n")


def test_click_errors_without_a_context(ended):
    assert ended(click.ClickException("wrong")) == (2, "error: wrong\n")


def test_a_system_exit_keeps_its_code(ended):
    assert ended(SystemExit(1))[0] == 1
    assert ended(SystemExit())[0] == 0


def test_a_bug_leaves_a_report_and_says_where(ended, tmp_path):
    (tmp_path / ".pipeline").mkdir()
    code, said = ended(ZeroDivisionError("division by zero"))
    [report] = (tmp_path / ".pipeline/logs").iterdir()
    assert code == 3
    assert "this is a bug in pipeline: ZeroDivisionError: division by zero" in said
    assert str(report) in said
    assert "pipeline run recipes/a.yaml" in report.read_text()


def test_a_bug_among_expected_errors_is_still_a_bug(ended, tmp_path):
    (tmp_path / ".pipeline").mkdir()
    assert ended(ExceptionGroup("", [UsageError("wrong"), ZeroDivisionError()]))[0] == 3


@pytest.mark.parametrize("way", ["raise BrokenPipeError", "raise ExceptionGroup('', [BrokenPipeError()])"])
def test_a_reader_that_left_hears_nothing(way, tmp_path):
    program = f"""
import sys
from pipeline.cli.context import Context
from pipeline.cli.handler import guard
from pipeline.report.output import Output
from pathlib import Path
def action():
    sys.stdout.write("unflushed")
    {way}
sys.exit(guard(Context(Output(sys.stdout, sys.stderr), {{}}, Path.cwd()), [], action))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, cwd=tmp_path, check=False)
    assert (done.returncode, done.stderr) == (1, b"")


def test_a_real_pipe_that_closes_early(project):
    command = f"{sys.executable} -m pipeline.cli.main schema recipe | head -c 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, cwd=project, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout[0] == "{"


def test_ctrl_c_during_async_work(context):
    async def work():
        raise KeyboardInterrupt

    assert guard(context, [], lambda: asyncio.run(work())) == 130
