from __future__ import annotations

import struct

import numpy as np
import pytest
from pictures import opened, photo, remove_everything, remove_nothing, subject
from PIL import Image

from pipeline.deliver.cutouts import CutoutJob, _notes, cut
from pipeline.deliver.stamp import is_stamped
from pipeline.deliver.workers import answer
from pipeline.errors import DeliveryError, ProcessError
from pipeline.picture.cutout import METHODS, CutOut
from pipeline.picture.cutout.method import Found
from pipeline.picture.cutout.quality import Quality
from pipeline.recipe.spec import Cutout

REMBG = Cutout(method="rembg")


def remove_white(pixels, settings, *, on_black=None, threads=0):
    alpha = np.where(pixels[..., :3].min(-1) > 200, 0, 255).astype(np.uint8)
    return Found(np.dstack([pixels[..., :3], alpha]), settings.method, 0.8, "#FFFFFF")


def take_two(pixels, settings, *, on_black=None, threads=0):
    if on_black is None:
        raise ProcessError("One is too few.")
    alpha = np.where((pixels[..., :3] == on_black).all(-1), 255, 0).astype(np.uint8)
    return Found(np.dstack([pixels[..., :3], alpha]), "both", 0.9)


@pytest.fixture
def use(monkeypatch):
    """``use(rembg=function)`` makes these the only methods there are."""

    def replace(**methods):
        for name in list(METHODS):
            monkeypatch.delitem(METHODS, name)
        for name, function in methods.items():
            monkeypatch.setitem(METHODS, name, f"{function.__module__}:{function.__name__}")

    return replace


@pytest.fixture
def job(tmp_path):
    def make(source=None, **changes) -> CutoutJob:
        path = tmp_path / "coin.png"
        (source or photo(96)).save(path)
        given = {"settings": REMBG} | changes
        return CutoutJob("coin.png", path, tmp_path / "made", **given)

    return make


def test_the_cut_out_is_a_stamped_png(use, job):
    use(rembg=remove_white)
    one = job()
    found = cut(one)
    picture = opened(one.staging)
    assert is_stamped(one.staging)
    assert (picture.mode, picture.size, picture.format) == ("RGBA", (96, 96), "PNG")
    assert picture.getpixel((2, 2)) == (0, 0, 0, 0)
    assert picture.getpixel((48, 48))[3] == 255
    assert (found.width, found.height, found.size_bytes) == (96, 96, one.staging.stat().st_size)
    assert (found.method, found.confidence) == ("rembg", 0.8)
    assert found.seconds > 0


def test_pictures_are_turned_upright_first(use, job, tmp_path):
    use(rembg=remove_nothing)
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn
    one = job()
    photo(96).crop((0, 0, 96, 60)).save(one.source, exif=exif)
    cut(one)
    assert opened(one.staging).size == (60, 96)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html>", "web page"),
        (b"\x89PNG\r\n\x1a\n not much more", "damaged or cut short"),
    ],
)
def test_what_is_no_picture_is_an_error_in_words(job, content, said):
    one = job()
    one.source.write_bytes(content)
    with pytest.raises(ProcessError, match=said) as caught:
        cut(one)
    assert caught.value.asset == "coin.png"
    assert caught.value.message[0].isupper()


def test_a_file_that_has_gone_is_an_error_in_words(job):
    one = job()
    one.source.unlink()
    with pytest.raises(ProcessError, match="cannot be read: No such file"):
        cut(one)


def test_a_folder_that_has_gone_is_an_error_in_words(use, job, tmp_path):
    use(rembg=remove_white)
    with pytest.raises(DeliveryError, match="cannot be written: No such file"):
        cut(CutoutJob("coin.png", job().source, tmp_path / "gone" / "made", REMBG))


def test_nothing_left_is_an_error(use, job):
    use(rembg=remove_everything)
    with pytest.raises(ProcessError, match="left nothing"):
        cut(job())


def test_a_worker_answers_with_the_result_or_the_error(use, job):
    use(rembg=remove_everything)
    assert isinstance(answer(job(), 1), ProcessError)
    use(rembg=remove_white)
    assert answer(job(), 1).asset == "coin.png"


