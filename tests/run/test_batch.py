from __future__ import annotations

from pathlib import Path

import pytest
from pictures import photo

from pipeline.deliver.stamp import stamp
from pipeline.errors import UsageError
from pipeline.picture.encode import encode
from pipeline.run.batch import gather

PNG = encode(photo(16), "png")
OURS = stamp(PNG)


@pytest.fixture
def names(tree):
    """Write files, gather them, and give what is to be done as names."""

    def found(files, *paths, output="out", **options):
        root = tree(files)
        batch = gather([*map(root.__class__, paths)], root.__class__(output), folder=root, **options)
        return [item.name for item in batch.items], list(batch.left_out)

    return found


def test_files_and_the_pictures_right_inside_folders_are_taken(names):
    files = {
        "a.png": PNG,
        "photos/c.txt": "no picture",
        "photos/b.dat": PNG,  # a picture by its content
        "photos/.hidden.png": PNG,
        "photos/deep/d.png": PNG,
    }
    assert names(files, "a.png", "photos") == (["a.png", "photos/b.dat"], [])


def test_what_somebody_might_miss_in_a_folder_is_named(names):
    files = {"in/a.png": PNG, "in/b.tif": b"II*\0", "in/a-nobg.png": OURS}
    taken, left_out = names(files, "in")
    assert taken == ["in/a.png"]
    assert left_out == [
        "in/a-nobg.png is left out: pipeline cutout made it",
        "in/b.tif is left out: only png, jpg, webp, avif, gif are read, and this is tiff",
    ]


def test_a_file_that_cannot_be_read_is_left_out_of_its_folder(names, monkeypatch):
    from pipeline import media

    def refuse(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(media, "sniff", refuse)
    assert names({"in/a.png": PNG}, "in") == (
        [],
        ["in/a.png is left out: it cannot be read (Permission denied)"],
    )


def test_a_picture_named_twice_is_done_once(names):
    assert names({"in/a.png": PNG, "in/b.png": PNG}, "in/b.png", "in", "./in/a.png")[0] == [
        "in/b.png",
        "in/a.png",
    ]


def test_one_file_under_two_names_is_done_once_and_said(tree):
    root = tree({"in/same.png": PNG})
    (root / "in/link.png").symlink_to("same.png")
    for paths in (["in"], ["in/link.png", "in/same.png"], ["in", "in/same.png"]):
        batch = gather([Path(path) for path in paths], Path("out"), folder=root)
        assert [item.name for item in batch.items] == ["in/link.png"]
        assert batch.left_out == ("in/same.png is left out: it is the same file as in/link.png",)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.png", b"", "an empty file"),
        ("a.JPEG", b"cat", "an unknown kind of file"),
        ("a.png", b"<svg/>", "an XML or SVG document"),
    ],
)
def test_what_is_only_called_a_picture_is_named(names, name, content, said):
    assert names({f"in/{name}": content}, "in") == ([], [f"in/{name} is left out: it is {said}"])


def test_results_in_the_folder_they_came_from_are_no_pictures_of_the_next_run(names):
    assert names({"a.png": PNG, "a-nobg.png": OURS}, ".", output=".")[0] == ["a.png"]


