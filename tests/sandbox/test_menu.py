"""Every row of the menu, as a client meets it over a real connection."""

from __future__ import annotations

import io
import json
import re
import zlib
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from PIL import Image
from sandbox.receiver import delivered, receiver

from pipeline import media
from pipeline.errors import DownloadFailed
from pipeline.providers.kie.wire import CREATE_PATH, RECORD_PATH, TaskRecord, verify_callback
from pipeline.sandbox import spoilers
from pipeline.sandbox.menu import MENU, NAMES, PLACES
from pipeline.sandbox.results import TINY_PNG

Check = Callable[[Any], Awaitable[None]]
ROWS: dict[str, Check] = {}
CREATE = {"model": "nano-banana-pro", "input": {"prompt": "A coin"}}
NASTY = ("\x1b[", "<script>", "](javascript:", "\u202e", "| cell |", "\r\n")


def row(*names: str) -> Callable[[Check], Check]:
    def enter(check: Check) -> Check:
        ROWS.update(dict.fromkeys(names, check))
        return check

    return enter


@pytest.mark.parametrize("name", NAMES)
async def test_every_row(serve, name):
    service = await serve(faults=f"{name}=1", webhook_key="secret")
    service.name = name
    await ROWS[name](service)
    fired = (await service.ledger())["faults"]
    assert list(fired) == [name]
    assert fired[name] >= 1


def test_rows_are_named_once_and_places_are_all_used():
    assert len(set(NAMES)) == len(NAMES)
    assert {row.place for row in MENU} == set(PLACES)
    assert all(row.happens and row.client for row in MENU)


async def entries(service) -> list[Any]:
    return (await service.ledger())["creates"]


async def ask(service, task_id: str) -> httpx.Response:
    return await service.http.get(RECORD_PATH, params={"taskId": task_id})


async def fetch(service) -> httpx.Response:
    [url] = await service.results(await service.create())
    return await service.http.get(url)


# creates


@row("too-many")
async def too_many(service):
    answer = await service.http.post(CREATE_PATH, json=CREATE)
    assert answer.status_code == answer.json()["code"] == 429
    assert answer.json()["data"] is None
    assert await entries(service) == []


@row("key-limit", "maintenance", "create-500")
async def refused(service):
    code = {"key-limit": 433, "maintenance": 455, "create-500": 500}[service.name]
    answer = await service.http.post(CREATE_PATH, json=CREATE)
    assert answer.status_code == 200
    assert answer.json()["code"] == code
    assert "required" not in answer.json()["msg"]
    assert await entries(service) == []


@row("create-500-parameter")
async def parameter(service):
    answer = await service.post(CREATE_PATH, CREATE)
    assert (answer["code"], answer["msg"], answer["data"]) == (500, "prompt is required", None)
    assert await entries(service) == []


@row("create-dropped-before")
async def dropped_before(service):
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        await service.http.post(CREATE_PATH, json=CREATE)
    assert await entries(service) == []
    assert await service.balance() == 10_000


@row("create-html")
async def html_for_a_create(service):
    answer = await service.http.post(CREATE_PATH, json=CREATE)
    assert (answer.status_code, answer.headers["content-type"]) == (502, "text/html; charset=utf-8")
    assert answer.text.startswith("<html>")
    assert await entries(service) == []


async def paid_for(service, answer: str) -> None:
    [entry] = await entries(service)
    assert (entry["answer"], entry["fault"]) == (answer, "")
    assert await service.balance() == 9982
    service.clock.now += 60
    assert (await service.record(entry["taskId"]))["data"]["state"] == "success"


@row("create-500-after")
async def error_after(service):
    answer = await service.post(CREATE_PATH, CREATE)
    assert (answer["code"], answer["data"]) == (500, None)
    await paid_for(service, "error")


@row("create-dropped-after")
async def dropped_after(service):
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        await service.http.post(CREATE_PATH, json=CREATE)
    await paid_for(service, "lost")


@row("create-no-id")
async def no_id(service):
    answer = await service.post(CREATE_PATH, CREATE)
    assert (answer["code"], answer["data"]) == (200, {})
    await paid_for(service, "error")


