from __future__ import annotations

from dataclasses import replace

import pytest
from pictures import photo, subject
from PIL import Image

from pipeline import digest
from pipeline.deliver.listed import ListedCutout, ListedFile
from pipeline.deliver.look import Look
from pipeline.deliver.rules import examine
from pipeline.recipe.expectations import Expectations

KEYED = ListedCutout("key", 0.9, 0.0, "#00B140")


@pytest.fixture
def look(tmp_path):
    """``look(picture, "coin.png")``: a loose file; with ``purpose`` one that a manifest describes rightly."""

    def make(picture, name="coin.png", purpose="", cutout=None, **listed) -> Look:
        path = tmp_path / name
        picture.save(path)
        facts = {"width": picture.width, "height": picture.height, "sha256": digest.of_file(path)}
        known = ListedFile(name, purpose, **(facts | listed)) if purpose else None
        return Look(path, f"out/{name}", "recipes/icons.yaml", "coin", known, cutout)

    return make


def said(look: Look) -> list[tuple[str, str]]:
    return [(finding.rule, finding.severity) for finding in examine(look)]


def test_a_good_picture_leaves_nothing_to_say(look):
    assert said(look(photo(64), purpose="original", cutout=KEYED)) == []
    assert said(look(subject(64), "coin-nobg.png", "cutout", KEYED)) == []
    assert said(look(photo(64), "anybodys.jpg")) == []


def test_a_finding_says_what_it_is_about(look):
    [finding] = examine(look(Image.new("RGB", (8, 8)), purpose="original"))
    assert (finding.rule, finding.file, finding.asset, finding.recipe) == (
        "blank",
        "out/coin.png",
        "coin",
        "recipes/icons.yaml",
    )
    assert "nothing to see" in finding.message


def test_another_size_than_the_manifest_says(look):
    [finding] = examine(look(photo(64), purpose="icon", width=48, height=48))
    assert (finding.rule, finding.severity) == ("recorded", "error")
    assert finding.message == "is 64 × 64 px, and the manifest says 48 × 48 px"


@pytest.mark.parametrize("changed", [{"sha256": "0" * 64}, {"sha256": "", "size_bytes": 1}])
def test_another_content_than_the_manifest_says(look, changed):
    [finding] = examine(look(photo(64), purpose="icon", **changed))
    assert (finding.rule, finding.severity) == ("recorded", "warning")
    assert "pipeline accept" in finding.hint


def test_what_a_manifest_does_not_say_is_not_held_against_a_file(look):
    assert said(look(photo(64), purpose="icon", width=0, height=0, sha256="")) == []


def test_what_is_wrong_with_a_delivered_picture_may_be_meant_in_anybodys(look):
    blank = Image.new("RGB", (64, 64), "red")
    assert said(look(blank, purpose="original")) == [("blank", "error")]
    assert said(look(blank)) == [("blank", "warning")]


def test_what_no_recipe_delivered_cannot_be_bought_again(look):
    loose = [
        look(Image.new("RGB", (64, 64), "red")),
        look(board(), "b.png"),
        look(photo(64), "anybodys-nobg.png"),
    ]
    hints = [finding.hint for one in loose for finding in examine(one)]
    assert hints == ["", "Cut it out: pipeline cutout.", "Cut it out: pipeline cutout."]
    [delivered] = examine(look(Image.new("RGB", (8, 8)), purpose="original"))
    assert "--regenerate" in delivered.hint


def board() -> Image.Image:
    squares = Image.new("RGBA", (128, 128), "white")
    for x in range(0, 128, 8):
        for y in range(x % 16, 128, 16):
            squares.paste((204, 204, 204), (x, y, x + 8, y + 8))
    return Image.alpha_composite(squares, subject(128)).convert("RGB")


def test_a_painted_checkerboard(look):
    assert said(look(board(), purpose="original")) == [("painted-checkerboard", "error")]
    assert said(look(board())) == [("painted-checkerboard", "warning")]


def test_an_original_that_was_cut_out_of_a_checkerboard_is_fine(look):
    assert said(look(board(), purpose="original", cutout=KEYED)) == []


