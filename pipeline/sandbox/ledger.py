"""What the sandbox remembers: tasks, uploads, credits and the rate window, in one SQLite file.

A task's state follows from its creation time and latency, so nothing has to be running for it to finish.
"""

from __future__ import annotations

import json
import math
import random
import sqlite3
import uuid
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from pipeline.clock import Clock
from pipeline.providers.kie.wire import CreateRequest, encode
from pipeline.sandbox.faults import Answer, Failure, Fate
from pipeline.sandbox.options import SandboxOptions

State = Literal["waiting", "queuing", "generating", "success", "fail"]

QUEUED_FROM, RUNNING_FROM = 0.15, 0.25  # shares of the latency after which the state changes
SKEW = 0.35  # sigma of the log-normal latency: the slowest of 100 tasks takes about 2.3 times the median

SCHEMA = """
CREATE TABLE IF NOT EXISTS tasks (
    number INTEGER PRIMARY KEY, id TEXT UNIQUE, param TEXT, created_s REAL, latency_s REAL,
    credits REAL, fail_code TEXT, fail_message TEXT, called_back INTEGER DEFAULT 0);
CREATE TABLE IF NOT EXISTS fates (
    number INTEGER PRIMARY KEY, fault TEXT, answer TEXT);
CREATE TABLE IF NOT EXISTS uploads (
    path TEXT PRIMARY KEY, mime TEXT, data BLOB, uploaded_s REAL);
CREATE TABLE IF NOT EXISTS results (
    sha256 TEXT PRIMARY KEY, task TEXT, place INTEGER);
"""
TASKS = """
SELECT tasks.*, coalesce(fault, ''), coalesce(answer, 'sent')
FROM tasks LEFT JOIN fates USING (number) ORDER BY number
"""


@dataclass
class Task:
    """An accepted create. ``param`` is the create body as JSON text; times are epoch seconds.

    ``fault`` is what is wrong with it, "" for nothing; ``answer`` is what became of the one that told its id.
    """

    number: int
    id: str
    param: str
    created_s: float
    latency_s: float
    credits: float
    failure: Failure | None = None
    called_back: bool = False
    fault: str = ""
    answer: Answer = "sent"

    @cached_property
    def body(self) -> dict[str, Any]:
        """The create body: ``model``, ``callBackUrl``, ``input``."""
        body: dict[str, Any] = json.loads(self.param)
        return body

    @property
    def model(self) -> str:
        """The model's id."""
        return str(self.body["model"])

    @property
    def inputs(self) -> dict[str, Any]:
        """The model's inputs as they were sent."""
        inputs: dict[str, Any] = self.body["input"]
        return inputs

    @property
    def done_s(self) -> float:
        """When it ends, epoch seconds; infinite for a task that is stuck."""
        return math.inf if self.fault == "stuck" else self.created_s + self.latency_s

    def state(self, now_s: float) -> State:
        """The state at a moment."""
        if now_s >= self.done_s:
            return "fail" if self.failure else "success"
        share = (now_s - self.created_s) / self.latency_s
        if share >= RUNNING_FROM:
            return "generating"
        return "queuing" if share >= QUEUED_FROM else "waiting"

    def changed_s(self, now_s: float) -> float:
        """When it entered the state it is in, epoch seconds."""
        shares = {"waiting": 0.0, "queuing": QUEUED_FROM, "generating": RUNNING_FROM}
        return self.created_s + self.latency_s * shares.get(self.state(now_s), 1.0)


@dataclass(frozen=True, slots=True)
class Upload:
    """A stored file; ``path`` is ``uploadPath/fileName``."""

    path: str
    mime: str
    data: bytes
    uploaded_s: float


