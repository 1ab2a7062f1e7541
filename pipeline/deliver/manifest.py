"""``manifest.json``: every delivered file of a recipe with the facts an app or a build step asks for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline import digest
from pipeline.deliver.measure import describe_film, measure
from pipeline.deliver.process import MadeFile, PictureResult

NAME = "manifest.json"
VERSION = 1
BY_HAND = "by hand"
"""The method of a cut-out that somebody edited and accepted: nothing is known of its quality."""

_DIGITS = 3  # of confidence and fringe: more of them differ between machines


def describe(result: PictureResult, directory: str) -> dict[str, Any]:
    """The manifest's entry for one asset; file names are relative to the output folder."""
    entry: dict[str, Any] = {"files": [_describe_file(file, directory) for file in result.files]}
    if result.cutout_method:
        entry["cutout"] = _describe_cutout(result)
    if result.warnings:
        entry["warnings"] = list(result.warnings)
    return entry


def _describe_cutout(result: PictureResult) -> dict[str, Any]:
    described: dict[str, Any] = {"method": result.cutout_method}
    if (quality := result.cutout_quality) is not None:
        described["confidence"] = round(float(quality.confidence), _DIGITS)
        described["holes"] = int(quality.holes)
        described["fringe"] = round(float(quality.fringe), _DIGITS)
        described["backdrop"] = quality.backdrop
    if result.cutout_warnings:
        described["warnings"] = list(result.cutout_warnings)
    return described


def _describe_file(file: MadeFile, directory: str) -> dict[str, Any]:
    described: dict[str, Any] = {
        "file": f"{directory}/{file.name}" if directory else file.name,
        "purpose": file.purpose,
        "width": file.width,
        "height": file.height,
        "bytes": file.size_bytes,
        "format": file.format,
        "dominant_color": file.dominant_color,
        "sha256": file.sha256,
    }
    if file.label:
        described["label"] = file.label
    if file.film is not None:
        described |= describe_film(file.film)
    return described


def keep(entry: dict[str, Any], output: Path, kept: Mapping[str, str]) -> dict[str, Any]:
    """``entry`` with the files in ``kept`` (file → digest), made by hand, described as they are on disk.

    Raises ``DeliveryError`` for one that is no picture.
    """
    facts = {name: measure(output / name) | {"sha256": sha256} for name, sha256 in kept.items()}
    return replace_files(entry, facts)


def replace_files(entry: dict[str, Any], facts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """``entry`` with other ``facts`` (file → what to say of it) of files that were made by hand.

    What was measured of a cut-out is not true of the one that took its place.
    """
    files = [{**file, **facts.get(file["file"], {})} for file in entry["files"]]
    replaced = {**entry, "files": files}
    if any(file["file"] in facts and file.get("purpose") == "cutout" for file in files):
        replaced["cutout"] = {"method": BY_HAND}
    return replaced


def to_text(recipe: str, assets: Mapping[str, Any]) -> str:
    """The file's content; the same entries always give the same bytes."""
    data = {"version": VERSION, "recipe": recipe, "assets": dict(sorted(assets.items()))}
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def read(path: Path) -> dict[str, Any]:
    """The entries of a manifest we wrote; none when the file is missing or is not ours to read."""
    try:
        data = json.loads(digest.read_text(path))
        return dict(data["assets"]) if data["version"] == VERSION else {}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return {}


def digests(entry: Any) -> dict[str, str]:
    """File → SHA-256 of one asset's entry; nothing when it is not an entry."""
    try:
        return {file["file"]: file["sha256"] for file in entry["files"]}
    except (KeyError, TypeError):
        return {}
