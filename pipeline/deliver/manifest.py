"""``manifest.json``: every delivered file of a recipe with the facts an app or a build step asks for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline import digest
from pipeline.deliver.measure import measure
from pipeline.deliver.process import MadeFile, PictureResult

NAME = "manifest.json"
VERSION = 1


def describe(result: PictureResult, directory: str) -> dict[str, Any]:
    """The manifest's entry for one asset; file names are relative to the output folder."""
    entry: dict[str, Any] = {"files": [_describe_file(file, directory) for file in result.files]}
    if result.cutout_method:
        entry["cutout"] = {"method": result.cutout_method}
    if result.warnings:
        entry["warnings"] = list(result.warnings)
    return entry


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
    return described


def keep(entry: dict[str, Any], output: Path, kept: Mapping[str, str]) -> dict[str, Any]:
    """``entry`` with the files in ``kept`` (file → digest), made by hand, described as they are on disk.

    Raises ``DeliveryError`` for one that is no picture.
    """
    files = [
        {**file, **measure(output / file["file"]), "sha256": kept[file["file"]]}
        if file["file"] in kept
        else file
        for file in entry["files"]
    ]
    return {**entry, "files": files}


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
