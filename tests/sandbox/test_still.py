from __future__ import annotations

import av
import pytest
from films import colours
from PIL import Image

from pipeline import media
from pipeline.sandbox import still


def test_every_player_shows_the_picture_for_as_long_as_asked(tmp_path):
    path = tmp_path / "a.mp4"
    picture = Image.new("RGB", (64, 32), "#EC4899")
    picture.paste("#22C55E", (0, 0, 16, 32))
    path.write_bytes(still.film(picture, 2))
    found = media.check(path)
    assert (found.width, found.height) == (64, 32)
    assert (found.film.duration_s, found.film.fps, found.film.codec) == (2.0, 24.0, "h264")
    assert len(colours(path)) == 48
    with av.open(str(path)) as file:
        frames = [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)]
    for frame in (frames[0], frames[-1]):
        assert [int(v) for v in frame[16, 48]] == pytest.approx([0xEC, 0x48, 0x99], abs=3)
        assert [int(v) for v in frame[16, 4]] == pytest.approx([0x22, 0xC5, 0x5E], abs=3)


@pytest.mark.parametrize("colour", ["black", "white", "#0000FF", "#FFFF00"])
def test_no_colour_looks_like_the_start_of_a_unit(tmp_path, colour):
    path = tmp_path / "a.mp4"
    path.write_bytes(still.film(Image.new("RGB", (32, 48), colour), 1))
    with av.open(str(path), options={"err_detect": "explode"}) as file:
        shown = [frame.to_ndarray(format="rgb24")[5, 5] for frame in file.decode(video=0)]
    wanted = Image.new("RGB", (1, 1), colour).getpixel((0, 0))
    assert len(shown) == 24
    assert [int(v) for v in shown[-1]] == pytest.approx(wanted, abs=4)


def test_the_tiny_one_is_tiny_and_whole(tmp_path):
    (tmp_path / "a.mp4").write_bytes(still.tiny())
    assert media.check(tmp_path / "a.mp4").film.duration_s == 1.0
    assert len(still.tiny()) < 2_000
