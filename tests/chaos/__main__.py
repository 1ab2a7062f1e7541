"""``make chaos``: break it systematically, print what came of it; exit code 1 when a promise was broken."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from chaos.campaign import Campaign
from chaos.plan import Report, carry_out
from chaos.scenarios import Scenario, scenarios
from chaos.trial import Figures

FIGURES = ("faults", "kills", "tasks", "assets", "delivered", "duplicates", "lost", "unknown")
COLUMNS = ("scenario", "trials", *FIGURES)
USAGE = 2


def main() -> int:
    """Run the campaign, or one trial of it."""
    asked = arguments()
    rows = [row for row in scenarios(cutout=asked.cutout) if asked.only in row.name]
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    if asked.trial:
        return repeat(rows, asked.trial, asked.seed, folder)
    minutes = asked.minutes or 10 + asked.kills / 20
    campaign = Campaign(rows, folder, asked.seed, asked.kills, minutes, asked.jobs)
    campaign.tell = lambda report: progress(report, campaign)
    campaign.run()
    say(table(campaign))
    for report in campaign.failures():
        complain(report)
    if not campaign.failures():
        folder.rmdir()
    return 1 if campaign.failures() else 0


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="at least so many (default: 200)")
    parser.add_argument("--seed", type=int, default=0, help="another one, other accidents")
    parser.add_argument(
        "--minutes", type=float, help="then nothing new is begun (default: 10 + a 20th of --kills)"
    )
    parser.add_argument("--jobs", type=int, default=2, help="projects at once (default: 2)")
    parser.add_argument("--only", default="", metavar="WORD", help="scenarios with that word in their name")
    parser.add_argument("--trial", default="", metavar="NAME:N", help="repeat one trial")
    parser.add_argument("--cutout", action="store_true", help="with a real cut-out in every project: slow")
    return parser.parse_args()


def repeat(rows: list[Scenario], name: str, seed: int, folder: Path) -> int:
    """One trial once more."""
    scenario, _, number = name.rpartition(":")
    row = next((row for row in rows if row.name == scenario), None)
    if row is None or not number.isdecimal():
        say(f"no such trial: {name}; scenarios: {', '.join(row.name for row in rows)}", sys.stderr)
        return USAGE
    report = carry_out(row.plan(int(number), seed), folder / "trial")
    say(str(report.figures))
    complain(report)
    return 1 if report.problems else 0


def progress(report: Report, campaign: Campaign) -> None:
    """One line a trial."""
    end = report.skipped or ("FAILED" if report.problems else "ok")
    counted = f"{campaign.killed} kills in {campaign.seconds:.0f} s"
    say(f"{report.plan.name}: {end} in {report.seconds:.1f} s; {counted}", sys.stderr)


def table(campaign: Campaign) -> str:
    """Scenario × what it came to, in Markdown."""
    rows = [
        _row(scenario.name, reports, campaign.total(scenario.name))
        for scenario in campaign.scenarios
        if (reports := campaign.of(scenario.name))
    ]
    head = [_line(COLUMNS), _line(["---", *["---:"] * (len(COLUMNS) - 1)])]
    pace = campaign.killed / campaign.seconds * 60
    foot = f"\nseed {campaign.seed}: {campaign.killed} kills in {campaign.seconds:.0f} s, {pace:.0f} a minute"
    if campaign.cut_short:
        foot += f"; time was up before {campaign.kills}"
    return "\n".join([*head, *rows, _row("all", campaign.reports, campaign.total()), foot])


def _row(name: str, reports: Sequence[Report], figures: Figures) -> str:
    skipped = [report.skipped for report in reports if report.skipped]
    if skipped and len(skipped) == len(reports):
        return _line([name, f"skipped: {skipped[0]}", *[""] * len(FIGURES)])
    return _line([name, str(len(reports)), *(str(getattr(figures, column)) for column in FIGURES)])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def complain(report: Report) -> None:
    """What went wrong, and how to see it again; nothing when nothing did."""
    if not report.problems:
        return
    say(f"\n{report.plan.name}: everything is kept in {report.folder}")
    for problem in report.problems:
        say(f"  {problem}")
    say(f"  again: make chaos CHAOS=\"--seed {report.plan.seed} --trial '{report.plan.name}'\"")


def say(text: str, stream: TextIO = sys.stdout) -> None:
    """A line or more, at once."""
    stream.write(f"{text}\n")
    stream.flush()


if __name__ == "__main__":
    sys.exit(main())
