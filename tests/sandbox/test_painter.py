from __future__ import annotations

import colorsys

import numpy as np
import pytest
from PIL import Image

from pipeline.sandbox import retouch
from pipeline.sandbox.light import Canvas, View
from pipeline.sandbox.outline import ellipse
from pipeline.sandbox.painter import paint
from pipeline.sandbox.paints import WHITE, make
from pipeline.sandbox.signs import SIGNS
from pipeline.sandbox.subjects import SUBJECTS

COIN = "A coin in rose pink (#EC4899) with a violet (#8B5CF6) rim on a pure white background"


def hue_share(picture: Image.Image, low: float, high: float) -> float:
    """Share of clearly coloured pixels with a hue in degrees."""
    pixels = np.asarray(picture.resize((64, 64)), dtype=float).reshape(-1, 3) / 255
    hues = [colorsys.rgb_to_hsv(*pixel) for pixel in pixels]
    coloured = [hue * 360 for hue, saturation, value in hues if saturation > 0.25 and value > 0.2]
    return sum(low <= hue <= high for hue in coloured) / max(1, len(coloured))


def corners(picture: Image.Image) -> set[object]:
    right, bottom = picture.width - 1, picture.height - 1
    return {picture.getpixel(at) for at in ((0, 0), (right, 0), (0, bottom), (right, bottom))}


def test_the_same_words_give_the_same_picture():
    assert paint(COIN, 256, 256).tobytes() == paint(COIN, 256, 256).tobytes()
    assert paint(COIN, 256, 256).tobytes() != paint(f"{COIN} ", 256, 256).tobytes()


def test_the_prompts_colours_are_the_pictures():
    assert hue_share(paint(COIN, 256, 256), 240, 350) > 0.85
    assert hue_share(paint("A coin in #22C55E on a white background", 256, 256), 90, 200) > 0.85


@pytest.mark.parametrize(
    ("words", "colour"),
    [("pure white background", (255, 255, 255)), ("solid black background", (0, 0, 0)),
     ("solid green (#00B140) background", (0, 177, 64))],
)  # fmt: skip
def test_the_backdrop_is_flat_to_the_corners(words, colour):
    assert corners(paint(f"A gear on a {words}", 256, 256)) == {colour}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_subject_fills_the_middle_and_leaves_the_border(subject):
    word = {"tile": "app icon", "plane": "paper plane"}.get(subject, subject)
    picture = paint(f"A {word} in #EC4899, white background, no shadows", 192, 192)
    painted = np.asarray(picture).min(axis=-1) < 245
    rows, columns = np.flatnonzero(painted.any(1)), np.flatnonzero(painted.any(0))
    assert 0.12 < painted.mean() < 0.75
    assert min(rows[0], columns[0], 191 - rows[-1], 191 - columns[-1]) >= 4
    assert max(np.ptp(rows), np.ptp(columns)) > 0.5 * 192


@pytest.mark.parametrize("sign", SIGNS)
def test_every_sign_stands_on_a_tile(sign):
    word = {"plane": "paper plane"}.get(sign, sign)
    picture = paint(f"An app icon with a {word} in #22C55E, white background, no shadows", 192, 192)
    white = np.asarray(picture)[56:136, 56:136].min(axis=-1) > 200
    assert 0.08 < white.mean() < 0.8


def test_what_lies_outside_the_canvas_is_not_painted():
    canvas = Canvas(Image.new("RGB", (32, 32)))
    canvas.add(make((ellipse(5, 5, 1),), WHITE), View(32, 0, 0))
    assert canvas.picture.getbbox() is None


def test_rings_and_gears_have_holes():
    for subject in ("ring", "gear"):
        picture = paint(f"A {subject} in #3B82F6, white background, no shadows", 256, 256)
        assert picture.getpixel((128, 124)) == (255, 255, 255)


def test_a_shadow_falls_unless_it_is_refused():
    below = (128, 245)
    assert paint("A bolt on a white background", 256, 256).getpixel(below) < (250, 250, 250)
    assert paint("A bolt on a white background, no shadows", 256, 256).getpixel(below) == (255, 255, 255)


@pytest.mark.parametrize("size", [(320, 176), (176, 320)])
@pytest.mark.parametrize("words", ["hero illustration of a rocket", "abstract flowing ribbons, gem"])
def test_wide_and_tall_pictures_are_composed_scenes(words, size):
    picture = paint(f"{words} in #EC4899 and #8B5CF6", *size)
    assert picture.size == size
    assert picture.mode == "RGB"
    assert len(corners(picture)) > 1
    assert np.asarray(picture).std() > 15


def test_icons_without_a_backdrop_stand_in_a_studio():
    picture = paint("A coin in #EC4899", 128, 128)
    assert len(corners(picture)) > 1
    assert np.asarray(picture)[:4].mean() > 200


@pytest.mark.parametrize(
    "words", ["An app icon in #22C55E", "A gift in #22C55E", "hero scene, cloud in #22C55E"]
)
def test_references_show_up(words):
    reference = paint("A heart in #EC4899 on a white background", 256, 256)
    plain, referring = paint(words, 256, 256), paint(words, 256, 256, [reference] * 3)
    assert hue_share(referring, 300, 350) > hue_share(plain, 300, 350) + 0.02


def test_a_reference_that_cannot_be_cut_out_is_shown_as_a_tile():
    photo = Image.effect_noise((64, 64), 90).convert("RGB")
    blank = Image.new("RGB", (64, 64), "white")
    for picture in (photo, blank):
        tile = retouch.figure(picture)
        assert tile.size == (64, 64)
        assert tile.getpixel((0, 0))[3] == 0
        assert tile.getpixel((32, 32))[3] == 255


def test_a_sprite_sheet_has_its_listed_subjects_in_order():
    prompt = "A 2x2 sprite sheet grid.\n#EC4899\nSUBJECTS:\n- heart\n- ring\n- bolt\n"
    sheet = paint(prompt, 256, 256)
    ring = sheet.crop((128, 0, 256, 128))
    assert ring.getpixel((64, 61)) == (255, 255, 255)
    assert all(np.asarray(sheet.crop(box)).std() > 10 for box in ((0, 0, 128, 128), (128, 128, 256, 256)))


def test_a_sheet_without_colours_gives_each_cell_its_own():
    sheet = paint("A 2x1 grid\nSUBJECTS:\n- heart\n- bolt\n", 256, 128)
    assert sheet.crop((0, 0, 128, 128)).tobytes() != sheet.crop((128, 0, 256, 128)).tobytes()


def test_backdrops_are_removed_with_their_shadows():
    cut = retouch.without_backdrop(paint("A coin in #EC4899 on a white background", 256, 256))
    alpha = np.asarray(cut.getchannel("A"))
    assert alpha[120, 128] == 255
    assert alpha[250, 128] == 0
    assert alpha[0].max() == 0


def test_pictures_are_enlarged_and_reframed():
    picture = Image.new("RGB", (40, 20), "#EC4899")
    assert retouch.enlarged(picture, 4).size == (160, 80)
    assert retouch.enlarged(Image.new("RGB", (8000, 10)), 4).width == retouch.LONGEST_PX
    framed = retouch.reframed(picture, 40, 40)
    assert framed.size == (40, 40)
    assert corners(framed) == {(236, 72, 153)}
