from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.deliver import manifest
from pipeline.deliver.process import MadeFile, PictureResult

MADE = MadeFile("coin@2x.png", 48, 48, 1234, "a" * 64, "png", "#EC4899", "icon", "@2x")
RESULT = PictureResult("coin", (MADE,), ("upscaled",), cutout_method="rembg:u2netp")


def test_an_entry_says_all_there_is_to_know_of_a_file() -> None:
    entry = manifest.describe(RESULT, "icons")
    assert entry == {
        "files": [
            {
                "file": "icons/coin@2x.png",
                "purpose": "icon",
                "width": 48,
                "height": 48,
                "bytes": 1234,
                "format": "png",
                "dominant_color": "#EC4899",
                "sha256": "a" * 64,
                "label": "@2x",
            }
        ],
        "cutout": {"method": "rembg:u2netp"},
        "warnings": ["upscaled"],
    }
    assert manifest.digests(entry) == {"icons/coin@2x.png": "a" * 64}


def test_the_same_entries_give_the_same_bytes_in_any_order() -> None:
    one, other = {"a": {"files": []}, "b": {"files": []}}, {"b": {"files": []}, "a": {"files": []}}
    assert manifest.to_text("r", one) == manifest.to_text("r", other)


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / manifest.NAME
    path.write_text(manifest.to_text("r", {"coin": manifest.describe(RESULT, "")}))
    assert manifest.digests(manifest.read(path)["coin"]) == {"coin@2x.png": "a" * 64}


@pytest.mark.parametrize("text", ["", "[]", "{", '{"version": 99, "assets": {}}', json.dumps({"assets": 1})])
def test_a_manifest_that_is_not_ours_to_read_counts_as_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / manifest.NAME
    path.write_text(text)
    assert manifest.read(path) == {}
    assert manifest.digests({"files": [3]}) == {}
    assert manifest.digests(None) == {}
