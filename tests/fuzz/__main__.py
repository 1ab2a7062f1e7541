"""Fuzzing from the command line: ``python tests/fuzz --seconds 120 --seed 0``; see ``make fuzz``."""

from __future__ import annotations

import argparse
import ast
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fuzz import targets
from fuzz.supervisor import Campaign, Report, run, save, serve, table

HOUSE = Path(__file__).resolve().parents[2]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for; 1 when an input failed."""
    asked = _parser().parse_args(arguments)
    if asked.replay:
        return replay(asked.replay)
    if asked.child:
        first, last = map(int, asked.batches.split(":"))
        return serve(asked.child, asked.seed, range(first, last), asked.seconds, asked.scratch)
    names = tuple(asked.only or targets.NAMES)
    return campaign(Campaign(asked.seed, asked.seconds, asked.times, names, asked.jobs), asked.output)


def campaign(wanted: Campaign, output: Path) -> int:
    """Run a campaign, show the table, keep what failed."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as scratch:
        reports = run(wanted, Path(scratch), _progress)
    _say(*table(reports))
    _say(f"seed {wanted.seed}, {time.monotonic() - began:.0f} s")
    told = list(save(reports, output))
    _say(*(["", *told] if told else ["No input failed."]))
    return 1 if told else 0


def replay(path: Path) -> int:
    """Try a saved input again, with its traceback."""
    text = path.read_text(encoding="utf-8")
    name = text.removeprefix("# ").partition(":")[0]
    target = targets.load(name)
    value = ast.literal_eval(
        "".join(line for line in text.splitlines(keepends=True) if not line.startswith("# "))
    )
    _say(f"{name}: {target.check(value)}")
    return 0


def _progress(report: Report) -> None:
    sys.stderr.write(f"{report.name}: {report.tried:,} inputs, {len(report.failures)} failures\n")


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tests/fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=120, help="end after that long, done or not (120)")
    parser.add_argument("--seed", type=int, default=0, help="the same seed draws the same inputs (0)")
    parser.add_argument("--times", type=float, default=1, help="times the usual number of inputs (1)")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1), help="targets at once (2)")
    parser.add_argument(
        "--only", action="append", choices=targets.NAMES, help="this target alone; may be repeated"
    )
    parser.add_argument(
        "--output", type=Path, default=HOUSE / "build" / "fuzz", help="for inputs that failed"
    )
    parser.add_argument("--replay", type=Path, metavar="FILE", help="try an input that was saved")
    for hidden, kind in (("--child", str), ("--batches", str), ("--scratch", Path)):
        parser.add_argument(hidden, type=kind, help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    sys.exit(main())
