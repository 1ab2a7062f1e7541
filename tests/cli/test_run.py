"""``pipeline run`` and ``pipeline status`` against a real sandbox over real HTTP."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from pipeline.clock import SystemClock
from pipeline.generate.journal import Journal
from pipeline.sandbox.embedded import EmbeddedSandbox
from pipeline.sandbox.options import SandboxOptions

KEY = "kie-0123456789abcdef"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[str]:
    """A stand-in that is quick and has 700 credits."""
    options = SandboxOptions(key=KEY, credits=700, latency_s=0.05, picture="tiny")
    with EmbeddedSandbox(options) as url:
        yield url


@pytest.fixture
def environ(sandbox: str, project: Path) -> dict[str, str]:
    """The service's address, and a journal that knows it is quick: nobody waits for the first poll."""
    journal = Journal(project / ".pipeline" / "journal.db", SystemClock())
    for _ in range(3):
        journal.learned("nano-banana-pro 1K", 0.1)
    journal.close()
    return {"KIE_API_BASE_URL": sandbox, "KIE_API_KEY": KEY}


def creates(sandbox: str) -> int:
    return len(httpx.get(f"{sandbox}/sandbox/ledger").json()["creates"])


def test_from_recipe_to_files_and_again_for_nothing(pipeline, project, environ, sandbox):
    before = creates(sandbox)
    ended = pipeline("run", "--yes", environ=environ)
    assert ended.code == 0, ended.err
    assert (project / "output" / "icons" / "coin.png").exists()
    assert (project / "recipes" / "icons.lock.json").exists()
    assert "2 delivered" in ended.out
    again = pipeline("run", environ=environ)
    assert (again.code, creates(sandbox) - before) == (0, 2)
    assert "2 unchanged" in again.out
    status = pipeline("status")
    assert (status.code, status.out) == (0, "Nothing is under way: every paid task is in the store.\n")


def test_nothing_to_do_is_seen_at_a_glance_and_changes_no_byte(pipeline, project, environ, monkeypatch):
    assert pipeline("run", "--yes", environ=environ).code == 0
    before = {path: path.stat().st_mtime_ns for path in project.rglob("*")}

    def needless(*_: object) -> None:
        raise AssertionError("the long way was taken")

    monkeypatch.setattr("pipeline.cli.execution.open_project", needless)
    ended = pipeline("run")  # not even a key is needed
    assert (ended.code, ended.err) == (0, "")
    assert "2 unchanged" in ended.out
    listed = json.loads(pipeline("run", "--json").out)
    assert (listed["event"], listed["unchanged"]) == ("run-finished", 2)
    assert {path: path.stat().st_mtime_ns for path in project.rglob("*")} == before


@pytest.mark.parametrize(
    "touched",
    [
        "recipes/icons.yaml",
        "brand/primary.yaml",
        "pipeline.yaml",
        "recipes/icons.lock.json",
        "output/icons/coin.png",
        "output/icons/manifest.json",
    ],
)
def test_whatever_is_touched_is_looked_at_again(pipeline, project, environ, monkeypatch, touched):
    assert pipeline("run", "--yes", environ=environ).code == 0
    asked = []
    monkeypatch.setattr("pipeline.cli.execution.execute", lambda *_: asked.append(1) or 0)
    assert pipeline("run").code == 0
    assert asked == []
    os.utime(project / touched, ns=(1, 1))  # even a time set back by hand
    pipeline("run")
    assert asked == [1]


def test_a_run_with_nothing_to_do_asks_nothing_and_leaves_git_clean(pipeline, project, environ, sandbox):
    def git(*arguments: str) -> str:
        command = ["git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments]
        return subprocess.run(command, cwd=project, check=True, capture_output=True, text=True).stdout

    def requests() -> dict[str, int]:
        counted = httpx.get(f"{sandbox}/sandbox/ledger").json()["requests"]
        return {path: count for path, count in counted.items() if "ledger" not in path}

    assert pipeline("run", "--yes", environ=environ).code == 0
    (project / ".gitignore").write_text(".pipeline/\n")
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "deliver")
    before = requests()
    assert pipeline("run", environ=environ).code == 0
    shutil.rmtree(project / ".pipeline")  # as in a fresh clone: decided by content
    assert pipeline("run", environ=environ).code == 0
    assert pipeline("plan", "--check", environ=environ).code == 0
    assert requests() == before
    assert git("status", "--porcelain") == ""


