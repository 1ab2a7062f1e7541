from __future__ import annotations

from pathlib import Path

import pytest
from drawn import plain

from pipeline.deliver.rules import FOLDERS, survey
from pipeline.deliver.rules.folders.tree import (
    MAX_LOOKS,
    MAX_SAID,
    MAX_TEXT,
    Rel,
    Tree,
    Unreadable,
    items,
    text,
)


def tree_of(root: Path) -> Tree:
    return Tree.of(root, Path("out"), (path for path in root.rglob("*") if path.is_file()))


def test_folders_are_listed_with_their_files_and_the_root_has_a_name(folder):
    root = folder({"a/b/c.txt": "", "a/a.txt": "", "top.txt": ""})
    tree = tree_of(root)
    assert tree.folders == {
        Rel(): [Rel("top.txt")],
        Rel("a"): [Rel("a/a.txt")],
        Rel("a/b"): [Rel("a/b/c.txt")],
    }
    assert (tree.called(Rel()), tree.called(Rel("a/b"))) == ("set", "b")
    assert list(tree.named("b", "set")) == [Rel(), Rel("a/b")]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"{", "is not JSON"),
        (b"[]", "is not a JSON object"),
        (b"\xff\xfe", "is not UTF-8 text"),
        (b'{"a":' * 100_000, "is nested too deeply"),
        (b'{"a": ' + b"9" * 5000 + b"}", "is not JSON"),
        (b" " * (MAX_TEXT + 1), "cannot be read: larger than 2 MB"),
    ],
    ids=["cut short", "a list", "not text", "deep", "a long number", "huge"],
)
def test_a_text_that_cannot_be_meant(folder, content, why):
    with pytest.raises(Unreadable, match=why):
        tree_of(folder({"x.json": content})).json(Rel("x.json"))


def test_what_is_not_in_the_folder_is_missing_wherever_it_leads(folder, tmp_path):
    (tmp_path / "secret.json").write_text("{}")
    tree = tree_of(folder({"x.json": '\ufeff{"a": 1}'}))
    assert tree.json(Rel("x.json")) == {"a": 1}
    with pytest.raises(Unreadable, match="is missing"):
        tree.json(Rel("../secret.json"))
    assert tree.head(Rel("../secret.png")) is None


def test_pictures_by_their_header_and_their_pixels(folder):
    root = folder({"good.png": plain(4, "RGBA"), "page.png": "<html>"})
    cut = (root / "good.png").read_bytes()[:-20]
    folder({"cut.png": cut})
    tree = tree_of(root)
    head = tree.head(Rel("good.png"))
    assert (head.width, head.height, head.alpha) == (4, 4, True)
    assert tree.picture(Rel("good.png")).size == (4, 4)
    assert tree.picture(Rel("page.png")) is None
    assert tree.picture(Rel("cut.png")) is None


def test_a_picture_is_not_looked_at_without_end(folder):
    tree = tree_of(folder({"a.png": plain(4)}))
    looks = [tree.picture(Rel("a.png")) is not None for _ in range(MAX_LOOKS + 2)]
    assert looks == [True] * MAX_LOOKS + [False] * 2


def test_folders_in_folders(folder):
    tree = tree_of(folder({"a/b/c.txt": "", "d/e.txt": ""}))
    assert tree.subfolders == {Rel(): [Rel("a"), Rel("d")], Rel("a"): [Rel("a/b")]}


def test_what_a_json_does_not_hold_is_nothing():
    assert items({"a": [1, {"b": 2}, None]}, "a") == [{"b": 2}]
    assert items({"a": [{}] * 9}, "a", 4) == [{}] * 4
    assert items([], "a") == items({"a": "x"}, "a") == []
    assert (text({"a": "x"}, "a"), text({"a": 1}, "a"), text(None, "a")) == ("x", "", "")


def test_a_rule_says_so_much_and_no_more(folder, monkeypatch):
    tree = tree_of(folder({"a.txt": ""}))
    many = [tree.finding("error", Rel("a.txt"), "is wrong")] * (MAX_SAID + 1)
    monkeypatch.setitem(FOLDERS, "many", lambda _: iter(many))
    found = list(survey(tree, "many"))
    assert len(found) == MAX_SAID + 1
    assert (found[-1].message, found[-1].rule) == (
        "has more of this kind than the 100 findings above",
        "many",
    )
    monkeypatch.setitem(FOLDERS, "many", lambda _: iter(many[:MAX_SAID]))
    assert len(list(survey(tree, "many"))) == MAX_SAID


def test_a_name_in_a_message_is_safe_to_print(folder):
    tree = tree_of(folder({"a\x1b[31m.txt": ""}))
    assert tree.finding("note", Rel("a\x1b[31m.txt"), "is odd").file == "out/a [31m.txt"
