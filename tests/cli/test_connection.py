"""Which provider a project talks to, where, and with which key."""

from __future__ import annotations

import pytest

from pipeline.cli import checks
from pipeline.cli.connection import base_urls, connect, connection_of, recover
from pipeline.clock import SystemClock
from pipeline.errors import AuthenticationFailed, PlanRefused
from pipeline.generate.journal import Journal
from pipeline.plan.purchase import Original
from pipeline.providers.openai.request import digest_of
from pipeline.providers.openai.spool import Entry, Spool
from pipeline.recipe.settings import Settings

KEY = "sk-0123456789abcdef"
KIE = "kie-0123456789abcdef"
AWAY = "https://evil.example/v1"
BUILT_IN = "https://api.openai.com/v1"


@pytest.fixture
def root(tree):
    return tree({"pipeline.yaml": "provider: openai\n"})


async def test_the_setting_says_whose_client_is_made(context, root):
    context.environ = {"OPENAI_API_KEY": KEY, "KIE_API_KEY": KIE}
    for provider in ("openai", "kie"):
        connection = connection_of(context, root, Settings(provider=provider))
        client = connect(connection)
        assert client.name == provider
        assert connection.key == {"openai": KEY, "kie": KIE}[provider]
        await client.aclose()


def test_it_goes_to_the_built_in_address_with_its_own_key(context, root):
    context.environ = {"OPENAI_API_KEY": KEY, "KIE_API_KEY": KIE, "KIE_API_BASE_URL": "https://kie.example"}
    connection = connection_of(context, root)
    assert (connection.api_base_url, connection.upload_base_url) == (BUILT_IN, BUILT_IN)
    assert (connection.key, connection.key_origin) == (KEY, "OPENAI_API_KEY in the environment")
    assert context.key_origin == connection.key_origin
    assert context.secrets == {KEY, KIE}
    assert KEY not in repr(connection)
    assert base_urls(context, root) == (BUILT_IN, BUILT_IN)


def test_without_a_key_it_is_said_which_variable_is_missing(context, root):
    context.environ = {"KIE_API_KEY": KIE}
    with pytest.raises(PlanRefused, match="OPENAI_API_KEY is not set") as caught:
        connection_of(context, root)
    assert "OPENAI_API_KEY=…" in caught.value.hint


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080", "http://localhost:8080/v1", "http://10.1.2.3/v1"])
def test_a_server_of_ones_own_needs_none(context, tree, url):
    root = tree({"pipeline.yaml": f"provider: openai\napi_base_url: {url}\n"})
    connection = connection_of(context, root)
    assert (connection.api_base_url, connection.key) == (url, "")


@pytest.mark.parametrize(
    ("files", "environ", "said"),
    [
        ({"pipeline.yaml": f"provider: openai\napi_base_url: {AWAY}\n"}, {}, "pipeline.yaml would have"),
        ({".env": f"OPENAI_BASE_URL={AWAY}\n"}, {}, ".env would have"),
        ({"pipeline.yaml": "provider: openai\napi_base_url: http://10.0.0.1\n"}, {}, "10.0.0.1"),
        (
            {"pipeline.yaml": "provider: openai\napi_base_url: https://api.kie.ai\n"},
            {},
            "sent to https://api.kie.ai",
        ),
        (
            {"pipeline.yaml": "provider: openai\napi_base_url: https://api.openai.com.evil.example\n"},
            {},
            "evil",
        ),
    ],
)
def test_a_committed_address_cannot_take_the_key(context, root, tree, files, environ, said):
    tree(files)
    context.environ = {"OPENAI_API_KEY": KEY, **environ}
    with pytest.raises(PlanRefused, match="Nothing was sent") as caught:
        connection_of(context, root)
    assert said in caught.value.message
    assert "OPENAI_BASE_URL=" in caught.value.hint


@pytest.mark.parametrize(
    ("files", "environ", "api"),
    [
        ({"pipeline.yaml": "provider: openai\napi_base_url: http://127.0.0.1:9\n"}, {}, "http://127.0.0.1:9"),
        ({"pipeline.yaml": "provider: openai\napi_base_url: https://API.openai.com/v1\n"}, {}, None),
        ({}, {"OPENAI_BASE_URL": AWAY}, AWAY),
    ],
)
def test_its_own_hosts_this_machine_and_the_keys_owner_are_followed(context, root, tree, files, environ, api):
    tree(files)
    context.environ = {"OPENAI_API_KEY": KEY, **environ}
    assert connection_of(context, root).api_base_url == (api or "https://API.openai.com/v1")