@pytest.mark.parametrize(
    ("files", "paths", "options", "said"),
    [
        ({}, ["a.png"], {}, "no picture or folder a.png"),
        ({"a.png": PNG, "a.jpg": PNG}, ["a.png", "a.jpg"], {}, r"all become a-nobg\.png: a\.png, a\.jpg"),
        ({"x/a.png": PNG, "y/A.png": PNG}, ["x", "y"], {}, r"x/a\.png, y/A\.png"),
        ({"a.png": PNG, "out": "file"}, ["a.png"], {}, "out is not a folder"),
        (
            {"a.png": PNG, "a-nobg.png": PNG},
            ["a.png", "a-nobg.png"],
            {"output": "."},
            r"a-nobg\.png would be replaced by a result",
        ),
        (
            {"a.png": PNG, "a-compare.png": PNG},
            ["."],
            {"output": ".", "compare": True, "overwrite": True},
            r"a-compare\.png would be replaced",
        ),
        ({"a.png": PNG, "out/a-nobg.png": PNG}, ["a.png"], {}, r"not as pipeline cutout left them.*a-nobg"),
        ({"a.png": PNG, "out/a-nobg.png/x": "in a folder"}, ["a.png"], {}, "not as pipeline cutout left"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_any_work(names, files, paths, options, said):
    with pytest.raises(UsageError, match=said):
        names(files, *paths, **options)


def test_many_strangers_are_counted(names):
    files = {f"in/{n}.png": PNG for n in range(9)} | {f"out/{n}-nobg.png": PNG for n in range(9)}
    with pytest.raises(UsageError, match=r"5-nobg\.png and 3 more\."):
        names(files, "in")


def test_a_folder_that_cannot_be_listed_is_refused(names, monkeypatch):
    from pathlib import Path

    def refuse(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(UsageError, match="in cannot be listed: Permission denied"):
        names({"in/a.png": PNG}, "in")


def test_our_own_results_are_replaced_and_others_when_asked(names):
    assert names({"a.png": PNG, "out/a-nobg.png": OURS}, "a.png")[0] == ["a.png"]
    assert names({"a.png": PNG, "out/a-nobg.png": PNG}, "a.png", overwrite=True)[0] == ["a.png"]


@pytest.fixture
def pairs(tree):
    """As ``names``, for two renders of each subject: first, second and result."""

    def found(files, *paths, black=None, **options):
        root = tree(dict.fromkeys(files, PNG))
        path = root.__class__
        options |= {"in_pairs": black is None, "black": black and path(black)}
        batch = gather([*map(path, paths)], path("out"), folder=root, **options)
        return [(item.name, item.second, item.target.name) for item in batch.items], list(batch.left_out)

    return found


@pytest.mark.parametrize(
    "given",
    [["a-white.png", "a-black.png"], ["a-black.png", "a-white.png"], ["a-white.png"], ["a-black.png"], ["."]],
)
def test_a_pair_is_told_by_its_names_however_it_is_given(pairs, given):
    found = pairs(["a-white.png", "a-black.png"], *given)
    assert found == ([("a-white.png", "a-black.png", "a-nobg.png")], [])


@pytest.mark.parametrize("mark", ["-", "_", "@", " ", "."])
def test_the_endings_may_be_set_off_in_several_ways(pairs, mark):
    found, _ = pairs([f"a{mark}White.png", f"a{mark}BLACK.jpg"], f"a{mark}White.png")
    assert found == [(f"a{mark}White.png", f"a{mark}BLACK.jpg", "a-nobg.png")]


def test_what_a_run_delivers_is_a_pair(pairs):
    found = pairs(["a.png", "a-black.png"], ".")
    assert found == ([("a.png", "a-black.png", "a-nobg.png")], [])


def test_renders_in_two_folders_are_a_pair_when_both_are_given(pairs):
    found, _ = pairs(["x/a-white.png", "y/a-black.png"], "x", "y")
    assert found == [("x/a-white.png", "y/a-black.png", "a-nobg.png")]


def test_a_partner_of_the_same_kind_comes_first_and_a_given_one_before_all(pairs):
    files = ["x/a-white.png", "x/a-black.jpg", "x/a-black.png", "y/a-black.png"]
    assert pairs(files, "x/a-white.png")[0][0][:2] == ("x/a-white.png", "x/a-black.png")
    assert pairs(files, "y/a-black.png", "x/a-white.png")[0][0][:2] == ("x/a-white.png", "y/a-black.png")


def test_a_picture_without_a_second_render_is_left_out_of_its_folder(pairs):
    found = pairs(["a-white.png", "a-black.png", "a.png", "b.png"], ".")
    assert found == (
        [("a-white.png", "a-black.png", "a-nobg.png")],
        [
            "a.png is left out: a-black.png goes with a-white.png",
            "b.png is left out: it has no second render (b-black)",
        ],
    )


@pytest.mark.parametrize(
    ("files", "given", "said"),
    [
        (["a.png"], ["a.png"], r"a\.png has no second render: there is no a-black"),
        (["a-white.png", "b-black.png"], ["a-white.png"], r"a-white\.png has .* no a-black beside it"),
        (["a-black.png"], ["."], r"a-black\.png has no second render: there is no a-white or a beside it"),
        (["a-white.png", "a-white.jpg", "a-black.png"], ["."], r"all become a-nobg\.png"),
        (
            ["a.png", "a-white.png", "a-black.png"],
            ["a.png"],
            r"a\.png has no second render: a-black\.png goes with a-white\.png\.",
        ),
    ],
)
def test_a_render_alone_is_refused_and_what_was_looked_for_is_named(pairs, files, given, said):
    with pytest.raises(UsageError, match=said):
        pairs(files, *given)


@pytest.mark.parametrize("given", [["."], ["c-white.png", "c-black.png", "c-black.jpg"]])
def test_two_second_renders_of_one_picture_are_refused_and_named(pairs, given):
    with pytest.raises(UsageError, match=r"c-white\.png has two second renders: c-black\.(png|jpg) and c-bl"):
        pairs(["c-white.png", "c-black.png", "c-black.jpg"], *given)
    assert pairs(["c-white.png", "c-black.png", "c-black.jpg"], "c-white.png", "c-black.png")[0]


def test_a_second_render_under_two_names_is_one(tree):
    root = tree({"in/c-white.png": PNG, "in/c-black.png": PNG})
    (root / "in/c-black.jpg").symlink_to("c-black.png")
    batch = gather([Path("in")], Path("out"), folder=root, in_pairs=True)
    assert [item.target.name for item in batch.items] == ["c-nobg.png"]


def test_a_partner_that_is_no_picture_is_none(names):
    with pytest.raises(UsageError, match="no a-black"):
        names({"a-white.png": PNG, "a-black.png": "text"}, "a-white.png", in_pairs=True)


def test_without_being_asked_for_names_pair_nothing(names):
    assert names({"a-white.png": PNG, "a-black.png": PNG}, ".")[0] == ["a-black.png", "a-white.png"]


def test_a_second_render_of_any_name_can_be_named(pairs):
    assert pairs(["a.png", "dark.png"], "a.png", black="dark.png")[0] == [("a.png", "dark.png", "a-nobg.png")]
    assert pairs(["b-white.png", "c.png"], "b-white.png", black="c.png")[0][0][2] == "b-nobg.png"


@pytest.mark.parametrize(
    ("given", "black", "said"),
    [
        (["a.png", "b.png"], "dark.png", "--black is the second render of one IMAGE"),
        (["in"], "dark.png", "--black is the second render of one IMAGE, and no folder"),
        (["a.png"], "lost.png", r"There is no picture lost\.png"),
        (["a.png"], "in/../a.png", "is the picture itself"),
    ],
)
def test_a_second_render_that_cannot_be_meant_is_refused(pairs, given, black, said):
    with pytest.raises(UsageError, match=said):
        pairs(["a.png", "b.png", "dark.png", "in/c.png"], *given, black=black)


def test_a_second_render_is_not_replaced_by_a_result(names):
    with pytest.raises(UsageError, match=r"a-nobg\.png would be replaced"):
        names(
            {"a.png": PNG, "a-nobg.png": PNG},
            "a.png",
            output=".",
            black=Path("a-nobg.png"),
        )
