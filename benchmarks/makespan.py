"""How long N assets take, first create to last file, beside what is possible and what scripts do.

The real engine, journal, store and HTTP client against the sandbox over loopback, with time scaled
down uniformly: the sandbox's latencies and rate window, the network's delays, every pause and the pixel
work alike.

    python benchmarks/makespan.py            # N = 10, 100, 400; about four minutes
    python benchmarks/makespan.py --quick    # N = 10, 100

Compared in the same run:
  bound    max(window-limited submission + slowest latency, pixel work / workers)
  strict   the same with each task's own latency after its own earliest create: nothing can beat it, not even
           with a network without delays and pixels that cost nothing
  engine   pipeline's own
  barrier  a well-parallelised script: each phase in parallel, polls every 3 s, but phase after phase
  script   the usual generator script: submit all, poll all at 5 s × 1.5 up to 30 s, then download one after
           another and remove backgrounds one after another
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx

from pipeline.clock import Clock, SystemClock
from pipeline.deliver.store import LocalStore
from pipeline.errors import Location, RateLimited
from pipeline.events import Event
from pipeline.generate.engine import Engine, Limits
from pipeline.generate.job import Bought, Delivery, Job
from pipeline.generate.journal import Journal
from pipeline.plan.build import build
from pipeline.plan.decide import Facts, Wishes
from pipeline.providers.kie.client import KieProvider
from pipeline.recipe.spec import Asset, Recipe, Request
from pipeline.sandbox.embedded import EmbeddedSandbox
from pipeline.sandbox.options import SandboxOptions

LATENCY_S = 20.0  # median; log-normal, the slowest of 100 takes about 2.3 times as long
ROUND_TRIP_S = 0.3
DOWNLOAD_S = 0.8
PIXELS_S = 0.35
PIXEL_WORKERS = 2
WINDOW_S, WINDOW_CREATES = 10.0, 20
MODEL = "nano-banana-pro"
GOALS = {10: (1.08, None), 100: (1.05, 2.1), 400: (1.05, 2.7)}
# Loopback, fsync and decoding do not get faster with time, so the fewer assets the less it is scaled.
SPEEDS = {10: 2.0, 100: 5.0, 400: 10.0}


class SlowNetwork(httpx.AsyncBaseTransport):
    """Real HTTP with the delays of a real network in front, in scaled time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._inner = httpx.AsyncHTTPTransport(
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=64, keepalive_expiry=1.0)
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        far = DOWNLOAD_S if "/files/" in request.url.path else ROUND_TRIP_S
        await self._clock.sleep(far)
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