async def test_its_answers_are_kept_beside_the_journal_which_says_what_is_settled(context, root):
    context.environ = {"OPENAI_API_KEY": KEY}
    client = connect(connection_of(context, root))
    journal = Journal(root / ".pipeline" / "journal.db", SystemClock())
    ids = {
        name: journal.intend("r", name, name, "a", {"model": "m"}, 1.0) for name in ("open", "done", "lost")
    }
    journal.submitted(ids["open"], "task-open")
    journal.submitted(ids["done"], "task-done")
    journal.fetched(ids["done"], Original("0" * 64, "png", 1, 1))
    journal.close()
    assert client._spool._journalled() == {"task-open": True, "task-done": False}
    assert not (root / ".pipeline" / "spool").exists()  # nothing is written before something is bought
    await client.aclose()


def test_doctor_looks_for_the_key_of_the_projects_provider(context, root):
    context.environ = {"KIE_API_KEY": KIE}
    found = checks.key(context, root)
    assert (found.state, found.fix.split("=")[0]) == ("warn", "Put OPENAI_API_KEY")
    context.environ = {"OPENAI_API_KEY": KEY}
    assert checks.key(context, root).detail == "****cdef (OPENAI_API_KEY in the environment)"


def test_doctor_takes_a_balance_nobody_tells_for_well(monkeypatch, context, root):
    monkeypatch.setattr("pipeline.cli.credits.ask", lambda _connection: None)
    context.environ = {"OPENAI_API_KEY": KEY}
    found = checks.account(connection_of(context, root))
    assert (found.state, found.detail) == (
        "ok",
        "the key of OPENAI_API_KEY in the environment is good; its balance is not told",
    )


def test_doctor_says_which_key_was_refused_and_where_to_look(monkeypatch, context, root):
    def refused(_connection: object) -> float:
        raise AuthenticationFailed("the key was refused", hint="Look there.")

    monkeypatch.setattr("pipeline.cli.credits.ask", refused)
    context.environ = {"OPENAI_API_KEY": KEY}
    found = checks.account(connection_of(context, root))
    assert (found.state, found.fix) == ("fail", "Check OPENAI_API_KEY in the environment. Look there.")


class TestAnswersNobodyWroteDown:
    ENTRY = Entry("openai/gpt-image-1.5", 1.8, ({"b64_json": "QUJD"},))

    def journal(self, root, *states: str) -> Journal:
        """Purchases 1, 2, … of one request, in these states."""
        journal = Journal(root / ".pipeline" / "journal.db", SystemClock())
        for state in states:
            purchase = journal.intend("r", "coin", "the fingerprint", "account", {"model": "m"}, 1.8)
            if state == "unknown":
                journal.unknown(purchase, "lost")
            if state == "submitted":
                journal.submitted(purchase, "0" * 16 + "-" + "0" * 16)
        return journal

    def answer(self, root) -> str:
        spool = Spool(root / ".pipeline" / "spool", dict)
        spool.make_ready()
        return spool.save(digest_of("account", "the fingerprint"), self.ENTRY)

    @pytest.mark.parametrize("state", ["intent", "unknown"])
    def test_are_given_to_their_purchase(self, root, state):
        journal, task_id = self.journal(root, state), self.answer(root)
        assert recover(root / ".pipeline") == 1
        (purchase,) = journal.open_purchases()
        assert (purchase.state, purchase.task_id) == ("submitted", task_id)
        assert recover(root / ".pipeline") == 0
        journal.close()

    def test_are_given_to_the_newest_purchase_which_stands_for_those_before_it(self, root):
        journal, task_id = self.journal(root, "unknown", "unknown", "submitted"), self.answer(root)
        assert recover(root / ".pipeline") == 1
        open_ones = {one.id: one.task_id for one in journal.open_purchases()}
        assert open_ones == {2: task_id, 3: "0" * 16 + "-" + "0" * 16}
        journal.close()

    def test_are_looked_for_only_where_there_may_be_some(self, root):
        assert recover(root / ".pipeline") == 0
        assert not (root / ".pipeline").exists()
        self.journal(root, "unknown").close()
        assert recover(root / ".pipeline") == 0
