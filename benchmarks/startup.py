"""How long a person waits for ``pipeline --help`` and ``pipeline validate`` of 50 assets.

The yardstick is what any tool of this kind must import, ``python -c "import pydantic, yaml, jinja2"``, run in
turn with the commands so that all meet the same machine. Goals: 1.5 times it for the help, 2.5 for validate.
Exits 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ASSETS = 50
YARDSTICK = "import pydantic, yaml, jinja2"
GOALS = {"pipeline --help": 1.5, f"pipeline validate ({ASSETS} assets)": 2.5}
SUBJECTS = ("coin", "rocket", "gift box", "shield", "compass", "lantern", "crystal", "key", "map", "star")

BRAND = """\
name: Lumen
colors: {primary: "#EC4899", secondary: "#8B5CF6", accent: {blue: "#3B82F6", green: "#22C55E"}}
aesthetic: Premium, minimalist, clean
exclude: [text, typography, logos, people, watermarks]
"""
HEAD = """\
brand: ../brand/primary.yaml
vars: {render: Photorealistic 3D render}
defaults: {model: nano-banana-pro, aspect_ratio: "1:1", resolution: 1K, removeBg: true, formats: [png, webp]}
assets:
"""
ASSET = """\
  - name: asset-{number}
    prompt:
      - "A {subject} in {{{{ brand.colors.primary | describe }}}} and {{{{ brand.colors.secondary }}}}."
      - "{{{{ vars.render }}}}, {{{{ brand.aesthetic }}}}, variant {number}, on a pure white background."
    exclude: [shadows]
    icons: {{"@1x": 24, "@2x": 48, "@3x": 72, hero: 160}}
"""


def main() -> int:
    """Measure, print, and compare with the goals."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=15, help="runs of each command (default: %(default)s)")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        recipe = write_project(Path(folder))
        pipeline = str(Path(sysconfig.get_path("scripts"), "pipeline"))
        commands = {
            YARDSTICK: [sys.executable, "-c", YARDSTICK],
            "pipeline --help": [pipeline, "--help"],
            f"pipeline validate ({ASSETS} assets)": [pipeline, "validate", str(recipe)],
        }
        return tell(measure(commands, rounds, Path(folder)))


def write_project(root: Path) -> Path:
    """A project with one recipe of ``ASSETS`` assets; returns the recipe's path."""
    files = {
        "pipeline.yaml": "provider: kie\n",
        "brand/primary.yaml": BRAND,
        "recipes/fifty.yaml": HEAD
        + "".join(ASSET.format(number=n, subject=SUBJECTS[n % len(SUBJECTS)]) for n in range(ASSETS)),
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return root / "recipes/fifty.yaml"


def measure(commands: dict[str, list[str]], rounds: int, folder: Path) -> dict[str, list[float]]:
    """Seconds of every run of every command; one round runs each once, the first is not counted."""
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds + 1):
        for name, command in commands.items():
            seconds[name].append(run(command, folder))
    return {name: times[1:] for name, times in seconds.items()}


def run(command: Sequence[str], folder: Path) -> float:
    """Wall-clock seconds of one run, which must succeed."""
    began = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    return time.perf_counter() - began


def tell(seconds: dict[str, list[float]]) -> int:
    """Print a table; 1 when the median of a command is beyond its goal."""
    yardstick_min, yardstick_median = spread(seconds[YARDSTICK])
    print(f"{'':34} {'min':>8} {'median':>8}  {'x min':>6} {'x median':>8}  goal")
    missed = False
    for name, times in seconds.items():
        least, median = spread(times)
        ratio, goal = median / yardstick_median, GOALS.get(name)
        verdict = "" if goal is None else f"{goal} {'met' if ratio <= goal else 'MISSED'}"
        missed = missed or (goal is not None and ratio > goal)
        print(
            f"{name:34} {least * 1000:5.0f} ms {median * 1000:5.0f} ms"
            f"  {least / yardstick_min:6.2f} {ratio:8.2f}  {verdict}"
        )
    return int(missed)


def spread(times: Sequence[float]) -> tuple[float, float]:
    """Minimum and median."""
    return min(times), statistics.median(times)


if __name__ == "__main__":
    sys.exit(main())
