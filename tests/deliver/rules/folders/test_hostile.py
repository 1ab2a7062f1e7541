"""Whatever stands in a set's texts, and whatever its pictures are, every rule ends and none breaks."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

import pytest
from drawn import plain
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.deliver.rules import FOLDERS, survey
from pipeline.deliver.rules.folders.tree import MAX_SAID, Tree
from pipeline.run.check import check, of_folder

KEYS = (
    *(
        "images",
        "layers",
        "assets",
        "filename",
        "idiom",
        "size",
        "scale",
        "platform",
        "appearances",
        "value",
        "role",
    ),
    *("icons", "src", "sizes", "type", "purpose", "shortcuts", "screenshots", "manifest_version", "groups"),
    *("image-name", "supported-platforms", "subtype", "info"),
)
WORDS = (
    *(
        "a.png",
        "b.png",
        "../a.png",
        "/a.png",
        "Back.imagestacklayer",
        "Content.imageset",
        "",
        "x",
        "a\0b",
        "a/b",
    ),
    *(
        "universal",
        "mac",
        "ios-marketing",
        "ios",
        "iOS",
        "20x20",
        "1024x1024",
        "83.5x83.5",
        "99999x99999",
        "2x",
    ),
    *(
        "dark",
        "tinted",
        "any",
        "maskable",
        "any maskable",
        "192x192",
        "image/png",
        "https://x/y",
        "App.imagestack",
    ),
)
LEAF = st.one_of(st.sampled_from(WORDS), st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False))
JSON = st.recursive(
    LEAF,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(KEYS), inner, max_size=6)
    ),
    max_leaves=25,
)
PLACES = (
    *("X.appiconset/Contents.json", "X.imageset/Contents.json", "X.xcassets/Contents.json"),
    *("X.brandassets/Contents.json", "X.brandassets/App.imagestack/Contents.json"),
    *("X.imagestack/Contents.json", "X.imagestack/Back.imagestacklayer/Content.imageset/Contents.json"),
    *("X.solidimagestack/Contents.json", "x.webmanifest", "manifest.json", "X.icon/icon.json"),
)


def everything(root: Path) -> int:
    tree = Tree.of(root, Path("out"), (path for path in root.rglob("*") if path.is_file()))
    return sum(len(list(survey(tree, rule))) for rule in FOLDERS)


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(PLACES), JSON, min_size=1, max_size=5))
def test_any_json_is_read_or_refused(texts):
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for place, content in texts.items():
            (root / place).parent.mkdir(parents=True, exist_ok=True)
            (root / place).write_text(json.dumps(content))
            plain(20, "RGBA", "#FF000080").save((root / place).parent / "a.png")
        assert everything(root) <= len(FOLDERS) * (MAX_SAID + 1)


@pytest.mark.parametrize(
    "name", ["x.webmanifest", "X.appiconset/Contents.json", "res/mipmap-anydpi-v26/a.xml"]
)
def test_a_text_that_leads_out_of_the_folder_is_not_read(folder, tmp_path, name):
    (tmp_path / "secret").write_text('{"icons": [{"src": "SECRET"}]}')
    root = folder({"a.png": plain(20)})
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).symlink_to(tmp_path / "secret")
    assert all("SECRET" not in finding.message for finding in check(of_folder(root, Path()), 1))


def test_folders_that_lead_in_circles_end(folder):
    root = folder({"X.appiconset/a.png": plain(20)})
    (root / "X.appiconset/again.appiconset").symlink_to(root)
    (root / "loop").symlink_to("loop")
    assert [finding.rule for finding in check(of_folder(root, Path()), 1)] == ["asset-catalog", "blank"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with a name")
@pytest.mark.parametrize("name", ["X.appiconset/Contents.json", "x.webmanifest", "X.icon/icon.json", "a.ico"])
def test_a_pipe_is_no_file_of_a_set(folder, name):
    root = folder({"a.png": plain(20)})
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(root / name)
    assert {finding.severity for finding in check(of_folder(root, Path()), 1)} <= {"error", "warning"}


def test_one_stack_named_a_thousand_times_is_looked_at_once(folder, said):
    layer = "X.brandassets/App.imagestack/Back.imagestacklayer"
    assets = [{"filename": "App.imagestack", "size": f"{number}x9"} for number in range(1000)]
    root = folder(
        {
            "X.brandassets/Contents.json": {"assets": assets},
            "X.brandassets/App.imagestack/Contents.json": {
                "layers": [{"filename": "Back.imagestacklayer"}] * 1000
            },
            f"{layer}/Content.imageset/Contents.json": {
                "images": [{"filename": "a.png", "scale": "1x"}] * 1000
            },
            f"{layer}/Content.imageset/a.png": plain(20),
        }
    )
    assert len(said(root, "brand-assets")) == MAX_SAID + 1
    assert [message for _, _, message in said(root, "image-stack")] == ["has 1 layers; 2 to 5 are taken"]
