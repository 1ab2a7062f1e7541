from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from pipeline.deliver import manifest
from pipeline.deliver.process import MadeFile, PictureResult
from pipeline.picture.cutout.quality import Quality

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


def test_an_entry_says_how_the_subject_was_cut_out_and_how_well() -> None:
    result = PictureResult(
        "coin",
        (MADE,),
        cutout_method="key",
        cutout_quality=Quality(0.34567, 2, 0.01249, "#00B140"),
        cutout_warnings=("the subject touches the border",),
    )
    entry = manifest.describe(result, "")
    assert entry["cutout"] == {
        "method": "key",
        "confidence": 0.346,
        "holes": 2,
        "fringe": 0.012,
        "backdrop": "#00B140",
        "warnings": ["the subject touches the border"],
    }
    assert "warnings" not in entry


def test_of_a_cut_out_mended_by_hand_no_quality_is_claimed(tmp_path: Path) -> None:
    Image.new("RGBA", (8, 6)).save(tmp_path / "coin-nobg.png")
    cut = MadeFile("coin-nobg.png", 4, 4, 1, "a" * 64, "png", "", "cutout")
    measured = PictureResult(
        "coin", (MADE, cut), cutout_method="key", cutout_quality=Quality(0.2, 0, 0.4, "#00B140")
    )
    entry = manifest.describe(measured, "")
    kept = manifest.keep(entry, tmp_path, {"coin-nobg.png": "b" * 64})
    assert kept["cutout"] == {"method": "by hand"}
    assert [file["sha256"][0] for file in kept["files"]] == ["a", "b"]
    assert (kept["files"][1]["width"], kept["files"][1]["height"]) == (8, 6)
    assert manifest.keep(entry, tmp_path, {}) == entry


def test_an_icon_mended_by_hand_says_nothing_of_the_cut_out() -> None:
    entry = manifest.describe(RESULT, "")
    replaced = manifest.replace_files(entry, {"coin@2x.png": {"bytes": 7}})
    assert (replaced["files"][0]["bytes"], replaced["cutout"]) == (7, {"method": "rembg:u2netp"})


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
