"""One request, one answer, on disk before anybody is told of it."""

from __future__ import annotations

import httpx
import pytest

from pipeline import digest
from pipeline.errors import (
    AuthenticationFailed,
    DownloadFailed,
    OutcomeUnknown,
    OutOfCredits,
    PipelineError,
    RateLimited,
    RequestRejected,
    ServiceUnavailable,
    UsageError,
)
from pipeline.providers.openai import wire
from pipeline.providers.openai.spool import Spool

MODEL = "openai/gpt-image-1.5"
INPUTS = {"prompt": "a coin", "size": "1024x1024", "quality": "low", "output_format": "png"}


async def create(provider, **more):
    return await provider.create(MODEL, {**INPUTS, **more})


async def refused(provider, kind, **more) -> PipelineError:
    with pytest.raises(kind) as caught:
        await create(provider, **more)
    assert type(caught.value) is kind
    return caught.value


async def test_a_create_is_one_request_with_the_key(provider, service, drawn, key):
    service.answers(drawn())
    await create(provider)
    (request,) = service.requests
    assert (request.method, str(request.url)) == ("POST", "https://api.openai.com/v1/images/generations")
    assert request.headers["Authorization"] == f"Bearer {key}"
    assert request.headers["Content-Type"] == "application/json"
    assert service.bodies == [{"model": "gpt-image-1.5", **INPUTS}]


async def test_the_answer_is_the_finished_task(provider, service, drawn, picture, target):
    service.answers(drawn())
    task_id = await create(provider)
    status = await provider.status(task_id)
    assert (status.state, len(status.urls)) == ("success", 1)
    assert status.credits == 0.65  # 5 tokens at 5 USD, 100 at 32 USD a million
    done = await provider.fetch(status.urls[0], target)
    assert target.read_bytes() == picture()
    assert (done.sha256, done.width, done.height) == (digest.of_bytes(picture()), 8, 6)
    assert len(service.requests) == 1


async def test_another_process_finds_the_answer(build, service, drawn, target, tmp_path):
    service.answers(drawn())
    task_id = await create(build())
    later = build(spool=Spool(tmp_path / "spool", dict))
    status = await later.status(task_id)
    assert (await later.fetch(status.urls[0], target)).extension == "png"


async def test_several_pictures_are_all_there(provider, service, drawn, picture, target):
    service.answers(drawn(picture("PNG"), picture("JPEG")))
    status = await provider.status(await create(provider))
    kinds = [(await provider.fetch(url, target)).extension for url in status.urls]
    assert kinds == ["png", "jpg"]


async def test_pictures_travel_with_the_request(provider, service, drawn, picture, tmp_path):
    service.answers(drawn())
    path = tmp_path / "logo.png"
    path.write_bytes(picture())
    address = await provider.upload(path, digest.of_file(path))
    await create(provider, image=[address])
    (request,) = service.requests
    assert str(request.url).endswith("/v1/images/edits")
    assert request.headers["Content-Type"].startswith("multipart/form-data")
    assert request.content.count(b'name="image[]"; filename="picture.png"') == 1
    assert picture() in request.content


async def test_no_word_of_usage_leaves_the_price_open(provider, service, drawn):
    service.answers(drawn(usage=None))
    status = await provider.status(await create(provider))
    assert status.credits is None


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "invalid_value", RequestRejected),
        (401, "invalid_api_key", AuthenticationFailed),
        (429, "rate_limit_exceeded", RateLimited),
        (429, "insufficient_quota", OutOfCredits),
        (500, None, OutcomeUnknown),
    ],
)
async def test_refusals_leave_no_answer_behind(provider, service, tmp_path, status, code, kind):
    service.answers(httpx.Response(status, json=wire.complained("no", "kind", code)))
    await refused(provider, kind)
    assert len(service.requests) == 1
    assert list((tmp_path / "spool" / "answers").iterdir()) == []


