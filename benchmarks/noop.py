"""How long ``pipeline run`` takes when there is nothing to do, beside tools that answer the same question.

    python benchmarks/noop.py            # 50 assets, then 50 → 500 → 2,000; under four minutes
    python benchmarks/noop.py --quick    # 50 assets, then 50 → 150 → 400; under one minute

Every figure is a whole process, the contenders take turns so that all meet the same machine, and each one's
first run is not counted. The projects were delivered by the real command from the sandbox: lock, manifest,
journal, store and files are what a user has. dvc, doit and make watch the same bytes under the same names:
one stage, task or rule an asset, made from one small file each. dvc runs as quick as it can be set up
(no git, no analytics, no look for updates). doit and make look at times only; pipeline and dvc would notice
a changed file of the same size. "fresh clone" is a copy that has only what git keeps: no ``.pipeline``.

The rivals are installed once, into the user's cache folder. Exits 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pipeline.clock import SystemClock
from pipeline.generate.journal import Journal
from pipeline.sandbox.embedded import EmbeddedSandbox
from pipeline.sandbox.options import SandboxOptions

ASSETS = 50
SIZES, QUICK_SIZES = (50, 500, 2000), (50, 150, 400)
ROUNDS, QUICK_ROUNDS = 12, 5
GROWTH_ROUNDS, QUICK_GROWTH_ROUNDS = 5, 3
RECIPE_ASSETS = 500  # the most one recipe may make
FILES_PER_ASSET = 8
RIVALS = ("dvc==3.67.1", "doit==0.37.0")
IMPORTS = "import pydantic, yaml, jinja2"
RUN, FRESH = "pipeline run", "pipeline run, fresh clone"
# How many times as long as RUN the others take at least, or RUN as long as the yardstick at most.
SLOWER = {"dvc status": 2.0, "dvc repro": 3.0}
NEAR = {"the imports": 2.5}
STRAIGHT = 1.10  # how far above the straight line through the two smaller sizes the largest may lie

PROJECT = "provider: kie\nlimits: {creates: 1000, window: 1}\n"
BRAND = """\
name: Lumen
colors: {primary: "#EC4899", secondary: "#8B5CF6", accent: {blue: "#3B82F6", green: "#22C55E"}}
aesthetic: Premium, minimalist, clean
exclude: [text, typography, logos, people, watermarks]
"""
HEAD = """\
brand: ../brand/primary.yaml
vars: {{render: Photorealistic 3D render}}
output: output/icons
defaults:
  model: nano-banana-pro
  aspect_ratio: "1:1"
  resolution: 1K
  formats: [png, webp]
  icons: {icons}
assets:
"""
ASSET = """\
  - name: asset-{number}
    prompt:
      - "A {subject} in {{{{ brand.colors.primary | describe }}}} and {{{{ brand.colors.secondary }}}}."
      - "{{{{ vars.render }}}}, {{{{ brand.aesthetic }}}}, variant {number}, on a pure white background."
    exclude: [shadows]
"""
SUBJECTS = ("coin", "rocket", "gift box", "shield", "compass", "lantern", "crystal", "key", "map", "star")
SUFFIXES = tuple(f"{label}.{kind}" for label in ("", "@1x", "@2x", "@3x") for kind in ("png", "webp"))
PictureKind = Literal["painted", "tiny"]
ICONS: dict[PictureKind, str] = {
    "painted": '{"@1x": 24, "@2x": 48, "@3x": 72}',
    "tiny": '{"@1x": 4, "@2x": 8, "@3x": 12}',  # of a picture of 16 px
}
DODO = """\
def task_asset():
    for number in range({assets}):
        name = f"asset-{{number}}"
        yield {{
            "name": name,
            "file_dep": [f"sources/{{name}}.txt"],
            "targets": [f"output/{{name}}{{suffix}}" for suffix in {suffixes}],
            "actions": [f"cp ../delivered/{{name}}.* ../delivered/{{name}}@* output/"],
        }}
