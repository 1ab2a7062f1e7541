"""Every way the service can misbehave, as a user of ``pipeline run`` meets it.

``TABLE`` is to be read: the fault, how the command ends, what stands on standard error, and what comes next
once the service behaves again.
"""

# ruff: noqa: E501  messages stand here as they stand before the user
from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import stamina
from cli.conftest import Ended, Pipeline
from cli.stand_in import InlineWorkers, StandIn, Thread

from pipeline.clock import SystemClock
from pipeline.generate.journal import Journal
from pipeline.sandbox.menu import NAMES
from pipeline.sandbox.options import SandboxOptions
from pipeline.sandbox.results import TINY_PNG

KEY = "kie-0123456789abcdef"
WEBHOOK_KEY = "hook-0123456789abcdef"
PRICE = 18
BALANCE = 700
SPEED = 100.0  # of the one clock both sides wait on: a deadline of 300 s is three
HURRIED = 1000.0  # where the client is told "later" for a quarter of an hour
UNHURRIED = 30.0  # where 90 s are the limit: a busy machine may be late
RECIPE = """\
defaults: {model: nano-banana-pro, aspect_ratio: "1:1", resolution: 1K}
assets:
  - name: coin
    prompt: A coin
"""
REFERENCE = "    references: [../brand/mood.png]\n"
SETTINGS = "max_download_mb: 1\n"

HERE = "http://127.0.0.1:0/kie"
LISTENING = "Listening for callbacks on 127.0.0.1:PORT.\n"
HEADING = "recipes/icons.yaml: 1 asset, about 18 credits, to output/icons\n"
SUBMITTED = "coin: submitted (task TASK)\n"
DELIVERED = "coin: delivered in N s, 18 credits, 1 file [1 of 1]\n"
RESUMED = """\
recipes/icons.yaml: 1 asset, about 0 credits, to output/icons
coin: resumed, paid for before (task TASK)
coin: delivered in N s, 0 credits, 1 file [1 of 1]
"""
WAYS_OUT = (
    "It is never sent again by itself. If the service's task log does not list it, buy it:"
    " pipeline run --retry-unknown --only coin. To give it up: pipeline status --forget coin"
)
UNKNOWN_HINT = f"It may have been accepted and charged: https://kie.ai/logs lists what was. {WAYS_OUT}"
KEPT_HINT = "The task is paid for and kept: the same command fetches it again."


# -- the project and the service ---------------------------------------------------------------------------


class Shop:
    """A project with one picture to buy, and the service that sells it."""

    def __init__(self, root: Path, pipeline: Pipeline, stand_in: StandIn) -> None:
        self.root = root
        self.clock = SystemClock(SPEED)
        self._pipeline = pipeline
        self._stand_in = stand_in

    def open(self, case: Case) -> None:
        """Set up the project, and the service with the case's faults."""
        recipe = self.root / "recipes" / "icons.yaml"
        recipe.write_text(RECIPE + REFERENCE * case.row.startswith("upload-"))
        self.settle(f"deadlines: {{image: {case.deadline_s}}}\n" if case.deadline_s else "")
        self.clock = SystemClock(case.speed)
        self.serve(case.faults)

    def behave(self) -> None:
        """The same service from now on without its faults."""
        self.settle()
        self.clock = SystemClock(SPEED)
        self.serve("")

    def settle(self, more: str = "") -> None:
        """Write ``pipeline.yaml``."""
        (self.root / "pipeline.yaml").write_text(SETTINGS + more)

    def run(self, *options: str) -> Ended:
        """``pipeline run --yes``."""
        return self.command("run", "--yes", *options)

    def command(self, *arguments: str) -> Ended:
        """Any command of this project; what differs from run to run is given a name in its output."""
        environ = {
            "KIE_API_BASE_URL": self._stand_in.url,
            "KIE_API_KEY": KEY,
            "KIE_WEBHOOK_KEY": WEBHOOK_KEY,
        }
        ended = self._pipeline(*arguments, environ=environ, clock=self.clock)
        return Ended(ended.code, self._plain(ended.out), self._plain(ended.err))

    def creates(self) -> list[dict[str, Any]]:
        """What the service accepted."""
        return list(self._stand_in.ledger()["creates"])

    def charged(self) -> float:
        """Credits it has charged."""
        return BALANCE - float(self._stand_in.ledger()["credits"])

    def fired(self) -> dict[str, int]:
        """How often its faults came true."""
        return dict(self._stand_in.ledger()["faults"])

    def delivered(self) -> list[str]:
        """Names of the pictures in the output folder."""
        folder = self.root / "output" / "icons"
        return sorted(file.name for file in folder.glob("coin*"))

    def serve(self, faults: str) -> None:
        """The service from now on, knowing what it knew."""
        options = SandboxOptions(
            key=KEY,
            credits=BALANCE,
            latency_s=0.5,
            picture="tiny",
            state=self.root / "service.db",
            webhook_key=WEBHOOK_KEY,
            faults=faults,
        )
        self._stand_in.start(options, self.clock)

    def _plain(self, text: str) -> str:
        for create in self.creates():
            text = text.replace(create["taskId"], "TASK")
        text = re.sub(r"callbacks on 127.0.0.1:\d+", "callbacks on 127.0.0.1:PORT", text)
        text = re.sub(r"\b\d+ in a row", "N in a row", text)
        return re.sub(r"\b(\d+ h )?(\d+ min )?\d+ s\b", "N s", text)


