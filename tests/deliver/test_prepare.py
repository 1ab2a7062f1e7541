"""Pictures made ready for their models: parts as they are delivered, files as models take them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from pictures import assert_similar, opened, photo, subject
from PIL import Image, ImageCms

from pipeline import digest
from pipeline.deliver.prepare import PrepareJob, PrepareResult, conversion_of, prepare
from pipeline.deliver.process import PictureJob, process
from pipeline.deliver.workers import answer, open_workers
from pipeline.errors import DeliveryError, ProcessError
from pipeline.recipe.spec import Cutout, Icon, Part, PictureLimits

LIMITS = PictureLimits(("jpeg", "png", "webp"), megabytes=10)
KEY = Cutout(method="key", crop=True, padding=0.05)


def job(
    tmp_path: Path, *sources: Path, part: Part | None = None, limits: PictureLimits = LIMITS
) -> PrepareJob:
    return PrepareJob(
        "set", "coin#nobg" if part else sources[0].name, sources, tmp_path / "out", limits, part
    )


def saved(tmp_path: Path, name: str, picture: Image.Image | None = None, **options: Any) -> Path:
    path = tmp_path / name
    (picture or photo(200)).save(path, **options)
    return path


def made(wanted: PrepareJob) -> tuple[PrepareResult, Image.Image]:
    result = prepare(wanted, threads=1)
    assert result.sha256 == digest.of_file(wanted.target)
    return result, Image.open(io.BytesIO(wanted.target.read_bytes()))


# -- parts of assets -----------------------------------------------------------------------------------------


@pytest.fixture
def delivered(tmp_path: Path):
    """An asset's files, by the ordinary way."""

    def deliver(*sources: Path, cutout: Cutout | None) -> Path:
        staging = tmp_path / "staging"
        staging.mkdir()
        icons = (Icon("hero", 90), Icon("@2x", 48))
        second = sources[1] if len(sources) > 1 else None
        process(PictureJob("coin", sources[0], "png", staging, "", cutout, icons, on_black=second), threads=1)
        return staging

    return deliver


@pytest.mark.parametrize("crop", [False, True])
def test_parts_are_the_very_pixels_that_are_delivered(tmp_path, delivered, crop):
    settings = Cutout(method="key", crop=crop, padding=0.05)
    original = saved(tmp_path, "coin.png", photo(200, "#00B140"))
    files = delivered(original, cutout=settings)
    for part, name in (
        (Part("nobg", cutout=settings), "coin-nobg.png"),
        (Part("hero", 90, settings), "coin-hero.png"),
        (Part("@2x", 48, settings), "coin@2x.png"),
    ):
        result, picture = made(job(tmp_path, original, part=part))
        assert_similar(picture, opened(files / name), 0)
        assert picture.tobytes() == opened(files / name).tobytes()
        assert result.notes == ()


def test_an_icon_of_what_is_not_cut_out_is_the_delivered_one(tmp_path, delivered):
    original = saved(tmp_path, "coin.png")
    files = delivered(original, cutout=None)
    _, picture = made(job(tmp_path, original, part=Part("hero", 90)))
    assert picture.tobytes() == opened(files / "coin-hero.png").tobytes()


def test_of_two_renders_both_are_used(tmp_path, delivered):
    white = saved(tmp_path, "white.png", photo(200, "white"))
    black = saved(tmp_path, "black.png", photo(200, "black"))
    settings = Cutout(method="difference", backdrop="#FFFFFF")
    files = delivered(white, black, cutout=settings)
    _, picture = made(job(tmp_path, white, black, part=Part("nobg", cutout=settings, first="coin@white")))
    assert picture.tobytes() == opened(files / "coin-nobg.png").tobytes()


def test_native_transparency_is_kept(tmp_path):
    _, picture = made(
        job(tmp_path, saved(tmp_path, "coin.png", subject(80)), part=Part("nobg", cutout=Cutout("native")))
    )
    assert picture.mode == "RGBA"
    assert picture.getchannel("A").tobytes() == subject(80).getchannel("A").tobytes()


def test_a_part_is_scaled_and_encoded_as_the_model_wants_it(tmp_path):
    original = saved(tmp_path, "coin.png", photo(200, "#00B140"))
    part = Part("nobg", cutout=Cutout(method="key"))
    result, picture = made(
        job(tmp_path, original, part=part, limits=PictureLimits(("jpeg",), largest_px=100))
    )
    assert (picture.format, picture.size) == ("JPEG", (100, 100))
    assert result.notes == (
        "coin#nobg: 200 × 200 px scaled to 100 × 100",
        "coin#nobg: on white, as the model takes no transparency",
    )


def test_a_part_too_small_for_the_model_is_refused(tmp_path):
    wanted = job(
        tmp_path, saved(tmp_path, "coin.png"), part=Part("@2x", 48), limits=PictureLimits(smallest_px=64)
    )
    with pytest.raises(ProcessError, match="It is 48 × 48 px; the model takes none below 64 px") as caught:
        prepare(wanted)
    assert "Nothing was sent." in caught.value.hint
    assert caught.value.asset == "set"
    assert not wanted.target.exists()


