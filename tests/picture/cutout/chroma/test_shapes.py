from __future__ import annotations

import numpy as np
import pytest

from pipeline.picture.cutout.chroma.shapes import (
    around,
    corners,
    on_panes,
    reached,
    rim,
    steep_share,
    varied,
    with_inside,
)


def square(px: int, *boxes: tuple[int, int, int, int]) -> np.ndarray:
    """Mask px×px, true in boxes of top, left, bottom, right."""
    mask = np.zeros((px, px), bool)
    for top, left, bottom, right in boxes:
        mask[top:bottom, left:right] = True
    return mask


def test_what_is_around_is_as_far_along_diagonals_as_along_axes():
    ground = square(31, (15, 15, 16, 16))
    y, x = np.nonzero(around(ground))
    far = np.hypot(y - 15, x - 15)
    assert far.max() <= 4.5
    assert far[y == 15].max() == 4
    assert far[(y - 15) == (x - 15)].max() > 4


@pytest.mark.parametrize(("width", "steep"), [(2, True), (40, False)])
def test_an_edge_is_steep_and_a_glow_is_not(width, steep):
    x = np.arange(96, dtype=np.float32)
    share = np.tile(np.clip((x - 48) / width + 0.5, 0, 1), (96, 1)).astype(np.float32)
    assert steep_share(share)[48, 48] == steep


def test_backdrop_in_a_narrow_corner_continues_the_edge_but_the_outline_of_a_part_does_not():
    px, own = 96, 0.1
    share = np.full((px, px), own, np.float32)
    share[:, :30] = 1  # backdrop, and a slit of it
    share[46:50, 30:60] = 0.8
    share[70:90, 45:75] = 0.5  # a part that has the backdrop's hue
    inside = ~square(px, (0, 0, px, 34))
    calm = np.stack([-40 * (1 - share), 90 * (share - 1), 90 * (share - 1)]).astype(np.float32)
    found = corners(share, calm, inside, steep_share(share))
    assert found[46:50, 36:56].all()
    assert not found[70:90, 45:75].any()
    assert not corners(share, calm, inside & False, steep_share(share)).any()


def test_a_part_has_an_inside_unless_it_is_all_edges_or_narrow_between_lines():
    own = square(64, (2, 2, 30, 30), (40, 2, 60, 8), (40, 20, 60, 26), (40, 40, 46, 60))
    steep, lined = square(64, (40, 2, 60, 8)), square(64, (2, 2, 60, 26))
    assert np.array_equal(with_inside(own, steep, lined), square(64, (2, 2, 30, 30), (40, 40, 46, 60)))


def test_a_glint_lies_on_a_pane_when_a_pane_is_round_most_of_it():
    panes = square(64, (10, 10, 40, 40)) & ~square(64, (20, 20, 30, 30))
    tinted = square(64, (20, 20, 30, 30), (38, 50, 60, 60))
    assert np.array_equal(on_panes(tinted, panes), square(64, (20, 20, 30, 30)))
    assert not on_panes(tinted, panes & False).any()


def test_planes_vary_where_they_change_by_enough_nearby():
    plane = np.zeros((33, 41), np.float32)
    plane[:, 20:] = 30
    found = varied(plane, 20)
    assert found.shape == plane.shape
    assert found[:, 19:21].all()
    assert not found[:, :14].any()
    assert not varied(plane, 31).any()


def test_parts_are_reached_from_seeds_and_a_rim_is_four_px_wide():
    area = square(40, (5, 5, 20, 20), (25, 25, 35, 35))
    assert np.array_equal(reached(area, square(40, (5, 5, 6, 6))), square(40, (5, 5, 20, 20)))
    assert rim(area).sum() > 0
    assert not (area & rim(area))[9:16, 9:16].any()
