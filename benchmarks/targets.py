"""Platform sets from one 1024² master: seconds, files and bytes, beside the tools of others.

    python benchmarks/targets.py
    python benchmarks/targets.py --rounds 5

"pipeline export" makes the icon sets of six targets; `tauri icon` of @tauri-apps/cli and `favicons`, with
every set it knows, make theirs of the same master in the same run. Seconds are the best of the rounds,
from starting the program to its end; the three take turns. Then every PNG the others wrote is written again
by our encoder with the same pixels.

Goals: at least 150 files in at most 2.5 s on two cores, fewer seconds a file than either, and fewer bytes
for the same pixels. Both tools come through npm, once, into the user's cache folder. Exits 1 when a goal is
missed.
"""

from __future__ import annotations

import argparse
import io
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from known_alpha.packages import Unavailable, cache, run, say

from pipeline.deliver.cores import cores

if TYPE_CHECKING:
    from PIL.Image import Image

TARGETS: Final = "ios,android,web,macos,windows,tauri"
PACKAGES: Final = ("@tauri-apps/cli@2.12.5", "favicons@7.3.1")
LEAST_FILES = 150
MOST_SECONDS = 2.5
ROUNDS = 3
PX = 1024
FAVICONS: Final = """\
import favicons from "favicons";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

const [master, folder] = process.argv.slice(2);
const every = ["android", "appleIcon", "appleStartup", "favicons", "windows", "yandex"];
const icons = Object.fromEntries(every.map((name) => [name, true]));
const { images, files } = await favicons(master, { icons });
await Promise.all([...images, ...files].map((one) => writeFile(join(folder, one.name), one.contents)));
"""


@dataclass(frozen=True, slots=True)
class Tool:
    """A program that makes sets: its command, to which master and folder are added by ``{}``."""

    name: str
    command: tuple[str, ...]

    def call(self, master: Path, folder: Path) -> list[str]:
        return [part.format(master=master, folder=folder) for part in self.command]


@dataclass(frozen=True, slots=True)
class Figure:
    """What one tool made: seconds of its best round, files, bytes of all, and of those that are PNGs."""

    tool: str
    seconds: float
    files: int
    size: int
    png_files: int
    png_size: int

    @property
    def ms_a_file(self) -> float:
        return 1000 * self.seconds / self.files


@dataclass(frozen=True, slots=True)
class Again:
    """PNGs of another tool: their bytes, and those of our files with the same pixels."""

    tool: str
    files: int
    theirs: int
    ours: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and compare with the goals."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often each tool runs (default: 3)")
    options = parser.parse_args(arguments)
    try:
        tools = [ours(), *peers()]
    except Unavailable as problem:
        sys.exit(f"targets.py: {problem}")
    with tempfile.TemporaryDirectory() as name:
        return report(tools, Path(name), options.rounds)


def ours() -> Tool:
    program = [sys.executable, "-m", "pipeline", "export", "{master}", "-o", "{folder}", "--targets", TARGETS]
    return Tool("pipeline export", tuple(program))


