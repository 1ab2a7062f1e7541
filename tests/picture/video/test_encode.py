from __future__ import annotations

import pytest
from films import colours, written

from pipeline import media
from pipeline.errors import ProcessError
from pipeline.picture.video import encode as module
from pipeline.picture.video.encode import encode

EVERY = pytest.mark.parametrize(("encoding", "codec"), [("mp4", "h264"), ("webm", "vp9"), ("av1", "av1")])


def made(tmp_path, source, encoding, name="out", **options):
    target = tmp_path / f"{name}.{'webm' if encoding == 'webm' else 'mp4'}"
    encode(source, target, encoding, **{"loops": False, "mute": False} | options)
    return target


@EVERY
def test_the_film_is_the_same_in_every_encoding(tmp_path, encoding, codec):
    source = written(tmp_path / "a.mp4", size=(128, 96))
    target = made(tmp_path, source, encoding)
    film = media.check(target).film
    assert (film.codec, film.width, film.height, film.has_audio) == (codec, 128, 96, False)
    assert film.duration_s == pytest.approx(2, abs=0.1)
    for was, now in zip(colours(source), colours(target), strict=True):
        assert now == pytest.approx(was, abs=12)


@EVERY
def test_the_same_film_gives_the_same_bytes(tmp_path, encoding, codec):
    source = written(tmp_path / "a.mp4", size=(128, 96), sound=True)
    once, again = (made(tmp_path, source, encoding, name).read_bytes() for name in ("b", "c"))
    assert once == again


@EVERY
def test_sound_is_kept_unless_it_is_not_wanted(tmp_path, encoding, codec):
    source = written(tmp_path / "a.mp4", size=(128, 96), sound=True)
    assert media.check(made(tmp_path, source, encoding)).film.has_audio
    assert not media.check(made(tmp_path, source, encoding, mute=True)).film.has_audio


@EVERY
def test_a_loop_is_silent_and_ends_where_it_begins(tmp_path, encoding, codec):
    source = written(tmp_path / "a.mp4", size=(128, 96), sound=True)
    target = made(tmp_path, source, encoding, loops=True)
    film = media.check(target).film
    assert (film.duration_s, film.fps, film.has_audio) == (pytest.approx(1.5, abs=0.05), 12.0, False)
    shown = colours(target)
    assert len(shown) == 18
    jump = abs(shown[-1][0] - shown[0][0])
    assert jump < 60 < abs(colours(source)[-1][0] - colours(source)[0][0])


def test_odd_sides_lose_a_pixel(tmp_path):
    source = written(tmp_path / "a.webm", size=(65, 49), codec="libvpx-vp9", container="webm")
    film = media.check(made(tmp_path, source, "mp4")).film
    assert (film.width, film.height) == (64, 48)


def test_a_limit_is_searched_for(tmp_path):
    source = written(tmp_path / "a.mp4", size=(320, 240), seconds=1, noise=90)
    usual = made(tmp_path, source, "mp4").stat().st_size
    assert made(tmp_path, source, "mp4", max_bytes=usual).stat().st_size == usual
    small = made(tmp_path, source, "mp4", max_bytes=usual // 3).stat().st_size
    assert usual // 6 < small <= usual // 3  # not far below what is allowed


def test_what_cannot_fit_is_an_error(tmp_path):
    source = written(tmp_path / "a.mp4")
    with pytest.raises(ProcessError, match=r"out\.mp4 does not fit into 0 kB") as caught:
        made(tmp_path, source, "mp4", max_bytes=100)
    assert "max_kb" in caught.value.hint


def test_the_best_that_fits_is_kept_when_tries_run_out(tmp_path, monkeypatch):
    source = written(tmp_path / "a.mp4", size=(320, 240), seconds=1, noise=90)
    usual = made(tmp_path, source, "mp4").stat().st_size
    monkeypatch.setattr(module, "MOST_TRIES", 2)
    target = made(tmp_path, source, "mp4", max_bytes=usual // 3)
    assert target.stat().st_size <= usual // 3
    assert media.check(target).film.codec == "h264"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp4", "out.mp4"]


def test_it_gives_up_after_some_tries(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST_TRIES", 1)
    with pytest.raises(ProcessError, match="does not fit"):
        made(tmp_path, written(tmp_path / "a.mp4"), "mp4", max_bytes=500)
