from __future__ import annotations

import pytest

from pipeline.recipe.project import display, find_root, inside


@pytest.mark.parametrize("marker", ["pipeline.yaml", ".pipeline/journal.db", ".git/HEAD"])
def test_the_root_is_the_nearest_folder_with_a_marker(tree, marker):
    root = tree({f"outer/{marker}": "", "outer/a/recipes/icons.yaml": "", ".git/HEAD": ""})
    assert find_root(root / "outer/a/recipes/icons.yaml") == root / "outer"
    assert find_root(root / "outer/a/recipes") == root / "outer"
    assert find_root(root / "outer") == root / "outer"


def test_without_a_marker_it_is_the_folder_itself(tree, monkeypatch):
    root = tree({"recipes/icons.yaml": ""})
    monkeypatch.setattr("pipeline.recipe.project.MARKERS", ("no-such-marker",))
    assert find_root(root / "recipes/icons.yaml") == root / "recipes"


def test_inside_follows_links(tree):
    root = tree({"project/a": "", "b": ""})
    (root / "project/link").symlink_to("../b")
    assert inside(root / "project", root / "project/a")
    assert not inside(root / "project", root / "project/link")


def test_messages_name_files_from_the_root(tree):
    root = tree({"project/a/b.yaml": ""})
    (root / "alias").symlink_to("project")
    assert display(root / "project", root / "project/a/b.yaml") == "a/b.yaml"
    assert display(root / "project", root / "alias/a/b.yaml") == "a/b.yaml"
    assert display(root / "project", root / "other.yaml") == str(root / "other.yaml")
