from __future__ import annotations

import pytest
from drawn import plain

from pipeline.deliver.rules.folders.apple import ICONSET

ICON = {
    "groups": [{"layers": [{"image-name": "a.png", "name": "a"}]}],
    "supported-platforms": {"squares": "shared"},
}


def test_a_full_iconset(folder, said):
    files = {f"App.iconset/{name}": plain(px) for name, px in ICONSET.items()}
    root = folder(files)
    assert len(files) == 10
    assert said(root, "iconset") == []


def test_an_iconset_with_a_gap_a_wrong_size_and_a_stranger(folder, said):
    root = folder({f"App.iconset/{name}": plain(px) for name, px in ICONSET.items()})
    (root / "App.iconset/icon_16x16.png").unlink()
    folder({"App.iconset/icon_32x32.png": plain(33), "App.iconset/odd.png": plain(1)})
    assert said(root, "iconset") == [
        ("warning", "App.iconset/icon_16x16.png", "is missing: icons of 16 px are scaled from others"),
        ("error", "App.iconset/icon_32x32.png", "is 33 × 33 px, and its name says 32 × 32 px"),
        ("note", "App.iconset/odd.png", "is no name that iconutil knows"),
    ]


def test_an_icon_of_icon_composer(folder, said):
    root = folder({"A.icon/icon.json": ICON, "A.icon/Assets/a.png": plain(8)})
    assert said(root, "icon-composer") == []


def drawn(*values: str) -> dict:
    """An ``icon.json`` whose layer has a picture for every appearance."""
    listed = [{"value": value} for value in values]
    return ICON | {"groups": [{"layers": [{"image-name-specializations": listed}]}]}


def test_pictures_of_other_appearances_are_layers_too(folder, said):
    root = folder({"A.icon/icon.json": drawn("a.png", "dark.png"), "A.icon/Assets/a.png": plain(8)})
    assert said(root, "icon-composer") == [
        ("error", "A.icon/icon.json", "names a layer dark.png that is not in Assets/")
    ]
    folder({"A.icon/Assets/dark.png": plain(8)})
    assert said(root, "icon-composer") == []


@pytest.mark.parametrize(
    ("content", "messages"),
    [
        ("{", ["is not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"]),
        ({}, ["has no layer with a picture", "does not say supported-platforms"]),
        (
            ICON | {"groups": [{"layers": [{"image-name": "../a.png"}, {"image-name": "b.png"}, {}]}]},
            ["names a layer ../a.png that is not in Assets/", "names a layer b.png that is not in Assets/"],
        ),
    ],
)
def test_an_icon_that_icon_composer_would_not_open(folder, said, content, messages):
    root = folder({"A.icon/icon.json": content, "A.icon/a.png": plain(8)})
    found = said(root, "icon-composer")
    assert [message for _, _, message in found] == messages
    assert {severity for severity, _, _ in found} == {"error"}