def test_json_gives_one_event_a_line(pipeline, project, environ):
    ended = pipeline("run", "--yes", "--json", "--only", "coin", environ=environ)
    events = [json.loads(line) for line in ended.out.splitlines()]
    assert [events[0]["event"], events[-1]["event"]] == ["run-started", "run-finished"]
    assert events[-1]["delivered"] == 1


def test_nobody_to_ask_and_no_yes_is_a_refusal_with_the_cost(pipeline, project, environ, sandbox):
    before = creates(sandbox)
    ended = pipeline("run", environ=environ)
    assert ended.code == 4
    assert "2 to create. Costs 36 credits ($0.18)." in ended.err
    assert "Nothing was sent" in ended.err
    assert "--max-credits" in ended.err
    assert creates(sandbox) == before


def test_a_limit_that_covers_the_cost_needs_no_yes(pipeline, project, environ):
    assert pipeline("run", "--only", "coin", "--max-credits", "18", environ=environ).code == 0


def test_a_limit_is_kept_with_what_fits_delivered(pipeline, project, environ, sandbox):
    before = creates(sandbox)
    ended = pipeline("run", "--yes", "--max-credits", "20", environ=environ)
    assert (ended.code, creates(sandbox) - before) == (1, 1)
    assert "limit of 20 credits is reached" in ended.err + ended.out


def test_no_key_is_said_before_anything_else(pipeline, project, sandbox):
    ended = pipeline("run", "--yes", environ={"KIE_API_BASE_URL": sandbox})
    assert ended.code == 4
    assert ended.err.startswith("error: No API key")


def test_a_wrong_key_spends_nothing_and_is_not_shown(pipeline, project, environ, sandbox):
    before = creates(sandbox)
    ended = pipeline("run", "--yes", environ=environ | {"KIE_API_KEY": "not-the-right-key"})
    assert (ended.code, creates(sandbox)) == (4, before)
    assert "not-the-right-key" not in ended.err + ended.out


def test_too_few_credits_spend_nothing(pipeline, project, environ, sandbox):
    before = creates(sandbox)
    path = project / "recipes" / "icons.yaml"
    path.write_text(path.read_text() + "".join(f"  - {{name: a{n}, prompt: p{n}}}\n" for n in range(40)))
    ended = pipeline("run", "--yes", environ=environ)
    assert (ended.code, creates(sandbox)) == (4, before)
    assert "this run needs 756" in ended.err


def test_a_broken_recipe_is_a_usage_error(pipeline, project):
    (project / "recipes" / "icons.yaml").write_text("assets:\n  - name: coin\n    promt: a coin\n")
    ended = pipeline("run", "--yes")
    assert ended.code == 2
    assert "recipes/icons.yaml:3:5: error" in ended.err
    assert "did you mean prompt?" in ended.err


def test_a_server_that_is_not_there_is_one_clear_sentence(pipeline, project):
    environ = {"KIE_API_BASE_URL": "http://127.0.0.1:9", "KIE_API_KEY": KEY}
    ended = pipeline("run", "--yes", environ=environ)
    assert ended.code == 4
    assert "Traceback" not in ended.err
    assert ended.err.startswith("error: ")


def test_workers_are_spelt_local_n(pipeline, project, environ):
    ended = pipeline("run", "--yes", "--workers", "many", environ=environ)
    assert ended.code == 2
    assert "local:N" in ended.err


def test_another_folder(pipeline, project, environ):
    ended = pipeline("run", "--yes", "--only", "coin", "--output", "elsewhere", environ=environ)
    assert ended.code == 0
    assert (project / "elsewhere" / "icons" / "coin.png").exists()
    assert not (project / "recipes" / "icons.lock.json").exists()


@pytest.mark.parametrize("place", [".git/x", ".pipeline/store", "recipes"])
def test_another_folder_is_none_of_the_projects_own(pipeline, project, environ, place):
    ended = pipeline("run", "--yes", "--output", place, environ=environ)
    assert ended.code == 2
    assert ended.err.startswith("error: --output: ")


