"""The pictures of each asset as code names them, read from the entries of a manifest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Picture:
    """One file: its path below the output folder, and its size in px (0 for a video)."""

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
    """The assets of a manifest by name. One that has no original (nothing was delivered) is left out."""
    for name in sorted(assets):
        files = assets[name]["files"]
        original = next((one for one in files if one["purpose"] == "original"), None)
        if original is not None:
            yield _asset(name, original, files)


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
