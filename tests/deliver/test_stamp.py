from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import opened, subject

from pipeline.deliver.stamp import is_stamped, stamp
from pipeline.picture.encode import encode

PNG = encode(subject(24), "png")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(stamp(PNG))
    return path


def test_a_stamped_picture_is_the_same_picture(file):
    assert is_stamped(file)
    assert opened(file).tobytes() == subject(24).tobytes()


def test_a_picture_saved_again_is_no_longer_ours(file):
    picture = opened(file)
    picture.save(file)
    assert not is_stamped(file)


@settings(max_examples=40)
@given(at=st.integers(0, len(PNG) - 1))
def test_one_changed_byte_is_noticed_wherever_it_is(at, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "changed.png"
    data = bytearray(stamp(PNG))
    data[at] ^= 1
    path.write_bytes(data)
    assert not is_stamped(path)


@pytest.mark.parametrize("content", [b"", b"short", PNG, stamp(PNG)[:-1], stamp(PNG) + b"x"])
def test_other_files_are_not_ours(tmp_path, content):
    (tmp_path / "b.png").write_bytes(content)
    assert not is_stamped(tmp_path / "b.png")


def test_what_cannot_be_read_is_not_ours(tmp_path):
    assert not is_stamped(tmp_path)
    assert not is_stamped(tmp_path / "missing.png")