def test_a_cut_out_that_fails_says_whose_it_is(tmp_path):
    wanted = job(tmp_path, saved(tmp_path, "coin.png"), part=Part("nobg", cutout=Cutout("native")))
    with pytest.raises(ProcessError, match="coin#nobg cannot be made ready to be sent: The picture has no"):
        prepare(wanted)


# -- files and originals that models do not take as they are ------------------------------------------------


@pytest.mark.parametrize("name", ["logo.tiff", "logo.bmp", "logo.gif"])
def test_another_type_is_sent_as_png_and_loses_nothing(tmp_path, name):
    source = saved(tmp_path, name, photo(200).quantize(64).convert("RGB"))
    result, picture = made(job(tmp_path, source))
    assert picture.format == "PNG"
    assert_similar(picture.convert("RGB"), opened(source).convert("RGB"), 0)
    assert result.notes == (f"{name}: sent as png",)


def test_avif_is_sent_as_jpeg(tmp_path):
    result, picture = made(job(tmp_path, saved(tmp_path, "mood.avif")))
    assert picture.format == "JPEG"
    assert result.notes == ("mood.avif: sent as jpeg",)


def test_of_a_film_the_first_frame_is_sent(tmp_path):
    frames = [Image.new("RGB", (80, 60), colour) for colour in ("red", "green")]
    source = saved(tmp_path, "film.gif", frames[0], save_all=True, append_images=frames[1:])
    result, picture = made(job(tmp_path, source))
    assert picture.convert("RGB").getpixel((5, 5)) == (255, 0, 0)
    assert result.notes == ("film.gif: its first frame, sent as png",)


def test_too_many_pixels_are_scaled_and_the_words_are_those_of_the_plan(tmp_path):
    source = saved(tmp_path, "mood.jpg", photo(300).resize((300, 200)))
    limits = PictureLimits(("jpeg", "png"), largest_px=150)
    result, picture = made(job(tmp_path, source, limits=limits))
    assert (picture.format, picture.size) == ("JPEG", (150, 100))
    assert result.notes == ("mood.jpg: 300 × 200 px scaled to 150 × 100",)


def test_too_many_megabytes_become_another_type_then_fewer_pixels_and_that_is_told(tmp_path):
    noise = Image.effect_noise((500, 500), 90).convert("RGB")
    source = saved(tmp_path, "grain.png", noise)
    limits = PictureLimits(("jpeg", "png"), megabytes=0.05)
    result, picture = made(job(tmp_path, source, limits=limits))
    assert (tmp_path / "out").stat().st_size <= 50_000
    width, height = picture.size
    first, second = result.notes
    assert first.startswith("grain.png: 0.")
    assert first.endswith(" MB sent as jpeg of at most 0.05 MB")
    assert second == f"grain.png: jpeg of {width} × {height} px, for 0.05 MB"


def test_a_photograph_is_turned_upright_in_plain_srgb_without_a_word_about_it(tmp_path):
    picture = photo(200).resize((200, 120))
    exif = picture.getexif()
    exif[0x0112] = 6  # on its side
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    source = saved(tmp_path, "phone.tiff", picture, exif=exif, icc_profile=profile)
    _, found = made(job(tmp_path, source))
    assert found.size == (120, 200)
    assert not found.info.get("icc_profile")
    assert not found.getexif()


def test_transparency_survives_another_type(tmp_path):
    _, picture = made(job(tmp_path, saved(tmp_path, "mark.tiff", subject(90))))
    assert picture.mode == "RGBA"
    assert picture.tobytes() == subject(90).tobytes()


@pytest.mark.parametrize("name", ["cut.png", "cut.tiff", "cut.gif"])
def test_a_file_that_breaks_off_is_refused(tmp_path, name):
    source = saved(tmp_path, name, Image.effect_noise((300, 300), 90))
    source.write_bytes(source.read_bytes()[:-20_000])
    with pytest.raises(ProcessError, match=name):
        prepare(job(tmp_path, source, limits=PictureLimits(("webp",))))


def test_what_is_no_picture_is_refused_in_words(tmp_path):
    path = tmp_path / "logo.svg"
    path.write_text("<svg/>")
    with pytest.raises(ProcessError, match="It is no picture: it is an XML or SVG document") as caught:
        conversion_of(path, LIMITS)
    assert caught.value.hint == "save it as PNG, JPEG or WebP"
    with pytest.raises(ProcessError, match="the model takes none below 500 px"):
        conversion_of(saved(tmp_path, "small.png"), PictureLimits(smallest_px=500))


def test_what_fits_is_no_work_for_a_worker(tmp_path):
    source = saved(tmp_path, "logo.png")
    assert conversion_of(source, LIMITS) is None
    with pytest.raises(ProcessError, match="within the model's limits"):
        prepare(job(tmp_path, source))


def test_a_disk_that_takes_nothing_is_no_bug(tmp_path):
    source = saved(tmp_path, "logo.tiff")
    wanted = PrepareJob("set", "logo.tiff", (source,), tmp_path / "none" / "out", LIMITS)
    with pytest.raises(DeliveryError, match="cannot be made ready: No such file"):
        prepare(wanted)


async def test_it_is_done_in_another_process(tmp_path):
    source = saved(tmp_path, "logo.tiff")
    async with open_workers("local:1") as workers:
        result = await workers.prepare(job(tmp_path, source))
    assert result == answer(job(tmp_path, source), 1)
