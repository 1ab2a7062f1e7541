from __future__ import annotations

import io

import pytest
from films import written
from PIL import Image

from pipeline.errors import ProcessError
from pipeline.picture.video import preview as module
from pipeline.picture.video.preview import preview


def shown(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_a_small_picture_that_moves_for_ever(tmp_path, kind):
    source = written(tmp_path / "a.mp4", size=(640, 480))
    data, size = preview(source, 2.0, kind)
    picture = shown(data)
    assert picture.format == kind.upper()
    assert picture.size == size == (320, 240)
    assert picture.info["loop"] == 0
    assert 20 <= picture.n_frames <= 25
    red = [0, 0]
    for end, number in enumerate((0, picture.n_frames - 1)):
        picture.seek(number)
        red[end] = picture.convert("RGB").getpixel((160, 120))[0]
    assert red[0] > 230
    assert red[1] < 25
    assert preview(source, 2.0, kind)[0] == data


def test_a_small_film_stays_as_small_as_it_is(tmp_path):
    assert preview(written(tmp_path / "a.mp4"), 2.0, "webp")[1] == (64, 48)


def test_a_long_film_has_fewer_frames_a_second(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST_FRAMES", 5)
    picture = shown(preview(written(tmp_path / "a.mp4"), 2.0, "gif")[0])
    assert picture.n_frames == 5
    assert picture.info["duration"] == 400


def test_a_limit_makes_it_smaller(tmp_path):
    source = written(tmp_path / "a.mp4", size=(320, 240))
    usual, _ = preview(source, 2.0, "webp")
    data, size = preview(source, 2.0, "webp", len(usual) - 1)
    assert len(data) < len(usual)
    assert max(size) < 320


def test_what_cannot_fit_is_an_error(tmp_path):
    with pytest.raises(ProcessError, match="does not fit into 0 kB"):
        preview(written(tmp_path / "a.mp4"), 2.0, "gif", 50)
