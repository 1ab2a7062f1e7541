"""Faults over the life of a sandbox; what each of them is, test_menu.py shows."""

from __future__ import annotations

import random
import sqlite3

import httpx
import pytest

from pipeline.providers.kie.wire import CREATE_PATH
from pipeline.sandbox.embedded import EmbeddedSandbox
from pipeline.sandbox.menu import at
from pipeline.sandbox.mischief import DOWNLOAD
from pipeline.sandbox.options import SandboxOptions
from pipeline.sandbox.spoilers import _SPOILERS

PROMPTS = [f"a coin numbered {number}" for number in range(40)]


def body(prompt: str) -> dict[str, object]:
    return {"model": "nano-banana-pro", "input": {"prompt": prompt}}


async def fates(service, prompts: list[str]) -> dict[str, tuple[int, str, str]]:
    """What came of one create each: the answer's code, and what the ledger says."""
    codes = {prompt: (await service.post(CREATE_PATH, body(prompt)))["code"] for prompt in prompts}
    entries = (await service.ledger())["creates"]
    known = {entry["request"]["input"]["prompt"]: (entry["fault"], entry["answer"]) for entry in entries}
    return {prompt: (code, *known.get(prompt, ("", ""))) for prompt, code in codes.items()}


async def test_the_same_seed_does_the_same_to_the_same_requests_in_any_order(start):
    text = "create-500=0.2,create-no-id=0.3,stuck=0.2,fail=0.3,seed=4"
    shuffled = random.Random(1).sample(PROMPTS, len(PROMPTS))

    def service(text: str):
        return start(faults_text=text, window_creates=999)

    first = await fates(service(text), PROMPTS)
    assert first == await fates(service(text), shuffled)
    assert first != await fates(service(text.replace("seed=4", "seed=5")), PROMPTS)
    assert {fate[1] for fate in first.values()} == {"", "stuck", "fail"}
    assert {fate[2] for fate in first.values()} == {"", "sent", "error"}


async def test_a_fate_outlives_the_server(start, tmp_path):
    options = {"faults_text": "stuck=1,create-no-id=1", "state": tmp_path / "state.db"}
    await start(**options).submit()
    again = start(**options | {"faults_text": ""})
    again.clock.now += 3600
    [entry] = (await again.ledger())["creates"]
    assert (entry["fault"], entry["answer"], entry["state"]) == ("stuck", "error", "generating")


async def test_a_state_file_from_before_there_were_faults_is_read(start, tmp_path):
    path = tmp_path / "state.db"
    await start(state=path).create()
    with sqlite3.connect(path) as database:
        database.execute("DROP TABLE fates")
    [entry] = (await start(state=path).ledger())["creates"]
    assert (entry["fault"], entry["answer"]) == ("", "sent")


async def test_a_good_service_reports_no_faults(start):
    service = start()
    await service.create()
    ledger = await service.ledger()
    assert ledger["faults"] == {}
    assert (ledger["creates"][0]["fault"], ledger["creates"][0]["answer"]) == ("", "sent")


async def test_faults_that_never_came_true_are_reported_as_such(start):
    service = start(faults_text="slow=0,too-many=1x1")
    while (await service.http.post(CREATE_PATH, json=body("x"))).status_code == 429:
        pass
    assert (await service.ledger())["faults"] == {"slow": 0, "too-many": 1}


async def test_a_burst_of_refusals_ends_and_some_say_when_to_come_again(start):
    service = start(faults_text="too-many=1x12")
    headers = set()
    for prompt in PROMPTS[:12]:
        answers = [await service.http.post(CREATE_PATH, json=body(prompt))]
        headers.add(answers[0].headers.get("Retry-After"))
    assert headers == {None, "2"}


async def test_a_strange_state_is_shown_for_a_while(start):
    service = start(faults_text="state-unknown=1x1")
    task_id = await service.create()
    states = [(await service.record(task_id))["data"]["state"] for _ in range(6)]
    assert 2 <= states.count("moderating") <= 4
    assert states[-1] == "waiting"


async def test_a_result_that_asks_for_a_link_does_so_until_it_gets_one(start):
    service = start(faults_text="expired=1x1")
    urls = [(await service.results(await service.create(prompt=prompt)))[0] for prompt in PROMPTS[:2]]
    assert [(await service.http.get(url)).status_code for url in (*urls, *urls)] == [403, 200, 403, 200]


async def test_a_download_may_fail_once_and_then_go_well(start):
    service = start(faults_text="html=1x1")
    [url] = await service.results(await service.create())
    kinds = [(await service.http.get(url)).headers["content-type"] for _ in range(2)]
    assert kinds == ["text/html; charset=utf-8", "image/png"]


async def test_a_jpeg_is_sent_as_webp_under_its_own_name(start):
    service = start(faults_text="wrong-type=1", picture="painted")
    [url] = await service.results(await service.create("nano-banana-2"))
    answer = await service.http.get(url)
    assert url.endswith(".jpeg")
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.content[8:12] == b"WEBP"


async def test_in_process_there_is_no_connection_to_cut(start):
    with pytest.raises(ConnectionResetError):
        await start(faults_text="create-dropped-before=1").submit()


def test_every_download_of_the_menu_has_its_spoiler():
    assert set(_SPOILERS) == set(DOWNLOAD) == set(at("download")) - {"expired"}


def test_an_embedded_sandbox_misbehaves_as_its_options_say(tmp_path):
    log = tmp_path / "sandbox.log"
    options = SandboxOptions(faults="create-dropped-after=1x1", picture="tiny", log=log)
    headers = {"Authorization": "Bearer sandbox"}
    with EmbeddedSandbox(options) as url, httpx.Client(base_url=url, headers=headers) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            client.post(CREATE_PATH, json=body("x"))
        assert client.post(CREATE_PATH, json=body("x")).json()["code"] == 200
        ledger = client.get("/sandbox/ledger").json()
    assert [entry["answer"] for entry in ledger["creates"]] == ["lost", "sent"]
    assert log.read_text() == ""
