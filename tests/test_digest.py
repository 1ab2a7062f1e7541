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


class TestReading:
    def test_a_text_is_read(self, tmp_path):
        (tmp_path / "a").write_text("grün", encoding="utf-8")
        assert digest.read_text(tmp_path / "a") == "grün"

    def test_a_larger_one_than_expected_is_not(self, tmp_path):
        (tmp_path / "a").write_bytes(b"x" * 11)
        with pytest.raises(OSError, match="larger than"):
            digest.read_text(tmp_path / "a", most_bytes=10)

    @pytest.mark.parametrize("read", [digest.read_text, digest.of_file])
    def test_only_plain_files_are(self, tmp_path, read):
        (tmp_path / "zero").symlink_to("/dev/zero")  # without an end
        with pytest.raises(OSError, match="not a plain file"):
            read(tmp_path / "zero")
        with pytest.raises(IsADirectoryError):
            read(tmp_path)
        with pytest.raises(FileNotFoundError):
            read(tmp_path / "none")
