from __future__ import annotations

import asyncio

import httpx
import pytest

from pipeline.clock import SystemClock
from pipeline.providers.kie.api import MAX_ANSWER_BYTES, Api, Key, without
from pipeline.providers.kie.wire import load_json


def api(handler, total_s: float = 5.0) -> Api:
    client = httpx.AsyncClient(transport=httpx.MockTransport(handler))
    return Api("https://a.ai", client, Key("secret-key"), SystemClock(), total_s=total_s)


async def test_a_request_without_end_ends():
    async def hang(_request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(api(hang, total_s=0.01).get("/x"), 5)


async def test_an_answer_without_end_is_cut_and_unreadable():
    sent = 0

    async def drip():
        nonlocal sent
        while True:
            sent += 1
            yield b" " * 1024 * 1024

    answer = await api(lambda _request: httpx.Response(200, content=drip())).get("/x")
    assert answer.code is None
    assert sent == MAX_ANSWER_BYTES // (1024 * 1024) + 1


async def test_every_request_carries_the_key_and_redirects_are_not_followed():
    seen: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(302, headers={"Location": "https://evil.example.com/"})

    one = api(handle)
    for call in (one.get("/x"), one.post("/x", {}), one.post_form("/x", {"a": "b"}, {"file": ("n", b"c")})):
        assert (await call).http_status == 302
    assert [request.url.host for request in seen] == ["a.ai"] * 3
    assert {request.headers["Authorization"] for request in seen} == {"Bearer secret-key"}


async def test_the_keys_echo_is_hidden_but_a_short_key_is_any_word():
    assert Key("secret-key").hide("bad secret-key!") == "bad ****!"
    assert (
        Key("secret/key").hide("in JSON secret\\/key, in a URL secret%2Fkey") == "in JSON ****, in a URL ****"
    )
    assert Key("sandbox").hide("output/sandbox") == "output/sandbox"


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        (b'{"msg": "bad secret/key", "data": ["secret/key"]}', {"msg": "bad ****", "data": ["****"]}),
        (b'{"secret\\/key": {"x": "\\u0073ecret\\/key"}}', {"****": {"x": "****"}}),
        (b'{"resultJson": "{\\"u\\": \\"http:\\\\/\\\\/a\\\\/secret\\\\/key\\"}"}',
         {"resultJson": '{"u": "http:\\/\\/a\\/****"}'}),
        (b'{"n": 1.5, "t": true, "z": null}', {"n": 1.5, "t": True, "z": None}),
        (b"<html>secret/key</html>", None),
        (b"[" * 900 + b"]" * 900, None),
    ],
)  # fmt: skip
def test_the_key_is_hidden_however_an_answer_spells_it(said, heard):
    assert (load_json(without(Key("secret/key"), said)) or None) == heard or said.startswith(b"[")
    assert b"secret" not in without(Key("secret/key"), said)


def test_an_account_is_named_without_its_key():
    name = Key("secret-key").fingerprint()
    assert len(name) == 12
    assert name == Key(" secret-key\n").fingerprint() != Key("secret-kez").fingerprint()