@pytest.mark.parametrize("error", [httpx.ConnectError("x"), httpx.ConnectTimeout("x"), httpx.ProxyError("x")])
async def test_what_was_not_sent_may_be_sent_again(provider, service, error):
    service.answers(error)
    assert "nothing was sent" in (await refused(provider, RateLimited)).message


@pytest.mark.parametrize(
    "error",
    [httpx.ReadError("x"), httpx.ReadTimeout("x"), httpx.WriteError("x"), httpx.RemoteProtocolError("x")],
)
async def test_a_lost_answer_is_unknown_and_sent_once(provider, service, error):
    service.answers(error)
    assert "lost" in (await refused(provider, OutcomeUnknown)).message
    assert len(service.requests) == 1


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"data": [{"b64_json": "QUJD', b"[]", b'{"data": []}'])
async def test_a_good_answer_that_cannot_be_read_is_unknown(provider, service, body):
    service.answers(httpx.Response(200, content=body))
    await refused(provider, OutcomeUnknown)


async def test_an_endless_answer_is_not_read_to_its_end(build, service):
    service.answers(httpx.Response(200, content=b"x" * 3_000_000))
    await refused(build(max_download_bytes=1000), OutcomeUnknown)


async def test_other_providers_models_are_never_sent(provider, service):
    with pytest.raises(RequestRejected, match="nothing was sent"):
        await provider.create("nano-banana-pro", INPUTS)
    assert service.requests == []


async def test_without_a_place_for_the_answer_nothing_is_sent(build, service, tmp_path):
    (tmp_path / "file").write_text("no folder")
    error = await refused(build(spool=Spool(tmp_path / "file", dict)), RequestRejected)
    assert "nothing was sent" in error.message
    assert service.requests == []


async def test_an_answer_that_cannot_be_saved_is_unknown(provider, service, drawn, spool, monkeypatch):
    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(spool, "save", full)
    service.answers(drawn())
    assert "could not be saved: No space left" in (await refused(provider, OutcomeUnknown)).message


async def test_an_answer_nobody_wrote_down_is_taken_instead_of_paying_again(build, service, drawn, tmp_path):
    service.answers(drawn())
    task_id = await create(build())
    later = build(spool=Spool(tmp_path / "spool", dict))
    assert await create(later) == task_id
    assert len(service.requests) == 1
    assert await create(later) != task_id
    assert len(service.requests) == 2


async def test_an_answer_that_is_written_down_is_nobody_elses(build, service, drawn, tmp_path):
    service.answers(drawn())
    task_id = await create(build())
    later = build(spool=Spool(tmp_path / "spool", lambda: {task_id: True}))
    assert await create(later) != task_id
    assert len(service.requests) == 2


async def test_a_result_by_address_is_fetched_without_the_key(provider, service, picture, target):
    listed = {"created": 1, "data": [{"url": "https://files.example.org/a.png"}]}
    service.answers(httpx.Response(200, json=listed), httpx.Response(200, content=picture()))
    status = await provider.status(await create(provider))
    assert status.urls == ("https://files.example.org/a.png",)
    assert (await provider.fetch(status.urls[0], target)).extension == "png"
    assert "Authorization" not in service.requests[1].headers


async def test_a_result_on_a_private_network_is_refused(provider, service, target):
    service.answers(httpx.Response(200, json={"data": [{"url": "http://10.0.0.1/a.png"}]}))
    status = await provider.status(await create(provider))
    with pytest.raises(DownloadFailed, match="private network"):
        await provider.fetch(status.urls[0], target)


async def test_a_result_that_has_gone_is_not_asked_for_elsewhere(provider, service, target):
    listed = {"data": [{"url": "https://files.example.org/a.png"}]}
    service.answers(httpx.Response(200, json=listed), httpx.Response(404))
    status = await provider.status(await create(provider))
    with pytest.raises(DownloadFailed, match="refuses the result"):
        await provider.fetch(status.urls[0], target)


async def test_a_task_of_nobodys_is_missing(provider):
    assert (await provider.status("0" * 16 + "-" + "0" * 16)).state == "missing"


async def test_a_damaged_answer_condemns_nothing(provider, service, drawn, tmp_path, target):
    service.answers(drawn())
    task_id = await create(provider)
    (tmp_path / "spool" / "answers" / f"{task_id}.json").write_text("{")
    with pytest.raises(ServiceUnavailable, match="cannot be read"):
        await provider.status(task_id)
    with pytest.raises(DownloadFailed, match="cannot be read"):
        await provider.fetch(f"spool:{task_id}/0", target)


@pytest.mark.parametrize("place", ["0", "7", "x", ""])
async def test_a_result_that_is_not_there_is_said(provider, target, place):
    with pytest.raises(DownloadFailed):
        await provider.fetch(f"spool:{'0' * 16}-{'0' * 16}/{place}", target)


@pytest.mark.parametrize("http", [200, 403, 404, 500])
async def test_the_balance_is_not_told(provider, service, http):
    service.answers(httpx.Response(http))
    assert await provider.balance() is None
    (request,) = service.requests
    assert str(request.url) == "https://api.openai.com/v1/models"


async def test_a_key_that_is_refused_is_found_before_anything_is_spent(provider, service):
    service.answers(httpx.Response(401))
    with pytest.raises(AuthenticationFailed):
        await provider.balance()


async def test_a_service_that_is_not_there_is_found_before_anything_is_spent(provider, service):
    service.answers(httpx.ConnectError("x"))
    with pytest.raises(ServiceUnavailable, match="no connection"):
        await provider.balance()


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("https://api.openai.com", "https://api.openai.com/v1/models"),
        ("https://host.example.org/api/v1/", "https://host.example.org/api/v1/models"),
        ("http://127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1/models"),
        ("http://localhost:8080/", "http://localhost:8080/v1/models"),
    ],
)
async def test_a_base_url_may_name_the_path(build, service, written, asked):
    service.answers(httpx.Response(200))
    await build(written).balance()
    assert str(service.requests[0].url) == asked


