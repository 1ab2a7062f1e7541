from __future__ import annotations

from pathlib import Path

import pytest
from drawn import plain

from pipeline.deliver.listed import ListedFile
from pipeline.deliver.look import Look


@pytest.mark.parametrize(
    ("name", "content", "container"),
    [
        ("a.ico", b"", "ico"),
        ("A.ICNS", b"<html>", "icns"),
        ("a.png", b"\0\0\1\0rest", "ico"),
        ("a", b"icnsrest", "icns"),
        ("a.ico", b"icnsrest", "icns"),
        ("a.png", b"\x89PNG", ""),
    ],
)
def test_an_icon_of_several_sizes_by_its_bytes_else_by_its_name(tmp_path, name, content, container):
    (tmp_path / name).write_bytes(content)
    assert Look(tmp_path / name, name).container == container


def test_a_file_that_is_gone_is_what_its_name_says(tmp_path):
    assert Look(tmp_path / "gone.ico", "gone.ico").container == "ico"
    assert Look(tmp_path / "gone.png", "gone.png").container == ""


@pytest.mark.parametrize(
    ("path", "is_background"),
    [
        ("ic_launcher_background.png", True),
        ("Icon.imagestack/Back.imagestacklayer/Content.imageset/a.png", True),
        ("Icon.imagestack/Front.imagestacklayer/Content.imageset/a.png", False),
        ("coin.png", False),
    ],
)
def test_what_lies_behind_a_drawing_by_its_name(path, is_background):
    assert Look(Path(path), path).is_background is is_background


@pytest.mark.parametrize(
    ("name", "purpose", "is_text"),
    [("a/Contents.json", "set", True), ("a/a.png", "set", False), ("a.json", "original", False)],
)
def test_texts_of_a_set_are_no_pictures(name, purpose, is_text):
    assert Look(Path(name), name, listed=ListedFile(name, purpose)).is_text is is_text
    assert not Look(Path(name), name).is_text


def test_the_head_knows_what_decoding_loses(tmp_path):
    plain(4, "RGBA").save(tmp_path / "a.png")
    look = Look(tmp_path / "a.png", "a.png")
    assert (look.picture.mode, look.head.alpha) == ("RGB", True)
