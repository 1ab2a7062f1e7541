"""The lock: what was made, of what, and how; committed beside the recipe and reviewed in pull requests.

Pure text in, text out. Sorted, one fact a line, no timestamps, nothing of the machine. Each asset's entry
stands alone, so a merge of two branches can keep both sides.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from pipeline.errors import PlanRefused, clean
from pipeline.plan.purchase import Original

VERSION = 1
LONGEST_TEXT = 1_024  # characters of a file's name, a fingerprint or a task's id
LARGEST_PX = 1_000_000
MOST_CREDITS = 1e9
MOST_ATTEMPTS = 1_000  # a recipe allows fewer
MOST_CANDIDATES = 1_000  # likewise
CONFLICT_MARKERS = ("<<<<<<<", "=======", ">>>>>>>")


@dataclass(frozen=True, slots=True)
class Pick:
    """A person's choice between an asset's candidates: by its number, and the digest of its original."""

    number: int
    sha256: str

    def to_json(self) -> dict[str, Any]:
        """The pick as JSON-able data."""
        return {"number": self.number, "sha256": self.sha256}


@dataclass(frozen=True, slots=True)
class Entry:
    """One delivered asset. ``files`` maps paths below the output folder to their SHA-256."""

    paid: str
    free: str
    request: Mapping[str, Any]
    post: Mapping[str, Any]
    values: Mapping[str, Any]
    original: Original
    files: Mapping[str, str]
    task: str = ""
    credits: float | None = None
    accepted: tuple[str, ...] = ()  # files made by hand, taken as they are by `pipeline accept`
    unmet: tuple[str, ...] = ()  # the checks of the recipe that the result does not pass, in words
    attempt: int = 1  # which of the asset's attempts it is, as long as checks are unmet
    pick: Pick | None = None  # of an asset with candidates, the one a person picked

    @property
    def ours(self) -> dict[str, str]:
        """The files we made: one that was made by hand is nobody's to prune."""
        return {name: sha256 for name, sha256 in self.files.items() if name not in self.accepted}

    def to_json(self) -> dict[str, Any]:
        """The entry as JSON-able data."""
        original = {
            "sha256": self.original.sha256,
            "extension": self.original.extension,
            "width": self.original.width,
            "height": self.original.height,
        }
        checks = {"checks": {"attempt": self.attempt, "unmet": list(self.unmet)}} if self.unmet else {}
        picked = {"pick": self.pick.to_json()} if self.pick is not None else {}
        return (
            checks
            | picked
            | {
                "accepted": sorted(self.accepted),
                "credits": self.credits,
                "files": dict(self.files),
                "fingerprints": {"free": self.free, "paid": self.paid},
                "original": original,
                "post": dict(self.post),
                "request": dict(self.request),
                "task": self.task,
                "values": dict(self.values),
            }
        )

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Entry:
        """Raises ``KeyError``, ``TypeError`` or ``ValueError`` when the data is not an entry."""
        for name in ("request", "post", "values", "files"):
            if not isinstance(data[name], dict):
                raise TypeError(f"{name} is no mapping")
        return cls(
            paid=_text(data["fingerprints"]["paid"]),
            free=_text(data["fingerprints"]["free"]),
            request=data["request"],
            post=data["post"],
            values=data["values"],
            original=_original(data["original"]),
            files={_inside(name): _digest(sha256) for name, sha256 in data["files"].items()},
            task=_text(data["task"]),
            credits=_credits(data["credits"]),
            accepted=tuple(name for name in data.get("accepted", ()) if name in data["files"]),
            **_checks(data.get("checks", {})),
            pick=_pick(data["pick"]) if "pick" in data else None,
        )


@dataclass(frozen=True, slots=True)
class Lock:
    """The lock of one recipe: asset name → entry.

    ``rivals`` are the other branch's entries where a merge left both and they differ; what the recipe asks
    for now decides between them. ``conflicted``: the file still has the merge's markers.
    """

    assets: Mapping[str, Entry] = field(default_factory=dict)
    rivals: Mapping[str, Entry] = field(default_factory=dict)
    conflicted: bool = False

    def to_text(self) -> str:
        """The file's content; the same lock always gives the same bytes."""
        data = {"version": VERSION, "assets": {name: e.to_json() for name, e in self.assets.items()}}
        return json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _original(data: Mapping[str, Any]) -> Original:
    original = Original(**data)
    _digest(original.sha256)
    if not re.fullmatch("[a-z0-9]{1,8}", original.extension):
        raise ValueError(f"{original.extension!r} is not a file extension")
    for size in (original.width, original.height):
        if type(size) is not int or not 0 <= size <= LARGEST_PX:
            raise ValueError("a width or height is no number of pixels")
    return original


