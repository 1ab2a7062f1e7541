"""A scripted service behind the provider protocol; keeps a ledger of what it was asked."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from virtual_time import VirtualClock

from pipeline.errors import DownloadFailed, OutcomeUnknown, ProviderError
from pipeline.generate.provider import Download, TaskStatus


def png(text: str) -> bytes:
    """A small opaque picture; another text, another picture."""
    from PIL import Image

    red, green, blue, *_ = hashlib.sha256(text.encode()).digest()
    stream = io.BytesIO()
    Image.new("RGB", (64, 64), (red, green, blue)).save(stream, "png")
    return stream.getvalue()


@dataclass
class Script:
    """What happens to creates whose prompt is this script's."""

    answers: list[ProviderError | None] = field(
        default_factory=list
    )  # one a create; None and after: accepted
    latency_s: float = 20.0
    unseen_s: float = 0.0  # how long recordInfo does not know it
    ends: TaskStatus | None = None  # instead of success
    polls: list[ProviderError] = field(default_factory=list)  # raised by the first polls
    fetches: list[ProviderError] = field(default_factory=list)
    create_s: float = 0.3
    lost: int = 0  # so many creates are accepted, and their answers lost
    blips: list[tuple[float, float, TaskStatus]] = field(default_factory=list)  # from, to, odd answer


@dataclass
class Made:
    """One accepted create."""

    task_id: str
    prompt: str
    inputs: Mapping[str, Any]
    at: float
    polled: list[float] = field(default_factory=list)
    callback_url: str = ""

    @property
    def token(self) -> str:
        return self.callback_url.rpartition("/")[2]


class FakeService:
    """Implements ``Provider``."""

    name = "fake"
    account = "fake"
    synchronous = False

    def __init__(self, clock: VirtualClock, **scripts: Script) -> None:
        self._clock = clock
        self.scripts = scripts
        self.usual = Script()
        self.credits = 1000.0
        self.made: dict[str, Made] = {}
        self.asked: list[float] = []  # when a create arrived
        self.uploads: list[str] = []
        self.fetched: list[str] = []
        self.charged: float | None = 18.0

    def script(self, prompt: str) -> Script:
        return self.scripts.get(prompt.replace(" ", "_"), self.usual)

    def created(self, prompt: str) -> list[Made]:
        return [made for made in self.made.values() if made.prompt == prompt]

    async def balance(self) -> float:
        return self.credits

    async def create(self, model: str, inputs: Mapping[str, Any], callback_url: str | None = None) -> str:
        script = self.script(inputs["prompt"])
        self.asked.append(self._clock.monotonic())
        await self._clock.sleep(script.create_s)
        answer = script.answers.pop(0) if script.answers else None
        if answer is not None:
            raise answer
        task_id = f"task-{len(self.made) + 1}"
        made = Made(task_id, inputs["prompt"], dict(inputs), self._clock.monotonic())
        made.callback_url = callback_url or ""
        self.made[task_id] = made
        if script.lost:
            script.lost -= 1
            raise OutcomeUnknown("the answer was lost")
        return task_id

    async def status(self, task_id: str) -> TaskStatus:
        made = self.made.get(task_id)
        if made is None:
            return TaskStatus("missing")
        return replace(self._status(made), callback_url=made.callback_url)

    def _status(self, made: Made) -> TaskStatus:
        script = self.script(made.prompt)
        now = self._clock.monotonic()
        made.polled.append(now - made.at)
        if script.polls:
            raise script.polls.pop(0)
        for begin, end, odd in script.blips:
            if begin <= now - made.at < end:
                return odd
        if now - made.at < script.unseen_s:
            return TaskStatus("missing")
        if now - made.at < script.latency_s:
            return TaskStatus("generating", "generating", progress=50)
        urls = (f"https://cdn/{made.task_id}",)
        return script.ends or TaskStatus("success", urls=urls, credits=self.charged)

    async def upload(self, path: Path, sha256: str) -> str:
        self.uploads.append(sha256)
        await self._clock.sleep(0.5)
        return f"https://uploads/{sha256}"

    async def fetch(self, url: str, target: Path) -> Download:
        script = self.script(self.made[url.rpartition("/")[2].partition("#")[0]].prompt)
        if script.fetches:
            raise script.fetches.pop(0)
        if url.endswith("#gone"):
            raise DownloadFailed("HTTP 404")
        self.fetched.append(url)
        await self._clock.sleep(0.8)
        data = png(url)
        target.write_bytes(data)  # noqa: ASYNC240 a few bytes
        return Download(hashlib.sha256(data).hexdigest(), "png", len(data), 64, 64)

    async def aclose(self) -> None:
        """Nothing is open."""