@pytest.fixture(scope="module")
def thread() -> Iterator[Thread]:
    with Thread() as thread:
        yield thread


@pytest.fixture
def shop(thread: Thread, pipeline: Pipeline, tree, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    # starting worker processes takes two thirds of the time, and pixels are not what goes wrong here
    monkeypatch.setattr("pipeline.deliver.workers.open_workers", lambda _count: InlineWorkers())
    root = tree({"recipes/icons.yaml": RECIPE, "brand/mood.png": TINY_PNG})
    know_quick(root)
    stand_in = StandIn(thread)
    # stamina waits in real time, whatever clock the command was given
    with stamina.set_testing(True, attempts=4, cap=True):
        yield Shop(root, pipeline, stand_in)
    stand_in.stop()


def know_quick(root: Path) -> None:
    """Write down that tasks take a moment, so that a run asks for them at once."""
    journal = Journal(root / ".pipeline" / "journal.db", SystemClock())
    for _ in range(3):
        journal.learned("nano-banana-pro 1K", 0.1)
    journal.close()


# -- what comes next ---------------------------------------------------------------------------------------


Next = Callable[[Shop], None]


def nothing_to_do(shop: Shop) -> None:
    """Delivered: a second run changes nothing and asks for nothing."""
    again = shop.run()
    assert (again.code, again.err, len(shop.creates())) == (0, "", 1)
    assert "1 unchanged" in again.out


def fetched_by_a_second_run(shop: Shop) -> None:
    """Paid and kept: the same command delivers it, and buys nothing."""
    assert re.search(r"^coin  paid(, at the service| and done); a run ", shop.command("status").out)
    again = shop.run()
    assert (again.code, again.err) == (0, RESUMED)
    assert "Spent nothing" in again.out
    assert (shop.delivered(), len(shop.creates()), shop.charged()) == (["coin.png"], 1, PRICE)


def waited_for_again_or_given_up(shop: Shop) -> None:
    """It never ends: every run goes on waiting and buys nothing, until it is given up."""
    shop.settle("deadlines: {image: 60}\n")
    again = shop.run()
    assert (again.code, len(shop.creates())) == (1, 1)
    assert "coin: resumed, paid for before (task TASK)" in again.err
    shop.settle()
    assert shop.command("status", "--forget", "coin").out == "Forgotten: coin TASK\n"
    assert (shop.run().code, len(shop.creates())) == (0, 2)


def sent_again_only_when_asked(shop: Shop) -> None:
    """Nobody knows whether it was accepted: it is never sent again unless ``--retry-unknown`` says so."""
    accepted = len(shop.creates())
    status = shop.command("status")
    assert status.out.startswith("coin  unknown: the answer was lost; it may have been charged\n")
    assert status.out.endswith("Possibly charged: 18 credits.\n")
    assert status.err == "Unknown outcomes are never sent again on their own.\n"
    again = shop.run()
    assert (again.code, len(shop.creates())) == (4, accepted)
    assert "may have been accepted and charged" in again.err
    assert f"    {WAYS_OUT}\n" in again.err
    anew = shop.run("--retry-unknown")
    assert (anew.code, shop.delivered()) == (0, ["coin.png"])
    assert len(shop.creates()) == accepted + 1


def bought_by_the_next_run(shop: Shop) -> None:
    """Nothing was accepted, or it failed for good: the next run buys it, once."""
    accepted = len(shop.creates())
    assert shop.command("status").out == "Nothing is under way: every paid task is in the store.\n"
    again = shop.run()
    assert (again.code, again.err) == (0, HEADING + SUBMITTED + DELIVERED)
    assert (shop.delivered(), len(shop.creates())) == (["coin.png"], accepted + 1)


# -- the table ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """One fault met by ``pipeline run``: what it says and comes to, and what comes next.

    ``err`` is all of standard error. ``spent`` is the summary's word for the cost, "" where there is no
    summary; the service accepted ``accepted`` creates and charged ``charged`` credits.
    """

    faults: str
    err: str
    then: Next
    code: int = 1
    spent: str = "Spent 18 credits"
    accepted: int = 1
    charged: float = PRICE
    delivered: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    speed: float = SPEED
    deadline_s: int | None = None

    @property
    def row(self) -> str:
        """Its name on the menu."""
        return self.faults.partition("=")[0]

    @property
    def failure(self) -> tuple[str, ...]:
        """Why the picture was not made, and the hint; nothing where it was."""
        found = re.search(r"^coin: failed: (.*?)(?: \(task TASK\))?\n    (.*)$", self.err, re.MULTILINE)
        return found.groups() if found else ()


def survived(faults: str, *before: str, files: tuple[str, ...] = ("coin.png",), speed: float = SPEED) -> Case:
    """Delivered by one create, with no alarm; ``before`` are lines said while it is waited for."""
    delivered = DELIVERED.replace("1 file ", "2 files ") if len(files) > 1 else DELIVERED
    said = "".join(f"{line}\n" for line in before)
    return Case(
        faults, HEADING + SUBMITTED + said + delivered, nothing_to_do, 0, delivered=files, speed=speed
    )


def called_back(faults: str) -> Case:
    """The same while the service is asked to call back."""
    err = LISTENING + HEADING + SUBMITTED + DELIVERED
    options = ("--webhook", HERE)
    return Case(faults, err, nothing_to_do, 0, delivered=("coin.png",), options=options)


def kept(faults: str, err: str, then: Next = fetched_by_a_second_run, deadline_s: int | None = None) -> Case:
    """Paid for, and not here yet."""
    return Case(faults, HEADING + SUBMITTED + lines(err), then, deadline_s=deadline_s)


def unknown(faults: str, err: str, *, accepted: int) -> Case:
    """Perhaps paid for; the service's own books say ``accepted``."""
    err = f"{HEADING}{lines(err)}    {UNKNOWN_HINT}\n"
    spent = "Spent at most 18 credits"
    return Case(faults, err, sent_again_only_when_asked, 1, spent, accepted, accepted * PRICE)


def failed(faults: str, err: str, *, spent: str, charged: float) -> Case:
    """Accepted, and the service could not do it."""
    return Case(faults, HEADING + SUBMITTED + lines(err), bought_by_the_next_run, 1, spent, 1, charged)


def refused(faults: str, err: str, speed: float = SPEED) -> Case:
    """Not accepted."""
    return Case(faults, HEADING + lines(err), bought_by_the_next_run, 1, "Spent nothing", 0, 0, speed=speed)


def stopped(faults: str, err: str) -> Case:
    """Given up before anything was begun."""
    return Case(faults, lines(err), bought_by_the_next_run, 4, "", 0, 0)


def lines(indented: str) -> str:
    return dedent(indented).lstrip("\n")


TABLE = (
    # a create that is not accepted
    survived("too-many=1x1"),
    refused(
        "too-many=1",
        """
        coin: failed: too many requests: Your call frequency is too high. Please try again later. (code 429)
            Nothing was created. Other programs may be using the same key: wait a moment, then run again.
        """,
        speed=HURRIED,
    ),
    survived("key-limit=1x4"),
    refused(
        "key-limit=1",
        """
        coin: failed: key limit: The key has reached its limit. (code 433)
            Nothing was created. See what the key's caps are at https://kie.ai/api-key, then run again.
        """,
    ),
    survived("maintenance=1x3"),
    refused(
        "maintenance=1",
        """
        coin: failed: the service is in maintenance: The service is under maintenance. Please try again later. (code 455)
            Nothing was created. Wait, then run again.
        """,
        speed=HURRIED,
    ),
    unknown(
        "create-500=1",
        """
        coin: failed: the answer to a create does not say whether it was accepted: Internal Error, Please try again later. (code 500)
        """,
        accepted=0,
    ),
    refused(
        "create-500-parameter=1",
        """
        coin: failed: the service refused the request: aspect_ratio is required (code 500)
            Nothing was created or charged. Change the recipe's prompt or parameters and run again.
        """,
    ),
    unknown(
        "create-dropped-before=1",
        """
        coin: failed: the answer to a create was lost: the connection ended
        """,
        accepted=0,
    ),
    unknown(
        "create-html=1",
        """
        coin: failed: the answer to a create does not say whether it was accepted: HTTP 502 without a readable answer
        """,
        accepted=0,
    ),
    # a create that is accepted and charged, told badly
    unknown(
        "create-500-after=1",
        """
        coin: failed: the answer to a create does not say whether it was accepted: Internal Error, Please try again later. (code 500)
        """,
        accepted=1,
    ),
    unknown(
        "create-dropped-after=1",
        """
        coin: failed: the answer to a create was lost: the connection ended
        """,
        accepted=1,
    ),
    unknown(
        "create-no-id=1",
        """
        coin: failed: the create was answered as accepted, without a task id: success (code 200)
        """,
        accepted=1,
    ),
    # what a task comes to
    kept(
        "stuck=1",
        """
        coin: failed: Task TASK is not done after N s (last state: generating).
            It is paid for and kept: run the same command again to go on waiting for it. To give it up: pipeline status --forget coin
        """,
        then=waited_for_again_or_given_up,
        deadline_s=60,
    ),
    failed(
        "fail=1",
        """
        coin: failed: The service could not make it: [31;5mcontent [0m refused ]0;title <script>alert(1)</script> &amp; <img src=x onerror=alert(1)> [here](javascript:alert(1)) `code` **bold** | cell | gnp.elif [red]rich[/red] {{ 7*7 }} (code 422). (task TASK)
            It was not charged. Running again buys a new try.
        """,
        spent="Spent nothing",
        charged=0,
    ),
    failed(
        "fail-501=1",
        """
        coin: failed: The service could not make it: Generation failed, please try again later. (code 501). (task TASK)
            The service does not say whether it was charged; its task log does. Running again buys a new try.
        """,
        spent="Spent at most 18 credits",
        charged=0,
    ),
    kept(
        "no-urls=1",
        """
        coin: failed: The service says it is done but gives no picture. (task TASK)
            It was charged: 18 credits. It is kept: run again to ask once more. To give it up: pipeline status --forget coin
        """,
        then=waited_for_again_or_given_up,
    ),
    kept(
        "bad-result-json=1",
        """
        coin: failed: The service says it is done but gives no picture. (task TASK)
            It was charged: 18 credits. It is kept: run again to ask once more. To give it up: pipeline status --forget coin
        """,
        then=waited_for_again_or_given_up,
    ),
    # answers about a task
    survived("record-500=1x2"),
    survived(
        "record-500=1x3",
        "No answer about running tasks (asking for the task: Internal Error, Please try again later."
        " (code 500)); asking again, nothing is lost.",
        "The service answers again.",
    ),
    survived("record-html=1x2"),
    survived("record-dropped=1x2"),
    kept(
        "record-dropped=1",
        """
        No answer about running tasks (127.0.0.1 did not answer: the connection ended); asking again, nothing is lost.
        coin: failed: Task TASK is not done after N s (no answer to the last questions, N in a row).
            It is paid for and kept: run the same command again to go on waiting for it. To give it up: pipeline status --forget coin
        """,
        deadline_s=100,
    ),
    survived("record-null=1x3", speed=UNHURRIED),
    kept(
        "record-null=1",
        """
        coin: failed: The service does not know task TASK (asked for N s).
            It was paid for: is this the key of the account that bought it? To give it up: pipeline status --forget coin
        """,
    ),
    survived("state-unknown=1x1"),
    kept(
        "state-unknown=1",
        """
        coin: failed: Task TASK is not done after N s (last state: moderating).
            It is paid for and kept: run the same command again to go on waiting for it. To give it up: pipeline status --forget coin
        """,
        deadline_s=60,
    ),
    # a result on its way
    survived("slow=1"),
    survived("trickle=1"),
    survived("truncated=1x3"),
    kept(
        "truncated=1",
        f"""
        coin: failed: the download broke off: the connection ended (task TASK)
            {KEPT_HINT}
        """,
    ),
    survived("corrupt=1x3"),
    kept(
        "corrupt=1",
        f"""
        coin: failed: the png picture is damaged or cut short: broken PNG file (bad header checksum in b'IDAT') (task TASK)
            {KEPT_HINT}
        """,
    ),
    kept(
        "html=1",
        f"""
        coin: failed: the result is a web page (HTML), no picture or video (task TASK)
            {KEPT_HINT}
        """,
    ),
    survived("wrong-type=1", files=("coin.jpg", "coin.png")),
    survived("expired=1"),
    kept(
        "huge-declared=1",
        f"""
        coin: failed: the result is larger than 1 MB (task TASK)
            {KEPT_HINT} If its size is right, raise max_download_mb in pipeline.yaml first.
        """,
    ),
    kept(
        "endless=1",
        f"""
        coin: failed: the result is larger than 1 MB (task TASK)
            {KEPT_HINT} If its size is right, raise max_download_mb in pipeline.yaml first.
        """,
    ),
    kept(
        "bomb=1",
        f"""
        coin: failed: the picture has 1,600 million pixels; at most 80 are read (task TASK)
            {KEPT_HINT}
        """,
    ),
    kept(
        "redirect-private=1",
        f"""
        coin: failed: the result's address is on a private network: 169.254.169.254 (task TASK)
            {KEPT_HINT} Results come from public hosts. If yours do not, set allow_private_urls in pipeline.yaml.
        """,
    ),
    kept(
        "redirect-file=1",
        f"""
        coin: failed: the result's address is not a web address: file://127.0.0.1/etc/passwd (task TASK)
            {KEPT_HINT}
        """,
    ),
    # uploads, the balance, callbacks
    survived("upload-500=1x3"),
    refused(
        "upload-500=1",
        """
        coin: failed: mood.png could not be uploaded: the upload host refused it: Internal Error, Please try again later. (code 500)
            Nothing was created or charged: run again in a moment.
        """,
    ),
    survived("upload-dropped=1x3"),
    refused(
        "upload-dropped=1",
        """
        coin: failed: mood.png could not be uploaded: the upload host did not answer: the connection ended
            Nothing was created or charged: run again in a moment. Check KIE_UPLOAD_BASE_URL, or put the picture online yourself and refer to its URL.
        """,
    ),
    survived("credit-500=1x3"),
    stopped(
        "credit-500=1",
        """
        error: the service did not tell the balance: Internal Error, Please try again later. (code 500)
        hint: Nothing was created or charged: run again in a moment.
        """,
    ),
    called_back("callback-missing=1"),
    called_back("callback-duplicate=1"),
    called_back("callback-forged=1"),
    called_back("callback-late=1"),
)  # fmt: skip


def test_the_table_has_every_row_of_the_menu():
    assert {case.row for case in TABLE} == set(NAMES)


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.faults)
def test_every_row(shop: Shop, case: Case):
    shop.open(case)
    ended = shop.run(*case.options)
    assert (ended.code, ended.err) == (case.code, case.err)
    assert shop.fired()[case.row] >= 1
    assert_summary(ended.out, case)
    assert len(shop.creates()) == case.accepted
    assert (shop.charged(), shop.delivered()) == (case.charged, list(case.delivered))
    shop.behave()
    case.then(shop)


def assert_summary(out: str, case: Case) -> None:
    """Standard output tells the cost, and of a failure the same as standard error."""
    assert (f"{case.spent} in N s.\n" in out) if case.spent else (out == "")
    assert ("Files: output/icons" in out) == bool(case.delivered)
    assert ("  failed coin: " in out) == bool(case.failure)
    for part in case.failure:
        assert part in out


def test_words_meant_to_upset_displays_are_harmless_everywhere(shop: Shop):
    shop.serve("fail=1")
    told = shop.run("--json").out
    assert [event["event"] for event in map(json.loads, told.splitlines())][-2:] == [
        "asset-failed",
        "run-finished",
    ]
    plan, markdown = shop.command("plan").out, shop.command("plan", "--markdown").out
    for shown in (told, plan, markdown):
        assert "alert" in shown
        assert not re.search(r"[^\n\x20-\x7e·…]", shown)
    assert not re.search(r"<script|<img|\[here\]|[^\\]\| cell", markdown)
