from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.deliver.listed import (
    ListedCutout,
    ListedFile,
    cutout_of,
    files_of,
    is_broken,
    warnings_of,
)

ENTRY = {
    "files": [
        {
            "file": "icons/coin.png",
            "purpose": "original",
            "width": 64,
            "height": 48,
            "bytes": 123,
            "sha256": "ab",
        },
        {"file": "loop.mp4"},
    ],
    "cutout": {"method": "key", "confidence": 0.25, "holes": 1, "fringe": 0.5, "backdrop": "#00B140"},
    "warnings": ["icon big was enlarged"],
}
KEYS = ["file", "files", "cutout", "warnings", "method", "confidence", "fringe", "backdrop", "width", "bytes"]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just(10**400),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=3), inner)
    ),
    max_leaves=12,
)


def test_what_a_run_wrote_is_read():
    assert list(files_of(ENTRY)) == [
        ListedFile("icons/coin.png", "original", 64, 48, 123, "ab"),
        ListedFile("loop.mp4"),
    ]
    assert cutout_of(ENTRY) == ListedCutout("key", 0.25, 0.5, "#00B140")
    assert warnings_of(ENTRY) == ("icon big was enlarged",)


def test_without_a_cut_out_there_is_none():
    assert cutout_of({"files": []}) is None
    assert cutout_of({"cutout": {}}) is None


@given(ANYTHING)
def test_whatever_stands_in_a_manifest_is_read_as_far_as_it_makes_sense(entry):
    for file in files_of(entry):
        assert file.name
        assert min(file.width, file.height, file.size_bytes) >= 0
    cutout = cutout_of(entry)
    assert cutout is None or cutout.confidence is None or 0 <= cutout.confidence <= 1
    assert all("\n" not in warning for warning in warnings_of(entry))


def test_a_colour_that_is_none_and_steering_letters_are_left_out():
    cutout = {"method": "\x1b[31mkey", "backdrop": "#00B14", "warnings": ["a\nb"]}
    assert cutout_of({"cutout": cutout}) == ListedCutout("[31mkey", warnings=("a b",))
    assert cutout_of({"cutout": {"confidence": 1}}) == ListedCutout("unknown method", 1.0)


@pytest.mark.parametrize("key", ["confidence", "fringe"])
@pytest.mark.parametrize(
    ("said", "read"),
    [
        (0, 0.0),
        (1, 1.0),
        (1.001, None),
        (-0.001, None),
        (34, None),
        (10**400, None),
        (math.nan, None),
        (math.inf, None),
        ("0.5", None),
    ],
)
def test_a_share_lies_between_nothing_and_all(key, said, read):
    assert getattr(cutout_of({"cutout": {key: said}}), key) == read


@pytest.mark.parametrize(
    "content",
    [
        "<<<<<<< HEAD",
        "",
        "[" * 100_000,
        b"\xff{}",
        '{"version": 1, "recipe": "a.yaml", "assets": 7}',
        '{"version": 2, "recipe": "a.yaml", "assets": {"coin": {}}}',
    ],
)
def test_a_manifest_nobody_can_read_is_broken(tree, content):
    assert is_broken(tree({"manifest.json": content}) / "manifest.json")


@pytest.mark.parametrize(
    "content",
    [
        '{"version": 1, "recipe": "a.yaml", "assets": {}}',
        '{"version": 1, "recipe": "a.yaml", "assets": {"coin": {}}}',
        '{"version": "1.2", "name": "somebody\'s extension"}',
        "[]",
    ],
)
def test_a_manifest_of_ours_or_of_somebody_else_is_not(tree, content):
    assert not is_broken(tree({"manifest.json": content}) / "manifest.json")


def test_a_manifest_that_is_not_there_is_not_broken_and_one_that_leads_nowhere_is(tmp_path):
    assert not is_broken(tmp_path / "manifest.json")
    (tmp_path / "manifest.json").symlink_to("gone")
    assert is_broken(tmp_path / "manifest.json")


def test_a_sure_cut_out_without_warnings_leaves_no_doubt():
    assert ListedCutout("key", 0.5).doubt == ""
    assert ListedCutout("by hand").doubt == ""


def test_a_doubt_says_how_sure_the_method_was_and_why():
    assert ListedCutout("key", 0.49).doubt == "cut-out only 49 % sure (key): look at it before you use it"
    assert ListedCutout("key", 0.9, warnings=("a", "b")).doubt == "cut-out 90 % sure (key): a; b"
    assert ListedCutout("native", warnings=("a",)).doubt == "cut-out (native): a"