# tasks


async def ended(service) -> Any:
    task_id = await service.create()
    [entry] = await entries(service)
    assert (entry["fault"], entry["answer"]) == (service.name, "sent")
    service.clock.now += 60
    return await service.record(task_id)


@row("stuck")
async def stuck(service):
    assert (await ended(service))["data"]["state"] == "generating"
    service.clock.now += 10**7
    [entry] = await entries(service)
    assert entry["state"] == "generating"
    assert await service.balance() == 9982


@row("fail")
async def fail(service):
    data = (await ended(service))["data"]
    assert (data["state"], data["failCode"]) == ("fail", "422")
    assert [part for part in NASTY if part not in data["failMsg"]] == []
    assert await service.balance() == 10_000


@row("fail-501")
async def fail_501(service):
    answer = await ended(service)
    assert (answer["code"], answer["data"]) == (501, None)
    assert answer["msg"]
    assert await service.balance() == 10_000


@row("no-urls")
async def no_urls(service):
    data = (await ended(service))["data"]
    assert data["state"] == "success"
    assert json.loads(data["resultJson"]) == {"resultUrls": []}


@row("bad-result-json")
async def bad_result_json(service):
    data = (await ended(service))["data"]
    assert data["state"] == "success"
    assert data["resultJson"].startswith('{"resultUrls":["http')
    with pytest.raises(json.JSONDecodeError):
        json.loads(data["resultJson"])


# records


@row("record-500", "record-null")
async def no_record(service):
    answer = (await ask(service, await service.create())).json()
    code, said = {"record-500": (500, "Internal Error"), "record-null": (422, "recordInfo is null")}[
        service.name
    ]
    assert (answer["code"], answer["data"]) == (code, None)
    assert said in answer["msg"]


@row("record-html")
async def html_for_a_record(service):
    answer = await ask(service, await service.create())
    assert (answer.status_code, answer.headers["content-type"]) == (502, "text/html; charset=utf-8")


@row("record-dropped")
async def dropped_record(service):
    task_id = await service.create()
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        await ask(service, task_id)


@row("state-unknown")
async def strange_state(service):
    task_id = await service.create()
    service.clock.now += 60
    data = (await service.record(task_id))["data"]
    assert data["resultJson"] == ""
    record = TaskRecord.parse(data)
    assert record is not None
    assert not record.finished
    assert record.state not in ("waiting", "queuing", "generating")


# downloads


@row("slow", "trickle")
async def in_its_own_time(service):
    [url] = await service.results(await service.create())
    began = service.clock.now
    async with service.http.stream("GET", url) as answer:
        pieces = [piece async for piece in answer.aiter_raw()]
    assert b"".join(pieces) == TINY_PNG
    assert answer.headers["content-type"] == "image/png"
    assert service.clock.now - began == 10