def peers() -> list[Tool]:
    """The tools of others, from the cache or npm. Raises ``Unavailable``."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise Unavailable("node and npm are needed: the tools it is compared with run in it.")
    home = cache().parent / "set-tools"
    if not all((home / "node_modules" / name.rpartition("@")[0]).is_dir() for name in PACKAGES):
        home.mkdir(parents=True, exist_ok=True)
        say(f"Installing {' and '.join(PACKAGES)} into {home}, once.")
        install = [npm, "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"]
        run([*install, str(home), *PACKAGES], "npm cannot get the tools it is compared with.")
    script = home / "favicons.mjs"
    script.write_text(FAVICONS)
    tauri = home / "node_modules" / "@tauri-apps" / "cli" / "tauri.js"
    return [
        Tool("tauri icon", (node, str(tauri), "icon", "{master}", "-o", "{folder}")),
        Tool("favicons", (node, str(script), "{master}", "{folder}")),
    ]


def report(tools: Sequence[Tool], folder: Path, rounds: int) -> int:
    master = folder / "master.png"
    paint(PX).save(master)
    places = {tool.name: folder / tool.name for tool in tools}
    seconds = best_of(rounds, tools, master, places)
    figures = [weighed(tool.name, seconds[tool.name], places[tool.name]) for tool in tools]
    again = [written_again(tool.name, places[tool.name]) for tool in tools[1:]]
    print(f"{cores()} cores, one master of {PX}² px; {TARGETS}\n")
    print("\n".join([*rows(figures), "", *comparison(again), ""]))
    told = list(verdicts(figures, again))
    print("\n".join(f"{'met   ' if met else 'MISSED'}  {what}" for met, what in told))
    return 0 if all(met for met, _ in told) else 1


def paint(px: int) -> Image:
    """An icon as a generator paints it, px² RGBA: a lit ring with a bar, soft edges, a little grain."""
    import numpy as np
    from PIL import Image, ImageDraw

    y, x = np.mgrid[0:px, 0:px] / px
    grain = np.random.default_rng(7).normal(0, 1.5, (px, px, 1))
    light = 0.75 + 0.25 * np.cos(5 * np.hypot(x - 0.35, y - 0.3))
    colors = np.stack([236 - 60 * x, 72 + 60 * y, 153 + 40 * x], -1) * light[..., None] + grain
    over = 4
    mask = Image.new("L", (px * over, px * over), 0)
    draw = ImageDraw.Draw(mask)
    for box, ink in (((0.1, 0.1, 0.9, 0.9), 255), ((0.34, 0.34, 0.66, 0.66), 0)):
        draw.ellipse([px * over * side for side in box], fill=ink)
    draw.rounded_rectangle([px * over * side for side in (0.46, 0.2, 0.54, 0.8)], px * over * 0.04, fill=255)
    picture = Image.fromarray(np.clip(colors, 0, 255).astype(np.uint8))
    picture.putalpha(mask.resize((px, px), Image.Resampling.BOX))
    return picture


def best_of(rounds: int, tools: Sequence[Tool], master: Path, places: dict[str, Path]) -> dict[str, float]:
    best = dict.fromkeys(places, float("inf"))
    for _ in range(rounds):
        for tool in tools:
            shutil.rmtree(places[tool.name], ignore_errors=True)
            places[tool.name].mkdir()
            started = time.perf_counter()
            subprocess.run(tool.call(master, places[tool.name]), check=True, capture_output=True)
            best[tool.name] = min(best[tool.name], time.perf_counter() - started)
    return best


def weighed(tool: str, seconds: float, folder: Path) -> Figure:
    sizes = {path: path.stat().st_size for path in files_in(folder)}
    pngs = [size for path, size in sizes.items() if path.suffix == ".png"]
    return Figure(tool, seconds, len(sizes), sum(sizes.values()), len(pngs), sum(pngs))


def files_in(folder: Path) -> Iterator[Path]:
    """What a set is made of: without what a tool notes for itself."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith("."))


def written_again(tool: str, folder: Path) -> Again:
    """Another tool's PNGs, each encoded anew. Raises ``ValueError`` when a pixel comes out differently."""
    import numpy as np
    from PIL import Image

    from pipeline.picture.sets.png import encode

    theirs = ours_size = count = 0
    for path in files_in(folder):
        if path.suffix != ".png":
            continue
        with Image.open(path) as opened:
            picture = opened.convert("RGBA" if opened.has_transparency_data else "RGB")
        data = encode(picture)
        with Image.open(io.BytesIO(data)) as decoded:
            if not np.array_equal(np.asarray(decoded.convert(picture.mode)), np.asarray(picture)):
                raise ValueError(f"{path.name} came out with other pixels")
        theirs, ours_size, count = theirs + path.stat().st_size, ours_size + len(data), count + 1
    return Again(tool, count, theirs, ours_size)


def rows(figures: Sequence[Figure]) -> Iterator[str]:
    heads = ("seconds", 8), ("files", 6), ("ms a file", 10), ("bytes", 11), ("PNGs", 6), ("of them", 12)
    yield f"{'tool':16} {' '.join(f'{head:>{width}}' for head, width in heads)}"
    for one in figures:
        yield (
            f"{one.tool:16} {one.seconds:8.2f} {one.files:6} {one.ms_a_file:10.1f} {one.size:11,}"
            f" {one.png_files:6} {one.png_size:12,}"
        )


def comparison(again: Sequence[Again]) -> Iterator[str]:
    yield "PNGs of others, written again with the same pixels:"
    for one in again:
        share = one.ours / one.theirs
        yield f"{one.tool:16} {one.files:6} files {one.theirs:11,} bytes; ours {one.ours:11,}, {share:.2f} ×"


def verdicts(figures: Sequence[Figure], again: Sequence[Again]) -> Iterator[tuple[bool, str]]:
    mine, *others = figures
    yield mine.files >= LEAST_FILES, f"{mine.files} files, at least {LEAST_FILES} wanted"
    yield mine.seconds <= MOST_SECONDS, f"{mine.seconds:.2f} s, at most {MOST_SECONDS} s wanted on two cores"
    for one in others:
        yield (
            mine.ms_a_file < one.ms_a_file,
            f"{mine.ms_a_file:.1f} ms a file against {one.ms_a_file:.1f} of {one.tool}",
        )
    for pngs in again:
        yield (
            pngs.ours < pngs.theirs,
            f"{pngs.ours:,} bytes for the same pixels as {pngs.theirs:,} of {pngs.tool}",
        )


if __name__ == "__main__":
    sys.exit(main())
