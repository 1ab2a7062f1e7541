from __future__ import annotations

import pickle

import pytest
from pictures import assert_similar, opened, photo, subject, u2netp

from pipeline import digest
from pipeline.deliver.process import PictureJob, process
from pipeline.errors import DeliveryError, ProcessError
from pipeline.picture.cutout import METHODS
from pipeline.picture.export import resize
from pipeline.recipe.spec import Cutout, Icon

__all__ = ["u2netp"]

ICONS = (Icon("@1x", 24), Icon("@2x", 48), Icon("hero", 160))


@pytest.fixture
def job(tmp_path):
    """A job on a 200 px photograph; its staging folder is new each time."""

    def make(picture=None, extension="png", **changes) -> PictureJob:
        original = tmp_path / f"original-{extension}"
        (picture or photo(200)).save(original, {"jpg": "JPEG"}.get(extension, extension))
        staging = tmp_path / f"staging-{len(list(tmp_path.iterdir()))}"
        staging.mkdir()
        return PictureJob("credit-coin", original, extension, staging, **changes)

    return make


def made(result, purpose=None) -> list[str]:
    return [file.name for file in result.files if purpose in (None, file.purpose)]


def test_the_original_is_delivered_byte_for_byte(job):
    wanted = job(formats=("png",))
    result = process(wanted)
    assert made(result) == ["credit-coin.png"]
    assert (wanted.staging / "credit-coin.png").read_bytes() == wanted.original.read_bytes()
    assert not (wanted.staging / "credit-coin.png").is_symlink()
    assert (wanted.staging / "credit-coin.png").stat().st_nlink == 1


@pytest.mark.usefixtures("u2netp")
def test_files_of_a_cut_out_have_the_names_of_the_contract(job):
    wanted = job(cutout=Cutout("rembg"), icons=ICONS, formats=("png", "webp"))
    result = process(wanted)
    assert made(result) == [
        "credit-coin.png",
        "credit-coin-nobg.png",
        "credit-coin-nobg.webp",
        "credit-coin@1x.png",
        "credit-coin@1x.webp",
        "credit-coin@2x.png",
        "credit-coin@2x.webp",
        "credit-coin-hero.png",
        "credit-coin-hero.webp",
    ]
    assert sorted(made(result)) == sorted(file.name for file in wanted.staging.iterdir())
    assert [file.purpose for file in result.files][:4] == ["original", "cutout", "full", "icon"]
    assert (result.cutout_method, result.cutout_error) == ("rembg:u2netp", "")
    assert opened(wanted.staging / "credit-coin-nobg.webp").mode == "RGBA"
    assert result.cutout_quality is not None
    assert 0 <= result.cutout_quality.confidence <= 1


@pytest.mark.usefixtures("u2netp")
def test_icons_are_made_from_the_cut_out(job):
    wanted = job(cutout=Cutout(crop=True, padding=0.1), icons=(Icon("hero", 90),))
    process(wanted)
    cut = opened(wanted.staging / "credit-coin-nobg.png")
    assert_similar(opened(wanted.staging / "credit-coin-hero.png"), resize(cut, 90), 0)


def test_without_a_cut_out_everything_comes_from_the_original(job):
    wanted = job(extension="jpg", icons=(Icon("48", 48),), formats=("png", "webp", "jpg", "avif"))
    assert made(process(wanted)) == [
        "credit-coin.jpg",
        "credit-coin.png",
        "credit-coin.webp",
        "credit-coin.avif",
        "credit-coin-48.png",
        "credit-coin-48.webp",
        "credit-coin-48.jpg",
        "credit-coin-48.avif",
    ]


def test_the_file_name_can_be_another_than_the_assets(job):
    assert made(process(job(filename="coin", formats=("webp",)))) == ["coin.png", "coin.webp"]