@row("truncated")
async def truncated(service):
    [url] = await service.results(await service.create())
    async with service.http.stream("GET", url) as answer:
        pieces = answer.aiter_raw()
        assert await anext(pieces) == TINY_PNG[: len(TINY_PNG) // 2]
        with pytest.raises(httpx.RemoteProtocolError, match="without sending complete"):
            await anext(pieces)
    assert int(answer.headers["content-length"]) == len(TINY_PNG)


@row("corrupt")
async def corrupt(service):
    file = (await fetch(service)).content
    assert media.sniff(file) == "png"
    with pytest.raises((OSError, SyntaxError)), Image.open(io.BytesIO(file)) as picture:
        picture.load()


@row("html")
async def web_page(service):
    answer = await fetch(service)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert media.describe(answer.content) == "a web page (HTML)"


@row("wrong-type")
async def wrong_type(service):
    answer = await fetch(service)
    assert answer.headers["content-type"] == "image/png"
    assert media.sniff(answer.content) in ("jpg", "webp")
    with Image.open(io.BytesIO(answer.content)) as picture:
        picture.load()
        assert picture.size == (16, 16)


@row("expired")
async def expired(service):
    [url] = await service.results(await service.create())
    assert [(await service.http.get(url)).status_code for _ in range(3)] == [403] * 3
    link = (await service.post("/api/v1/common/download-url", {"url": url}))["data"]
    assert (await service.http.get(link)).content == TINY_PNG
    assert (await service.http.get(link.replace("signature=", "signature=0"))).status_code == 403


@row("huge-declared")
async def huge(service):
    [url] = await service.results(await service.create())
    async with service.http.stream("GET", url) as answer:
        assert int(answer.headers["content-length"]) == 64 * 10**9
        with pytest.raises(httpx.RemoteProtocolError):
            await answer.aread()


@row("endless")
async def endless(service):
    [url] = await service.results(await service.create())
    received = 0
    async with service.http.stream("GET", url) as answer:
        assert "content-length" not in answer.headers
        async for piece in answer.aiter_raw():
            received += len(piece)
            if received > 50_000_000:
                break
    assert (await service.http.get(RECORD_PATH)).json()["code"] == 400  # it has stopped pouring and answers


@row("bomb")
async def bomb(service):
    answer = await fetch(service)
    assert answer.headers["content-type"] == "image/png"
    assert answer.content == spoilers.bomb()


def test_the_bomb_is_small_valid_and_far_too_large_to_decode(tmp_path):
    file = spoilers.bomb()
    assert len(file) < 250_000
    stream, start = zlib.decompressobj(), file.index(b"IDAT") + 4
    size, rest = 0, file[start:]
    while rest and not stream.eof:
        size += len(stream.decompress(rest, 2**20))
        rest = stream.unconsumed_tail
    assert (size, stream.eof) == (40_000 * 5_001, True)  # the checksum at its end is right
    (tmp_path / "bomb.png").write_bytes(file)
    with pytest.raises(DownloadFailed, match="1,600 million pixels"):
        media.check(tmp_path / "bomb.png")


@row("redirect-private", "redirect-file")
async def redirect(service):
    answer = await fetch(service)
    assert answer.status_code == 302
    targets = {
        "redirect-private": r"http://(169\.254\.169\.254|10\.0\.0\.1)/.*",
        "redirect-file": "file:///.*",
    }
    assert re.fullmatch(targets[service.name], answer.headers["location"])


# uploads and the balance


UPLOAD = {"base64Data": "aGVsbG8=", "uploadPath": "refs", "fileName": "a.bin"}


@row("upload-500")
async def upload_500(service):
    answer = await service.post("/api/file-base64-upload", UPLOAD)
    assert (answer["code"], answer["data"]) == (500, None)
    assert (await service.ledger())["uploads"] == []


@row("upload-dropped")
async def upload_dropped(service):
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        await service.post("/api/file-base64-upload", UPLOAD)
    assert (await service.ledger())["uploads"] == []


@row("credit-500")
async def credit_500(service):
    answer = await service.get("/api/v1/chat/credit")
    assert (answer["code"], answer["data"]) == (500, None)


# callbacks


async def called(service) -> tuple[list[Any], list[bool]]:
    """What a client hears of one task: each message's state, and whether it is genuine."""
    async with receiver(200) as heard:
        task_id = await service.create(callback=heard.url)
        assert await delivered(service)
    states = [json.loads(body)["data"]["state"] for _, body in heard.heard]
    genuine = [
        verify_callback(
            "secret", task_id, sent["x-webhook-timestamp"], sent["x-webhook-signature"], now=service.clock.now
        )
        for sent, _ in heard.heard
    ]
    return states, genuine


@row("callback-missing")
async def never_called(service):
    assert await called(service) == ([], [])


@row("callback-duplicate")
async def called_twice(service):
    assert await called(service) == (["success", "success"], [True, True])


@row("callback-forged")
async def forged_first(service):
    assert await called(service) == (["fail", "success"], [False, True])


@row("callback-late")
async def called_late(service):
    began = service.clock.now
    assert await called(service) == (["success"], [True])
    [entry] = await entries(service)
    assert service.clock.now - began == pytest.approx(entry["latency_s"] + 60)
