from __future__ import annotations

import io

import pytest
from films import colours
from PIL import Image, ImageDraw

from pipeline import film as container
from pipeline.recipe.catalogue import load
from pipeline.sandbox import motion, studio
from pipeline.sandbox.studio import Job

BYTEDANCE, KLING = "bytedance/v1-pro-image-to-video", "kling-2.6/image-to-video"


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """The same films with fewer pixels."""
    monkeypatch.setattr(motion, "LINES", {"480p": 48, "720p": 72, "1080p": 108})


def source(size=(320, 180)) -> Image.Image:
    picture = Image.new("RGBA", size, "#EC4899")
    ImageDraw.Draw(picture).rectangle([0, 0, size[0] // 4, size[1]], fill="#8B5CF6")
    return picture


def film(model=KLING, seed=1, picture=None, **inputs) -> bytes:
    return motion.film(load().get(model), inputs, picture or source(), seed)


def probed(data: bytes) -> container.Film:
    return container.read(io.BytesIO(data), len(data), "mp4")


@pytest.mark.parametrize(
    ("model", "inputs", "expected"),
    [
        (BYTEDANCE, {}, container.Film(128, 72 // 16 * 16, 5.0, 24.0, "h264")),
        (BYTEDANCE, {"resolution": "1080p", "duration": "10"}, container.Film(192, 112, 10.0, 24.0, "h264")),
        (KLING, {"duration": "5", "sound": False}, container.Film(128, 64, 5.0, 24.0, "h264")),
    ],
)
def test_it_has_the_asked_size_and_length(model, inputs, expected):
    assert probed(film(model, **inputs)) == expected


@pytest.mark.parametrize(
    ("size", "frame"),
    [((100, 100), (96, 96)), ((90, 160), (64, 128)), ((4000, 10), (144, 64)), ((10, 4000), (64, 144))],
)
def test_its_ratio_is_that_of_the_picture_within_reason(size, frame):
    assert motion.frame({"resolution": "720p"}, size) == frame


@pytest.mark.parametrize(
    ("asked", "seconds"), [("5", 5), ("10", 10), ("99", 10), ("0", 1), ("x", 5), ("9999", 5)]
)
def test_its_length_is_bounded(asked, seconds):
    assert motion.duration_s({"duration": asked}) == seconds


def test_sound_is_made_where_it_is_asked_for():
    found = probed(film(sound=True))
    assert found.has_audio
    assert not probed(film(sound=False)).has_audio


def test_equal_requests_give_equal_bytes_and_other_prompts_other_moves():
    assert film() == film()
    assert film() != film(seed=90)


def test_it_begins_with_the_picture_and_moves(tmp_path):
    (tmp_path / "a.mp4").write_bytes(film())
    shown = colours(tmp_path / "a.mp4")
    assert len(shown) == 120
    assert shown[0] == pytest.approx((0xEC, 0x48, 0x99), abs=12)


def test_a_fixed_camera_leaves_the_move_to_the_light(tmp_path):
    (tmp_path / "a.mp4").write_bytes(film(BYTEDANCE, camera_fixed=True))
    greens = [colour[1] for colour in colours(tmp_path / "a.mp4")]
    assert max(greens) - min(greens) > 15


def test_without_the_encoder_the_picture_stands_still(monkeypatch, tmp_path):
    monkeypatch.setattr(motion, "find_spec", lambda _: None)
    (tmp_path / "a.mp4").write_bytes(film())
    assert probed(film()).duration_s == 5.0
    assert len(set(colours(tmp_path / "a.mp4"))) == 1


def test_the_studio_films_the_picture_it_is_given():
    stream = io.BytesIO()
    source((90, 160)).save(stream, "PNG")
    job = Job(
        BYTEDANCE, {"prompt": "slow orbit", "image_url": "https://x.test/a.png"}, 0, (stream.getvalue(),)
    )
    found = probed(studio.produce(job))
    assert found.height > found.width
