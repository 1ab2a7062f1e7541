"""Results as clients fetch them: their URLs, how long they live, and the files behind them."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import parse_qs, unquote, urlsplit

from pipeline.recipe.catalogue import load
from pipeline.sandbox import canvas, still, studio
from pipeline.sandbox.ledger import Ledger, Task
from pipeline.sandbox.options import SandboxOptions

UPLOAD_HOST = "tempfile.redpandaai.co"
LINK_LIFE_S = 20 * 60
MEDIA_LIFE_S = 14 * 24 * 3600  # how long a download link can still bring back an expired result
CACHE_BYTES = 64 * 2**20
PAINTERS = 2

# one 16 × 16 picture for all, for runs that measure everything but painting
TINY_PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAGUlEQVR4nGN84zGTgRTARJLqUQ2jGoaUBgC05AHtdqbDdwAAAABJRU5ErkJggg=="
)


class Results:
    """Names, signs and paints results. Belongs to the event loop; painting happens in threads."""

    def __init__(self, options: SandboxOptions, ledger: Ledger) -> None:
        self._options = options
        self._ledger = ledger
        self._catalogue = load(options.models)
        self._finished = _BoundedCache(CACHE_BYTES)
        self._prepared = False
        self._under_way: dict[str, asyncio.Future[bytes]] = {}
        self._painters = ThreadPoolExecutor(PAINTERS, thread_name_prefix="painter")

    def urls(self, task: Task, base: str) -> list[str]:
        """Where the results of a finished task are served."""
        model = studio.known(task.model, self._catalogue)
        kind = "mp4" if model.kind == "video" else canvas.picture_format(model, task.inputs)
        return [f"{base}/files/{task.id}/{index}.{kind}" for index in range(canvas.result_count(task.inputs))]

    def find(self, url: str) -> tuple[Task, int] | None:
        """The finished task and result number a result URL names, expired or not."""
        parts = urlsplit(url).path.removeprefix("/files/").split("/")
        if len(parts) != 2:  # noqa: PLR2004 - task and file
            return None
        task, index = self._ledger.task(parts[0]), parts[1].split(".")[0]
        if task is None or task.state(self._ledger.now_s()) != "success" or not index.isdecimal():
            return None
        return (task, int(index)) if int(index) < canvas.result_count(task.inputs) else None

    def is_live(self, task: Task, query: str) -> bool:
        """Whether a result may be fetched: fresh enough, or through a valid download link."""
        age_s = self._ledger.now_s() - task.done_s
        if age_s <= self._options.result_life_s:
            return True
        return age_s <= MEDIA_LIFE_S and self.is_link(task, query)

    def is_link(self, task: Task, query: str) -> bool:
        """Whether a result's query is that of a valid download link."""
        return self._is_signed(task.id, query)

    def link(self, task: Task, url: str) -> str:
        """A download link for a result URL: valid 20 minutes, also after the result itself has expired."""
        until = int(self._ledger.now_s() + LINK_LIFE_S)
        return f"{url.split('?', maxsplit=1)[0]}?until={until}&signature={self._sign(task.id, until)}"

    async def file(self, task: Task, index: int) -> bytes:
        """The bytes of a result, painted when first asked for and kept while there is room."""
        if self._options.picture == "tiny":
            return TINY_PNG if studio.known(task.model, self._catalogue).kind == "image" else still.tiny()
        name = f"{task.id}/{index}"
        if (known := self._finished.get(name)) is not None:
            return known
        if name not in self._under_way:
            self._under_way[name] = asyncio.ensure_future(self._paint(task, index))
            self._under_way[name].add_done_callback(lambda _: self._under_way.pop(name))
        data = await asyncio.shield(self._under_way[name])
        self._finished.put(name, data)
        self._ledger.note_result(hashlib.sha256(data).hexdigest(), task, index)
        return data

    def prepare(self) -> None:
        """Load what painting needs, in a painter's thread, while the first task is still waiting."""
        if not self._prepared and self._options.picture == "painted":
            self._prepared = True
            self._painters.submit(studio.prepare)

    def close(self) -> None:
        """Stop painting."""
        self._painters.shutdown(wait=False, cancel_futures=True)

    async def _paint(self, task: Task, index: int) -> bytes:
        job = await self._job(task, index)
        return await asyncio.get_running_loop().run_in_executor(self._painters, studio.produce, job)

    async def _job(self, task: Task, index: int) -> studio.Job:
        urls = canvas.pictures(studio.known(task.model, self._catalogue), task.inputs)
        sources = [await self._source(url) for url in urls]
        take = self._ledger.earlier(task) if self._options.vary else 0
        variant = index + take * canvas.result_count(task.inputs)
        job = studio.Job(task.model, task.inputs, variant, tuple(sources), catalogue=self._catalogue)
        origin = self._origin(urls[0], sources[0]) if job.new_backdrop else None
        return replace(job, original=await self._job(*origin)) if origin else job

    def _origin(self, url: str, source: bytes | str) -> tuple[Task, int] | None:
        """Which of our results a picture is, by its address or, if it was handed in again, by its bytes."""
        if found := self.find(url):
            return found
        return self._ledger.result(hashlib.sha256(source).hexdigest()) if isinstance(source, bytes) else None

    def upload(self, url: str) -> bytes | None:
        """The file that was handed over under a URL; None where the URL is no upload's."""
        found = self._ledger.upload(upload_path(url))
        return found.data if found else None

    async def source(self, url: str) -> bytes:
        """The file behind a URL, or a painted stand-in for one that is not ours."""
        source = await self._source(url)
        if isinstance(source, bytes):
            return source
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._painters, studio.stand_in_file, source)

    async def _source(self, url: str) -> bytes | str:
        """A reference: our own results and uploads by their bytes, anything else by its URL."""
        if upload := self._ledger.upload(upload_path(url)):
            return upload.data
        if found := self.find(url):
            return await self.file(*found)
        return url

    def _is_signed(self, task_id: str, query: str) -> bool:
        values = {name: found[0] for name, found in parse_qs(query).items()}
        until = values.get("until", "")
        if not until.isdecimal() or int(until) < self._ledger.now_s():
            return False
        return hmac.compare_digest(values.get("signature", ""), self._sign(task_id, int(until)))

    def _sign(self, task_id: str, until: int) -> str:
        text = f"{task_id}.{until}".encode()
        return hmac.new(self._options.key.encode(), text, hashlib.sha256).hexdigest()


def upload_path(url: str) -> str:
    """The path of a stored upload that a public or local upload URL names; "" for other URLs."""
    parts = urlsplit(url)
    if parts.hostname == UPLOAD_HOST:
        return unquote(parts.path.removeprefix("/kieai/"))
    return unquote(parts.path.removeprefix("/uploads/")) if parts.path.startswith("/uploads/") else ""


class _BoundedCache:
    """Files by name, the least recently used dropped first."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._files: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0

    def get(self, name: str) -> bytes | None:
        if name in self._files:
            self._files.move_to_end(name)
        return self._files.get(name)

    def put(self, name: str, data: bytes) -> None:
        self._bytes += len(data) - len(self._files.pop(name, b""))
        self._files[name] = data
        while self._bytes > self._most_bytes and len(self._files) > 1:
            self._bytes -= len(self._files.popitem(last=False)[1])