def _checks(data: Mapping[str, Any]) -> dict[str, Any]:
    if not data:
        return {}
    attempt, unmet = data["attempt"], tuple(_text(one) for one in data["unmet"])
    if type(attempt) is not int or not 1 <= attempt <= MOST_ATTEMPTS or not unmet:
        raise ValueError("what is said of checks is not what a run writes")
    return {"attempt": attempt, "unmet": unmet}


def _pick(data: Mapping[str, Any]) -> Pick:
    number = data["number"]
    if type(number) is not int or not 1 <= number <= MOST_CANDIDATES:
        raise ValueError("a pick is no number of a candidate")
    return Pick(number, _digest(data["sha256"]))


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or not (value.isprintable()):
        raise ValueError("a fingerprint, a task's id or an unmet check is no plain text")
    return value


def _credits(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MOST_CREDITS:
        raise ValueError("credits are no number")
    return value


def _digest(text: str) -> str:
    if not re.fullmatch("[0-9a-f]{64}", text):
        raise ValueError(f"{text!r} is not a SHA-256")
    return text


def _inside(name: str) -> str:
    """A lock comes with a pull request: a file name in it must not lead out of the output folder."""
    path = PurePosixPath(name)
    foreign = "\\" in name or ":" in name or not name.isprintable() or len(name) > LONGEST_TEXT
    if path.is_absolute() or ".." in path.parts or foreign or not path.parts:
        raise ValueError(f"{name!r} is not a path below the output folder")
    return name


def parse(text: str, shown: str) -> Lock:
    """Read a lock file's text; ``shown`` names it in messages. Raises ``PlanRefused``.

    A file with merge-conflict markers is read as both its sides: entries stand alone, so they unite.
    """
    if any(line.startswith(CONFLICT_MARKERS) for line in text.splitlines()):
        return _union(*sides(text), shown)
    return _parse_plain(text, shown)


def sides(text: str) -> tuple[str, str]:
    """The two texts between which a merge could not decide; a diff3 style's common ancestor is left out."""
    ours: list[str] = []
    theirs: list[str] = []
    into: tuple[list[str], ...] = (ours, theirs)
    for line in text.splitlines(keepends=True):
        if line.startswith("<<<<<<<"):
            into = (ours,)
        elif line.startswith("|||||||"):
            into = ()
        elif line.startswith("======="):
            into = (theirs,)
        elif line.startswith(">>>>>>>"):
            into = (ours, theirs)
        else:
            for side in into:
                side.append(line)
    return "".join(ours), "".join(theirs)


def _union(ours: str, theirs: str, shown: str) -> Lock:
    try:
        mine, other = _parse_plain(ours, shown), _parse_plain(theirs, shown)
    except PlanRefused as error:
        raise PlanRefused(
            f"{shown} has merge-conflict markers, and its two sides cannot be read apart.",
            hint=f"Take either side whole (git checkout --ours {shown}) and plan again: what was paid for is"
            " found in the store, and the plan says so before anything is bought.",
        ) from error
    rivals = {name: entry for name, entry in other.assets.items() if mine.assets.get(name, entry) != entry}
    return Lock({**other.assets, **mine.assets}, rivals, conflicted=True)


def _parse_plain(text: str, shown: str) -> Lock:
    try:
        data = json.loads(text, parse_constant=_refuse_constant)
        _check_version(data["version"], shown)
        return Lock({name: Entry.from_json(entry) for name, entry in data["assets"].items()})
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise PlanRefused(
            f"{shown} cannot be read as a lock file: {type(error).__name__}: {clean(error)}.",
            hint="Restore it from git, or delete it: paid originals are found again in the store.",
        ) from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _check_version(version: int, shown: str) -> None:
    if type(version) is not int:
        raise TypeError("the version is no number")
    if version > VERSION:
        raise PlanRefused(
            f"{shown} was written by a newer version of pipeline (lock version {version}).",
            hint="Update pipeline; nothing was changed.",
        )
    if version < VERSION:
        raise PlanRefused(
            f"{shown} was written by an older version of pipeline (lock version {version}).",
            hint="Delete it and run again: paid originals are found in the store, and a new lock is written.",
        )
