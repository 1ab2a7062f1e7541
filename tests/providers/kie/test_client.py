from __future__ import annotations

import logging

import httpx
import pytest

from pipeline.errors import (
    AuthenticationFailed,
    PipelineError,
    RateLimited,
    RequestRejected,
    ServiceUnavailable,
    UsageError,
)
from pipeline.generate.provider import Provider, TaskStatus
from pipeline.providers.kie.client import KieProvider

DONE = {"state": "success", "resultJson": '{"resultUrls":["https://r/1.png"]}', "creditsConsumed": 18}


# --- status


async def test_a_task_is_asked_for_by_its_encoded_id(provider, service, answer, key):
    service.answers(answer(data=DONE))
    assert await provider.status("a/b?&c") == TaskStatus("success", "success", ("https://r/1.png",), 18.0)
    (request,) = service.requests
    assert request.url.raw_path == b"/api/v1/jobs/recordInfo?taskId=a%2Fb%3F%26c"
    assert request.headers["Authorization"] == f"Bearer {key}"
    assert request.headers["Content-Type"] == "application/json"


async def test_a_task_says_where_its_create_asked_to_be_called(provider, service, answer):
    param = '{"model":"m","callBackUrl":"https://a/hook/secret","input":{}}'
    service.answers(answer(data=DONE | {"param": param}))
    assert (await provider.status("t")).callback_url == "https://a/hook/secret"
    service.answers(answer(501, "failed", {"state": "fail", "param": param}))
    assert (await provider.status("t")).callback_url == "https://a/hook/secret"


@pytest.mark.parametrize("param", [None, "", "[]", "{", '{"callBackUrl":null}', '{"callBackUrl":["x"]}', 7])
async def test_or_nothing_where_that_cannot_be_read(provider, service, answer, param):
    service.answers(answer(data=DONE | {"param": param}))
    assert (await provider.status("t")).callback_url == ""


@pytest.mark.parametrize("state", ["waiting", "queuing", "generating", "success", "fail"])
async def test_known_states_are_passed_on(provider, service, answer, state):
    service.answers(answer(data={"state": state, "resultJson": "", "progress": 40}))
    assert await provider.status("t") == TaskStatus(state, state, progress=40)


async def test_an_unknown_state_is_named(provider, service, answer):
    service.answers(answer(data={"state": "moderating", "resultJson": '{"resultUrls":["https://r/1"]}'}))
    assert await provider.status("t") == TaskStatus("other", "moderating")


async def test_success_without_results_is_passed_on_as_such(provider, service, answer):
    service.answers(answer(data={"state": "success", "resultJson": '{"resultUrls":[]}'}))
    assert await provider.status("t") == TaskStatus("success", "success")


async def test_a_failed_task_says_why(provider, service, answer):
    service.answers(
        answer(data={"state": "fail", "failCode": "501", "failMsg": "nsfw", "creditsConsumed": 0})
    )
    expected = TaskStatus("fail", "fail", credits=0.0, fail_code="501", fail_message="nsfw")
    assert await provider.status("t") == expected


@pytest.mark.parametrize("code", [501, 408])
async def test_a_failure_may_come_as_a_code_without_a_record(provider, service, answer, code):
    service.answers(answer(code, "generation failed"))
    expected = TaskStatus("fail", "fail", fail_code=str(code), fail_message="generation failed")
    assert await provider.status("t") == expected


async def test_a_failure_by_code_keeps_what_its_record_says(provider, service, answer):
    record = {"state": "fail", "failCode": "500", "failMsg": "Internal server error", "consumeCredits": 0}
    service.answers(answer(501, "Playground task failed.", record))
    status = await provider.status("t")
    assert (status.fail_code, status.fail_message, status.credits) == ("500", "Internal server error", 0.0)


@pytest.mark.parametrize(
    ("code", "msg", "http"),
    [
        (422, "recordInfo is null", 200),
        (422, "", 200),
        (422, "record does not exist", 422),
        (404, "Task not found", 200),
        (404, "Task not found", 404),
    ],
)
async def test_a_task_the_service_does_not_know_is_missing(provider, service, answer, code, msg, http):
    service.answers(answer(code, msg, http=http))
    assert await provider.status("t") == TaskStatus("missing", fail_code=str(code), fail_message=msg)


