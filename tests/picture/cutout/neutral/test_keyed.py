from __future__ import annotations

import numpy as np
import pytest
from achromatic import BLACK, GREY, WHITE, alpha_error, disc, edge_error, on, with_shadow

from pipeline.picture.cutout import neutral
from pipeline.picture.cutout.surface import estimate


@pytest.mark.parametrize("level", [WHITE, 235.0, GREY, 128.0, BLACK])
def test_a_subject_and_its_hole_are_cut_out_of_any_grey(level):
    truth = disc((40, 90, 214), hole=0.12)
    found = neutral.key(on(truth, level))
    assert alpha_error(found.pixels, truth) < 3, alpha_error(found.pixels, truth)
    assert found.holes == 1
    assert not found.shadow
    assert not found.glass


@pytest.mark.parametrize("px", [96, 256, 700])
def test_edges_are_solved_at_any_size(px):
    truth = disc(px=px)
    found = neutral.key(on(truth))
    assert alpha_error(found.pixels, truth) * px < 400, alpha_error(found.pixels, truth) * px
    assert edge_error(found.pixels, truth) < 16, edge_error(found.pixels, truth)
    assert found.residual < 4


@pytest.mark.parametrize(("noise", "jpeg"), [(0, 0), (1.5, 0), (1.5, 75), (3, 90)])
def test_neither_noise_nor_compression_hides_the_subject(noise, jpeg):
    truth = disc(hole=0.12)
    error = alpha_error(neutral.key(on(truth, noise=noise, jpeg=jpeg)).pixels, truth)
    assert error < 3, error


def test_a_picture_is_left_alone_and_cut_the_same_again():
    seen = on(with_shadow())
    mask = np.ascontiguousarray(with_shadow()[..., 3])
    before, surface = (seen.copy(), mask.copy()), estimate(seen)
    first = neutral.key(seen, mask, surface=surface)
    second = neutral.key(seen, mask)
    assert (first.pixels == second.pixels).all()
    assert (seen == before[0]).all()
    assert (mask == before[1]).all()


SHAPES = [(1, 1), (1, 2), (3, 90), (16, 16), (20, 1000), (1000, 20), (255, 401)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("level", [128, 254, 255])
def test_nothing_is_found_on_an_empty_backdrop_of_any_shape(shape, level):
    found = neutral.key(np.full((*shape, 3), level, np.uint8))
    assert found.pixels.shape == (*shape, 4)
    assert not found.pixels[..., 3].any()
    assert found.holes == 0


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.filterwarnings("error")
def test_noise_of_any_shape_is_survived(shape):
    random = np.random.default_rng(3)
    seen = random.integers(0, 256, (*shape, 3), dtype=np.uint8)
    mask = random.integers(0, 256, shape, dtype=np.uint8)
    with np.errstate(divide="raise", invalid="raise", over="raise"):
        assert neutral.key(seen).pixels.shape == (*shape, 4)
        assert neutral.key(seen, mask).pixels.shape == (*shape, 4)


def test_a_subject_that_fills_the_frame_is_no_error():
    stripes = np.zeros((200, 200, 4), np.uint8)
    stripes[..., 3], stripes[:, ::20, 0] = 255, 255
    assert neutral.key(on(stripes)).pixels.shape == (200, 200, 4)


def test_a_long_picture_is_cut_like_any_other():
    wide = np.zeros((40, 1200, 4), np.uint8)
    wide[12:28, 100:1100] = (200, 40, 40, 255)
    error = alpha_error(neutral.key(on(wide)).pixels, wide)
    assert error < 6, error


def test_transparent_where_there_is_only_a_faint_speck():
    blank = np.zeros((128, 128, 4), np.uint8)
    blank[60:63, 60:63] = (247, 247, 247, 255)
    assert not neutral.key(on(blank, jpeg=0)).pixels[..., 3].any()


def test_steps_follow_area():
    assert [neutral.step_for(*size) for size in ((128, 128), (256, 256), (1024, 1024))] == [1, 2, 2]
    assert [neutral.step_for(*size) for size in ((2048, 2048), (4096, 4096), (20, 4000))] == [2, 4, 2]
