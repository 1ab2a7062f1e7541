"""Telling clients that a task has ended: one POST, a few retries, to allowed hosts only."""

from __future__ import annotations

import asyncio
import math
from urllib.parse import urlsplit

from pipeline.clock import Clock
from pipeline.providers.kie import wire
from pipeline.sandbox.faults import Faults
from pipeline.sandbox.ledger import Ledger, Task
from pipeline.sandbox.options import SandboxOptions
from pipeline.sandbox.records import Records

ANSWER_WITHIN_S = 15.0
FORGERS_KEY = "forged"
RETRY_AFTER_S = (1.0, 2.0, 4.0)  # three retries are documented, their spacing is not


class Callbacks:
    """Delivers callbacks while the server runs; after a restart, those still owed."""

    def __init__(
        self, options: SandboxOptions, ledger: Ledger, records: Records, faults: Faults, clock: Clock
    ) -> None:
        self._options = options
        self._ledger = ledger
        self._records = records
        self._faults = faults
        self._clock = clock
        self._pending: set[asyncio.Task[None]] = set()

    def wanted(self, task: Task) -> bool:
        """Whether one is owed: the task ends, a URL was given, its host is allowed, it was not delivered."""
        ends = math.isfinite(task.done_s) and not task.called_back
        return ends and _host(task.body.get("callBackUrl")) in self._options.callback_hosts

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
        how = self._faults.delivery(task)
        await self._clock.sleep(task.done_s - self._ledger.now_s() + how.delay_s)
        if how.forged_first:
            await self._post(
                task, wire.encode(self._records.forged(task)), self._signature(task, FORGERS_KEY)
            )
        for _copy in range(how.copies):
            await self._insist(task, wire.encode(self._records.callback(task, base)))
        self._ledger.note_callback(task)

    async def _insist(self, task: Task, body: bytes) -> None:
        for pause_s in (*RETRY_AFTER_S, None):
            if await self._post(task, body, self._signature(task, self._options.webhook_key)):
                return
            if pause_s is not None:
                await self._clock.sleep(pause_s)

    async def _post(self, task: Task, body: bytes, signature: dict[str, str]) -> bool:
        import httpx

        headers = {"Content-Type": "application/json", **signature}
        try:
            async with httpx.AsyncClient(timeout=ANSWER_WITHIN_S, trust_env=False) as client:
                answer = await client.post(task.body["callBackUrl"], content=body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL):
            return False
        return answer.status_code == httpx.codes.OK

    def _signature(self, task: Task, key: str) -> dict[str, str]:
        if not key:
            return {}
        timestamp = str(int(self._ledger.now_s()))
        signature = wire.sign_callback(key, task.id, timestamp)
        return {wire.TIMESTAMP_HEADER: timestamp, wire.SIGNATURE_HEADER: signature}


def _host(url: str | None) -> str | None:
    try:
        return urlsplit(url or "").hostname
    except ValueError:
        return None
