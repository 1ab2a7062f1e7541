"""What is delivered besides a video, from the job a run gives to the manifest's words."""

from __future__ import annotations

import pickle

import pytest
from films import written

from pipeline import media
from pipeline.deliver import manifest, video
from pipeline.deliver.process import PictureJob, process
from pipeline.film import Film
from pipeline.recipe.video import Video

ALL = Video("middle", ("mp4", "webm", "av1"), "webp")


@pytest.fixture
def job(tmp_path):
    """A job on a film of two seconds with sound."""

    def make(settings: Video | None = None, **changes) -> PictureJob:
        original = written(tmp_path / "store" / "a.mp4", size=(128, 96), sound=True)
        staging = tmp_path / f"staging-{len(list(tmp_path.iterdir()))}"
        staging.mkdir()
        return PictureJob("loop", original, "mp4", staging, video=settings, **changes)

    return make


def test_alone_it_is_the_original_with_what_it_says_of_itself(job):
    wanted = job()
    result = process(wanted)
    [file] = result.files
    assert (file.name, file.purpose, file.width, file.height) == ("loop.mp4", "original", 128, 96)
    assert file.film == video.probe(wanted.original)
    assert (wanted.staging / file.name).read_bytes() == wanted.original.read_bytes()


def test_everything_asked_for_is_made_and_named(job):
    wanted = job(ALL, formats=("png", "webp"))
    result = process(wanted)
    assert [(file.name, file.purpose, file.label) for file in result.files] == [
        ("loop.mp4", "original", ""),
        ("loop-poster.png", "poster", ""),
        ("loop-poster.webp", "poster", ""),
        ("loop-web.mp4", "video", "mp4"),
        ("loop.webm", "video", "webm"),
        ("loop-av1.mp4", "video", "av1"),
        ("loop-preview.webp", "preview", ""),
    ]
    assert result.warnings == ()
    for file in result.files:
        found = media.check(wanted.staging / file.name)
        assert (found.width, found.height) == (file.width, file.height)
        assert found.film == file.film
    assert [file.dominant_color != "" for file in result.files] == [False, True, True, *[False] * 4]
    assert pickle.loads(pickle.dumps((wanted, result))) == (wanted, result)


def test_a_loop_is_named_so_and_silent(job):
    result = process(job(Video(formats=("mp4", "webm"), loop=True, mute=True)))
    assert [file.name for file in result.files[1:]] == ["loop-loop.mp4", "loop-loop.webm"]
    assert not any(file.film.has_audio for file in result.files[1:] if file.film)


def test_the_manifest_holds_the_facts_of_videos_and_of_nothing_else(job):
    listed = manifest.describe(process(job(Video("first", ("webm",)))), "films")["files"]
    facts = {"duration_s", "fps", "codec", "has_audio"}
    assert [(file["file"], facts <= file.keys()) for file in listed] == [
        ("films/loop.mp4", True),
        ("films/loop-poster.png", False),
        ("films/loop.webm", True),
    ]
    assert (listed[0]["codec"], listed[0]["has_audio"], listed[0]["fps"]) == ("h264", True, 12.0)


@pytest.mark.parametrize(
    ("poster", "seconds"), [("first", 0), ("middle", 1), ("last", float("inf")), (0.5, 0.5), (0.0, 0)]
)
def test_where_the_poster_is(poster, seconds):
    assert video.poster_s(Video(poster), Film(duration_s=2)) == seconds


def test_a_poster_behind_the_end_is_the_last_frame_and_said(job):
    result = process(job(Video(30.0)))
    assert result.files[1].name == "loop-poster.png"
    [warning] = result.warnings
    assert "the poster is the last frame" in warning
    assert video.beyond(Video(30.0), Film()) == ""


def test_a_limit_holds_for_what_is_made(job):
    result = process(job(Video(formats=("mp4",), preview="gif", max_kb=20)))
    assert all(file.size_bytes <= 20_000 for file in result.files[1:])


def test_a_preview_that_does_not_fit_keeps_nothing_else_back(job):
    result = process(job(Video("first", ("webm", "av1"), "gif", max_kb=4)))
    assert [file.name for file in result.files] == [
        "loop.mp4", "loop-poster.png", "loop.webm", "loop-av1.mp4",
    ]  # fmt: skip
    assert "A gif preview does not fit into 4 kB: the smallest tried, 128×96 px, has" in result.trouble
    assert "Allow more kB in video: max_kb" in result.trouble


def test_an_encoding_that_does_not_fit_keeps_nothing_else_back(job):
    result = process(job(Video("last", ("mp4", "webm"), max_kb=1)))
    assert [file.name for file in result.files] == ["loop.mp4", "loop-poster.png"]
    assert "loop-web.mp4 does not fit into 1 kB: the smallest tried has" in result.trouble
    assert "loop.webm does not fit into 1 kB" in result.trouble


def test_a_poster_that_does_not_fit_keeps_nothing_else_back(job, monkeypatch):
    monkeypatch.setattr("pipeline.deliver.process.KILOBYTE", 10)
    result = process(job(Video("first", ("webm",)), formats=("png", "webp"), max_kb=1))
    assert [file.name for file in result.files] == ["loop.mp4", "loop.webm"]
    assert "loop-poster.png: A 128×96 png does not fit into" in result.trouble


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"\0\0\0\x18ftypmp42 moving", "cannot be decoded"), (b"<html>", "no video that is read")],
)
def test_a_video_that_cannot_be_decoded_is_delivered_as_it_came(job, data, said):
    broken = job(ALL)
    broken.original.write_bytes(data)
    result = process(broken)
    assert [file.name for file in result.files] == ["loop.mp4"]
    assert result.trouble.count(said) == 1
    assert (broken.staging / "loop.mp4").read_bytes() == data
