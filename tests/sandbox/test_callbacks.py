from __future__ import annotations

import asyncio
import json

import pytest
from sandbox.receiver import delivered, receiver

from pipeline.providers.kie.wire import callback_task_id, verify_callback
from pipeline.sandbox.faults import Failure, Fate, NoFaults


class Unlucky(NoFaults):
    def fate(self, request):
        return Fate(failure=Failure("500", "Internal server error"))


async def test_the_end_of_a_task_is_told_once_with_its_record(start):
    async with receiver(200) as heard:
        service = start()
        task_id = await service.create(callback=heard.url)
        assert await delivered(service)
    [(headers, body)] = heard.heard
    message = json.loads(body)
    assert message["code"] == 200
    assert message["msg"] == "Playground task completed successfully."
    assert callback_task_id(body) == task_id
    assert json.loads(message["data"]["resultJson"])["resultUrls"]
    assert message["data"]["consumeCredits"] == 18
    assert message["data"]["remainedCredits"] == 9982
    assert "x-webhook-signature" not in headers


async def test_a_failure_is_told_with_501_and_no_result(start):
    async with receiver(200) as heard:
        service = start(faults=Unlucky())
        await service.create(callback=heard.url)
        assert await delivered(service)
    message = json.loads(heard.heard[0][1])
    assert message["code"] == 501
    assert message["data"]["resultJson"] is None
    assert message["data"]["failCode"] == "500"
    assert message["data"]["consumeCredits"] == 0


async def test_an_account_with_a_key_signs(start):
    async with receiver(200) as heard:
        service = start(webhook_key="secret")
        task_id = await service.create(callback=heard.url)
        assert await delivered(service)
    headers = heard.heard[0][0]
    stamp, signature = headers["x-webhook-timestamp"], headers["x-webhook-signature"]
    assert verify_callback("secret", task_id, stamp, signature, now=service.clock.now)


async def test_a_refused_callback_is_tried_again(start):
    async with receiver(500, 404, 200) as heard:
        service = start()
        await service.create(callback=heard.url)
        assert await delivered(service)
    assert len(heard.heard) == 3


async def test_four_refusals_are_enough(start):
    async with receiver(500) as heard:
        service = start()
        await service.create(callback=heard.url)
        assert await delivered(service)
    assert len(heard.heard) == 4


async def test_nobody_listening_is_no_crash(start):
    async with receiver(200) as heard:
        url = heard.url
    service = start()
    await service.create(callback=url)
    assert await delivered(service)


@pytest.mark.parametrize("url", ["", "https://proxy.kie.ai/mcp-callback", "http://[", "http://10.0.0.1/"])
async def test_hosts_outside_the_list_are_never_called(start, url):
    service = start()
    await service.create(callback=url)
    before = service.clock.now
    await asyncio.sleep(0)
    assert service.clock.now == before  # nothing is waiting to be sent
    assert not (await service.ledger())["creates"][0]["called_back"]


async def test_a_callback_owed_by_a_killed_server_is_sent_by_the_next(start, tmp_path):
    async with receiver(200) as heard:
        first = start(state=tmp_path / "state.db", callback_hosts=())
        task_id = await first.create(callback=heard.url)
        again = start(state=tmp_path / "state.db")
        async with again.app.router.lifespan_context(again.app):
            assert await delivered(again)
    assert callback_task_id(heard.heard[0][1]) == task_id


async def test_stopping_gives_up_what_is_pending(start):
    service = start()

    async def forever(seconds: float) -> None:
        await asyncio.Event().wait()

    service.clock.sleep = forever
    async with service.app.router.lifespan_context(service.app):
        await service.create(callback="http://127.0.0.1:9/")
        await asyncio.sleep(0)
