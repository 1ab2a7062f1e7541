from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.recipe.paths import (
    PathFault,
    folder,
    name_fault,
    picture_fault,
    refuse_machinery,
    resolve_file,
    resolve_inside,
    slug,
)


@pytest.mark.parametrize("name", ["coin", "Coin-2", "a", "1", "a.b_c", "console", "x" * 100])
def test_names_that_do(name):
    assert name_fault(name) == ""


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("", "must begin with a letter or digit"),
        ("-a", "must begin with a letter or digit"),
        (".hidden", "must begin with a letter or digit"),
        ("a/b", "and hold only"),
        ("a b", "and hold only"),
        ("Münze", "and hold only"),
        ("a\n", "and hold only"),
        ("x" * 101, "must be at most 100 characters, not 101"),
        ("a.", "must not end with a dot"),
        ("con", "is a device name on Windows"),
        ("Com1.x", "is a device name on Windows"),
    ],
)
def test_names_that_do_not(name, fault):
    assert fault in name_fault(name)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("16:9", "16-9"), ("Light Blue", "Light-Blue"), ("café", "cafe"), (5, "5"), (True, "true"), ("金", "")],
)
def test_slug(value, expected):
    assert slug(value) == expected


@given(st.text(max_size=30))
def test_a_slug_that_is_not_empty_ends_a_name_well(text):
    part = slug(text)
    assert not part or name_fault(f"a-{part}") == ""


@pytest.mark.parametrize(
    ("written", "path"), [("icons", "icons"), ("icons/large/", "icons/large"), (".", "")]
)
def test_folder(written, path):
    assert folder(written) == path


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("..", "leaves its folder"),
        ("a/../../b", "leaves its folder"),
        ("/a", "leaves its folder"),
        ("a/con", "is a device name"),
        ("a\\b", "is not portable"),
        ("C:/a", "is not portable"),
        ("", "the path is empty"),
        ("a\0b", "holds a control character"),
        ("~/a", "leaves the project"),
    ],
)
def test_folder_refuses(written, fault):
    with pytest.raises(PathFault) as caught:
        folder(written)
    assert fault in caught.value.message


class TestResolve:
    def test_is_relative_to_the_file_that_says_it(self, tree):
        root = tree({"brand/logo.png": b""})
        assert resolve_file("../brand/logo.png", root / "recipes", root) == root / "brand/logo.png"

    @pytest.mark.parametrize("written", ["..", "../x.png", "a/../../x", "/etc/passwd", "x" * 5000])
    def test_stays_in_the_project(self, tree, written):
        root = tree({"project/a.png": b"", "x.png": b""}) / "project"
        with pytest.raises(PathFault):
            resolve_file(written, root, root)

    def test_follows_links_before_it_judges(self, tree):
        root = tree({"project/a.png": b"", "secret.png": b""}) / "project"
        (root / "link.png").symlink_to("../secret.png")
        (root / "good.png").symlink_to("a.png")
        with pytest.raises(PathFault, match="leaves the project"):
            resolve_file("link.png", root, root)
        assert resolve_file("good.png", root, root) == root / "a.png"

    def test_does_not_hang_on_links_in_a_circle(self, tree):
        root = tree({"a.png": b""})
        (root / "x.png").symlink_to("y.png")
        (root / "y.png").symlink_to("x.png")
        with pytest.raises(PathFault):
            resolve_file("x.png", root, root)

    def test_suggests_a_neighbour(self, tree):
        root = tree({"logo.png": b""})
        with pytest.raises(PathFault) as caught:
            resolve_file("lgoo.png", root, root)
        assert caught.value.hint == "did you mean logo.png?"
        with pytest.raises(PathFault) as caught:
            resolve_file("nowhere/lgoo.png", root, root)
        assert caught.value.hint == "there is no folder nowhere"

    @given(st.text(max_size=40))
    def test_any_text_is_inside_or_a_fault(self, text):
        root = Path(os.sep, "project")
        try:
            path = resolve_inside(text, root, root)
        except PathFault:
            return
        assert path.is_relative_to(root)


@pytest.mark.parametrize(
    ("name", "formats", "good"),
    [
        ("a.png", ("png",), True),
        ("a.JPG", ("jpeg", "png"), True),
        ("a.jpeg", ("jpg",), True),
        ("a.webp", ("jpeg", "png"), False),
        ("a.svg", ("png",), False),
        ("a", ("png",), False),
    ],
)
def test_picture_fault(tmp_path, name, formats, good):
    assert (picture_fault(tmp_path / name, formats) == "") is good


@pytest.mark.parametrize("written", [".git", "x/.pipeline/y", "nul", "a|b"])
def test_machinery_is_refused_outside_the_project_as_well(tmp_path, written):
    root = tmp_path / "project"
    root.mkdir()
    with pytest.raises(PathFault):
        refuse_machinery(tmp_path / written, written, root)


def test_any_other_folder_outside_the_project_will_do(tmp_path):
    refuse_machinery(tmp_path / "Desktop/pictures", "../Desktop/pictures", tmp_path / "project")


def test_a_folder_that_only_leads_to_sources_will_do(tmp_path):
    refuse_machinery(tmp_path / "a", "a", tmp_path, [tmp_path / "a/recipes/icons.yaml"])