def test_status_shows_what_a_run_would_resume(pipeline, project):
    journal = Journal(project / ".pipeline" / "journal.db", SystemClock())
    request = {"model": "nano-banana-pro"}
    for asset, task in (("coin", "task-1"), ("gift", "")):
        number = journal.intend("recipes/icons.yaml", asset, "f", "kie", request, 18.0)
        if task:
            journal.submitted(number, task)
    journal.close()
    ended = pipeline("status")
    assert ended.code == 0
    assert "coin  paid, at the service; a run that asks for it goes on waiting" in ended.out
    assert "recipes/icons.yaml · nano-banana-pro · 18 credits · 0 s ago · task task-1" in ended.out
    assert "gift  unknown: stopped while it was being sent; it may have been charged" in ended.out
    assert "never sent again on their own" in ended.err
    listed = json.loads(pipeline("status", "--json").out)
    assert [(one["asset"], one["state"]) for one in listed] == [("coin", "submitted"), ("gift", "unknown")]


def test_status_of_a_project_that_never_bought_anything(pipeline, project):
    assert pipeline("status").code == 0
    assert not (project / ".pipeline").exists()


def test_an_open_task_can_be_given_up(pipeline, project):
    journal = Journal(project / ".pipeline" / "journal.db", SystemClock())
    number = journal.intend("recipes/icons.yaml", "coin", "f", "kie", {"model": "nano-banana-pro"}, 18.0)
    journal.submitted(number, "task-1")
    journal.close()
    ended = pipeline("status", "--forget", "coin")
    assert (ended.code, ended.out) == (0, "Forgotten: coin task-1\n")
    assert "Nothing is under way" in pipeline("status").out
    again = pipeline("status", "--forget", "coin")
    assert (again.code, again.err) == (2, "error: coin has no open task.\nhint: See: pipeline status\n")


class Terminal(io.StringIO):
    """A keyboard with one answer typed ahead."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "code", "bought"), [("y\n", 0, 2), ("n\n", 4, 0)])
def test_on_a_terminal_it_shows_the_plan_and_asks(
    pipeline, project, environ, sandbox, monkeypatch, answer, code, bought
):
    before = creates(sandbox)
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    ended = pipeline("run", environ=environ)
    assert (ended.code, creates(sandbox) - before) == (code, bought)
    assert "create   coin" in ended.err
    assert "Go ahead?" in ended.err + ended.out


def test_weights_that_are_missing_stop_the_run_before_it_pays(pipeline, project, environ, sandbox):
    before = creates(sandbox)
    path = project / "recipes" / "icons.yaml"
    path.write_text(
        path.read_text().replace("prompt: A gift box", "prompt: A gift box\n    removeBg: {model: silueta}")
    )
    ended = pipeline("run", "--yes", environ=environ)
    assert (ended.code, creates(sandbox)) == (4, before)
    assert "pipeline models pull silueta" in ended.err


def test_a_renamed_recipe_finds_what_was_paid_for_under_its_old_name(pipeline, project, environ, sandbox):
    assert pipeline("run", "--yes", environ=environ).code == 0
    before = creates(sandbox)
    (project / "recipes" / "icons.yaml").rename(project / "recipes" / "badges.yaml")
    ended = pipeline("run", "--yes", environ=environ)
    assert (ended.code, creates(sandbox)) == (0, before)
    assert (project / "output" / "badges" / "coin.png").exists()


@pytest.mark.parametrize("name", [".pipeline", ".pipeline/unchanged.json"])
def test_a_link_in_place_of_our_state_leads_no_write_out(pipeline, project, environ, tmp_path, name):
    shutil.rmtree(project / ".pipeline")
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    (outside / "file").write_text("mine")
    (project / name).parent.mkdir(exist_ok=True)
    (project / name).symlink_to(outside if name == ".pipeline" else outside / "file")
    ended = pipeline("run", "--yes", environ=environ)
    assert ended.code == (4 if name == ".pipeline" else 0)
    assert ("is a link" in ended.err) == (name == ".pipeline")
    assert [(path.name, path.read_text()) for path in outside.iterdir()] == [("file", "mine")]