@pytest.mark.parametrize(
    ("name", "purpose", "cutout"),
    [("coin-nobg.png", "cutout", KEYED), ("coin-nobg.webp", "full", KEYED), ("anybodys-nobg.png", "", None)],
)
def test_a_cut_out_without_transparency(look, name, purpose, cutout):
    assert said(look(photo(64), name, purpose, cutout)) == [("opaque-cutout", "error")]


@pytest.mark.parametrize(
    ("name", "purpose", "cutout"),
    [("coin-nobg.jpg", "full", KEYED), ("badge-nobg.png", "original", None), ("coin.webp", "full", None)],
    ids=["a format without", "an asset of that name", "not cut out"],
)
def test_what_need_not_be_transparent(look, name, purpose, cutout):
    assert said(look(photo(64), name, purpose, cutout)) == []


def fringed() -> Image.Image:
    picture = photo(128, "#00B140").convert("RGBA")
    picture.putalpha(subject(128).getchannel("A"))
    return picture


def test_backdrop_left_in_the_edge_of_a_cut_out(look):
    [finding] = examine(look(fringed(), "coin-nobg.png", "cutout", KEYED))
    assert (finding.rule, finding.severity) == ("backdrop-left", "warning")
    assert "of the backdrop #00B140 in its edge" in finding.message


@pytest.mark.parametrize(
    ("purpose", "cutout"),
    [("icon", KEYED), ("cutout", None), ("cutout", ListedCutout("rembg:u2netp", 0.9)), ("", KEYED)],
)
def test_backdrop_is_looked_for_in_the_cut_out_itself_and_where_it_is_known(look, purpose, cutout):
    assert said(look(fringed(), "coin.png", purpose, cutout)) == []


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<html>", "a web page (HTML)"),
        (b"", "an empty file"),
        (b"\x89PNG\r\n\x1a\nand no more", "damaged or cut short"),
    ],
)
def test_a_file_that_cannot_be_read_is_asked_nothing_else(tmp_path, content, why):
    (tmp_path / "coin-nobg.png").write_bytes(content)
    [finding] = examine(Look(tmp_path / "coin-nobg.png", "coin-nobg.png"))
    assert (finding.rule, finding.severity) == ("readable", "error")
    assert why in finding.message


def test_a_file_that_is_gone_meanwhile(tmp_path):
    [finding] = examine(Look(tmp_path / "gone.png", "gone.png"))
    assert finding.message == "the file cannot be read: No such file or directory"


def test_a_video_is_held_to_its_record_only(tmp_path):
    path = tmp_path / "loop.mp4"
    path.write_bytes(b"\0\0\0\x14ftypisom\0\0\0\0isom\0\0\0\x08moov\0\0\0\x0cmdat1234")
    assert said(Look(path, "loop.mp4", listed=ListedFile("loop.mp4", "original"))) == []
    cut = Look(path, "loop.mp4", listed=ListedFile("loop.mp4", "original", 16, 16), cutout=KEYED)
    assert said(cut) == [("recorded", "error")]
    assert said(Look(tmp_path / "loop.mp4", "x-nobg.mp4")) == []


def test_a_background_may_be_of_one_colour_and_not_of_none(look):
    assert said(look(Image.new("RGB", (64, 64), "red"), "ic_launcher_background.png", "set")) == []
    empty = Image.new("RGBA", (64, 64))
    assert said(look(empty, "ic_launcher_background.png", "set")) == [("blank", "error")]


def test_a_text_of_a_set_is_as_it_was_delivered(tmp_path):
    path = tmp_path / "Contents.json"
    path.write_text("{}")
    listed = ListedFile("Contents.json", "set", sha256=digest.of_file(path))
    assert said(Look(path, "Contents.json", listed=listed)) == []
    path.write_text("{ }")
    assert said(Look(path, "Contents.json", listed=listed)) == [("recorded", "warning")]


def test_what_a_recipe_asks_of_a_picture(look):
    asked = replace(look(photo(64), purpose="original"), expected=Expectations(min_px=65, alpha="required"))
    assert said(asked) == [("checks", "error"), ("checks", "error")]
    assert said(replace(asked, expected=Expectations(min_px=64))) == []
