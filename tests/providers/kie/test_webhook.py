"""The receiver of callbacks, over real HTTP: what it takes, and what strangers cannot do to it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.generate.callbacks import MOST_CALLS, Callbacks
from pipeline.providers.kie import webhook as module
from pipeline.providers.kie import wire
from pipeline.providers.kie.webhook import MAX_BODY_BYTES, Webhook, listening

KEY = "the-webhook-key-nobody-may-see"
NOW = 1_000_000.0
BODY = {"code": 200, "msg": "done", "data": {"taskId": "task-1", "state": "success"}}


class Still:
    """Wall time stands still."""

    def time(self) -> float:
        return NOW

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("the receiver does not sleep")


class Caller:
    """A client of one receiver that expects a call with the token ``secret`` about purchase 1."""

    def __init__(self, callbacks: Callbacks, url: str, client: httpx.AsyncClient) -> None:
        self.callbacks = callbacks
        self.url = url
        self.client = client
        self.said: list[str] = []

    async def post(self, body: object = None, token: str = "secret", **headers: str) -> int:
        content = body if isinstance(body, bytes) else json.dumps(BODY if body is None else body).encode()
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return (await self.client.post(f"{self.url}/{token}", content=content, headers=names)).status_code

    @property
    def heard(self) -> list[str]:
        line = self.callbacks.line(1)
        assert line is not None
        return line.heard

    @property
    def port(self) -> int:
        return httpx.URL(self.url).port or 0


@asynccontextmanager
async def receiver(key: str = "") -> AsyncIterator[Caller]:
    said: list[str] = []
    async with (
        listening(Webhook.of("http://127.0.0.1:0/kie", "", key), Still(), said.append) as callbacks,
        httpx.AsyncClient(trust_env=False) as client,
    ):
        url = callbacks.expect(1, "secret")
        assert url is not None
        caller = Caller(callbacks, url.removesuffix("/secret"), client)
        caller.said = said
        yield caller


@asynccontextmanager
async def application(key: str = "") -> AsyncIterator[Caller]:
    """The same without a socket, where it makes no difference."""
    callbacks = Callbacks("http://receiver/kie")
    callbacks.expect(1, "secret")
    transport = httpx.ASGITransport(module.Receiver(callbacks, key, Still()))
    async with httpx.AsyncClient(transport=transport) as client:
        yield Caller(callbacks, "http://receiver/kie", client)


def signed(task_id: str = "task-1", key: str = KEY, at: float = NOW) -> dict[str, str]:
    stamp = str(int(at))
    return {
        "X_Webhook_Timestamp": stamp,
        "X_Webhook_Signature": wire.sign_callback(key, task_id, stamp),
    }


# -- calls ------------------------------------------------------------------------------------------------


async def test_a_call_is_passed_on_and_answered() -> None:
    async with receiver() as caller:
        assert await caller.post() == 200
        assert caller.heard == ["task-1"]


async def test_it_listens_where_the_address_says() -> None:
    async with receiver() as caller:
        assert caller.said[0].startswith(f"Listening for callbacks on 127.0.0.1:{caller.port}.")
        assert "KIE_WEBHOOK_KEY" in caller.said[0]


@pytest.mark.parametrize("path", ["/secret", "/kie/secret", "/what/a/proxy/made/of/it/secret"])
async def test_only_the_last_part_of_the_path_counts(path: str) -> None:
    async with receiver() as caller:
        answer = await caller.client.post(f"http://127.0.0.1:{caller.port}{path}", json=BODY)
        assert answer.status_code == 200


async def test_the_same_call_again_is_taken_for_old_news() -> None:
    async with receiver() as caller:
        caller.callbacks.answered(1, "task-1")
        assert {await caller.post() for _ in range(10)} == {200}
        line = caller.callbacks.line(1)
        assert line is not None
        assert line.calls == MOST_CALLS


async def test_the_answer_comes_before_anything_is_looked_into() -> None:
    async with receiver() as caller:
        caller.callbacks.lost(1)
        await caller.post()
        begun = time.perf_counter()
        assert await caller.post({"data": {"taskId": "task-2"}}) == 200
        assert time.perf_counter() - begun < 0.5  # nobody is there to look: the queue takes it
        assert [await caller.callbacks.next_about_lost() for _ in range(2)] == [
            (caller.callbacks.line(1), "task-1"),
            (caller.callbacks.line(1), "task-2"),
        ]


async def test_a_browser_is_told_what_this_is() -> None:
    async with receiver() as caller:
        answer = await caller.client.get(caller.url)
        assert (answer.status_code, "task has ended" in answer.text) == (200, True)
        assert (await caller.client.head(caller.url)).status_code == 200


# -- strangers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["guess", "secre", "secretx", "secret/", "", "%00", "%ff%fe", "a" * 4000])
async def test_a_token_of_nobodys_is_not_found(token: str) -> None:
    async with application() as caller:
        assert await caller.post(token=token) == 404
        assert caller.heard == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "BREW"])
async def test_other_methods_are_refused(method: str) -> None:
    async with application() as caller:
        answer = await caller.client.request(method, f"{caller.url}/secret")
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"\xff\xfe",
        b"[" * 30_000,
        b'{"a":' * 10_000,
        b"[]",
        b"{}",
        b'{"data": null}',
        b'{"data": {"taskId": ""}}',
        b'{"data": {"taskId": ["x"]}}',
        b'{"data": {"taskId": "\\ud800"}}',
        b'{"data": {"taskId": "\\u001b[31m"}}',
        json.dumps({"data": {"taskId": "x" * 300}}).encode(),
        b'{"data": {"taskId": ' + b"9" * 5000 + b"}}",
    ],
    ids=range(14),
)
async def test_a_body_that_names_no_task_is_refused(body: bytes) -> None:
    async with application() as caller:
        assert await caller.post(body) == 400
        assert caller.heard == []


async def test_a_body_that_is_too_large_is_refused_by_what_it_says_and_by_what_it_is() -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 4096

    async with receiver() as caller:
        assert await caller.post(b"x" * (MAX_BODY_BYTES + 1)) == 413
        try:
            answer = await caller.client.post(f"{caller.url}/secret", content=endless())
            assert answer.status_code == 413
        except httpx.TransportError:
            pass  # it was still sending when the connection was closed
        assert caller.heard == []
        padded = json.dumps(BODY).encode().ljust(MAX_BODY_BYTES)
        assert await caller.post(padded) == 200


async def raw(caller: Caller, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", caller.port)
    writer.write(request)
    await writer.drain()
    answer = b""
    with contextlib.suppress(ConnectionError):  # closed while something was still on its way
        answer = await reader.read()
    await close(writer)
    return answer


async def close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


@pytest.mark.parametrize(
    "request_",
    [
        b"\x16\x03\x01\x02\x00\x01\x00",  # somebody speaks TLS
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /secret HTTP/1.1\r\nHost: [\r\nContent-Length: 2\r\n\r\n{}",
        b"POST /secret HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST /secret HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
    ],
    ids=["tls", "version", "host", "length", "head", "websocket"],
)
async def test_what_is_no_call_is_answered_and_forgotten(
    request_: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    async with receiver() as caller:
        assert b" 500 " not in await raw(caller, request_)
        assert await caller.post() == 200
    assert capfd.readouterr() == ("", "")  # the terminal belongs to the run


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections are cut off after a moment, and there may be two."""
    monkeypatch.setattr(module, "CONNECTION_S", 0.05)
    monkeypatch.setattr(module, "MOST_CONNECTIONS", 2)


