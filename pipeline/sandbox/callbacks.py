"""Telling clients that a task has ended: one POST, a few retries, to allowed hosts only."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from pipeline.clock import Clock
from pipeline.providers.kie import wire
from pipeline.sandbox.ledger import Ledger, Task
from pipeline.sandbox.options import SandboxOptions
from pipeline.sandbox.records import Records

ANSWER_WITHIN_S = 15.0
RETRY_AFTER_S = (1.0, 2.0, 4.0)  # three retries are documented, their spacing is not


class Callbacks:
    """Delivers callbacks while the server runs; after a restart, those still owed."""

    def __init__(self, options: SandboxOptions, ledger: Ledger, records: Records, clock: Clock) -> None:
        self._options = options
        self._ledger = ledger
        self._records = records
        self._clock = clock
        self._pending: set[asyncio.Task[None]] = set()

    def wanted(self, task: Task) -> bool:
        """Whether a callback is owed: a URL was given, its host is allowed, it was not delivered yet."""
        return not task.called_back and _host(task.body.get("callBackUrl")) in self._options.callback_hosts

    def schedule(self, task: Task, base: str) -> None:
        """Call back when the task ends, if that is wanted."""
        if self.wanted(task):
            pending = asyncio.create_task(self._deliver(task, base))
            self._pending.add(pending)
            pending.add_done_callback(self._pending.discard)

    async def close(self) -> None:
        """Give up what is pending; it stays owed in the ledger."""
        for pending in self._pending:
            pending.cancel()
        await asyncio.gather(*self._pending, return_exceptions=True)

    async def _deliver(self, task: Task, base: str) -> None:
        await self._clock.sleep(task.done_s - self._ledger.now_s())
        body = wire.encode(self._records.callback(task, base))
        for pause_s in (*RETRY_AFTER_S, None):
            if await self._post(task, body):
                break
            if pause_s is not None:
                await self._clock.sleep(pause_s)
        self._ledger.note_callback(task)

    async def _post(self, task: Task, body: bytes) -> bool:
        import httpx

        headers = {"Content-Type": "application/json", **self._signature(task.id)}
        try:
            async with httpx.AsyncClient(timeout=ANSWER_WITHIN_S, trust_env=False) as client:
                answer = await client.post(task.body["callBackUrl"], content=body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL):
            return False
        return answer.status_code == httpx.codes.OK

    def _signature(self, task_id: str) -> dict[str, str]:
        if not self._options.webhook_key:
            return {}
        timestamp = str(int(self._ledger.now_s()))
        signature = wire.sign_callback(self._options.webhook_key, task_id, timestamp)
        return {wire.TIMESTAMP_HEADER: timestamp, wire.SIGNATURE_HEADER: signature}


def _host(url: str | None) -> str | None:
    try:
        return urlsplit(url or "").hostname
    except ValueError:
        return None