@pytest.mark.parametrize(
    "reply",
    [
        httpx.Response(404, html="<html>no such page</html>"),
        httpx.Response(408, html="<html>slow</html>"),
        httpx.Response(501, html="<html>?</html>"),
        httpx.Response(502, html="<html>bad gateway</html>"),
        httpx.Response(200, html="<html>welcome</html>"),
        httpx.Response(200, json={"code": 200, "msg": "success", "data": None}),
        httpx.Response(200, json={"code": 200, "data": {"state": ""}}),
        httpx.Response(200, json={"code": 422, "msg": "maintenance window"}),
        httpx.Response(200, json={"code": 400, "msg": "taskId missing"}),
        httpx.Response(200, json={"code": 402, "msg": "no"}),
        httpx.Response(200, json={"code": 500, "msg": "server error"}),
        httpx.Response(500, json={"code": 200, "msg": "success", "data": DONE}),
        httpx.ReadTimeout("slow"),
        httpx.ConnectError("no route"),
        httpx.RemoteProtocolError("gone"),
    ],
)
async def test_no_word_about_the_task_never_condemns_it(provider, service, reply):
    service.answers(reply)
    with pytest.raises(ServiceUnavailable):
        await provider.status("t")
    assert len(service.requests) == 1, "the engine paces its own questions"


@pytest.mark.parametrize("code", [429, 433, 455])
async def test_being_told_to_slow_down_carries_the_wait(provider, service, answer, code):
    service.answers(answer(code, "slow down", Retry_After="3"))
    with pytest.raises(RateLimited) as caught:
        await provider.status("t")
    assert (caught.value.retry_after_s, caught.value.code) == (3.0, code)


@pytest.mark.parametrize(("code", "http"), [(401, 200), (200, 401), (None, 401), (None, 403)])
async def test_a_refused_key_is_told_at_either_layer(provider, service, answer, code, http):
    service.answers(answer(code, "Unauthorized", http=http))
    with pytest.raises(AuthenticationFailed, match="Unauthorized"):
        await provider.status("t")


# --- balance


@pytest.mark.parametrize(("data", "credits"), [(100, 100.0), (60.62, 60.62), ({"remainingCredits": 7}, 7.0)])
async def test_the_balance_may_be_fractional(provider, service, answer, data, credits):
    service.answers(answer(data=data))
    assert await provider.balance() == credits
    assert service.requests[0].url.path == "/api/v1/chat/credit"


@pytest.mark.parametrize(
    "fault",
    [
        httpx.ReadTimeout("slow"),
        httpx.Response(503, html="<html>"),
        httpx.Response(429, json={"code": 429, "msg": "slow"}, headers={"Retry-After": "2"}),
        httpx.Response(200, json={"code": 200, "msg": "success", "data": "lots"}),
    ],
)
async def test_a_read_is_repeated_through_passing_trouble(provider, service, answer, fault):
    service.answers(fault, fault, answer(data=5))
    assert await provider.balance() == 5.0
    assert len(service.requests) == 3


@pytest.mark.parametrize(
    ("reply", "kind", "requests"),
    [
        (httpx.ConnectError("no route"), ServiceUnavailable, 4),
        (httpx.Response(200, json={"code": 455, "msg": "maintenance"}), RateLimited, 4),
        (httpx.Response(200, json={"code": 401, "msg": "no"}), AuthenticationFailed, 1),
        (httpx.Response(404, json={"code": 404, "msg": "no such path"}), RequestRejected, 1),
    ],
)
async def test_a_read_gives_up_in_bounded_time(provider, service, reply, kind, requests):
    service.answers(reply)
    with pytest.raises(kind):
        await provider.balance()
    assert len(service.requests) == requests


async def test_retries_write_nothing_to_the_screen(provider, service, answer, capfd, caplog):
    service.answers(httpx.ReadTimeout("slow"), answer(data=5))
    await provider.balance()
    assert capfd.readouterr() == ("", "")
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


# --- the key