HALF = b"POST /secret HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"


@pytest.mark.usefixtures("hasty")
async def test_a_caller_who_falls_silent_is_cut_off() -> None:
    async with receiver() as caller:
        for begun in (
            b"",
            b"POST /secret HTTP/1.1\r\n",
            HALF,
        ):
            reader, writer = await asyncio.open_connection("127.0.0.1", caller.port)
            writer.write(begun)
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await reader.readexactly(1)
            await close(writer)
        assert await caller.post() == 200


@pytest.mark.usefixtures("hasty")
async def test_silent_connections_leave_room_again() -> None:
    async with receiver() as caller:
        silent = [await asyncio.open_connection("127.0.0.1", caller.port) for _ in range(5)]
        for _ in range(200):
            try:
                status = await caller.post()
                break
            except httpx.TransportError:
                await asyncio.sleep(0.01)
        assert status == 200
        for _, writer in silent:
            await close(writer)


# -- signatures -------------------------------------------------------------------------------------------


async def test_a_signed_call_is_taken() -> None:
    async with receiver(KEY) as caller:
        assert await caller.post(**signed()) == 200
        assert caller.heard == ["task-1"]
        assert "KIE_WEBHOOK_KEY" not in caller.said[0]
        assert KEY not in caller.said[0]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        signed(key="another key"),
        signed(task_id="task-2"),
        signed(at=NOW - wire.CALLBACK_AGE_S - 1),
        signed(at=NOW + wire.CALLBACK_AGE_S + 1),
        signed() | {"X_Webhook_Timestamp": str(int(NOW) + 1)},
        signed() | {"X_Webhook_Signature": ""},
        signed() | {"X_Webhook_Timestamp": "nan"},
    ],
    ids=["none", "key", "task", "old", "future", "moved", "empty", "nan"],
)
async def test_any_other_is_not(headers: dict[str, str]) -> None:
    async with application(KEY) as caller:
        assert await caller.post(**headers) == 401
        assert caller.heard == []


