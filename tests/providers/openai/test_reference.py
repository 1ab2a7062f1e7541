from __future__ import annotations

import pytest

from pipeline import digest
from pipeline.errors import UploadFailed
from pipeline.providers.openai import reference


def test_a_picture_is_copied_under_its_content(spool, picture, tmp_path):
    path = tmp_path / "logo.png"
    path.write_bytes(picture())
    sha256 = digest.of_file(path)
    name = reference.keep(spool, path, sha256)
    assert name == f"{sha256}.png"
    assert spool.picture(name) == path.read_bytes()


def test_one_that_changed_meanwhile_is_refused(spool, picture, tmp_path):
    path = tmp_path / "logo.png"
    path.write_bytes(picture())
    with pytest.raises(UploadFailed, match=r"logo\.png changed"):
        reference.keep(spool, path, "0" * 64)


@pytest.mark.parametrize(
    ("content", "said"), [(b"GIF89a" + bytes(20), "a gif file"), (b"\x89PNG\r\n\x1a\n", "cannot be used")]
)
def test_what_the_service_does_not_take_is_refused(spool, tmp_path, content, said):
    path = tmp_path / "logo.png"
    path.write_bytes(content)
    with pytest.raises(UploadFailed, match=said):
        reference.keep(spool, path, digest.of_bytes(content))


def test_one_too_large_is_refused(spool, tmp_path, monkeypatch):
    monkeypatch.setattr(reference, "MAX_BYTES", 3)
    path = tmp_path / "logo.png"
    path.write_bytes(b"four")
    with pytest.raises(UploadFailed, match="at most 0 MB"):
        reference.keep(spool, path, digest.of_bytes(b"four"))


def test_one_that_is_not_there_is_said(spool, tmp_path):
    with pytest.raises(UploadFailed, match="No such file"):
        reference.keep(spool, tmp_path / "nowhere.png", "0" * 64)