@pytest.mark.parametrize("value", ["", "  ", "two words", "line\nbreak", "“quoted”", "null\x00"])
def test_what_cannot_be_a_key_is_refused_without_being_shown(value):
    with pytest.raises(AuthenticationFailed) as caught:
        KieProvider("https://api.kie.ai", "https://up.kie.ai", value)
    assert not value.strip() or value not in str(caught.value)


def test_the_key_shows_in_no_representation(provider, key):
    shown = [repr(provider), str(provider), provider.account, provider.name, repr(provider._creates._key)]
    shown += [repr(vars(part)) for part in (provider, provider._creates, provider._reads, provider._uploader)]
    assert not [text for text in shown if key in text]


@pytest.mark.parametrize("code", [401, 402, 422, 429, 455, 500, 501])
async def test_a_service_that_repeats_the_key_does_not_get_it_shown(
    provider, service, answer, key, code, tmp_path, caplog, picture
):
    caplog.set_level(logging.DEBUG)
    service.answers(answer(code, f"bad key {key}", {"state": "fail", "failMsg": key}))
    path = tmp_path / "a.png"
    path.write_bytes(picture())
    from pipeline import digest

    said = []
    calls = (
        provider.balance,
        lambda: provider.create("m", {}),
        lambda: provider.status("t"),
        lambda: provider.upload(path, digest.of_file(path)),
        lambda: provider.fetch("https://r/1.png", tmp_path / "x"),
    )
    for call in calls:
        try:
            said.append(str(await call()))
        except PipelineError as error:
            said += [str(error), repr(error), repr(error.__cause__), repr(vars(error))]
    assert len(said) > len(calls)
    assert not [text for text in said if key in text]
    assert key not in caplog.text


def test_accounts_differ_by_key_and_address():
    def account(api: str, key: str) -> str:
        return KieProvider(
            api, api, key, transport=httpx.MockTransport(lambda _r: httpx.Response(200))
        ).account

    accounts = {
        account("https://api.kie.ai", "k1"),
        account("https://api.kie.ai", "k2"),
        account("https://other.ai", "k1"),
    }
    assert len(accounts) == 3
    assert account("https://api.kie.ai/", "k1") in accounts


def test_a_service_that_moves_may_have_a_lasting_name(build):
    assert build(account="sandbox").account == "sandbox"


# --- addresses


async def test_base_urls_may_end_in_slashes_or_the_apis_own_path(build, service, answer):
    service.answers(answer(data=1))
    for base in ("https://a.ai", "https://a.ai//", "https://a.ai/api/v1/", "https://a.ai/api"):
        await build(base).balance()
    assert {str(request.url) for request in service.requests} == {"https://a.ai/api/v1/chat/credit"}


async def test_a_base_url_may_have_a_path_of_its_own(build, service, answer):
    service.answers(answer(data=1))
    await build("http://localhost:8080/kie/").balance()
    assert str(service.requests[0].url) == "http://localhost:8080/kie/api/v1/chat/credit"


@pytest.mark.parametrize("which", ["api", "uploads"])
def test_a_wrong_base_url_names_its_setting(build, which):
    with pytest.raises(UsageError, match="KIE_API_BASE_URL" if which == "api" else "KIE_UPLOAD_BASE_URL"):
        build(**{which: "ftp://a.ai"})


async def test_the_provider_fits_the_protocol_and_a_real_network(unused_tcp_port):
    provider: Provider = KieProvider(f"http://127.0.0.1:{unused_tcp_port}", "http://localhost", "k")
    with pytest.raises(RateLimited, match="not sent"):
        await provider.create("m", {})
    await provider.aclose()


async def test_an_environments_proxy_is_used_for_the_internet_only(monkeypatch, unused_tcp_port):
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{unused_tcp_port}")
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{unused_tcp_port}")
    away = KieProvider("https://api.kie.ai", "https://up.kie.ai", "k")
    near = KieProvider("http://127.0.0.1:1", "http://127.0.0.1:1", "k")
    assert [any(client._mounts.values()) for client in away._clients] == [True] * 3 + [
        False
    ]  # the last connects directly
    assert [any(client._mounts.values()) for client in near._clients] == [False] * 4
    await away.aclose()
    await near.aclose()
