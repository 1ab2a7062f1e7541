"""How long ``pipeline run`` takes when there is nothing to do, beside tools that answer the same question.

    python benchmarks/noop.py            # 50 assets, then 50, 500 and 2,000; under four minutes
    python benchmarks/noop.py --quick    # 50 assets, then 20, 60 and 180; under one minute

Every figure is a whole process; the contenders take turns so that all meet the same machine, and their first
runs are not counted. The projects are delivered by the real command from the sandbox: lock, manifest,
journal, store and files are what a user has. "fresh clone" is a copy with what git keeps: no ``.pipeline``.
dvc, doit and make watch the same bytes under the same names: a stage, task or rule for each asset, made from
one small file. dvc runs as quick as it can be set up: no git, no analytics, no look for updates. doit asks
only whether a target is there and make only for its time; pipeline and dvc notice every edited file.

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
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from pipeline.clock import SystemClock
from pipeline.generate.journal import Journal
from pipeline.sandbox.embedded import EmbeddedSandbox
from pipeline.sandbox.options import SandboxOptions

ASSETS = 50
SIZES, QUICK_SIZES = (50, 500, 2000), (20, 60, 180)
ROUNDS, QUICK_ROUNDS = 12, 3
GROWTH_ROUNDS, QUICK_GROWTH_ROUNDS = 6, 3
MOST_IN_A_RECIPE = 500
RIVALS = ("dvc==3.67.1", "doit==0.37.0")
IMPORTS = "import pydantic, yaml, jinja2"
RUN, FRESH, YARDSTICK = "pipeline run", "pipeline run, fresh clone", "python -c import …"
FASTER = {"dvc status": 2.0, "dvc repro": 3.0}  # goals: how many times as long as RUN they take, at least
NEAR = 2.5  # goal: RUN takes so many times as long as YARDSTICK, at most
STRAIGHT = 1.2  # goal: the largest size against the line through the smaller ones, with room for noise
BYTES = 1 if sys.platform == "darwin" else 1024  # the unit of ru_maxrss

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
PictureKind = Literal["painted", "tiny"]
ICONS: dict[PictureKind, str] = {
    "painted": '{"@1x": 24, "@2x": 48, "@3x": 72}',
    "tiny": '{"@1x": 4, "@2x": 8, "@3x": 12}',  # of a picture of 16 px
}
SUFFIXES = tuple(f"{label}.{kind}" for label in ("", "@1x", "@2x", "@3x") for kind in ("png", "webp"))

# A process's peak is never below that of the one that started it, so a small one starts each.
LAUNCHER = """\
import os, sys, time
quiet = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in (0, 1, 2)]
began = time.perf_counter()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=quiet)
_, status, usage = os.wait4(child, 0)
print(time.perf_counter() - began, usage.ru_maxrss, os.waitstatus_to_exitcode(status))
"""

DVC_CONFIG = """\
[core]
    no_scm = true
    analytics = false
    check_update = false
    site_cache_dir = {folder}/site
