"""Processes that work on pixels while the network waits.

Processes rather than threads: they export as many pictures a second (``benchmarks/export.py``), and
importing rembg would hold up the event loop for more than a second. Each process has a pipe of its own
and one job at a time, so that a picture which kills its worker costs that one asset and no other.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import sys
import threading
import traceback
import warnings
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import TracebackType
from typing import Any, ClassVar, Protocol, Self, cast

from pipeline.deliver.cores import cores
from pipeline.deliver.cutouts import CutoutJob, CutoutResult, cut
from pipeline.deliver.prepare import PrepareJob, PrepareResult, prepare
from pipeline.deliver.process import PictureJob, PictureResult, process
from pipeline.errors import PipelineError, ProcessError, UsageError, clean
from pipeline.picture.cutout.warm import warm

DEADLINE_S = 300.0
"""Longest work on one picture; alpha matting at 4096 × 4096 px was measured at 23 s."""

_MOST = 4  # by default: more cores than that are worth asking for
_MOST_ASKED = 256
_GOODBYE_S = 2.0
_LAST_BREATH_S = 0.5  # between a closed pipe and the exit code

_starting = threading.Lock()  # multiprocessing keeps its list of children without one


class Workers(Protocol):
    """Something that runs picture jobs without holding up the event loop."""

    async def run(self, job: PictureJob) -> PictureResult:
        """Do one job, waiting for a free worker. Raises ``ProcessError``, ``DeliveryError``."""
        ...

    async def cut(self, job: CutoutJob) -> CutoutResult:
        """Cut out one picture file, waiting for a free worker. Raises ``ProcessError``, ``DeliveryError``."""
        ...

    async def prepare(self, job: PrepareJob) -> PrepareResult:
        """Make a picture ready to be sent, waiting for a free worker.

        Raises ``ProcessError``, ``DeliveryError``.
        """
        ...

    def prestart(self, models: Iterable[str] = ()) -> None:
        """Start what is slow to start, and load cut-out ``models``, without waiting for it."""
        ...

    async def close(self) -> None:
        """End every worker, at work or not. May be called twice."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def open_workers(spec: str | None = None, *, deadline_s: float = DEADLINE_S) -> Workers:
    """Workers as ``--workers`` names them: ``local:N``, or None for as many as there are cores, at most 4.

    Nothing is started yet. ``deadline_s`` bounds the work on one picture. Raises ``UsageError``.
    """
    return LocalWorkers(_count(spec) if spec else min(cores(), _MOST), deadline_s=deadline_s)


