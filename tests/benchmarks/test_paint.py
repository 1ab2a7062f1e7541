"""Pictures are painted as told, and the same way every time."""

from __future__ import annotations

import numpy as np
import pytest
from balls import RED, disc
from known_alpha.grounds import scene, texture
from known_alpha.paint import Style, better_chroma, flat, painted, pair, palette, seed_of

LEAF, PINK = (40, 170, 70), (250, 20, 240)


def test_one_seed_paints_one_picture():
    assert (painted(disc(RED), "green", 7) == painted(disc(RED), "green", 7)).all()
    assert (painted(disc(RED), "green", 7) != painted(disc(RED), "green", 8)).any()


@pytest.mark.parametrize("backdrop", ["white", "grey", "green", "magenta", "#123456"])
def test_the_backdrop_has_its_color_but_is_not_flat(backdrop):
    picture = painted(disc(RED), backdrop, 1).astype(float)
    border = np.concatenate([picture[:4].reshape(-1, 3), picture[-4:].reshape(-1, 3)])
    assert border.mean(axis=0) == pytest.approx(flat(backdrop), abs=12)
    assert border.std(axis=0).max() > 0.5


def test_the_subject_keeps_its_color():
    middle = painted(disc(RED), "white", 1)[40:56, 40:56].reshape(-1, 3)
    assert middle.mean(axis=0) == pytest.approx(RED, abs=2)


def test_light_mixes_brighter_than_numbers():
    half = disc((0, 0, 0), alpha=128)
    plain, lit = (painted(half, "white", 1, Style(each))[48, 48].mean() for each in (False, True))
    assert plain == pytest.approx(127, abs=8)
    assert lit == pytest.approx(187, abs=8)


def test_without_jpeg_only_noise_is_left():
    assert (painted(disc(RED), "grey", 1, Style(jpeg=0)) != painted(disc(RED), "grey", 1)).any()


def test_a_clean_backdrop_is_one_color_to_the_last_pixel():
    picture = painted(disc(RED), "grey-clean", 1)
    assert {tuple(color) for color in picture.reshape(-1, 3).tolist()} == {(190, 190, 190), RED}


def test_a_clean_pair_differs_in_its_backdrops_only():
    white, black = pair(disc(RED), 5, clean=True)
    assert (white[48, 48] == RED).all()
    assert (white[48, 48] == black[48, 48]).all()
    assert [int(picture[0, 0, 0]) for picture in (white, black)] == [255, 0]


def test_a_scene_is_far_from_flat_and_seeded():
    one, same, other = (scene(96, 96, np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert one.std() > 20
    assert (one == same).all()
    assert (one != other).any()
    assert one.min() >= 0
    assert one.max() <= 255


def test_texture_is_mostly_coarse():
    pattern = texture(128, 128, np.random.default_rng(1))
    assert pattern.shape == (128, 128)
    assert pattern.mean() == pytest.approx(0, abs=1e-3)
    assert np.diff(pattern, axis=0).std() < 0.8 * pattern.std()  # of white noise it is 1.41 times as large


def test_a_pair_is_on_white_and_on_black_a_pixel_apart():
    white, black = pair(disc(RED), 5)
    assert white[:3].mean() > 240
    assert black[:3].mean() < 12
    on_white = np.argwhere(white[..., 1] < 130).mean(axis=0)
    on_black = np.argwhere(black[..., 0] > 110).mean(axis=0)
    assert np.abs(on_black - on_white).sum() == pytest.approx(1, abs=0.3)


@pytest.mark.parametrize(
    ("color", "expected"), [((30, 30, 30), "#00B140"), (LEAF, "#0047BB"), (PINK, "#00B140")]
)
def test_chroma_keeps_away_from_the_subject(color, expected):
    assert better_chroma(disc(color)) == expected


def test_small_parts_do_not_count_as_colors():
    pixels = disc(RED)
    pixels[44:48, 44:48, :3] = LEAF
    assert palette(pixels) == ["#DC2828"]
    assert palette(np.zeros((9, 9, 4), np.uint8)) == []


@pytest.mark.parametrize("name", ["mauve", "#12345", "#GGGGGG", ""])
def test_an_unknown_backdrop_is_refused(name):
    with pytest.raises(ValueError, match=r"backdrop|hexadecimal"):
        flat(name)


def test_seeds_differ_by_name_and_backdrop():
    assert len({seed_of(*each) for each in ((0, "a", "b"), (1, "a", "b"), (0, "c", "b"), (0, "a", "c"))}) == 4