"""


@dataclass(frozen=True, slots=True)
class Contender:
    """A command that has nothing to do, and what it says then."""

    name: str
    command: Sequence[str]
    folder: Path
    says: str = ""
    before: Callable[[], None] = lambda: None  # not measured


@dataclass(slots=True)
class Figures:
    """Every measured run of one contender: wall-clock seconds, and the highest resident bytes of any."""

    seconds: list[float] = field(default_factory=list)
    peak: int = 0

    @property
    def least(self) -> float:
        return min(self.seconds)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


def main() -> int:
    """Measure, print, and compare with the goals."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and smaller projects")
    quick = parser.parse_args().quick
    rivals = install_rivals()
    with tempfile.TemporaryDirectory(prefix="noop-") as name:
        met = compare(Path(name), rivals, QUICK_ROUNDS if quick else ROUNDS)
        rounds = QUICK_GROWTH_ROUNDS if quick else GROWTH_ROUNDS
        return int(not all([met, grow(Path(name), QUICK_SIZES if quick else SIZES, rounds)]))


# -- fifty assets beside other tools -------------------------------------------------------------------------


def compare(folder: Path, rivals: Path, rounds: int) -> bool:
    """The table of contenders; whether every goal is met."""
    project, clone = deliver(folder / "painted", ASSETS, "painted")
    print("Setting up dvc, doit and make with the same files …", flush=True)
    delivered = project / "output" / "icons"
    contenders = [
        Contender("the imports", [sys.executable, "-c", IMPORTS], folder),
        *ours(project, clone, ASSETS),
        *set_up_dvc(folder / "dvc", delivered, rivals),
        set_up_doit(folder / "doit", delivered, rivals),
        *set_up_make(folder / "make", delivered),
    ]
    figures = measure(contenders, rounds)
    print(
        f'\nNothing to do for {ASSETS} assets, {FILES_PER_ASSET * ASSETS} files; "the imports": {IMPORTS}\n'
    )
    print(f"{'':26} {'min':>8} {'median':>8} {'peak':>8} {f'÷ {RUN}':>16} {'÷ the imports':>14}")
    for name, found in figures.items():
        print(
            f"{name:26} {found.least * 1e3:5.0f} ms {found.median * 1e3:5.0f} ms {found.peak / 1e6:5.0f} MB"
            f" {found.least / figures[RUN].least:16.2f} {found.least / figures['the imports'].least:14.2f}"
        )
    print()
    return judge(figures)


def judge(figures: Mapping[str, Figures]) -> bool:
    """Print each goal beside what was measured, for the fresh clone only to know; whether all are met."""
    verdicts = []
    for name in (RUN, FRESH):
        for other, goal in (SLOWER | NEAR).items():
            near = other in NEAR
            pair = (name, other) if near else (other, name)
            ratio, median = (over(figures, *pair, by) for by in ("least", "median"))
            met = ratio <= goal if near else ratio >= goal
            what = f"{ratio:.2f} × {other}" if near else f"{ratio:.2f} × faster than {other}"
            wanted = f"at {'most' if near else 'least'} {goal}: {'met' if met else 'MISSED'}"
            print(f"{name:26} {what:32} (medians: {median:.2f})  {wanted if name == RUN else ''}".rstrip())
            verdicts.append(met or name != RUN)
    return all(verdicts)


def over(figures: Mapping[str, Figures], one: str, other: str, by: Literal["least", "median"]) -> float:
    longer, shorter = (getattr(figures[name], by) for name in (one, other))
    return float(longer / shorter)


def ours(project: Path, clone: Path, assets: int) -> list[Contender]:
    """``pipeline run`` where it delivered, and in a copy that never ran it."""
    command = [script("pipeline"), "run"]

    def forget() -> None:
        shutil.rmtree(clone / ".pipeline", ignore_errors=True)

    says = f"{assets:,} unchanged"
    return [Contender(RUN, command, project, says), Contender(FRESH, command, clone, says, forget)]


def set_up_dvc(folder: Path, delivered: Path, rivals: Path) -> list[Contender]:
    dvc = str(rivals / "bin" / "dvc")
    stages = sources(folder)
    for name in stages:
        files = " ".join(f"../delivered/{name}{suffix}" for suffix in SUFFIXES)
        stages[name] = (
            f"  {name}:\n    cmd: cp {files} output/\n    deps: [sources/{name}.txt]\n"
            f"    outs: [{', '.join(f'output/{name}{suffix}' for suffix in SUFFIXES)}]\n"
        )
    (folder / "output").mkdir()
    (folder / "dvc.yaml").write_text(
        "stages:\n" + "".join(stages.values()).replace("../delivered", str(delivered))
    )
    call([dvc, "init", "--no-scm", "--quiet"], folder)
    for setting in (("core.analytics", "false"), ("core.check_update", "false")):
        call([dvc, "config", *setting], folder)
    call([dvc, "repro", "--quiet"], folder)
    says = "up to date"
    return [Contender(f"dvc {verb}", [dvc, verb], folder, says) for verb in ("status", "repro")]


