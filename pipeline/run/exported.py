"""What ``pipeline export`` left in a folder against the record it wrote of it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Final

from pipeline import digest
from pipeline.deliver.files import regular
from pipeline.deliver.finding import Finding
from pipeline.errors import clean
from pipeline.run.export_record import NAME, Record

MAX_NAMES: Final = 50_000
"""Files of one record that are looked for; an export of every target writes some hundreds."""

_MOST_BYTES: Final = 10_000_000
_AGAIN: Final = "Export it again."
_CHANGED: Final = "Nothing to do if that is meant. To have it as it was: pipeline export --overwrite."


def against_record(folder: Path, shown: Path) -> Iterator[Finding]:
    """What is missing of an export into ``folder``, and what is another file now; nothing without a record.

    The record may come from a pull request: of names that lead out of the folder no file is looked at.
    """
    if not os.path.lexists(folder / NAME):
        return
    known = Record.read(folder).files
    if known.keys() != _listed(folder):
        said = "is not a record as an export writes it"
        yield Finding("error", said, _AGAIN, "delivered", clean(shown / NAME))
    if len(known) > MAX_NAMES:
        said = f"names more than {MAX_NAMES:,} files: the rest is not looked at"
        yield Finding("warning", said, _AGAIN, "delivered", clean(shown / NAME))
    for name in islice(sorted(known), MAX_NAMES):
        if found := _compared(folder, name, known[name]):
            yield replace(found, file=clean(shown / name))


def _listed(folder: Path) -> set[str] | None:
    """Every name in the record, whatever it leads to; None when it cannot be read."""
    path = regular(folder, NAME)
    try:
        data = json.loads(digest.read_text(path, _MOST_BYTES)) if path else None
    except (OSError, ValueError, RecursionError):
        return None
    files = data.get("files") if isinstance(data, dict) else None
    return set(files) if isinstance(files, dict) else None


def _compared(folder: Path, name: str, digests: tuple[str, ...]) -> Finding | None:
    """What is wrong with a file that should have one of ``digests``; None for one as it was exported."""
    path = regular(folder, name)
    if path is None:
        return Finding("error", "is missing, and was exported", _AGAIN, "delivered")
    try:
        is_changed = digest.of_file(path) not in digests
    except OSError as error:
        said = f"cannot be read: {clean(error.strerror or error)}"
        return Finding("error", said, "Let this user read it.", "readable")
    return Finding("warning", "is not as it was exported", _CHANGED, "recorded") if is_changed else None
