"""Write the list of targets in docs/targets.md, from the tables themselves.

python tools/target_docs.py          write it
python tools/target_docs.py --check  exit 1 when it is out of date
"""

# ruff: noqa: INP001 - a folder of programs, no package
from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pipeline.targets import catalogue
from pipeline.targets.options import Option, takes
from pipeline.targets.target import Target

FILE: Final = Path(__file__).resolve().parent.parent / "docs" / "targets.md"
BEGIN: Final = "<!-- Written by `python tools/target_docs.py`; a test keeps it up to date. -->\n"
END: Final = "<!-- The end of what is written by a program. -->\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the list into the page, or compare it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when it is out of date")
    options = parser.parse_args(arguments)
    found = FILE.read_text(encoding="utf-8")
    text = renewed(found)
    if not options.check:
        FILE.write_text(text, encoding="utf-8", newline="\n")
        return 0
    if found == text:
        return 0
    sys.stderr.write("docs/targets.md is out of date: python tools/target_docs.py\n")
    return 1


def renewed(page: str) -> str:
    """``page`` with the list between its two marks written anew."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    listed = "\n".join(section(catalogue.target(name)) for name in catalogue.NAMES)
    return f"{before}{BEGIN}\n{listed}\n{END}{after}"


def section(target: Target) -> str:
    """One target: what it is, where it goes, what can be said about it."""
    lines = [f"### {target.name}", "", f"{target.title}. {target.place}", ""]
    if target.own:
        lines += ["| option | takes | default | |", "| --- | --- | --- | --- |", *map(row, target.own), ""]
    return "\n".join(lines)


def row(option: Option) -> str:
    """A line of the table of options."""
    return f"| `{option.name}` | {takes(option)} | {said(option.default)} | {option.help} |"


def said(default: object) -> str:
    """A default as one would write it in a recipe."""
    if isinstance(default, tuple):
        return ", ".join(map(str, default))
    if isinstance(default, bool):
        return str(default).lower()
    return "" if default is None else str(default)


if __name__ == "__main__":
    sys.exit(main())
