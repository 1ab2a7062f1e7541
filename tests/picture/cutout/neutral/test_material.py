"""Regressions of what is seen on what is behind it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.picture.cutout.neutral.blocks import Blocks
from pipeline.picture.cutout.neutral.material import fit, lies_behind, materials
from pipeline.picture.cutout.neutral.shading import shaded

SIDE = 16


def sheet(
    seen=0.4,
    color=(90.0, 20.0, 60.0),
    *,
    noise: float = 0.2,
    shade=(0.0, 0.0),
    region: int = 1,
    at: float = 0.0,
) -> Blocks:
    """Blocks of a material, shaded by so many levels across and down, before a backdrop that slopes."""
    y, x = (each.ravel().astype(float) for each in np.mgrid[:SIDE, :SIDE])
    behind = np.stack([190 + at + 0.4 * x + 0.2 * y - 0.01 * y * y] * 3, axis=1)
    random = np.random.default_rng(region)
    own = np.asarray(color) + np.asarray(seen)[..., None] * behind + random.normal(0, noise, behind.shape)
    own += (shade[0] * x + shade[1] * y)[:, None]
    return Blocks(own, behind, np.stack([y, x], axis=1), np.full(len(x), region, np.int32))


def together(*parts: Blocks) -> Blocks:
    return Blocks(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("own", "behind", "place", "region")
        )
    )


@given(st.floats(0.12, 0.95), st.floats(0, 80))
def test_the_backdrops_share_is_found_within_its_error(seen, level):
    found = fit(sheet(seen, (level, level / 2, 5.0)))
    assert found.through
    assert abs(found.seen - seen) < 5 * found.error
    assert found.color == pytest.approx([level, level / 2, 5], abs=1200 * found.error)


@given(st.floats(0, 255))
def test_nothing_is_seen_through_an_opaque_part(level):
    assert not fit(sheet(0, (level, level, level))).through


def test_another_shade_is_no_backdrop():
    found = fit(sheet(0, shade=(0.1, 0.4)))
    assert not found.fair
    assert not found.through


def test_light_on_everything_is_told_by_its_proportion():
    lit = fit(sheet(0.5, (0, 0, 0)))
    pane, opaque = fit(sheet(0.5)), fit(sheet(0, (120, 120, 120)))
    assert not lies_behind([lit])
    assert not lies_behind([])
    assert lies_behind([lit, opaque])
    assert lies_behind([pane])


def test_pieces_of_one_pane_are_measured_together():
    pieces = together(
        sheet(0.4),
        sheet(0.4, region=2, at=9),
        sheet(0, (200, 10, 10), region=3),
        sheet(0.7, (5, 5, 60), region=4),
    )
    found = materials(pieces)
    assert sorted(sorted(members) for members, _ in found) == [[1, 2], [4]]
    for members, known in found:
        assert known.seen == pytest.approx(0.4 if 1 in members else 0.7, abs=0.03)


def test_without_proof_that_the_gradient_lies_behind_there_are_no_panes():
    assert materials(sheet(0.5, (0, 0, 0))) == []


def test_too_few_blocks_say_nothing():
    few = sheet(0.4)
    kept = slice(0, 12)
    assert materials(Blocks(few.own[kept], few.behind[kept], few.place[kept], few.region[kept])) == []


def test_a_shade_along_an_axis_is_told_from_the_backdrop():
    for shade, axis in (((6, 0), (0, 1)), ((0, -4), (1, 0))):
        found = shaded(sheet(0.4, shade=shade))
        assert found
        assert found.axis == axis
        assert found.seen.mean() == pytest.approx(0.4, abs=0.05)


def test_alpha_may_follow_the_axis():
    x = np.tile(np.arange(SIDE) / (SIDE - 1), SIDE)
    found = shaded(sheet(0.2 + 1.6 * (x - 0.4) ** 2, noise=0.05))
    assert found
    assert found.seen[0] == pytest.approx(0.456, abs=0.1)
    assert found.seen.min() == pytest.approx(0.2, abs=0.1)


def test_a_shade_off_the_axes_and_an_opaque_one_are_not_seen_through():
    assert shaded(sheet(0, shade=(3, 2))) is None
    assert shaded(sheet(0, (60, 20, 10), shade=(6, 0))) is None
    assert shaded(sheet(0.5, (0, 0, 0))) is None


def test_narrow_and_few_blocks_follow_no_axis():
    whole = sheet(0.4, shade=(6, 0))
    for kept in (whole.place[:, 1] < 1, (whole.place < 4).all(axis=1)):
        some = Blocks(whole.own[kept], whole.behind[kept], whole.place[kept], whole.region[kept])
        assert shaded(some) is None


def test_before_a_flat_backdrop_nothing_is_told():
    flat = sheet(0.4, shade=(6, 0))
    still = Blocks(flat.own, np.full_like(flat.behind, 190), flat.place, flat.region)
    assert shaded(still) is None
    assert not fit(still).through