@pytest.fixture
def sheet(use, job, tmp_path, monkeypatch):
    """The rows drawn on the sheet of a picture, name → notes, and whether there is a picture."""
    drawn = []

    def note(title, original, rows, *, second):
        drawn.append({row.name: (row.notes, row.picture is not None) for row in rows})
        return original

    monkeypatch.setattr("pipeline.picture.sheet.draw", note)

    def rows(methods, **changes):
        use(**methods)
        cut(job(sheet=tmp_path / "sheet", **changes))
        return drawn[-1]

    return rows


@pytest.mark.parametrize("crop", [False, True])
def test_the_sheet_shows_every_method_and_says_which_cannot(sheet, crop):
    methods = {
        "rembg": remove_white,
        "key": remove_nothing,
        "native": remove_everything,
        "auto": remove_white,
    }
    rows = sheet(methods, settings=Cutout(method="rembg", crop=crop))
    assert rows["rembg"] == (("what auto picks", "80% sure", "0 holes"), True)
    assert rows["key"][1]
    assert "left nothing" in rows["native"][0][0]
    assert not rows["native"][1]
    assert list(rows) == ["rembg", "key", "native"]


def test_what_auto_makes_has_a_row_of_its_own_where_no_method_makes_it(sheet):
    rows = sheet({"rembg": remove_white, "auto": remove_nothing})
    assert list(rows) == ["auto", "rembg"]


def test_the_sheet_is_a_stamped_picture(use, job, tmp_path):
    use(rembg=remove_white, auto=remove_everything)
    cut(job(sheet=tmp_path / "sheet"))
    assert is_stamped(tmp_path / "sheet")
    assert opened(tmp_path / "sheet").mode == "RGB"


@pytest.fixture
def black(tmp_path):
    photo(96, "black").save(tmp_path / "black.png")
    return tmp_path / "black.png"


def test_a_second_render_is_cut_out_together_with_the_first(use, job, black):
    use(difference=take_two)
    one = job(settings=Cutout(method="difference"), black=black)
    found = cut(one)
    assert (found.method, found.confidence) == ("both", 0.9)
    assert opened(one.staging).getpixel((48, 48))[3] == 255
    assert opened(one.staging).getpixel((2, 2))[3] == 0


def test_the_sheet_has_a_row_for_two_renders_only_where_there_are_two(sheet, black):
    methods = {"rembg": remove_white, "difference": take_two, "auto": take_two}
    assert "difference" not in sheet(methods)
    notes, shown = sheet(methods, black=black)["difference"]
    assert notes[:3] == ("what auto picks", "both", "90% sure")
    assert shown


def test_a_second_render_that_is_no_picture_is_named(job, black):
    black.write_bytes(b"<html>")
    with pytest.raises(ProcessError, match=r"^black\.png, the render on black: .*web page") as caught:
        cut(job(black=black))
    assert caught.value.asset == "coin.png"


def test_a_video_is_no_picture(job):
    def box(kind, content=b""):
        return struct.pack(">I", 8 + len(content)) + kind + content

    one = job()
    one.source.write_bytes(box(b"ftyp", b"isom\0\0\0\0isom") + box(b"moov") + box(b"mdat"))
    with pytest.raises(ProcessError, match=r"a video \(mp4\), not a picture"):
        cut(one)


def test_what_was_measured_is_written_beside_the_row():
    found = CutOut(subject(8), "key", Quality(0.97, 1, 0.0), ("look",))
    assert list(_notes(found, is_auto=False)) == ["key", "97% sure", "1 hole", "look"]
    assert next(_notes(found, is_auto=True)) == "what auto picks"


def test_a_picture_with_alpha_keeps_it_in_the_sheet(use, job, tmp_path):
    use(rembg=remove_nothing, auto=remove_nothing)
    cut(job(source=subject(96), sheet=tmp_path / "sheet"))
    assert opened(tmp_path / "sheet").mode == "RGB"
