from __future__ import annotations

import json

import pytest

from pipeline import digest
from pipeline.run.export_record import NAME, Record

A, B = digest.of_bytes(b"a"), digest.of_bytes(b"b")


def test_a_folder_without_a_record_has_only_strangers(tree):
    root = tree({"ios/a.png": b"a"})
    assert Record.read(root).strangers(["ios/a.png", "ios/b.png"]) == ["ios/a.png"]


def test_what_was_written_is_known_and_what_was_changed_since_is_not(tree):
    root = tree({"ios/a.png": b"a", "ios/b.png": b"b"})
    Record(root).settle({"ios/a.png": A, "ios/b.png": B}, "ios")
    (root / "ios/b.png").write_bytes(b"edited")
    assert Record.read(root).strangers(["ios/a.png", "ios/b.png"]) == ["ios/b.png"]


def test_a_killed_export_leaves_no_strangers(tree):
    root = tree({"ios/a.png": b"a"})
    Record(root).settle({"ios/a.png": A}, "ios")
    Record.read(root).expect({"ios/a.png": B})
    assert Record.read(root).strangers(["ios/a.png"]) == []
    (root / "ios/a.png").write_bytes(b"b")
    assert Record.read(root).strangers(["ios/a.png"]) == []


def test_what_nothing_makes_any_more_goes_with_its_folder(tree):
    root = tree({"ios/a.png": b"a", "ios/old/b.png": b"b", "ios/old.png": b"edited", "web/b.png": b"b"})
    Record(root).settle({"web/b.png": B}, "web")
    Record.read(root).settle({"ios/a.png": A, "ios/old/b.png": B, "ios/old.png": B}, "ios")
    assert Record.read(root).settle({"ios/a.png": A}, "ios") == ["ios/old/b.png"]
    left = sorted(path.relative_to(root).as_posix() for path in root.rglob("*"))
    assert left == [NAME, "ios", "ios/a.png", "ios/old.png", "web", "web/b.png"]
    assert Record.read(root).strangers(["ios/a.png", "ios/old.png", "web/b.png"]) == ["ios/old.png"]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"version": 2, "files": {}}', '{"version": 1, "files": 5}', "[" * 100_000]
    + [json.dumps({"version": 1, "files": {"ios/a.png": held}}) for held in (5, [5], [[]], None)],
)
def test_a_record_that_is_none_makes_everything_a_stranger(tree, text):
    root = tree({"ios/a.png": b"a", NAME: text})
    assert Record.read(root).strangers(["ios/a.png"]) == ["ios/a.png"]


def test_a_link_is_not_ours_whatever_it_leads_to(tree):
    root = tree({"out/ios/here": b"", "other.png": b"a"})
    (root / "out/ios/a.png").symlink_to(root / "other.png")
    Record(root / "out").settle({"ios/a.png": A}, "ios")
    assert Record.read(root / "out").strangers(["ios/a.png"]) == ["ios/a.png"]


@pytest.mark.parametrize(
    "name", ["ios/../mine.txt", "../mine.txt", "ios//../mine.txt", "ios/./../mine.txt", "ios\\..\\mine.txt"]
)
def test_a_strangers_record_removes_nothing_that_no_export_made(tree, name):
    root = tree({"mine.txt": b"a", "ios/a.png": b"a"})
    (root / NAME).write_text(json.dumps({"version": 1, "files": {name: [A]}}))
    assert Record.read(root).settle({"ios/a.png": A}, "ios") == []
    assert (root / "mine.txt").exists()