def set_up_doit(folder: Path, delivered: Path, rivals: Path) -> Contender:
    command = [str(rivals / "bin" / "doit")]
    sources(folder)
    (folder / "output").mkdir()
    dodo = DODO.format(assets=ASSETS, suffixes=SUFFIXES)
    (folder / "dodo.py").write_text(dodo.replace("../delivered", str(delivered)))
    call(command, folder)
    return Contender("doit", command, folder, f"-- asset:asset-{ASSETS - 1}")


def set_up_make(folder: Path, delivered: Path) -> list[Contender]:
    """Each file is a target of its own, which every make understands; none where there is no make."""
    if shutil.which("make") is None:
        print("There is no make here: it is left out.")
        return []
    targets = {name: " ".join(f"output/{name}{suffix}" for suffix in SUFFIXES) for name in sources(folder)}
    rules = [f"{files}: sources/{name}.txt\n\tcp {delivered}/$(@F) $@\n" for name, files in targets.items()]
    (folder / "output").mkdir()
    (folder / "Makefile").write_text(f"all: {' '.join(targets.values())}\n" + "".join(rules))
    call(["make", "--silent"], folder)
    return [Contender("make", ["make"], folder, "Nothing to be done")]


def sources(folder: Path) -> dict[str, str]:
    """A folder with one small file an asset, which a rival makes the asset from; the assets' names."""
    (folder / "sources").mkdir(parents=True)
    texts = {f"asset-{number}": ASSET.format(number=number, subject="coin") for number in range(ASSETS)}
    for name, text in texts.items():
        (folder / "sources" / f"{name}.txt").write_text(text)
    return texts


