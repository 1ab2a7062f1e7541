from __future__ import annotations

import numpy as np
from painted import clutter, error, over, ring
from scipy import ndimage

from pipeline.picture.cutout.busy import refine


def horizon(px: int) -> np.ndarray:
    """H×W×3: sky over a meadow."""
    return np.repeat(
        np.where(np.arange(px)[:, None, None] < 0.55 * px, (120, 170, 230), (60, 120, 70)), px, 1
    )


def hazy(truth: np.ndarray, blur: float = 1.5) -> np.ndarray:
    """The mask of a network that sees 320 px: right, but out of focus."""
    return ndimage.gaussian_filter(truth[..., 3].astype(float), blur).round().astype(np.uint8)


def test_edges_are_sharper_than_the_mask_was():
    truth = ring(256, inner=0.12)
    picture, mask = over(truth, horizon(256)), hazy(truth)
    found = refine(picture, mask)
    before, after = error(np.dstack([picture, mask]), truth), error(found, truth)
    assert after < 0.7 * before, f"alpha error {after:.1f} after, {before:.1f} before"


def test_where_colours_change_too_fast_to_say_more_it_is_no_worse_than_the_mask():
    truth = ring(256, inner=0.12)
    for seed in range(3):
        picture, mask = over(truth, clutter(256, seed)), hazy(truth)
        before, after = error(np.dstack([picture, mask]), truth), error(refine(picture, mask), truth)
        assert after <= before, f"alpha error {after:.1f} after, {before:.1f} before"


def test_the_backdrops_colour_is_taken_out_of_the_edge():
    truth = ring(256, inner=0, color=(230, 230, 230))
    backdrop = np.full((256, 256, 3), (20, 40, 160), np.uint8)
    backdrop[::2] = (30, 60, 150)
    picture, mask = over(truth, backdrop), hazy(truth)
    found = refine(picture, mask)
    edge = (truth[..., 3] > 60) & (truth[..., 3] < 220)
    far = [np.abs(each[edge][:, :3].astype(float) - 215).mean() for each in (picture, found)]
    assert far[1] < 0.5 * far[0], f"edge colours are {far[1]:.0f} levels off, {far[0]:.0f} in the picture"


def test_where_both_sides_look_alike_the_networks_alpha_stays():
    picture = np.full((128, 128, 3), 90, np.uint8)
    mask = hazy(ring(128))
    assert np.abs(refine(picture, mask)[..., 3].astype(int) - mask).max() <= 1


def test_a_mask_without_an_edge_is_kept():
    picture = clutter(96)
    for level in (0, 255):
        mask = np.full((96, 96), level, np.uint8)
        assert (refine(picture, mask) == np.dstack([picture, mask])).all()


def test_large_pictures_are_refined_at_full_size():
    truth = ring(900, inner=0.12)
    picture, mask = over(truth, horizon(900)), hazy(truth, 3)
    found = refine(picture, mask)
    assert found.shape == (900, 900, 4)
    before, after = error(np.dstack([picture, mask]), truth), error(found, truth)
    assert after < 0.7 * before, f"alpha error {after:.1f} after, {before:.1f} before"