@pytest.fixture(scope="module")
def ask() -> Callable[[str, bytes, str, str], int]:
    """The application alone, asked without a socket."""

    def one(token: str, body: bytes, stamp: str, signature: str) -> int:
        callbacks = Callbacks("http://127.0.0.1/kie")
        callbacks.expect(1, "secret")
        app = module.Receiver(callbacks, KEY, Still())

        async def call() -> int:
            headers = {
                wire.TIMESTAMP_HEADER: stamp.encode(),
                wire.SIGNATURE_HEADER: signature.encode(),
            }
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
                url = httpx.URL("http://x", raw_path=b"/" + token.encode())
                answer = await client.post(url, content=body, headers=list(headers.items()))
            assert callbacks.lines()[0].heard == []
            return answer.status_code

        return asyncio.run(call())

    return one


tokens = st.sampled_from(["secret", "secret?x", "a/secret", "other", ""])
values = st.recursive(
    st.none() | st.integers() | st.text(max_size=8), lambda inner: st.lists(inner, max_size=3), max_leaves=5
)
bodies = st.binary(max_size=200) | st.fixed_dictionaries(
    {"data": st.dictionaries(st.sampled_from(["taskId", "task_id", "x"]), values)}
).map(lambda found: json.dumps(found).encode())
words = st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=40).map(str.strip)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(token=tokens, body=bodies, stamp=words | st.integers().map(str), signature=words)
def test_nothing_a_stranger_sends_is_heard_or_raises(ask, token, body, stamp, signature) -> None:
    assert ask(token, body, stamp, signature) in (400, 401, 404)


# -- beginning and ending -------------------------------------------------------------------------------


async def test_ctrl_c_stays_with_the_run() -> None:
    before = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]
    async with receiver() as caller:
        await caller.post()
        assert [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)] == before


async def test_the_port_is_free_again_afterwards() -> None:
    async with receiver() as caller:
        port = caller.port
    async with listening(Webhook.of(f"http://127.0.0.1:{port}"), Still(), str) as callbacks:
        assert callbacks.on


