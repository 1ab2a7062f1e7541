from __future__ import annotations

import struct

import pytest
from pictures import photo

from pipeline.deliver.outside import MAX_BYTES, inspect
from pipeline.errors import ProcessError


def test_a_whole_picture_is_described(tmp_path):
    photo(32).save(tmp_path / "a.png")
    assert (inspect(tmp_path / "a.png").width, inspect(tmp_path / "a.png").extension) == (32, "png")


def test_what_cannot_be_read_is_said_as_part_of_a_sentence(tmp_path):
    with pytest.raises(ProcessError, match=r"^the file cannot be read: No such file or directory$"):
        inspect(tmp_path / "gone.png")


def test_a_huge_picture_is_refused_before_a_decoder_sees_it(tmp_path, monkeypatch):
    path = tmp_path / "a.png"
    photo(32).save(path)
    with path.open("r+b") as stream:
        stream.truncate(MAX_BYTES)
    assert inspect(path).width == 32
    with path.open("r+b") as stream:
        stream.truncate(MAX_BYTES + 1)
    monkeypatch.setattr("pipeline.media.check", lambda _: pytest.fail("decoded"))
    with pytest.raises(ProcessError, match=r"^the picture has 268 MB; at most 268 are read$"):
        inspect(path)


def test_a_video_may_be_of_any_size(tmp_path):
    head = struct.pack(">I4s4s4x", 16, b"ftyp", b"isom") + struct.pack(">I4s", 8, b"moov")
    path = tmp_path / "a.mp4"
    path.write_bytes(head + struct.pack(">I4s", MAX_BYTES, b"mdat"))
    with path.open("r+b") as stream:
        stream.truncate(len(head) + MAX_BYTES)
    assert inspect(path).extension == "mp4"
