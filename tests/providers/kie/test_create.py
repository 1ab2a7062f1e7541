"""Creates spend money: sent exactly once, and every answer is read as what it safely means."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from pipeline.errors import (
    AuthenticationFailed,
    OutcomeUnknown,
    OutOfCredits,
    RateLimited,
    RequestRejected,
    ServiceUnavailable,
)
from pipeline.providers.kie import verdict, wire
from pipeline.providers.kie.client import KieProvider
from pipeline.providers.kie.wire import Answer

INPUTS = {"prompt": "a coin", "aspect_ratio": "1:1", "image": "https://a/b.png"}


async def create(provider, model="nano-banana-pro", inputs=None):
    return await provider.create(model, INPUTS if inputs is None else inputs)


async def refused(provider, kind, **options):
    with pytest.raises(kind) as caught:
        await create(provider, **options)
    return caught.value


async def test_a_create_is_one_request_with_model_input_and_key(provider, service, answer, key):
    service.answers(answer(data={"taskId": "t1", "recordId": "t1"}))
    assert await create(provider) == "t1"
    (request,) = service.requests
    assert (request.method, str(request.url)) == ("POST", "https://api.kie.ai/api/v1/jobs/createTask")
    assert request.headers["Authorization"] == f"Bearer {key}"
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["User-Agent"].startswith("asset-pipeline/")
    assert service.bodies == [{"model": "nano-banana-pro", "input": INPUTS}]


async def test_a_callback_address_is_sent_only_when_there_is_one(provider, service, answer):
    service.answers(answer(data={"taskId": "t1"}))
    await provider.create("z-image", {}, "https://a/hook")
    await provider.create("z-image", {}, "")
    assert service.bodies == [
        {"model": "z-image", "input": {}, "callBackUrl": "https://a/hook"},
        {"model": "z-image", "input": {}},
    ]


@pytest.mark.parametrize("code", [200, 0, "200"])
async def test_success_has_three_spellings(provider, service, answer, code):
    service.answers(answer(code, data={"taskId": "t1"}))
    assert await create(provider) == "t1"


async def test_a_task_id_is_never_lost_for_want_of_a_code(provider, service):
    service.answers(httpx.Response(200, json={"data": {"taskId": "t1"}}))
    assert await create(provider) == "t1"


@pytest.mark.parametrize(
    ("code", "msg", "kind"),
    [
        (400, "bad request", RequestRejected),
        (401, "You do not have access permissions", AuthenticationFailed),
        (403, "address not allowed", AuthenticationFailed),
        (402, "Insufficient credits", OutOfCredits),
        (402, "", OutOfCredits),
        (500, "Credits insufficient", OutOfCredits),
        (433, "your balance is not enough", OutOfCredits),
        (404, "Not Found", RequestRejected),
        (422, "The model name you specified is not supported. Please verify it.", RequestRejected),
        (422, "This field is required", RequestRejected),
        (422, "content policy", RequestRejected),
        (429, "too many requests", RateLimited),
        (433, "limit reached", RateLimited),
        (455, "maintenance", RateLimited),
        (451, "rejected", RequestRejected),
        (500, "aspect_ratio is required", RequestRejected),
        (500, "text is required", RequestRejected),
        (500, "image_size is not within the range of allowed options", RequestRejected),
        (500, "aspect_ratio: 7:1", RequestRejected),
        (500, 'wrong value for "image"', RequestRejected),
        (500, "prompt exceeds 5000 characters", RequestRejected),
        (500, "Server exception, please try again later", OutcomeUnknown),
        (500, "Internal Error", OutcomeUnknown),
        (500, "invalid response from upstream", OutcomeUnknown),
        (500, "the image could not be stored", OutcomeUnknown),
        (500, "prompt processing failed", OutcomeUnknown),
        (500, "", OutcomeUnknown),
        (501, "generation failed", OutcomeUnknown),
        (505, "feature disabled", RequestRejected),
        (408, "no answer for ten minutes", OutcomeUnknown),
        (4030, "not here", OutcomeUnknown),
        (999, "?", OutcomeUnknown),
    ],
)
@pytest.mark.parametrize("true_http", [False, True])
async def test_every_code_means_the_same_in_the_body_and_with_its_http_status(
    provider, service, answer, code, msg, kind, true_http
):
    service.answers(answer(code, msg, http=code if true_http and code < 600 else 200))
    error = await refused(provider, kind)
    assert type(error) is kind
    assert error.code == code
    assert error.hint
    assert msg in error.message
    assert len(service.requests) == 1


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, RequestRejected),
        (303, OutcomeUnknown),
        (400, RequestRejected),
        (401, AuthenticationFailed),
        (402, OutOfCredits),
        (403, AuthenticationFailed),
        (404, RequestRejected),
        (408, OutcomeUnknown),
        (413, RequestRejected),
        (429, RateLimited),
        (499, OutcomeUnknown),
        (500, OutcomeUnknown),
        (501, OutcomeUnknown),
        (502, OutcomeUnknown),
        (503, OutcomeUnknown),
        (504, OutcomeUnknown),
    ],
)
async def test_without_an_envelope_the_http_status_decides(provider, service, status, kind):
    service.answers(
        httpx.Response(status, html="<html>oops</html>", headers={"Location": "https://kie.ai/x"})
    )
    error = await refused(provider, kind)
    assert type(error) is kind
    assert len(service.requests) == 1


@pytest.mark.parametrize(
    "reply",
    [
        httpx.Response(200, html="<html>welcome</html>"),
        httpx.Response(200, content=b""),
        httpx.Response(204),
        httpx.Response(200, json=[1, 2]),
        httpx.Response(200, json={"code": 200, "msg": "success", "data": None}),
        httpx.Response(200, json={"code": 200, "msg": "success", "data": {"taskId": ""}}),
        httpx.Response(200, content=b'{"code":200,"data":{"taskId":"t'),
        httpx.Response(200, stream=httpx.ByteStream(b"no gzip at all"), headers={"Content-Encoding": "gzip"}),
        httpx.Response(200, content=b" " * (8 * 1024 * 1024 + 1)),
        httpx.Response(429, json={"code": 429, "msg": "too many", "data": {"taskId": "t1"}}),
        httpx.Response(502, json={"code": 200, "msg": "success", "data": None}),
    ],
)
async def test_an_answer_that_proves_nothing_leaves_the_outcome_unknown(provider, service, reply):
    service.answers(lambda _request: reply)
    error = await refused(provider, OutcomeUnknown)
    assert "https://kie.ai/logs" in error.hint
    assert len(service.requests) == 1


async def test_a_task_named_in_an_error_is_named_to_the_user(provider, service, answer):
    service.answers(answer(500, "storage failed", {"taskId": "t1"}))
    assert "t1" in (await refused(provider, OutcomeUnknown)).message


@pytest.mark.parametrize(
    "fault",
    [
        httpx.ConnectError("no route"),
        httpx.ConnectTimeout("slow"),
        httpx.PoolTimeout("busy"),
        httpx.ProxyError("403 Forbidden"),
    ],
)
async def test_a_create_that_never_left_may_be_sent_again(provider, service, fault):
    service.answers(fault)
    error = await refused(provider, RateLimited)
    assert error.retry_after_s is None
    assert "not sent" in error.message
    assert len(service.requests) == 1


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (httpx.ReadTimeout("slow"), "it took too long"),
        (httpx.WriteTimeout("slow"), "it took too long"),
        (httpx.ReadError("reset"), "the connection ended"),
        (httpx.WriteError("reset"), "the connection ended"),
        (
            httpx.RemoteProtocolError("Server disconnected without sending a response."),
            "the connection ended",
        ),
        (httpx.RemoteProtocolError("illegal status line"), "the answer is not HTTP"),
        (ConnectionResetError("reset"), "the connection ended"),
        (TimeoutError(), "it took too long"),
    ],
)
async def test_a_create_whose_answer_was_lost_is_never_sent_again(provider, service, fault, said):
    service.answers(fault)
    error = await refused(provider, OutcomeUnknown)
    assert error.message == f"the answer to a create was lost: {said}"
    assert len(service.requests) == 1


@pytest.mark.parametrize(("header", "seconds"), [("7", 7.0), ("Mon, 12 Jan 1970 13:46:50 GMT", 10.0)])
async def test_the_service_may_say_how_long_to_wait(provider, service, answer, header, seconds):
    service.answers(answer(429, "too many", http=429, Retry_After=header))
    assert (await refused(provider, RateLimited)).retry_after_s == seconds


@pytest.mark.parametrize(("code", "words"), [(433, "key limit"), (455, "maintenance")])
async def test_limits_of_the_key_and_maintenance_are_told_apart(provider, service, answer, code, words):
    service.answers(answer(code, "no"))
    error = await refused(provider, RateLimited)
    assert (error.code, words in error.message) == (code, True)


@pytest.mark.parametrize(
    ("model", "advice"),
    [
        ("nano-banana", "google/nano-banana"),
        ("google/nano-banana-pro", "no prefix (nano-banana-pro)"),
        ("seedream/seedream-v4-edit", "bytedance/seedream-v4-edit"),
    ],
)
async def test_an_unknown_model_is_usually_a_prefix(provider, service, answer, model, advice):
    service.answers(answer(422, "The model name you specified is not supported"))
    assert advice in (await refused(provider, RequestRejected, model=model)).hint


async def test_refused_content_says_what_to_change(provider, service, answer):
    service.answers(answer(451, "policy"))
    assert "prompt" in (await refused(provider, RequestRejected)).hint


@pytest.mark.parametrize(
    ("scheme", "answer", "kind"),
    [
        ("https", b"HTTP/1.1 400 Bad Request\r\n\r\n", RateLimited),  # no TLS there: nothing was sent
        ("https", b"", RateLimited),
        ("http", b"", OutcomeUnknown),
        ("http", b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{", OutcomeUnknown),
        ("http", b"nonsense\r\n\r\n", OutcomeUnknown),
    ],
)
async def test_over_a_real_connection_too_only_what_was_not_sent_may_be_sent_again(scheme, answer, kind, key):
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await reader.read(4096)
        writer.write(answer)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        base = f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        provider = KieProvider(base, base, key)
        error = await refused(provider, kind)
        await provider.aclose()
    assert type(error) is kind
    assert connections == 1


@pytest.mark.parametrize(
    ("http_status", "body"),
    [
        (200, {"code": 500, "msg": "Column 'task_id' cannot be null"}),
        (200, {"code": 500, "msg": "Duplicate entry for key, invalid state"}),
        (200, {"code": 500, "msg": "upstream account has insufficient balance"}),
        (504, {"code": 422, "msg": "upstream timed out"}),
        (502, {"code": 404, "msg": "no route"}),
        (504, {"detail": "no balance of load"}),
        (302, None),
        (429, {"code": 200, "data": None}),
        (200, {"code": 455, "msg": "busy", "taskId": "task-1"}),
    ],
)
def test_what_may_have_been_accepted_is_never_called_refused(http_status, body):
    answer = Answer.parse(http_status, b"" if body is None else wire.encode(body))
    with pytest.raises(OutcomeUnknown):
        verdict.create_task_id(answer, "nano-banana-pro", {"prompt": "a coin", "image": "https://a/b.png"})


@pytest.mark.parametrize(("http_status", "code"), [(408, 408), (501, 501), (504, 408)])
def test_a_gateways_word_does_not_condemn_a_task(http_status, code):
    answer = Answer.parse(http_status, wire.encode({"code": code, "msg": "Request Timeout"}))
    with pytest.raises(ServiceUnavailable):
        verdict.task_status(answer)
