"""Alpha and colour where subject and backdrop mix."""

from __future__ import annotations

import numpy as np
import pytest
from achromatic import GREY, WHITE, alpha_error, disc, edge_error, hairs, on, over, with_shadow

from pipeline.picture.cutout import neutral


@pytest.mark.parametrize("level", [WHITE, GREY])
@pytest.mark.parametrize(("thickness", "most"), [(1, 9), (2, 3)])
def test_hairlines_keep_their_alpha_and_colour(level, thickness, most):
    truth = hairs(thickness=thickness)
    found = neutral.key(on(truth, level))
    assert alpha_error(found.pixels, truth) < most, alpha_error(found.pixels, truth)
    assert edge_error(found.pixels, truth) < 30, edge_error(found.pixels, truth)


def test_no_fringe_of_white_is_left_on_black():
    truth = disc((30, 40, 120), px=512)
    seen = on(truth)
    found = neutral.key(seen)
    rim = (truth[..., 3] > 10) & (truth[..., 3] < 245)
    left = over(found.pixels, (0, 0, 0))[rim].mean() - over(truth, (0, 0, 0))[rim].mean()
    assert abs(left) < 12, left


def test_a_shadow_goes_on_under_the_edge_of_its_subject():
    truth = with_shadow()
    found = neutral.key(on(truth), np.ascontiguousarray(disc((249, 115, 22), 512, 0.27)[..., 3]))
    below = slice(240, 272)  # columns where the ball stands in its shadow
    error = np.abs(found.pixels[380:408, below, 3].astype(int) - truth[380:408, below, 3]).mean()
    assert error < 30, error


def test_a_subject_too_faint_to_be_solved_is_kept_or_lent_the_networks_edge():
    truth = disc((251, 250, 252), px=512)
    mask = np.ascontiguousarray(truth[..., 3])
    clean = np.where(truth[..., 3:] > 127, truth[..., :3], 255).astype(np.uint8)
    found = neutral.key(clean, mask)
    assert alpha_error(found.pixels, truth) < 10, alpha_error(found.pixels, truth)