"""
DODO = """\
def task_asset():
    for number in range({assets}):
        name = f"asset-{{number}}"
        targets = [f"output/{{name}}{{suffix}}" for suffix in {suffixes}]
        yield {{
            "name": name,
            "file_dep": [f"sources/{{name}}.txt"],
            "targets": targets,
            "actions": ["touch " + " ".join(targets)],
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
        fast = compare(Path(name), rivals, QUICK_ROUNDS if quick else ROUNDS)
        sizes, rounds = (QUICK_SIZES, QUICK_GROWTH_ROUNDS) if quick else (SIZES, GROWTH_ROUNDS)
        straight = grow(Path(name), sizes, rounds)
    return int(not (fast and straight))


# -- fifty assets beside other tools -------------------------------------------------------------------------


def compare(folder: Path, rivals: Path, rounds: int) -> bool:
    """The table of contenders; whether every goal is met."""
    project, clone = deliver(folder / "painted", ASSETS, "painted")
    delivered = project / "output" / "from-0"
    contenders = [
        Contender(YARDSTICK, [sys.executable, "-c", IMPORTS], folder),
        *ours(project, clone, ASSETS),
        *set_up_dvc(folder / "dvc", delivered, str(rivals / "bin" / "dvc")),
        set_up_doit(folder / "doit", delivered, str(rivals / "bin" / "doit")),
        *set_up_make(folder / "make", delivered),
    ]
    figures = measure(contenders, rounds)
    print(f'\nNothing to do for {ASSETS} assets of {len(SUFFIXES)} files; the yardstick is "{IMPORTS}".\n')
    heads = ("min", "median", "peak", "÷ yardstick", *(f"{name} ÷ it" for name in FASTER))
    print("{:26} {:>8} {:>8} {:>8} {:>12} {:>15} {:>15}".format("", *heads))
    for name, found in figures.items():
        ratios = [found.least / figures[YARDSTICK].least, *(figures[n].least / found.least for n in FASTER)]
        print(
            f"{name:26} {found.least * 1e3:5.0f} ms {found.median * 1e3:5.0f} ms {found.peak / 1e6:5.0f} MB"
            " {:12.2f} {:15.2f} {:15.2f}".format(*ratios)
        )
    print()
    return judge(figures)


def judge(figures: Mapping[str, Figures]) -> bool:
    """Print each goal beside what was measured; whether all are met."""
    near = figures[RUN].least / figures[YARDSTICK].least
    verdicts = [near <= NEAR]
    print(f"{RUN}: {near:.2f} × the yardstick; goal: at most {NEAR}: {word(verdicts[-1])}")
    for name, goal in FASTER.items():
        ratio = figures[name].least / figures[RUN].least
        verdicts.append(ratio >= goal)
        print(f"{RUN}: {ratio:.2f} × faster than {name}; goal: at least {goal}: {word(verdicts[-1])}")
    return all(verdicts)


def word(met: bool) -> str:  # noqa: FBT001
    return "met" if met else "MISSED"


def ours(project: Path, clone: Path, assets: int) -> list[Contender]:
    """``pipeline run`` where it delivered, and in a copy that never ran it."""

    def forget() -> None:
        shutil.rmtree(clone / ".pipeline", ignore_errors=True)

    command, says = [script("pipeline"), "run"], f"{assets:,} unchanged"
    return [Contender(RUN, command, project, says), Contender(FRESH, command, clone, says, forget)]


def set_up_dvc(folder: Path, delivered: Path, dvc: str) -> list[Contender]:
    targets = copy_for_rival(folder, delivered)
    stages = [
        f"  {name}:\n    cmd: touch {' '.join(files)}\n    deps: [sources/{name}.txt]\n"
        f"    outs: [{', '.join(files)}]\n"
        for name, files in targets.items()
    ]
    (folder / "dvc.yaml").write_text("stages:\n" + "".join(stages))
    call([dvc, "init", "--no-scm", "--quiet"], folder)
    (folder / ".dvc" / "config").write_text(DVC_CONFIG.format(folder=folder))
    call([dvc, "commit", "--force", "--quiet"], folder)  # as if it had made them: repro takes 16 s
    return [Contender(f"dvc {verb}", [dvc, verb], folder, "up to date") for verb in ("status", "repro")]


def set_up_doit(folder: Path, delivered: Path, doit: str) -> Contender:
    copy_for_rival(folder, delivered)
    (folder / "dodo.py").write_text(DODO.format(assets=ASSETS, suffixes=SUFFIXES))
    call([doit], folder)
    return Contender("doit", [doit], folder, f"-- asset:asset-{ASSETS - 1}")


def set_up_make(folder: Path, delivered: Path) -> list[Contender]:
    """Each file is a target of its own, which every make understands; nothing where there is no make."""
    if shutil.which("make") is None:
        print("There is no make here: it is left out.")
        return []
    targets = {name: " ".join(files) for name, files in copy_for_rival(folder, delivered).items()}
    rules = [f"{files}: sources/{name}.txt\n\ttouch $@\n" for name, files in targets.items()]
    (folder / "Makefile").write_text(f"all: {' '.join(targets.values())}\n" + "".join(rules))
    return [Contender("make", ["make"], folder, "Nothing to be done")]


def copy_for_rival(folder: Path, delivered: Path) -> dict[str, list[str]]:
    """``sources/`` with a file for each asset, and ``output/``, newer; asset → its files."""
    (folder / "sources").mkdir(parents=True)
    names = [f"asset-{number}" for number in range(ASSETS)]
    for number, name in enumerate(names):
        (folder / "sources" / f"{name}.txt").write_text(ASSET.format(number=number, subject="coin"))
    shutil.copytree(delivered, folder / "output", copy_function=shutil.copyfile)
    return {name: [f"output/{name}{suffix}" for suffix in SUFFIXES] for name in names}


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
    contenders = []
    for size in sizes:
        project, clone = deliver(folder / f"tiny-{size}", size, "tiny")
        contenders += [replace(one, name=f"{one.name} {size}") for one in ours(project, clone, size)]
    figures = measure(contenders, rounds)
    print(f"\n{'':26} {'assets':>6} {'min':>8} {'median':>8} {'an asset':>9} {'peak':>9} {'an asset':>9}")
    for name in (RUN, FRESH):
        for size in sizes:
            tell_size(name, size, figures[f"{name} {size}"])
    print()
    verdicts = []
    for name in (RUN, FRESH):
        grown = [figures[f"{name} {size}"] for size in sizes]
        verdicts.append(is_straight(f"{name}: time", "ms", sizes, [one.least * 1e3 for one in grown]))
        verdicts.append(is_straight(f"{name}: memory", "MB", sizes, [one.peak / 1e6 for one in grown]))
    return all(verdicts)


def tell_size(name: str, size: int, found: Figures) -> None:
    print(
        f"{name:26} {size:>6,} {found.least * 1e3:5.0f} ms {found.median * 1e3:5.0f} ms"
        f" {found.least / size * 1e3:6.2f} ms {found.peak / 1e6:6.1f} MB {found.peak / size / 1e3:6.0f} kB"
    )


def is_straight(what: str, unit: str, sizes: Sequence[int], values: Sequence[float]) -> bool:
    """Print whether the largest size is near the line through the two smaller ones, or below it."""
    slope = max(0.0, (values[1] - values[0]) / (sizes[1] - sizes[0]))
    line = values[1] + slope * (sizes[2] - sizes[1])
    met = values[2] <= line * STRAIGHT
    print(
        f"{what}: {values[2]:.0f} {unit} for {sizes[2]:,} assets, {values[2] / line:.2f} × the line through"
        f" {sizes[0]} and {sizes[1]}; goal: at most {STRAIGHT}: {word(met)}"
    )
    return met


# -- projects ------------------------------------------------------------------------------------------------


def deliver(root: Path, assets: int, picture: PictureKind) -> tuple[Path, Path]:
    """A project of so many assets, delivered for real, and its fresh clone."""
    project, clone = root / "project", root / "clone"
    write_project(project, assets, picture)
    assume_quick_service(project)
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
    for start in range(0, assets, MOST_IN_A_RECIPE):
        numbers = range(start, min(start + MOST_IN_A_RECIPE, assets))
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


def measure(contenders: Sequence[Contender], rounds: int) -> dict[str, Figures]:
    """Each contender once a round, after a round in which each shows that it has nothing to do."""
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
    """Wall-clock seconds and peak resident bytes of one run, which must succeed."""
    launcher = [sys.executable, "-I", "-S", "-c", LAUNCHER]
    seconds, peak, code = call([*launcher, *contender.command], contender.folder).split()
    assert code == "0", f"{contender.name} ended with {code}"
    return float(seconds), int(peak) * BYTES


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
