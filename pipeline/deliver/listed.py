"""What a manifest says, read without trust: it comes from pull requests and merges as well as from runs."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pipeline import digest
from pipeline.deliver import manifest
from pipeline.errors import clean
from pipeline.picture.cutout.method import UNSURE

_MOST: Final = 1 << 53  # no file has more bytes, nor a picture more pixels on a side
SET: Final = "set"
"""The purpose of a file of a platform set: pictures, icons of several sizes, and texts."""
_COLOR: Final = re.compile(r"#[0-9A-Fa-f]{6}")


@dataclass(frozen=True, slots=True)
class ListedFile:
    """One delivered file. ``width`` and ``height`` in px; 0 for a video, and for what is not said."""

    name: str  # below the output folder; not yet known to be a name that stays there
    purpose: str = ""
    width: int = 0
    height: int = 0
    size_bytes: int = 0
    sha256: str = ""
    label: str = ""  # of a set's file the target


@dataclass(frozen=True, slots=True)
class ListedCutout:
    """How an asset was cut out, and how well. None: nothing is known of it."""

    method: str
    confidence: float | None = None  # 0..1
    fringe: float | None = None  # 0..1
    backdrop: str = ""  # "#RRGGBB"
    warnings: tuple[str, ...] = ()  # safe to show

    @property
    def is_unsure(self) -> bool:
        """Whether the method itself doubts its result."""
        return self.confidence is not None and self.confidence < UNSURE

    @property
    def doubt(self) -> str:
        """Why somebody should look at it; empty for a good one.

        ``cut-out only 34 % sure (key): the subject touches the border``.
        """
        if not self.is_unsure and not self.warnings:
            return ""
        said = "; ".join(self.warnings) or "look at it before you use it"
        return f"cut-out{self._sure} ({self.method}): {said}"

    @property
    def _sure(self) -> str:
        if self.confidence is None:
            return ""
        return f"{' only' * self.is_unsure} {self.confidence * 100:.0f} % sure"


def is_broken(path: Path) -> bool:
    """Whether the ``manifest.json`` at ``path`` is there and cannot be read, or is a run's without a sense.

    Others call their files that too: what is JSON and has not the keys of a run's is theirs.
    """
    if not os.path.lexists(path):
        return False
    try:
        data = json.loads(digest.read_text(path))
    except (OSError, ValueError, RecursionError):
        return True
    is_ours = isinstance(data, dict) and {"version", "recipe", "assets"} <= data.keys()
    return is_ours and data["assets"] != {} and not manifest.read(path)


def files_of(entry: Any) -> Iterator[ListedFile]:
    """The files of an asset's entry; what is not a file's description is passed over."""
    for file in _items(entry, "files"):
        if isinstance(file, dict) and isinstance(name := file.get("file"), str) and name:
            yield ListedFile(
                name=name,
                purpose=_text(file, "purpose"),
                width=_count(file, "width"),
                height=_count(file, "height"),
                size_bytes=_count(file, "bytes"),
                sha256=_text(file, "sha256"),
                label=_text(file, "label"),
            )


def cutout_of(entry: Any) -> ListedCutout | None:
    """The cut-out of an asset's entry, or of the event of its delivery; None where there is none."""
    data = entry.get("cutout") if isinstance(entry, dict) else None
    if not isinstance(data, dict) or not data:
        return None
    backdrop = _text(data, "backdrop")
    return ListedCutout(
        method=clean(_text(data, "method")) or "unknown method",
        confidence=_share(data, "confidence"),
        fringe=_share(data, "fringe"),
        backdrop=backdrop if _COLOR.fullmatch(backdrop) else "",
        warnings=tuple(clean(warning) for warning in _items(data, "warnings")),
    )


def warnings_of(entry: Any) -> tuple[str, ...]:
    """What a run had to say of an asset besides its cut-out."""
    return tuple(clean(warning) for warning in _items(entry, "warnings"))


def _items(data: Any, key: str) -> list[Any]:
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, list) else []


def _text(data: dict[str, Any], key: str) -> str:
    found = data.get(key)
    return found if isinstance(found, str) else ""


def _count(data: dict[str, Any], key: str) -> int:
    found = data.get(key)
    return found if isinstance(found, int) and 0 < found < _MOST else 0


def _share(data: dict[str, Any], key: str) -> float | None:
    found = data.get(key)
    return float(found) if isinstance(found, int | float) and 0 <= found <= 1 else None