@pytest.mark.parametrize(
    "written", ["ftp://x", "https://me:secret@host", "http://public.example.org", "https://h/?a=1"]
)
def test_a_base_url_that_is_none_or_unsafe_is_refused(build, written):
    with pytest.raises(UsageError, match="OPENAI_BASE_URL"):
        build(written)


async def test_a_server_of_ones_own_needs_no_key(build, service):
    service.answers(httpx.Response(200))
    provider = build("http://127.0.0.1:8080", key="")
    await provider.balance()
    assert "Authorization" not in service.requests[0].headers
    assert provider.account == "127.0.0.1:8080/v1#no-key"


@pytest.mark.parametrize("key", ["", "two words", "“typographic”"])
def test_a_public_server_needs_a_key_that_can_be_one(build, key):
    with pytest.raises(AuthenticationFailed) as caught:
        build(key=key)
    assert "OPENAI_API_KEY" in caught.value.hint


def test_accounts_tell_servers_and_keys_apart(build, key):
    accounts = {build(url, key=one).account for url in ("https://a", "https://b") for one in (key, "other")}
    assert len(accounts) == 4
    assert not any(key in account for account in accounts)
    assert build(account="sandbox").account == "sandbox"
    assert repr(build()) == "OpenAIProvider(api.openai.com)"


async def test_the_key_is_in_nothing_that_is_kept_or_shown(provider, service, key, tmp_path):
    service.answers(httpx.Response(400, json=wire.complained(f"{key} is wrong", key, key, key)))
    error = await refused(provider, RequestRejected)
    assert key not in str(error)
    service.answers(httpx.Response(200, json={"data": [{"url": f"https://a/{key}"}]}))
    await create(provider)
    for path in (tmp_path / "spool").rglob("*.json"):
        assert key not in path.read_text()


async def test_a_server_without_a_key_may_answer_as_well(build, service, drawn):
    service.answers(drawn())
    provider = build("http://127.0.0.1:8080", key="")
    assert (await provider.status(await create(provider))).state == "success"
