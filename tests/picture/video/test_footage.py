from __future__ import annotations

import errno
import io
import sys
from fractions import Fraction

import av
import pytest
from films import film, written
from PIL import Image

from pipeline.errors import ProcessError
from pipeline.picture.video import footage, is_installed
from pipeline.picture.video.footage import opened, picture


def test_every_frame_is_there_in_order(tmp_path):
    with opened(written(tmp_path / "a.mp4")) as found:
        assert (found.size, found.fps, found.sound) == ((64, 48), Fraction(12), None)
        reds = [picture(frame).getpixel((32, 24))[0] for frame in found.frames()]
    assert len(reds) == 24
    assert reds == sorted(reds, reverse=True)


def test_sound_comes_in_between_where_it_is_wanted(tmp_path):
    path = written(tmp_path / "a.mp4", sound=True)
    for sound in (True, False):
        with opened(path) as found:
            kinds = {type(piece) for piece in found.pieces(sound=sound)}
        assert kinds == ({av.VideoFrame, av.AudioFrame} if sound else {av.VideoFrame})


@pytest.mark.parametrize("lines", [480, 720])
def test_colours_come_out_as_a_browser_shows_them(tmp_path, lines):
    path = tmp_path / "a.mp4"
    size = (lines * 4 // 3, lines)
    path.write_bytes(film(seconds=0.25, size=size))  # untagged, BT.601 by its encoder
    with opened(path) as found:
        first = picture(next(iter(found.frames())))
    assert isinstance(first, Image.Image)
    assert (first.mode, first.size) == ("RGB", size)
    red, green, blue = first.getpixel((5, 5))
    assert red > 235
    assert blue < 25
    assert (green < 10) == (lines < 720)  # read as BT.709, the same numbers are a little greener


def test_a_video_that_is_damaged_is_a_processing_error(tmp_path):
    path = tmp_path / "a.mp4"
    path.write_bytes(b"\0\0\0\x18ftypmp42" + bytes(100))
    with pytest.raises(ProcessError, match="cannot be decoded"), opened(path):
        pass


def test_a_file_without_pictures_is_refused(tmp_path):
    stream = io.BytesIO()
    with av.open(stream, "w", format="mp4") as file:
        audio = file.add_stream("aac", rate=48_000)
        frame = av.AudioFrame(format="fltp", layout="stereo", samples=1024)
        frame.sample_rate = 48_000
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        file.mux(audio.encode(frame))
        file.mux(audio.encode())
    (tmp_path / "a.mp4").write_bytes(stream.getvalue())
    with pytest.raises(ProcessError, match="holds no video"), opened(tmp_path / "a.mp4"):
        pass


def test_damaged_frames_are_a_processing_error(tmp_path):
    data = film(size=(128, 96))
    start = data.index(b"mdat") + 4
    (tmp_path / "a.mp4").write_bytes(data[:start] + bytes(len(data[start:-1200])) + data[-1200:])

    def decode():
        with opened(tmp_path / "a.mp4") as found:
            list(found.frames())

    with pytest.raises(ProcessError, match="decoded"):
        decode()


@pytest.mark.parametrize(
    ("bound", "value", "said"),
    [("MAX_PIXELS", 64 * 48 - 1, "64×48 px a frame"), ("MAX_FRAMES", 23, "longer"), ("MAX_S", 0.5, "longer")],
)
def test_what_is_too_large_is_refused(tmp_path, monkeypatch, bound, value, said):
    path = written(tmp_path / "a.mp4")
    monkeypatch.setattr(footage, bound, value)

    def decode():
        with opened(path) as found:
            list(found.frames())

    with pytest.raises(ProcessError, match=said):
        decode()


def test_a_size_that_changes_on_the_way_is_refused(tmp_path):
    with opened(written(tmp_path / "a.mp4")) as found:
        found.size = (32, 32)
        with pytest.raises(ProcessError, match="changes its size"):
            next(found.frames())


def test_a_playlist_in_a_video_s_clothes_reads_no_other_file(tmp_path):
    written(tmp_path / "secret.mp4")
    (tmp_path / "a.mp4").write_text(
        "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nsecret.mp4\n#EXT-X-ENDLIST\n"
    )
    with pytest.raises(ProcessError, match="unknown kind of file, no video"), opened(tmp_path / "a.mp4"):
        pass


def test_a_full_disk_is_the_disk_s_trouble(tmp_path):
    with pytest.raises(OSError, match="No space left"), opened(written(tmp_path / "a.mp4")):
        raise av.FFmpegError(errno.ENOSPC, "No space left on device")


def test_without_the_library_it_says_what_to_install(tmp_path, monkeypatch):
    path = written(tmp_path / "a.mp4")
    assert is_installed()
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(ProcessError, match="PyAV is not installed") as caught, opened(path):
        pass
    assert "asset-pipeline[video]" in caught.value.hint