def test_every_file_is_described_as_it_is_on_disk(job):
    wanted = job(subject(200), icons=ICONS, formats=("png", "webp", "jpg", "avif"))
    for file in process(wanted).files:
        path = wanted.staging / file.name
        assert (file.size_bytes, file.sha256) == (path.stat().st_size, digest.of_file(path))
        assert (file.width, file.height) == opened(path).size
        assert path.suffix == f".{file.format}"
        assert len(file.dominant_color) == 7
        assert file.dominant_color != "#FFFFFF"
    labels = {file.label for file in process(wanted).files if file.purpose == "icon"}
    assert labels == {"@1x", "@2x", "hero"}


@pytest.mark.usefixtures("u2netp")
def test_the_same_job_gives_the_same_bytes(job):
    settings = {"cutout": Cutout(), "icons": ICONS, "formats": ("png", "webp", "jpg", "avif")}
    first, second = process(job(**settings)), process(job(**settings), threads=2)
    assert first.files == second.files


def test_a_size_the_picture_does_not_have_is_a_warning(job):
    result = process(job(icons=(Icon("big", 201), Icon("same", 200))))
    assert result.warnings == ("icon big is 201 px but the picture only 200 px: it was enlarged",)


def test_a_failed_cut_out_still_delivers_the_original_but_no_icon(job, monkeypatch, tmp_path):
    monkeypatch.setenv("U2NET_HOME", str(tmp_path / "empty"))
    result = process(job(cutout=Cutout("rembg", "silueta"), icons=ICONS, formats=("png", "webp")))
    assert made(result) == ["credit-coin.png", "credit-coin.webp"]
    assert result.cutout_method == ""
    assert "silueta are missing" in result.cutout_error
    assert "No icons were made. Fetch them once: pipeline models pull silueta" in result.cutout_error


def test_doubts_about_a_cut_out_are_passed_on(job, monkeypatch):
    monkeypatch.setitem(METHODS, "nothing", "pictures:remove_nothing")
    result = process(job(cutout=Cutout(method="nothing")))
    assert result.cutout_warnings[0] == "background removal found no background: the whole picture was kept"
    assert result.warnings == ()


def test_a_video_is_delivered_as_it_is(tmp_path):
    original = tmp_path / "store"
    original.write_bytes(b"\0\0\0\x18ftypmp42 moving")
    plain = process(PictureJob("loop", original, "mp4", tmp_path))
    assert [(file.name, file.width, file.format, file.dominant_color) for file in plain.files] == [
        ("loop.mp4", 0, "mp4", "")
    ]
    assert plain.warnings == ()
    cut = process(PictureJob("loop", original, "mp4", tmp_path, cutout=Cutout()))
    assert cut.warnings == ("a video is delivered as it is: no cut-out, no icons, no platform sets",)


def test_two_files_of_one_name_are_refused(job):
    with pytest.raises(ProcessError, match=r"would be called credit-coin-a\.png") as caught:
        process(job(icons=(Icon("a", 10), Icon("a", 20))))
    assert caught.value.asset == "credit-coin"


def test_an_original_that_is_no_picture_is_an_error_of_its_asset(tmp_path):
    (tmp_path / "store").write_bytes(b"<html>")
    with pytest.raises(ProcessError, match="cannot be decoded") as caught:
        process(PictureJob("coin", tmp_path / "store", "png", tmp_path))
    assert caught.value.asset == "coin"


def test_a_folder_that_cannot_be_written_is_a_delivery_error(job):
    wanted = job()
    wanted.staging.rmdir()
    with pytest.raises(DeliveryError, match="files of credit-coin cannot be written") as caught:
        process(wanted)
    assert caught.value.asset == "credit-coin"


def test_jobs_and_results_travel_between_processes(job):
    wanted = job(cutout=None, icons=ICONS)
    assert pickle.loads(pickle.dumps(wanted)) == wanted
    result = process(wanted)
    assert pickle.loads(pickle.dumps(result)) == result
    assert result.seconds > 0