class Pixels:
    """Cut-out and export of one asset on one of the workers, as time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._free = asyncio.Semaphore(PIXEL_WORKERS)

    async def work(self) -> None:
        async with self._free:
            await self._clock.sleep(PIXELS_S)


def inputs_of(number: int) -> dict[str, Any]:
    return {
        "prompt": f"icon number {number}",
        "aspect_ratio": "1:1",
        "resolution": "1K",
        "output_format": "png",
    }


async def run_engine(count: int, provider: KieProvider, clock: Clock, folder: Path) -> None:
    where = Location("benchmark.yaml", 1, 1)
    assets = tuple(
        Asset(f"icon-{n}", Request(MODEL, inputs_of(n)), where, filename=f"icon-{n}", price=18.0)
        for n in range(count)
    )
    recipe = Recipe("benchmark", "benchmark.yaml", folder / "benchmark.yaml", folder, folder / "out", assets)
    steps = build(recipe, {asset.name: Facts() for asset in assets}, {}, lambda _: Wishes())
    journal = Journal(folder / "journal.db", clock)
    engine = Engine(
        provider=provider,
        journal=journal,
        store=LocalStore(folder / "store"),
        clock=clock,
        limits=Limits(),
        emit=ignore_event,
        file_digests={},
    )
    pixels = Pixels(clock)

    async def deliver(_job: Job, _bought: Bought) -> Delivery:
        await pixels.work()
        return Delivery()

    outcomes = await engine.run([Job(recipe, step.asset, step.action) for step in steps], deliver)
    journal.close()
    assert all(outcome.status == "delivered" for outcome in outcomes), "every asset must be delivered"


def ignore_event(_event: Event) -> None:
    """A benchmark has no screen."""


async def submit_all(count: int, provider: KieProvider, clock: Clock) -> list[str]:
    """Twenty at a time, then a pause of a whole window: what scripts do."""
    tasks: list[str] = []
    for start in range(0, count, WINDOW_CREATES):
        if start:
            await clock.sleep(WINDOW_S)
        batch = [submit(n, provider, clock) for n in range(start, min(start + WINDOW_CREATES, count))]
        tasks += await asyncio.gather(*batch)
    return tasks


async def submit(number: int, provider: KieProvider, clock: Clock) -> str:
    while True:
        try:
            return await provider.create(MODEL, inputs_of(number))
        except RateLimited:
            await clock.sleep(1.0)


async def poll_until_done(
    task_id: str, provider: KieProvider, clock: Clock, pauses: Callable[[int], float]
) -> str:
    asked = 0
    while True:
        await clock.sleep(pauses(asked))
        asked += 1
        status = await provider.status(task_id)
        if status.state == "success":
            return status.urls[0]


async def run_barrier(count: int, provider: KieProvider, clock: Clock, folder: Path) -> None:
    tasks = await submit_all(count, provider, clock)
    urls = await asyncio.gather(*(poll_until_done(t, provider, clock, lambda _: 3.0) for t in tasks))
    await asyncio.gather(*(provider.fetch(url, folder / f"{n}.png") for n, url in enumerate(urls)))
    pixels = Pixels(clock)
    await asyncio.gather(*(pixels.work() for _ in urls))


async def run_script(count: int, provider: KieProvider, clock: Clock, folder: Path) -> None:
    tasks = await submit_all(count, provider, clock)

    def growing(asked: int) -> float:
        return min(5.0 * 1.5**asked, 30.0)

    urls = await asyncio.gather(*(poll_until_done(task, provider, clock, growing) for task in tasks))
    for number, url in enumerate(urls):
        await provider.fetch(url, folder / f"{number}.png")
    for _ in urls:
        await clock.sleep(PIXELS_S)


WORKFLOWS: dict[str, Callable[[int, KieProvider, Clock, Path], Awaitable[None]]] = {
    "engine": run_engine,
    "barrier": run_barrier,
    "script": run_script,
}


async def measure(workflow: str, count: int, url: str, speed: float) -> dict[str, Any]:
    """One workflow in this process: seconds of scaled time, peak resident bytes, and what the bound is."""
    clock = SystemClock(speed)
    provider = KieProvider(url, url, "sandbox", transport=SlowNetwork(clock), clock=clock)
    with tempfile.TemporaryDirectory() as folder:
        started = clock.monotonic()
        await WORKFLOWS[workflow](count, provider, clock, Path(folder))
        seconds = clock.monotonic() - started
    async with httpx.AsyncClient() as http:
        ledger = (await http.get(f"{url}/sandbox/ledger")).json()
    await provider.aclose()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {"seconds": seconds, "peak": peak, **facts_of(ledger, count)}


def facts_of(ledger: dict[str, Any], count: int) -> dict[str, Any]:
    latencies = [create["latency_s"] for create in ledger["creates"]]
    assert len(latencies) == count, f"{len(latencies)} creates for {count} assets"
    submission = (count - 1) // WINDOW_CREATES * WINDOW_S
    strict = max(n // WINDOW_CREATES * WINDOW_S + seconds for n, seconds in enumerate(latencies))
    work = count * PIXELS_S / PIXEL_WORKERS
    polls = ledger["requests"]["GET /api/v1/jobs/recordInfo"]
    return {
        "bound": max(submission + max(latencies), work),
        "strict": max(strict, work),
        "polls": polls / count,
        "refused": sum(ledger["refused"].values()),
    }


def measure_apart(workflow: str, count: int, speed: float) -> dict[str, Any]:
    """One workflow in a process and against a sandbox of its own."""
    options = SandboxOptions(latency_s=LATENCY_S, speed=speed, credits=1e9, picture="tiny")
    with EmbeddedSandbox(options) as url:
        command = [sys.executable, __file__, "--one", workflow, "--count", str(count), "--url", url]
        done = subprocess.run([*command, "--speed", str(speed)], check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def table(counts: list[int], speed: float) -> None:
    print(f"Median latency {LATENCY_S:g} s; seconds of scaled time, 'speed' × faster than real.")
    print(
        f"Network: {ROUND_TRIP_S} s a round trip, {DOWNLOAD_S} s a download; pixels: {PIXELS_S} s an asset.\n"
    )
    heads = (
        "N",
        "speed",
        "workflow",
        "seconds",
        "bound",
        "× bound",
        "× strict",
        "× engine",
        "polls/asset",
        "429s",
        "peak MB",
    )
    print("{:>4} {:>5} {:9} {:>8} {:>7} {:>8} {:>9} {:>9} {:>12} {:>5} {:>8}".format(*heads))
    for count in counts:
        engine, fast = 0.0, speed or SPEEDS[count]
        for workflow in WORKFLOWS:
            found = measure_apart(workflow, count, fast)
            seconds = found["seconds"]
            engine = engine or seconds
            print(
                f"{count:>4} {fast:>5g} {workflow:9} {seconds:8.1f} {found['bound']:7.1f}"
                f" {seconds / found['bound']:8.3f} {seconds / found['strict']:9.3f} {seconds / engine:9.2f}"
                f" {found['polls']:12.1f} {found['refused']:5} {found['peak'] / 1e6:8.0f}",
                flush=True,
            )
        near, faster = GOALS.get(count, (None, None))
        if near is not None:
            goal = f"goal: engine within {near} × bound"
            print(f"     {goal}" + (f", script at least {faster} × engine" if faster else ""), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--speed", type=float, help="the same for every N")
    parser.add_argument("--one", choices=WORKFLOWS, help=argparse.SUPPRESS)
    parser.add_argument("--count", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        found = asyncio.run(measure(arguments.one, arguments.count, arguments.url, arguments.speed))
        print(json.dumps(found))
    else:
        table([10, 100] if arguments.quick else [10, 100, 400], arguments.speed)


if __name__ == "__main__":
    main()
