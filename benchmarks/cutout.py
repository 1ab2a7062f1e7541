"""How well subjects are cut out, beside rembg, on pictures whose alpha is known.

    python benchmarks/cutout.py                 # every fourth subject; about ten minutes on two cores
    python benchmarks/cutout.py --every 1       # all of them
    python benchmarks/cutout.py --classes thin soft --backdrops green --methods auto rembg-alone
    python benchmarks/cutout.py --sheet hard.webp   # 20 hard cut-outs to look at, and no figures
    python benchmarks/cutout.py --row docs/images/cutouts.webp --only bicycle

Icons with real alpha (Fluent Emoji, 3D renders of them, and drawn ones) are put on a backdrop as a
generator paints it: gradient, vignette, noise, JPEG of quality 90. "chroma" is the colour that the pipeline
would ask for behind a subject of such colours, "busy" a scene out of focus, "pair" two renders, on white and
on black and 1 px apart. Names that end in "-clean" are the same without gradient, noise and JPEG.

The table gives mean |alpha error| × 1000 for all, by class, and for the 3D renders, then IoU, ΔE within 6 px
of the outline on new backdrops, ΔE well inside, and the gradient error and SAD of alphamatting.com.
"rembg-alone" is rembg with u2netp and nothing around it, "rembg-matting" the same with alpha matting,
measured on every fourth of the subjects because it is slow. Seconds are processor time of one thread: the
median of 5 pictures three times each, and one picture at 4096².

The icons come through npm and pip, once, into the user's cache folder. Exits 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from known_alpha.contenders import MATTING, known
from known_alpha.goals import told, verdicts
from known_alpha.kinds import KINDS
from known_alpha.measure import Plan, bound_threads, clock, measure
from known_alpha.packages import Unavailable
from known_alpha.paint import BACKDROPS, PAINTED, Style, flat
from known_alpha.sheet import HARD, draw_row, draw_sheet
from known_alpha.subjects import Subject, subjects
from known_alpha.table import chosen, table, timetable

from pipeline.deliver.cores import cores
from pipeline.errors import ProcessError
from pipeline.picture.cutout import weights

MATTING_EVERY = 4
SOME_CLEAN = ("white-clean", "chroma-clean", "pair-clean")
ROW = "bicycle"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and compare with the goals; or draw."""
    bound_threads()
    options = parse(arguments)
    try:
        weights.pull("u2netp")
        return draw(options) if options.sheet or options.row else report(options)
    except (Unavailable, ProcessError) as problem:
        sys.exit(f"cutout.py: {problem}")


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, usage="%(prog)s [options]"
    )
    add = parser.add_argument
    add("--classes", nargs="+", choices=KINDS, default=KINDS, help="kinds of subject")
    add("--only", nargs="+", default=(), metavar="NAME", help="subjects by name, such as key or glass")
    backdrops = f"{', '.join(BACKDROPS)}, or #RRGGBB (default: the painted ones, and {', '.join(SOME_CLEAN)})"
    add(
        "--backdrops",
        nargs="+",
        type=backdrop,
        default=(*PAINTED, *SOME_CLEAN),
        metavar="NAME",
        help=backdrops,
    )
    add("--methods", nargs="+", choices=known(), default=known(), help="what is compared")
    add("--every", type=positive, default=4, metavar="N", help="each N-th subject of its class (default: 4)")
    add("--seed", type=int, default=0, help="of gradients, noise and scenes (default: 0)")
    add("--linear", action="store_true", help="composite in linear light instead of sRGB")
    add(
        "--jpeg", type=int, default=90, metavar="Q", help="quality of painted pictures, 0: none (default: 90)"
    )
    add("--workers", type=positive, default=cores(), help="processes (default: the cores there are)")
    add("--no-times", action="store_true", help="leave out seconds a picture")
    add("--sheet", type=Path, metavar="FILE", help="draw hard cut-outs beside rembg's (PNG, WebP, JPEG)")
    add("--row", type=Path, metavar="FILE", help=f"draw one row of that sheet (default: {ROW})")
    return parser.parse_args(arguments)


def backdrop(text: str) -> str:
    try:
        if text not in BACKDROPS:
            flat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text


def positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def planned(options: argparse.Namespace) -> Plan:
    style = Style(options.linear, options.jpeg)
    return Plan(tuple(options.methods), tuple(options.backdrops), options.seed, style)


def picked(options: argparse.Namespace, names: Sequence[str]) -> list[Subject]:
    """Named subjects, as ordered, or every n-th where none is named. Raises ``Unavailable``."""
    found = subjects(options.classes, names, 1 if names else options.every)
    if not found:
        sys.exit("cutout.py: no subject is of those classes and names")
    return sorted(found, key=lambda subject: names.index(subject.name)) if names else found


def draw(options: argparse.Namespace) -> int:
    """Draw what was asked for; nothing is measured."""
    plan = planned(options)
    if options.sheet:
        draw_sheet(plan, picked(options, options.only or HARD), options.sheet)
        show(str(options.sheet))
    if options.row:
        draw_row(plan, picked(options, options.only or (ROW,))[0], options.row)
        show(str(options.row))
    return 0


def report(options: argparse.Namespace) -> int:
    """Print everything; 1 when a goal is missed."""
    plan, some = planned(options), picked(options, options.only)
    rows = measure(plan, some, options.workers, MATTING_EVERY)
    show(f"Mean |alpha error| × 1000 of {len(some)} subjects; {MATTING} on every {MATTING_EVERY}th.")
    show(*table(rows), "", *chosen(rows))
    times = [] if options.no_times else clock(plan, some)
    if times:
        show("", *timetable(times))
    judged = list(verdicts(rows, times))
    show("", *(told(verdict) for verdict in judged))
    return int(not all(verdict.met for verdict in judged))


def show(*lines: str) -> None:
    print("\n".join(lines), flush=True)


if __name__ == "__main__":
    sys.exit(main())
