from __future__ import annotations

import colorsys

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from pipeline.recipe.backdrop import sentence
from pipeline.sandbox import retouch
from pipeline.sandbox.light import Canvas, View
from pipeline.sandbox.outline import ellipse
from pipeline.sandbox.painter import Take, paint
from pipeline.sandbox.paints import WHITE, make
from pipeline.sandbox.signs import SIGNS
from pipeline.sandbox.subjects import SUBJECTS

ENDS = (slice(0, 16), slice(-16, None))
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
def test_the_backdrop_is_nearly_flat_to_the_corners(words, colour):
    pixels = np.asarray(paint(f"A gear on a {words}", 256, 256), dtype=float)
    patches = [pixels[rows, columns].mean((0, 1)) for rows in ENDS for columns in ENDS]
    assert np.abs(np.array(patches) - colour).max() < 15


def test_a_backdrop_slopes_and_is_noisy_as_a_generator_paints_it():
    pixels = np.asarray(paint("A gear on a solid green (#00B140) background", 256, 256), dtype=float)
    patches = [pixels[rows, columns].mean((0, 1)) for rows in ENDS for columns in ENDS]
    assert 1 < np.ptp(patches, axis=0).max() < 20
    assert 0.5 < pixels[:16, :16].std((0, 1)).max() < 4


def test_a_chosen_backdrop_changes_nothing_but_the_backdrop():
    words = "A coin in #EC4899 with a violet (#8B5CF6) rim."
    on_green, on_blue = (
        np.asarray(paint(f"{words} {sentence(colour, words)}", 256, 256), dtype=float)
        for colour in ("#00B140", "#0047BB")
    )
    inside = np.abs(on_green - on_blue)[70:180, 70:180]
    assert inside.mean() < 5, f"the subject differs by {inside.mean():.1f} of 255"


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_subject_fills_the_middle_and_leaves_the_border(subject):
    word = {"tile": "app icon", "plane": "paper plane"}.get(subject, subject)
    picture = paint(f"A {word} in #EC4899, white background, no shadows", 192, 192)
    painted = np.asarray(picture).min(axis=-1) < 232
    rows, columns = np.flatnonzero(painted.any(1)), np.flatnonzero(painted.any(0))
    assert 0.08 < painted.mean() < 0.75
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
        assert min(picture.getpixel((128, 124))) > 235


@pytest.mark.parametrize("backdrop", ["#FFFFFF", "#00B140"])
@pytest.mark.parametrize(
    ("words", "falls"),
    [("A bolt with a soft shadow.", True), ("A bolt.", False), ("A bolt. No shadows.", False)],
)
def test_a_shadow_falls_where_the_prompt_speaks_of_one(words, falls, backdrop):
    picture = np.asarray(paint(f"{words} {sentence(backdrop, words)}", 256, 256), dtype=float)
    drop = float(picture[120:136, 8:24].mean() - picture[232:244, 120:136].mean())
    assert (drop > 6) is falls, f"darker by {drop:.0f} of 255 below the subject"


def test_a_subject_of_glass_lets_the_backdrop_through():
    through = [
        np.asarray(paint(f"{words} in #EC4899 on a black background", 256, 256))[110:150, 110:150].mean()
        for words in ("A heart", "A glass heart")
    ]
    assert through[1] < 0.75 * through[0]


def test_a_glow_shines_around_the_subject():
    around = [
        np.asarray(paint(f"{words} in #EC4899 on a black background", 256, 256), dtype=float)
        for words in ("A heart", "A glowing heart")
    ]
    lit = [int((picture.max(-1) > 30).sum()) for picture in around]
    assert lit[1] > 1.1 * lit[0]
    assert around[1][:3].max() < 30, "it ends within the picture"


@pytest.mark.parametrize(
    ("words", "size"),
    [
        ("A gear in #EC4899 on a white background", (256, 256)),
        ("hero scene, rocket in #EC4899", (320, 176)),
        ("A 2x1 sprite sheet\n#EC4899\nSUBJECTS:\n- heart\n- ring\n", (256, 128)),
    ],
)
def test_another_take_is_the_same_subject_on_its_own_backdrop(words, size):
    take = Take("#000000", 7)
    first, second = paint(words, *size), paint(words, *size, take=take)
    assert second.tobytes() == paint(words, *size, take=take).tobytes()
    assert max(second.resize((2, 2)).getpixel((0, 0))) < max(first.resize((2, 2)).getpixel((0, 0)))
    assert np.asarray(second)[:6].max() < 16
    assert np.asarray(second).max() > 150


def test_another_take_is_moved_by_a_pixel_or_two_and_toned_a_little():
    words = "A coin in #EC4899 on a black background"
    first = np.asarray(paint(words, 512, 512), dtype=float)
    second = np.asarray(paint(words, 512, 512, take=Take("#000000", 5)), dtype=float)
    centres = [np.array(ndimage.center_of_mass(picture.sum(-1) > 60)) for picture in (first, second)]
    moved = float(np.linalg.norm(centres[1] - centres[0]))
    assert 0.2 < moved < 2.4, f"moved by {moved:.2f} px"
    toned = second[200:300, 200:300].mean((0, 1)) / first[200:300, 200:300].mean((0, 1))
    assert 0.002 < np.abs(toned - 1).max() < 0.03


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


def test_a_reference_is_shown_without_its_backdrop():
    coin = paint(f"A coin in #EC4899 and violet. {sentence('#00B140', '')}", 256, 256)
    picture = paint("A trophy in gold on a white background", 512, 512, [coin])
    assert hue_share(picture, 100, 170) < 0.01


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
    assert min(ring.getpixel((64, 61))) > 235
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
