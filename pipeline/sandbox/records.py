"""A task as ``recordInfo`` and callbacks show it at a moment."""

from __future__ import annotations

from typing import Any

from pipeline.providers.kie import wire
from pipeline.providers.kie.wire import TaskRecord
from pipeline.sandbox.ledger import Ledger, Task
from pipeline.sandbox.options import SandboxOptions
from pipeline.sandbox.results import Results

_MS = 1000


class Records:
    """Writes task records for one sandbox."""

    def __init__(self, options: SandboxOptions, ledger: Ledger, results: Results) -> None:
        self._cost_time_unit = _MS if options.cost_time_unit == "ms" else 1
        self._ledger = ledger
        self._results = results

    def record(self, task: Task, base: str) -> dict[str, Any]:
        """``data`` of ``recordInfo``; ``base`` is the URL results are served under."""
        return _told(task, self._at(task, base, self._ledger.now_s()).to_json())

    def callback(self, task: Task, base: str) -> dict[str, Any]:
        """The whole body of the callback of a task that has ended."""
        record = self._at(task, base, max(task.done_s, self._ledger.now_s()))
        body = record.to_callback(self._ledger.balance())
        return body | {"data": _told(task, body["data"])}

    def forged(self, task: Task) -> dict[str, Any]:
        """The body of a callback somebody else might send: this task has failed."""
        lie = TaskRecord(task.id, "fail", task.model, fail_code="500", fail_message="Forged")
        return lie.to_callback()

    def _at(self, task: Task, base: str, now_s: float) -> TaskRecord:
        state = task.state(now_s)
        done = now_s >= task.done_s
        failure = task.failure if done else None
        return TaskRecord(
            task_id=task.id,
            state=state,
            model=task.model,
            param=task.body,
            result_urls=tuple(self._results.urls(task, base)) if state == "success" else (),
            fail_code=failure.code if failure else "",
            fail_message=failure.message if failure else "",
            credits=self._ledger.charged(task, now_s),
            cost_time_ms=round(task.latency_s * self._cost_time_unit) if done else None,
            created_ms=round(task.created_s * _MS),
            completed_ms=round(task.done_s * _MS) if done else None,
            updated_ms=round(task.changed_s(now_s) * _MS),
        )


def _told(task: Task, data: dict[str, Any]) -> dict[str, Any]:
    """A record's ``data``, with its results as garbled as the task's fault wants them."""
    results = str(data["resultJson"] or "")
    if results and task.fault == "no-urls":
        return data | {"resultJson": wire.encode({"resultUrls": []}).decode()}
    if results and task.fault == "bad-result-json":
        return data | {"resultJson": results[: len(results) // 2]}
    return data
