"""The pictures of each asset as code names them, read from the entries of a manifest."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Picture:
    """One file: its path below the output folder, and its size in px (0: the file does not say)."""

    file: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class AssetPictures:
    """One asset. ``full``: format → the full-size result; ``icons``: label → format → picture."""

    name: str
    original: Picture
    full: Mapping[str, Picture]
    icons: Mapping[str, Mapping[str, Picture]] = field(default_factory=dict)
    color: str = ""  # "#RRGGBB", the dominant one of the result; empty for videos


def pictures_of(assets: Mapping[str, Any]) -> Iterator[AssetPictures]:
    """The assets of a manifest by name.

    Left out is one without an original (nothing was delivered), and one whose entry is not as we write it: a
    manifest may come with a pull request, and what is in it is about to become code.
    """
    for name in sorted(assets):
        try:
            files = [one for one in assets[name]["files"] if one["purpose"] in _PURPOSES]
            fit = _FITS["file"](name) and all(_is_fit(one) for one in files)
        except (LookupError, TypeError):
            continue
        original = next((one for one in files if one["purpose"] == "original"), None)
        if fit and original is not None:
            yield _asset(name, original, files)


def _is_fit(listed: Mapping[str, Any]) -> bool:
    facts = {"label": "", **listed}
    return all(fits(facts[key]) for key, fits in _FITS.items())


def _matches(pattern: str) -> Callable[[Any], bool]:
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def _is_size(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


_PURPOSES: Final = frozenset({"original", "cutout", "full", "icon"})
"""Files that code has a name for; the sets of platforms are found by their platforms."""

_FITS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "file": _matches(r"[A-Za-z0-9@._/-]+"),
    "format": _matches(r"[a-z][a-z0-9]*"),  # becomes an identifier
    "label": _matches(r"[A-Za-z0-9@._-]*"),
    "dominant_color": _matches(r"(#[0-9A-F]{6})?"),
    "width": _is_size,
    "height": _is_size,
}


def _asset(name: str, original: Mapping[str, Any], files: list[Mapping[str, Any]]) -> AssetPictures:
    cutout = next((one for one in files if one["purpose"] == "cutout"), None)
    result = cutout or original
    full = {result["format"]: _picture(result)}
    icons: dict[str, dict[str, Picture]] = {}
    for one in files:
        if one["purpose"] == "full":
            full[one["format"]] = _picture(one)
        elif one["purpose"] == "icon":
            icons.setdefault(one["label"], {})[one["format"]] = _picture(one)
    return AssetPictures(name, _picture(original), full, icons, result["dominant_color"])


def _picture(listed: Mapping[str, Any]) -> Picture:
    return Picture(listed["file"], listed["width"], listed["height"])
