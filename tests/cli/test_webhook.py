"""``pipeline run --webhook`` against a real sandbox that calls back, and what becomes of lost answers."""

from __future__ import annotations

import json
import re
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from pipeline.clock import SystemClock
from pipeline.generate.journal import Journal
from pipeline.sandbox.embedded import EmbeddedSandbox
from pipeline.sandbox.options import SandboxOptions

KEY = "kie-0123456789abcdef"
WEBHOOK_KEY = "the-webhook-key-nobody-may-see"
SPEED = 20.0  # of both clocks: 20 s of a task last one
HERE = "http://127.0.0.1:0/kie"
RECORDS = "GET /api/v1/jobs/recordInfo"

Start = Callable[..., dict[str, str]]


@pytest.fixture
def start() -> Iterator[Start]:
    """``start(faults="…")`` starts a sandbox; returns the environment that leads to it."""
    with ExitStack() as stack:

        def one(**options: Any) -> dict[str, str]:
            options = {"key": KEY, "latency_s": 15.0, "picture": "tiny", "speed": SPEED, **options}
            url = stack.enter_context(EmbeddedSandbox(SandboxOptions(**options)))
            return {"KIE_API_BASE_URL": url, "KIE_API_KEY": KEY}

        yield one


@pytest.fixture
def run(pipeline):
    """``run(environ, …)``: the command, with its clock as quick as the sandbox's."""

    def invoke(environ: dict[str, str], *options: str):
        arguments = ("run", "--yes", "--workers", "local:1", *options)
        return pipeline(*arguments, environ=environ, clock=SystemClock(SPEED))

    return invoke


def ledger(environ: dict[str, str]) -> dict[str, Any]:
    return dict(httpx.get(f"{environ['KIE_API_BASE_URL']}/sandbox/ledger").json())


def test_the_ends_of_tasks_are_told_and_fewer_questions_asked(run, project, start):
    asked = {}
    for name, options in (("called", ("--webhook", HERE)), ("not", ())):
        environ = start()
        ended = run(environ, "--output", name, "--regenerate", "*", *options)
        assert ended.code == 0, ended.err
        assert "2 delivered" in ended.out
        known = ledger(environ)
        assert [one["called_back"] for one in known["creates"]] == [bool(options)] * 2
        asked[name] = known["requests"][RECORDS]
    assert asked["called"] < asked["not"] / 2, asked  # measured: 4 against 23


@pytest.mark.parametrize(
    ("faults", "key"),
    [("callback-forged=1,callback-duplicate=1", WEBHOOK_KEY), ("callback-forged=1,callback-duplicate=1", "")],
)
def test_forged_and_repeated_calls_change_nothing(run, project, start, faults, key):
    environ = start(faults=faults, webhook_key=key) | {"KIE_WEBHOOK_KEY": key}
    ended = run(environ, "--webhook", HERE)
    assert (ended.code, "2 delivered" in ended.out) == (0, True), ended.err
    known = ledger(environ)
    assert len(known["creates"]) == 2
    assert known["credits"] == 10_000 - 2 * 18
    assert ("signature is checked" in ended.err) == (not key)
    told = (ended.out + ended.err).encode()
    written = b"".join(path.read_bytes() for path in project.rglob("*") if path.is_file())
    assert WEBHOOK_KEY.encode() not in told + written


@pytest.mark.parametrize("faults", ["callback-missing=1", "callback-late=1"])
def test_calls_that_do_not_come_are_done_without(run, project, start, faults):
    environ = start(faults=faults)
    ended = run(environ, "--webhook", HERE)
    assert (ended.code, "2 delivered" in ended.out) == (0, True), ended.err
    assert len(ledger(environ)["creates"]) == 2


# -- answers that were lost -------------------------------------------------------------------------------


def test_an_answer_that_was_lost_is_made_good_by_the_call(run, project, start, pipeline):
    environ = start(faults="create-dropped-after=1x1")
    ended = run(environ, "--webhook", HERE, "--only", "coin")
    assert ended.code == 0, ended.err
    assert re.search(r"coin: the answer to its create was lost; waiting \d+ s for its callback", ended.err)
    assert (project / "output/icons/coin.png").exists()
    (create,) = ledger(environ)["creates"]
    assert create["request"]["callBackUrl"].startswith("http://127.0.0.1:")
    assert pipeline("status").out.startswith("Nothing is under way")


