"""What stands in the way of an export, found before any work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from pipeline.errors import UsageError, clean
from pipeline.run.export_record import Record

_MOST_NAMED: Final = 6


def refuse(
    output: Path, shown: str, names: Sequence[str], sources: Iterable[Path], record: Record | None
) -> None:
    """Raise ``UsageError`` when ``names`` cannot be written below ``output`` (for people: ``shown``).

    ``sources`` are the pictures read. ``record`` tells our files from others'; None: those may be replaced.
    """
    if output.exists() and not output.is_dir():
        raise UsageError(f"{clean(shown)} is not a folder.", hint="Name another with -o.")
    read = {path.resolve(): path for path in sources}
    for name in names:
        if eaten := read.get(inside(output, name).resolve()):
            raise UsageError(
                f"{clean(eaten)} would be replaced by a result.", hint="Choose another folder with -o."
            )
    strangers = record.strangers(names) if record is not None else []
    if strangers:
        raise UsageError(
            f"These exist in {clean(shown)} and are not as we left them: {named(strangers)}.",
            hint="Nothing was written. Choose another folder with -o, or replace them with --overwrite.",
        )


def inside(output: Path, name: str) -> Path:
    """The file's path. Raises ``UsageError`` where a link would lead out of the folder."""
    path = output / name
    try:
        if path.parent.resolve().is_relative_to(output.resolve()) and not path.is_dir():
            return path
    except (OSError, RuntimeError):  # RuntimeError: Python 3.11 and 3.12 on a loop of links
        pass
    why = f"{clean(name)} cannot be written in {clean(output)}: a link leads out there, or it is a folder."
    raise UsageError(why, hint="Remove that, or choose another folder with -o.")


def named(names: Sequence[str]) -> str:
    """The first few of ``names``, for people."""
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(clean(name) for name in names[:_MOST_NAMED]) + more
