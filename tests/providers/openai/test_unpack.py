from __future__ import annotations

import base64

import pytest

from pipeline import digest
from pipeline.errors import DownloadFailed
from pipeline.providers.openai.unpack import unpack


def text(content: bytes) -> str:
    return base64.b64encode(content).decode()


@pytest.mark.parametrize(("kind", "extension"), [("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp")])
def test_a_picture_comes_out_whole(picture, target, kind, extension):
    content = picture(kind)
    done = unpack(text(content), target, 10_000)
    assert target.read_bytes() == content
    assert (done.extension, done.width, done.height) == (extension, 8, 6)
    assert (done.sha256, done.size_bytes) == (digest.of_bytes(content), len(content))


def test_what_follows_the_picture_is_cut_off(picture, target):
    content = picture()
    done = unpack(text(content + b"<script>"), target, 10_000)
    assert target.read_bytes() == content
    assert done.sha256 == digest.of_bytes(content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html>", "a web page"),
        (b"", "an empty file"),
        (b"\x89PNG\r\n\x1a\n cut short", "damaged or cut short"),
        (b"\x00\x00\x00\x18ftypmp42" + bytes(30), "no picture"),
    ],
)
def test_what_is_no_picture_is_refused_and_leaves_nothing(target, content, said):
    with pytest.raises(DownloadFailed, match=said):
        unpack(text(content), target, 10_000)
    assert list(target.parent.iterdir()) == []


def test_other_texts_are_refused(target):
    with pytest.raises(DownloadFailed, match="not base64"):
        unpack("no base64!", target, 10_000)


def test_a_picture_beyond_the_limit_is_refused(picture, target):
    with pytest.raises(DownloadFailed, match="larger than 0 MB") as caught:
        unpack(text(picture()), target, 10)
    assert "max_download_mb" in caught.value.hint


def test_a_place_that_takes_no_file_says_so(picture, target):
    with pytest.raises(DownloadFailed, match="could not be written"):
        unpack(text(picture()), target.parent / "nowhere" / "x", 10_000)