def test_without_a_webhook_it_stays_unknown_and_everything_says_the_same(run, project, start, pipeline):
    environ = start(faults="create-dropped-after=1x1")
    ended = run(environ, "--only", "coin")
    assert ended.code == 1
    assert "coin: the answer to a create was lost" in ended.out
    for way in ("--retry-unknown --only coin", "pipeline status --forget coin"):
        assert way in ended.out
    assert "(18 credits possibly charged)" in ended.out
    assert "Spent at most 18 credits" in ended.out

    status = pipeline("status")
    assert status.code == 0
    assert "coin  unknown: the answer was lost; it may have been charged" in status.out
    assert "18 credits" in status.out
    assert "what happened: the answer to a create was lost" in status.out
    for way in ("--retry-unknown --only coin", "pipeline status --forget coin"):
        assert way in status.out
    assert "--webhook" not in status.out  # it was bought without: no call will come
    assert "Possibly charged: 18 credits." in status.out

    again = run(environ, "--only", "coin")
    assert (again.code, len(ledger(environ)["creates"])) == (4, 1)
    assert "--retry-unknown --only coin" in again.out
    assert run(environ, "--only", "coin", "--retry-unknown").code == 0
    assert len(ledger(environ)["creates"]) == 2


@pytest.fixture
def journal(project: Path) -> Iterator[Journal]:
    journal = Journal(project / ".pipeline" / "journal.db", SystemClock())
    yield journal
    journal.close()


def lose(journal: Journal, asset: str, price: float | None = 18.0, token: str = "") -> int:
    request = {"model": "nano-banana-pro"}
    number = journal.intend("recipes/icons.yaml", asset, "f", "kie", request, price, token=token)
    journal.unknown(number, "the answer to a create was lost\x1b[31m (ReadError)")
    return number


def test_status_adds_up_what_may_have_been_charged(pipeline, journal):
    lose(journal, "coin", token="secret-token")
    lose(journal, "gift", price=None)
    journal.submitted(journal.intend("r", "done", "f", "kie", {"model": "m"}, 99.0), "task-1")
    status = pipeline("status")
    assert "Possibly charged: 18 credits and what has no known price." in status.out
    assert status.out.count("Run with --webhook") == 1
    assert "\x1b" not in status.out
    assert "secret-token" not in status.out + status.err

    listed = {one["asset"]: one for one in json.loads(pipeline("status", "--json").out)}
    assert [listed[name]["possibly_charged"] for name in ("coin", "gift", "done")] == [18.0, None, 0]
    assert [listed[name]["called_back"] for name in ("coin", "gift", "done")] == [True, False, False]
    assert [len(listed[name]["ways_out"]) for name in ("coin", "gift", "done")] == [3, 2, 0]
    assert "secret-token" not in json.dumps(listed)


# -- what the command line asks for -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--webhook", "nonsense"), "--webhook is not a web address: nonsense"),
        (("--webhook", "http://hooks.example.com"), "over plain http"),
        (("--webhook", HERE, "--webhook-listen", "x"), "--webhook-listen takes [HOST:]PORT, not x"),
        (("--webhook-listen", "8787"), "--webhook-listen needs --webhook URL"),
        (("--webhook", HERE), "api.kie.ai cannot call an address on a private network"),
        (("--webhook", "https://hooks.example.com", "--sandbox"), "The sandbox calls no host but"),
    ],
)
def test_an_address_that_cannot_work_is_a_usage_error(pipeline, project, options, said):
    ended = pipeline("run", "--yes", *options, environ={"KIE_API_KEY": KEY})
    assert ended.code == 2
    assert said in ended.err
    assert not (project / ".pipeline").exists()


def test_a_port_in_use_is_said_before_anything_is_sent(pipeline, project, start):
    environ = start()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = pipeline("run", "--yes", "--webhook", f"http://127.0.0.1:{port}", environ=environ)
    assert ended.code == 2
    assert f"callbacks cannot be listened for on 127.0.0.1 port {port}" in ended.err
    assert set(ledger(environ)["requests"]) == {"GET /sandbox/ledger"}


def test_a_run_with_nothing_to_do_listens_nowhere(run, project, start):
    environ = start(latency_s=0.1)
    assert run(environ, "--only", "coin").code == 0
    ended = run(environ, "--only", "coin", "--webhook", "https://hooks.example.com")
    assert (ended.code, "Listening" in ended.err) == (0, False)


def test_the_built_in_sandbox_calls_and_signs(pipeline, project):
    (project / ".env.local").write_text(f"KIE_WEBHOOK_KEY={WEBHOOK_KEY}\n")
    ended = pipeline("run", "--sandbox", "--only", "coin", "--webhook", HERE, "--workers", "local:1")
    assert ended.code == 0, ended.err
    assert "signature is checked" not in ended.err
    service = sqlite3.connect(project / ".pipeline" / "sandbox" / "service.db")
    assert service.execute("SELECT called_back FROM tasks").fetchall() == [(1,)]
    service.close()