def install_rivals() -> Path:
    """The virtual environment of the rivals, made when this is the first time."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "asset-pipeline" / "benchmark-rivals"
    stamp = folder / "installed.txt"
    wanted = "\n".join((sys.version, *RIVALS))
    if not stamp.exists() or stamp.read_text() != wanted:
        print(f"Installing {' and '.join(RIVALS)} into {folder}, once: about half a minute …", flush=True)
        call([sys.executable, "-m", "venv", "--clear", str(folder)], Path.cwd())
        pip = [str(folder / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check"]
        call([*pip, "install", *RIVALS], Path.cwd())
        stamp.write_text(wanted)
    return folder


# -- more and more assets ------------------------------------------------------------------------------------


def grow(folder: Path, sizes: Sequence[int], rounds: int) -> bool:
    """The table of sizes; whether time and memory grow no worse than linearly."""
    print("\nMore assets, small pictures:", flush=True)
    figures: dict[tuple[str, int], Figures] = {}
    contenders = [
        (size, contender)
        for size in sizes
        for contender in ours(*deliver(folder / f"tiny-{size}", size, "tiny"), size)
    ]
    named = [
        Contender(f"{one.name} {size}", one.command, one.folder, one.says, one.before)
        for size, one in contenders
    ]
    measured = measure(named, rounds)
    figures = {(one.name, size): measured[f"{one.name} {size}"] for size, one in contenders}
    print(f"\n{'':26} {'assets':>6} {'min':>8} {'median':>8} {'an asset':>9} {'peak':>9} {'an asset':>9}")
    for name in (RUN, FRESH):
        for size in sizes:
            found = figures[name, size]
            print(
                f"{name:26} {size:>6,} {found.least * 1e3:5.0f} ms {found.median * 1e3:5.0f} ms"
                f" {found.least / size * 1e3:6.2f} ms {found.peak / 1e6:6.1f} MB {found.peak / size / 1e3:6.0f} kB"
            )
    print()
    return all([is_straight(name, [(size, figures[name, size]) for size in sizes]) for name in (RUN, FRESH)])


def is_straight(name: str, grown: Sequence[tuple[int, Figures]]) -> bool:
    """Whether the largest size costs no more than the two smaller ones let expect; prints it."""
    sizes = [size for size, _ in grown]
    seconds = [found.least * 1e3 for _, found in grown]
    peaks = [found.peak / 1e6 for _, found in grown]
    verdicts = []
    for what, unit, values in (("time", "ms", seconds), ("memory", "MB", peaks)):
        expected = extrapolate(sizes, values)
        met = values[-1] <= expected * STRAIGHT
        said = f"{what} at {sizes[-1]:,}: {values[-1]:.0f} {unit}, straight on from the smaller {expected:.0f} {unit}"
        print(f"{name:26} {said:62} at most {STRAIGHT} of it: {'met' if met else 'MISSED'}")
        verdicts.append(met)
    return all(verdicts)


def extrapolate(sizes: Sequence[int], values: Sequence[float]) -> float:
    """Where the straight line through the first two points is at the last size; it never falls."""
    slope = max(0.0, (values[1] - values[0]) / (sizes[1] - sizes[0]))
    return values[1] + slope * (sizes[-1] - sizes[1])


# -- projects ------------------------------------------------------------------------------------------------


def deliver(root: Path, assets: int, picture: PictureKind) -> tuple[Path, Path]:
    """A project of so many assets, delivered for real, and its fresh clone."""
    project, clone = root / "project", root / "clone"
    write_project(project, assets, picture)
    assume_quick_service(project)
    # The command may create 1,000 a second; the sandbox does not count.
    options = SandboxOptions(picture=picture, latency_s=0.05, window_creates=10**6, credits=1e9)
    began = time.perf_counter()
    with EmbeddedSandbox(options) as url:
        service = {"KIE_API_BASE_URL": url, "KIE_UPLOAD_BASE_URL": url, "KIE_API_KEY": options.key}
        call([script("pipeline"), "run", "--yes"], project, service)
    print(f"{assets:,} assets delivered in {time.perf_counter() - began:.0f} s.", flush=True)
    shutil.copytree(project, clone, ignore=shutil.ignore_patterns(".pipeline"))
    return project, clone


def write_project(root: Path, assets: int, picture: PictureKind) -> None:
    files = {"pipeline.yaml": PROJECT, "brand/primary.yaml": BRAND}
    for start in range(0, assets, RECIPE_ASSETS):
        numbers = range(start, min(start + RECIPE_ASSETS, assets))
        entries = [ASSET.format(number=n, subject=SUBJECTS[n % len(SUBJECTS)]) for n in numbers]
        files[f"recipes/from-{start}.yaml"] = HEAD.format(icons=ICONS[picture]) + "".join(entries)
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def assume_quick_service(root: Path) -> None:
    """A journal that knows the service is quick: nobody waits eight seconds for the first poll."""
    journal = Journal(root / ".pipeline" / "journal.db", SystemClock())
    for _ in range(10):
        journal.learned("nano-banana-pro 1K", 0.01)
    journal.close()


# -- processes -----------------------------------------------------------------------------------------------


def measure(contenders: Iterable[Contender], rounds: int) -> dict[str, Figures]:
    """Each contender once a round, after a round in which each shows that it has nothing to do."""
    contenders = list(contenders)
    figures = {contender.name: Figures() for contender in contenders}
    for contender in contenders:
        contender.before()
        said = call(contender.command, contender.folder)
        assert contender.says in said, f"{contender.name} found something to do:\n{said[-2000:]}"
    for _ in range(rounds):
        for contender in contenders:
            contender.before()
            seconds, peak = run(contender)
            found = figures[contender.name]
            found.seconds.append(seconds)
            found.peak = max(found.peak, peak)
    return figures


def run(contender: Contender) -> tuple[float, int]:
    """Wall-clock seconds and peak resident bytes of one run, which must succeed.

    A child's peak is never below ours, so this process stays small.
    """
    began = time.perf_counter()
    process = subprocess.Popen(
        contender.command,
        cwd=contender.folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"{contender.name} ended with {process.returncode}"
    return seconds, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def call(command: Sequence[str], folder: Path, extra: Mapping[str, str] | None = None) -> str:
    """Run a command that must succeed; what it said."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment() | dict(extra or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout[-2000:]}")
    return done.stdout


def environment() -> dict[str, str]:
    """Ours without a key or a service: who wants to buy something fails."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KIE_")}
    return kept | {"KIE_API_BASE_URL": "http://127.0.0.1:9", "DVC_NO_ANALYTICS": "1"}


def script(name: str) -> str:
    return str(Path(sysconfig.get_path("scripts"), name))


if __name__ == "__main__":
    sys.exit(main())