async def test_a_port_in_use_is_a_usage_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        webhook = Webhook.of(f"http://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(UsageError, match=r"cannot be listened for on 127\.0\.0\.1 port") as refusal:
            async with listening(webhook, Still(), str):
                pass
    assert "--webhook-listen" in refusal.value.hint
    assert "Nothing was sent" in refusal.value.hint


async def test_a_run_that_is_torn_down_leaves_no_socket() -> None:
    holding = asyncio.Event()

    async def run() -> None:
        async with receiver():
            holding.set()
            await asyncio.Event().wait()

    running = asyncio.create_task(run())
    await holding.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


# -- addresses ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "listen", "where"),
    [
        ("https://hooks.example.com/kie", "", ("127.0.0.1", 8787)),
        ("https://hooks.example.com:8443/", "9000", ("127.0.0.1", 9000)),
        ("https://hooks.example.com", "0.0.0.0:9000", ("0.0.0.0", 9000)),
        ("https://hooks.example.com", "[::1]:9000", ("::1", 9000)),
        ("https://hooks.example.com", "0", ("127.0.0.1", 0)),
        ("http://127.0.0.1:9001/x", "", ("127.0.0.1", 9001)),
        ("http://localhost:9001", "", ("localhost", 9001)),
        ("http://[::1]:9001", "", ("::1", 9001)),
        ("http://localhost", "", ("localhost", 80)),
        ("http://192.168.1.5:9001", "", ("127.0.0.1", 8787)),
        ("http://127.0.0.1:9001", "9002", ("127.0.0.1", 9002)),
    ],
)
def test_where_it_listens(url: str, listen: str, where: tuple[str, int]) -> None:
    found = Webhook.of(url, listen)
    assert (found.host, found.port) == where
    assert not found.url.endswith("/")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("hooks.example.com", "not a web address"),
        ("ftp://hooks.example.com", "not a web address"),
        ("https://", "not a web address"),
        ("https://[", "not a web address"),
        ("https://host:99999", "not a web address"),
        ("https://hö.example.com", "not a web address"),
        ("https://user@hooks.example.com", "no user name"),
        ("https://hooks.example.com/?x=1", "no user name, query or fragment"),
        ("https://hooks.example.com/#x", "no user name, query or fragment"),
        ("http://hooks.example.com", "over plain http"),
    ],
)
def test_addresses_the_service_should_not_be_given(url: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        Webhook.of(url)


@pytest.mark.parametrize("listen", ["x", ":8787", "host:", "99999", "-1", "1 2", "127.0.0.1:8787x", "²"])
def test_places_nobody_can_listen_at(listen: str) -> None:
    with pytest.raises(UsageError, match=r"takes \[HOST:\]PORT"):
        Webhook.of("https://hooks.example.com", listen)


def test_a_key_no_header_can_hold_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="KIE_WEBHOOK_KEY") as refusal:
        Webhook.of("https://hooks.example.com", "", "the kéy")
    assert "kéy" not in str(refusal.value)


def test_the_key_shows_in_no_representation() -> None:
    assert KEY not in repr(Webhook.of("https://hooks.example.com", "", KEY))


@pytest.mark.parametrize(
    ("url", "private", "loopback"),
    [
        ("https://hooks.example.com", False, False),
        ("http://10.0.0.7:80", True, False),
        ("http://127.0.0.1:80", True, True),
    ],
)
def test_who_can_call_it(url: str, private: bool, loopback: bool) -> None:
    found = Webhook.of(url)
    assert (found.is_private, found.is_loopback) == (private, loopback)


def test_it_says_what_a_tunnel_has_to_do() -> None:
    said = str(Webhook.of("https://hooks.example.com/kie", "[::1]:9000", KEY))
    assert said == (
        "Listening for callbacks on [::1]:9000; https://hooks.example.com/kie must lead there, by a tunnel or"
        " a proxy."
    )
