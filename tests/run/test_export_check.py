from __future__ import annotations

import pytest

from pipeline import digest
from pipeline.errors import UsageError
from pipeline.run.export_check import refuse
from pipeline.run.export_record import Record


def test_a_folder_that_is_new_or_ours_is_taken(tree):
    root = tree({"out/ios/a.png": b"a", "out/user.txt": "mine"})
    refuse(root / "new", "new", ["ios/a.png"], [root / "icon.png"], Record(root / "new"))
    record = Record(root / "out")
    record.settle({"ios/a.png": digest.of_bytes(b"a")}, "ios")
    refuse(root / "out", "out", ["ios/a.png", "ios/b.png"], [], record)


@pytest.mark.parametrize(
    ("output", "names", "expected"),
    [
        ("file", ["ios/a.png"], "file is not a folder"),
        ("out", ["ios/a.png", "web/b.png"], "not as we left them: ios/a.png"),
        ("out", ["ios"], "ios cannot be written"),
        ("out", ["away/a.png"], "a link leads out there"),
        (".", ["icon.png"], "would be replaced by a result"),
    ],
)
def test_what_is_in_the_way_is_refused(tree, output, names, expected):
    root = tree({"file": "", "icon.png": b"i", "out/ios/a.png": b"a"})
    (root / "out/away").symlink_to(root)
    with pytest.raises(UsageError, match=expected):
        refuse(root / output, output, names, [root / "icon.png"], Record(root / output))


def test_only_the_first_of_many_are_named(tree):
    names = [f"ios/{number}.png" for number in range(9)]
    root = tree(dict.fromkeys(names, b"a"))
    with pytest.raises(UsageError, match=r"ios/5.png and 3 more\."):
        refuse(root, "out", names, [], Record(root))
    refuse(root, "out", names, [], None)


def test_a_loop_of_links_is_in_the_way(tree):
    root = tree({"out/here": ""})
    (root / "out/ios").symlink_to(root / "out/ios")
    with pytest.raises(UsageError, match="cannot be written"):
        refuse(root / "out", "out", ["ios/a.png"], [], None)
