"""Pictures per second and peak memory of the pixel steps, with one and two workers.

    python benchmarks/export.py [--quick]

"export" is one transparent original → the full-size WebP and three icons in PNG and WebP; "cut out"
puts rembg (u2netp) and the cut-out's PNG before that. "processes" are the workers a run uses, "threads"
the same function in threads of one process. Every line is measured in an interpreter of its own, warmed
up, and is the best of its rounds. Goal: two workers do at least 1.8 times the work of one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline.deliver.cores import cores
from pipeline.deliver.process import PictureJob, process
from pipeline.deliver.workers import open_workers
from pipeline.picture.cutout import weights
from pipeline.recipe.spec import Cutout, Icon

ICONS = (Icon("@1x", 24), Icon("@2x", 48), Icon("hero", 160))
GOAL = 1.8


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the table."""

    step: str  # "export", "cut out"
    kind: str  # "processes", "threads"
    px: int
    workers: int
    pictures: int
    rounds: int

    @property
    def original(self) -> str:
        """File name of the picture this case works on."""
        return f"{'flat' if self.step == 'cut out' else 'transparent'}-{self.px}.png"


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured: pictures a second, peak resident megabytes of this process and of its workers."""

    rate: float
    main_mb: float
    worker_mb: float


def cases(*, quick: bool) -> list[Case]:
    plans = [("export", 1024, 12, 3), ("cut out", 1024, 6, 2), ("export", 4096, 4, 1)]
    return [
        Case(step, kind, px, workers, pictures, rounds)
        for step, px, pictures, rounds in (plans[:2] if quick else plans)
        for kind in ("processes", "threads")
        for workers in (1, 2)
    ]


def paint(path: Path, px: int, *, transparent: bool) -> None:
    """A shaded disc with a hole, a thin part and some grain, on transparency or on white."""
    import numpy as np
    from PIL import Image, ImageDraw

    y, x = np.mgrid[0:px, 0:px] / px
    grain = np.random.default_rng(7).normal(0, 4, (px, px))
    light = 0.7 + 0.3 * np.cos(6 * np.hypot(x - 0.4, y - 0.35))
    colors = np.stack([236 - 60 * x, 72 + 90 * y, 153 + 50 * np.sin(8 * x)], -1) * light[..., None]
    subject = Image.fromarray(np.clip(colors + grain[..., None], 0, 255).astype(np.uint8))
    mask = Image.new("L", (px, px), 0)
    draw = ImageDraw.Draw(mask)
    draw.ellipse([px * 0.2, px * 0.2, px * 0.8, px * 0.8], fill=255)
    draw.ellipse([px * 0.42, px * 0.42, px * 0.58, px * 0.58], fill=0)
    draw.rectangle([px * 0.48, px * 0.05, px * 0.52, px * 0.25], fill=255)
    canvas = Image.new("RGBA" if transparent else "RGB", (px, px), (0, 0, 0, 0) if transparent else "white")
    canvas.paste(subject, (0, 0), mask)
    canvas.save(path, compress_level=1)


def jobs(case: Case, original: Path, folder: Path) -> list[PictureJob]:
    cutout = Cutout() if case.step == "cut out" else None
    made = []
    for number in range(case.pictures):
        staging = folder / str(number)
        staging.mkdir()
        made.append(
            PictureJob(f"picture-{number}", original, "png", staging, "", cutout, ICONS, ("png", "webp"))
        )
    return made


def measure(case: Case, originals: Path) -> Figure:
    with tempfile.TemporaryDirectory() as name:
        work = jobs(case, originals / case.original, Path(name))
        if case.kind == "threads":
            return in_threads(case, work)
        return asyncio.run(in_processes(case, work))


def in_threads(case: Case, work: list[PictureJob]) -> Figure:
    threads = max(1, cores() // case.workers)
    rate = 0.0
    with ThreadPoolExecutor(case.workers) as pool:
        list(pool.map(lambda job: process(job, threads=threads), work[: case.workers]))
        for _ in range(case.rounds):
            started = time.perf_counter()
            list(pool.map(lambda job: process(job, threads=threads), work))
            rate = max(rate, len(work) / (time.perf_counter() - started))
    return Figure(rate, peak_mb(os.getpid()), 0.0)


async def in_processes(case: Case, work: list[PictureJob]) -> Figure:
    async with open_workers(f"local:{case.workers}") as workers:
        await asyncio.gather(*(workers.run(job) for job in work[: case.workers]))
        rate = max([await timed(workers.run, work) for _ in range(case.rounds)])
        return Figure(
            rate,
            peak_mb(os.getpid()),
            max(peak_mb(child.pid or 0) for child in multiprocessing.active_children()),
        )


async def timed(run: Callable[[PictureJob], Awaitable[object]], work: list[PictureJob]) -> float:
    started = time.perf_counter()
    await asyncio.gather(*(run(job) for job in work))
    return len(work) / (time.perf_counter() - started)


def peak_mb(pid: int) -> float:
    """Highest resident memory so far, as Linux counts it; elsewhere 0."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0.0
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def measured_apart(case: Case, originals: Path) -> Figure:
    path = originals / case.original
    if not path.exists():
        paint(path, case.px, transparent=case.step == "export")
    command = [sys.executable, __file__, "--measure", json.dumps(asdict(case)), str(originals)]
    return Figure(**json.loads(subprocess.run(command, check=True, capture_output=True).stdout))


def report(originals: Path, *, quick: bool) -> None:
    print(f"{cores()} cores; icons {', '.join(str(icon.px) for icon in ICONS)} px; png and webp\n")
    print("step     kind          px  workers  pictures/s  × one  main MB  MB a worker")
    one = 0.0
    for case in cases(quick=quick):
        figure = measured_apart(case, originals)
        one = figure.rate if case.workers == 1 else one
        print(
            f"{case.step:8} {case.kind:10} {case.px:5} {case.workers:8} {figure.rate:11.2f}"
            f" {figure.rate / one:6.2f} {figure.main_mb:8.0f} {figure.worker_mb:12.0f}",
            flush=True,
        )
    print(f"\nGoal: two workers export at least {GOAL} × what one does. A single worker that cuts out")
    print("already uses every core for the network.")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="1024 px only")
    parser.add_argument("--measure", nargs=2, metavar=("CASE", "FOLDER"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        case, originals = asked.measure
        print(json.dumps(asdict(measure(Case(**json.loads(case)), Path(originals)))))
        return
    weights.pull("u2netp", print)
    with tempfile.TemporaryDirectory() as folder:
        report(Path(folder), quick=asked.quick)


if __name__ == "__main__":
    main()