class Ledger:
    """One account. Not thread-safe: it belongs to the event loop."""

    def __init__(self, options: SandboxOptions, clock: Clock) -> None:
        self._options = options
        self._clock = clock
        self._database = _open(options)
        self._tasks = {task.id: task for task in self._read_tasks()}
        self._offset_s = max(0.0, self._latest_s() - clock.time())
        self._recent = deque(self._restored_window())
        self.window_peak = len(self._recent)
        self.requests: Counter[str] = Counter()
        self.refusals: Counter[int] = Counter()

    def now_s(self) -> float:
        """Epoch seconds, never before anything written down: a scaled clock starts again at real time."""
        return self._clock.time() + self._offset_s

    @property
    def database(self) -> sqlite3.Connection:
        """The file itself, for whoever else has to remember something."""
        return self._database

    # the account

    def balance(self) -> float:
        """Credits left: every create is charged at once, a failed task is refunded when it ends."""
        now_s = self.now_s()
        spent = sum(self.charged(task, now_s) for task in self._tasks.values())
        return round(self._options.credits - spent, 4)

    def charged(self, task: Task, now_s: float) -> float:
        """Credits a task costs at a moment."""
        return 0.0 if task.state(now_s) == "fail" else task.credits

    def admit(self) -> bool:
        """Take a place in the sliding window of creates, if there is one."""
        now_s = self.now_s()
        while self._recent and now_s - self._recent[0] >= self._options.window_s:
            self._recent.popleft()
        if len(self._recent) >= self._options.window_creates:
            return False
        self._recent.append(now_s)
        self.window_peak = max(self.window_peak, len(self._recent))
        return True

    # tasks

    def create(self, request: CreateRequest, price: float, fate: Fate) -> Task:
        """Accept a task, charge ``price`` credits, and settle what will become of it."""
        number = len(self._tasks) + 1
        task = Task(
            number=number,
            id=uuid.uuid4().hex,
            param=encode(request.to_json()).decode(),
            created_s=self.now_s(),
            latency_s=self._draw_latency(number),
            credits=price,
            failure=fate.failure,
            fault=fate.fault,
            answer=fate.answer,
        )
        self._tasks[task.id] = task
        self._keep(task)
        return task

    def _keep(self, task: Task) -> None:
        failure = task.failure
        if task.fault or task.answer != "sent":  # first: a task that is known is known with its fate
            self._database.execute(
                "INSERT INTO fates VALUES (?, ?, ?)", (task.number, task.fault, task.answer)
            )
        self._database.execute(
            "INSERT INTO tasks VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)",
            (
                *(task.number, task.id, task.param, task.created_s, task.latency_s, task.credits),
                *((failure.code, failure.message) if failure else (None, None)),
            ),
        )

    def task(self, task_id: str) -> Task | None:
        """The task of that id, unless unknown or not visible yet."""
        task = self._tasks.get(task_id)
        if task is None or self.now_s() < task.created_s + self._options.visible_after_s:
            return None
        return task

    def tasks(self) -> Iterator[Task]:
        """Every task in the order of creation."""
        return iter(self._tasks.values())

    def earlier(self, task: Task) -> int:
        """How many tasks before this one had the same model and inputs."""
        same = (one for one in self._tasks.values() if one.number < task.number and one.model == task.model)
        return sum(one.inputs == task.inputs for one in same)

    def note_callback(self, task: Task) -> None:
        """Remember that a task's callback was delivered, or given up."""
        task.called_back = True
        self._database.execute("UPDATE tasks SET called_back = 1 WHERE number = ?", (task.number,))

    def note_result(self, sha256: str, task: Task, place: int) -> None:
        """Remember which result of a task a file is, in case somebody hands it in again."""
        self._database.execute("INSERT OR REPLACE INTO results VALUES (?, ?, ?)", (sha256, task.id, place))

    def result(self, sha256: str) -> tuple[Task, int] | None:
        """The task and result number of a file that was made here; None for any other file."""
        row = self._database.execute("SELECT task, place FROM results WHERE sha256 = ?", (sha256,)).fetchone()
        task = self._tasks.get(row[0]) if row else None
        return (task, row[1]) if task else None

    # uploads

    def store(self, path: str, mime: str, data: bytes) -> Upload:
        """Keep a file; the same path overwrites."""
        upload = Upload(path, mime, data, self.now_s())
        self._database.execute(
            "INSERT OR REPLACE INTO uploads VALUES (?, ?, ?, ?)", (path, mime, data, upload.uploaded_s)
        )
        return upload

    def upload(self, path: str) -> Upload | None:
        """The file of that path unless it has expired."""
        row = self._database.execute(
            "SELECT path, mime, data, uploaded_s FROM uploads WHERE path = ?", (path,)
        ).fetchone()
        if row is None or self.now_s() > row[3] + self._options.upload_life_s:
            return None
        return Upload(*row)

    def upload_paths(self) -> list[str]:
        """Paths of all stored files, oldest first."""
        return [
            path for (path,) in self._database.execute("SELECT path FROM uploads ORDER BY uploaded_s, path")
        ]

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    # inside

    def _draw_latency(self, number: int) -> float:
        draw = random.Random(f"{self._options.seed}:{number}")
        return self._options.latency_s * draw.lognormvariate(0.0, SKEW)

    def _read_tasks(self) -> Iterator[Task]:
        for row in self._database.execute(TASKS):
            number, task_id, param, created_s, latency_s, price, code, message, called, fault, answer = row
            failure = Failure(code, message) if code is not None else None
            yield Task(
                *(number, task_id, param, created_s, latency_s, price, failure),
                called_back=bool(called),
                fault=fault,
                answer=answer,
            )

    def _latest_s(self) -> float:
        uploaded = self._database.execute("SELECT max(uploaded_s) FROM uploads").fetchone()[0] or 0.0
        return max([uploaded, *(task.created_s for task in self._tasks.values())])

    def _restored_window(self) -> list[float]:
        since_s = self.now_s() - self._options.window_s
        return [task.created_s for task in self._tasks.values() if task.created_s > since_s]


def _open(options: SandboxOptions) -> sqlite3.Connection:
    if options.state is not None:
        options.state.parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(options.state or ":memory:", isolation_level=None, check_same_thread=False)
    # a killed process loses nothing that reached the system; only a power cut could, and this is a stand-in
    database.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;" + SCHEMA)
    return database
