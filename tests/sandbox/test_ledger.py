from __future__ import annotations

import pytest

from pipeline.providers.kie.wire import CreateRequest
from pipeline.sandbox.faults import Failure, Fate, NoFaults
from pipeline.sandbox.ledger import Ledger
from pipeline.sandbox.options import SandboxOptions


class Unlucky(NoFaults):
    def fate(self, request):
        return Fate(failure=Failure("501", "Generation failed"))


async def test_a_sandbox_started_again_knows_its_tasks_uploads_and_credits(start, tmp_path):
    first = start(state=tmp_path / "deep" / "state.db", credits=100)
    task_id = await first.create()
    upload = {"base64Data": "aGVsbG8=", "uploadPath": "refs", "fileName": "a.bin"}
    await first.post("/api/file-base64-upload", upload)
    again = start(state=tmp_path / "deep" / "state.db", credits=100)
    assert (await again.record(task_id))["data"]["state"] == "waiting"
    assert await again.balance() == 82
    assert (await again.http.get("/uploads/refs/a.bin")).content == b"hello"
    again.clock.now += 60
    [url] = await again.results(task_id)
    assert (await again.http.get(url)).status_code == 200


async def test_a_failure_that_was_decided_stays_decided(start, tmp_path):
    first = start(faults=Unlucky(), state=tmp_path / "state.db")
    task_id = await first.create()
    again = start(state=tmp_path / "state.db")
    again.clock.now += 60
    assert (await again.record(task_id))["data"]["failCode"] == "501"


async def test_the_window_survives_a_restart(start, tmp_path):
    first = start(state=tmp_path / "state.db")
    for _ in range(20):
        await first.create()
    again = start(state=tmp_path / "state.db")
    assert (await again.submit())["code"] == 429
    again.clock.now += 10
    assert (await again.submit())["code"] == 200


async def test_a_clock_that_starts_again_earlier_does_not_turn_time_back(start, tmp_path):
    first = start(state=tmp_path / "state.db")
    first.clock.now += 5000
    task_id = await first.create()
    first.clock.now -= 5000  # as a scaled clock does when its process is started again
    again = start(state=tmp_path / "state.db")
    assert (await again.record(task_id))["data"]["state"] == "waiting"
    again.clock.now += 60
    assert (await again.record(task_id))["data"]["state"] == "success"


async def test_uploads_expire(start):
    service = start(upload_life_s=100)
    await service.post("/api/file-base64-upload", {"base64Data": "aGk=", "uploadPath": "x", "fileName": "a"})
    service.clock.now += 100
    assert (await service.http.get("/uploads/x/a")).status_code == 200
    service.clock.now += 1
    assert (await service.http.get("/uploads/x/a")).status_code == 404


@pytest.mark.parametrize("latency_s", [0.0])
async def test_no_latency_means_done_at_once(start, latency_s):
    service = start(latency_s=latency_s)
    assert (await service.record(await service.create()))["data"]["state"] == "success"


async def test_a_result_handed_in_again_is_known_after_a_restart(tmp_path, clock):
    state = tmp_path / "sandbox.db"
    ledger = Ledger(SandboxOptions(state=state), clock)
    task = ledger.create(CreateRequest("nano-banana-pro", {"prompt": "a coin"}), 18, Fate())
    ledger.note_result("abc", task, 1)
    ledger.close()
    again = Ledger(SandboxOptions(state=state), clock)
    found = again.result("abc")
    assert found is not None
    assert (found[0].id, found[1]) == (task.id, 1)
    assert again.result("def") is None
    again.close()