class LocalWorkers:
    """``count`` processes on this machine, each started when it is first needed."""

    def __init__(self, count: int, *, deadline_s: float = DEADLINE_S) -> None:
        self.count = count
        self._deadline_s = deadline_s
        threads = max(1, cores() // count)
        self._workers = [_Worker(threads) for _ in range(count)]
        self._free: asyncio.LifoQueue[_Worker] = asyncio.LifoQueue()  # the warmest first
        for worker in self._workers:
            self._free.put_nowait(worker)
        self._waiters = ThreadPoolExecutor(count, thread_name_prefix="pixels")
        self._closed = False

    async def run(self, job: PictureJob) -> PictureResult:
        """Do one job in the next free process; see ``Workers.run``.

        A job whose process dies is tried once more in a fresh one, then it is an error of its asset.
        """
        return cast("PictureResult", await self._do(job))

    async def cut(self, job: CutoutJob) -> CutoutResult:
        """Do one job in the next free process, as ``run`` does; see ``Workers.cut``."""
        return cast("CutoutResult", await self._do(job))

    async def prepare(self, job: PrepareJob) -> PrepareResult:
        """Do one job in the next free process, as ``run`` does; see ``Workers.prepare``."""
        return cast("PrepareResult", await self._do(job))

    def prestart(self, models: Iterable[str] = ()) -> None:
        """Start all idle processes and load cut-out ``models`` in each; see ``Workers.prestart``."""
        wanted = Warm(tuple(models))
        while not self._free.empty():
            self._submit(self._free.get_nowait(), wanted)

    async def close(self) -> None:
        """End all processes, busy ones by force; see ``Workers.close``."""
        self._closed = True
        await asyncio.to_thread(self._stop)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _do(self, job: PictureJob | CutoutJob | PrepareJob) -> Answer:
        worker = await self._free.get()
        if self._closed:
            self._free.put_nowait(worker)
            raise _run_ended(job.asset)
        # Shielded: a cancelled job keeps its worker until the worker is really free again.
        answer: Answer = await asyncio.shield(self._submit(worker, job))
        return answer

    def _submit(self, worker: _Worker, request: Request) -> asyncio.Future[Any]:
        future = asyncio.get_running_loop().run_in_executor(self._waiters, self._ask, worker, request)
        future.add_done_callback(lambda done: self._release(worker, done))
        return future

    def _release(self, worker: _Worker, done: asyncio.Future[Any]) -> None:
        _ = done.cancelled() or done.exception()  # nobody may be left to look at it
        self._free.put_nowait(worker)

    def _ask(self, worker: _Worker, request: Request) -> Answer:
        """Runs in a thread of ``_waiters``: blocks until ``worker`` has answered."""
        with suppress(_WorkerDied):
            return worker.ask(request, self._deadline_s)
        try:
            return worker.ask(request, self._deadline_s)
        except _WorkerDied as death:
            ended = _run_ended(request.asset) if self._closed else _gave_up(death, request)
            raise ended from None

    def _stop(self) -> None:
        for worker in self._workers:
            worker.close()
        self._waiters.shutdown(wait=True)


@dataclass(frozen=True, slots=True)
class Warm:
    """Ask a worker to load cut-out models before they are needed."""

    models: tuple[str, ...] = ()
    asset: ClassVar[str] = ""  # it is nobody's work in particular
    kept: ClassVar[str] = ""


Request = PictureJob | CutoutJob | PrepareJob | Warm
Answer = PictureResult | CutoutResult | PrepareResult | None


class _WorkerDied(Exception):
    """The process ended without an answer; the text says how."""


class _Worker:
    """One process and the pipe to it. ``ask`` is called by one thread at a time, ``close`` by any."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._asking = threading.Lock()
        self._changing = threading.Lock()
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None
        self._closed = False

    def ask(self, request: Request, deadline_s: float) -> Answer:
        """The process's answer. Raises what it raised, ``_WorkerDied``, or ``ProcessError`` when late."""
        with self._asking:
            try:
                pipe = self._open()
                pipe.send(request)
                late = not pipe.poll(deadline_s)
                answer = None if late else pipe.recv()
            except (EOFError, OSError):
                raise _WorkerDied(self._end()) from None
            if late:
                self._end()
                raise _too_late(deadline_s, request)
        if isinstance(answer, PipelineError):
            raise answer
        return cast("Answer", answer)

    def close(self) -> None:
        """End the process: by closing its pipe when it is idle, by force when it is at work."""
        with self._changing:
            self._closed = True
        if self._asking.acquire(blocking=False):
            try:
                self._end(patience_s=_GOODBYE_S)
            finally:
                self._asking.release()
        elif self._process is not None:
            self._process.kill()

    def _open(self) -> Connection:
        with self._changing:
            if self._closed:
                raise EOFError
            if self._pipe is None:
                self._process, self._pipe = _start(self._threads)
            return self._pipe

    def _end(self, patience_s: float = 0.0) -> str:
        """Make sure the process is gone; how it went."""
        with self._changing:
            process, pipe = self._process, self._pipe
            self._process = self._pipe = None
        if process is None or pipe is None:
            return "never started"
        pipe.close()
        process.join(patience_s or _LAST_BREATH_S)
        if process.is_alive():
            process.kill()
            process.join()
        return _describe(process.exitcode)


def _start(threads: int) -> tuple[SpawnProcess, Connection]:
    """A fresh interpreter: a fork would copy locks held by the event loop's threads."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    child = context.Process(target=serve, args=(theirs, threads), name="pixels", daemon=True)
    with _starting, _without_interrupts():
        child.start()
    theirs.close()
    return child, ours


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Ctrl-C reaches the whole terminal group: what is started here is born deaf to it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # its first start lets Ctrl-C through again: so before, not within
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def serve(pipe: Connection, threads: int) -> None:
    """The life of a worker process: answer requests until the other end of ``pipe`` is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.dup2(2, 1)  # standard output belongs to the results of the command
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    with suppress(EOFError, OSError):
        while True:
            pipe.send(answer(pipe.recv(), threads))


def answer(request: Request, threads: int) -> Answer | PipelineError:
    """Do what is asked; every error becomes one that can be sent back and read."""
    try:
        return _do(request, threads)
    except PipelineError as error:
        return error
    except MemoryError:
        return ProcessError("There is not enough memory for this picture.", asset=request.asset)
    except Exception as error:  # noqa: BLE001  one picture's surprise must not stop the others
        surprise = ProcessError(
            f"Unexpected {type(error).__name__} while working on the picture: {clean(error)}",
            hint=f"{request.kept} This is a bug of pipeline's: please report it.",
            asset=request.asset,
        )
        surprise.add_note(traceback.format_exc())
        return surprise


def _do(request: Request, threads: int) -> Answer:
    match request:
        case Warm():
            warm(request.models, threads=threads)
            return None
        case CutoutJob():
            return cut(request, threads=threads)
        case PrepareJob():
            return prepare(request, threads=threads)
        case PictureJob():
            return process(request, threads=threads)


def _leave_with_parent() -> None:  # pragma: no cover  (ends without writing coverage data)
    """Leave when the parent is gone, killed or not: no orphan keeps computing."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _count(spec: str) -> int:
    kind, _, number = spec.partition(":")
    if kind != "local" or not number.isdecimal() or not 1 <= int(number) <= _MOST_ASKED:
        raise UsageError(
            f"Not a place for workers: {clean(spec)}.",
            hint=f"Use local:N with N from 1 to {_MOST_ASKED}, for instance local:2.",
        )
    return int(number)


def _run_ended(asset: str) -> ProcessError:
    return ProcessError("The run ended before this picture was done.", asset=asset)


def _gave_up(death: _WorkerDied, request: Request) -> ProcessError:
    return ProcessError(
        f"The process working on this picture died twice: {death}.",
        hint=f"{request.kept} Too little memory is the usual reason: try --workers local:1.",
        asset=request.asset,
    )


def _too_late(deadline_s: float, request: Request) -> ProcessError:
    return ProcessError(
        f"Work on this picture took longer than {deadline_s:g} s and was stopped.",
        hint=f"{request.kept} Alpha matting on a large picture is the usual reason.",
        asset=request.asset,
    )


def _describe(exit_code: int | None) -> str:
    if exit_code is None or exit_code >= 0:
        return f"exit code {exit_code}"
    with suppress(ValueError):
        return f"ended by {signal.Signals(-exit_code).name}"
    return f"ended by signal {-exit_code}"
