from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import digest

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


def test_a_digest_is_sha256_in_hex():
    assert digest.of_bytes(b"") == EMPTY


def test_a_file_has_the_digest_of_its_bytes(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"ab" * 600_000)
    assert digest.of_file(path) == digest.of_bytes(b"ab" * 600_000)


def test_a_missing_file_has_none(tmp_path):
    with pytest.raises(FileNotFoundError):
        digest.of_file(tmp_path / "no")


def test_data_is_hashed_in_one_spelling():
    assert digest.of_data({"b": [1, "é"], "a": None}) == digest.of_bytes('{"a":null,"b":[1,"é"]}'.encode())


@given(st.dictionaries(st.text(), JSON, min_size=2))
def test_the_order_of_keys_does_not_matter(data):
    assert digest.of_data(data) == digest.of_data(dict(reversed(data.items())))


@pytest.mark.parametrize(
    ("one", "other"), [([1, 2], [2, 1]), ("1", 1), ({}, []), (None, ""), (1, 1.5), ({"a": 1}, {"a": "1"})]
)
def test_different_data_has_different_digests(one, other):
    assert digest.of_data(one) != digest.of_data(other)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, object()])
def test_what_is_not_json_has_no_digest(value):
    with pytest.raises((ValueError, TypeError)):
        digest.of_data(value)
