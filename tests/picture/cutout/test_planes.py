from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from pipeline.picture.cutout import planes

MASKS = arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=12))
FIELDS = arrays(
    np.float32,
    array_shapes(min_dims=2, max_dims=2, max_side=12),
    elements=st.floats(0, 255, width=32),
)
QUICK = settings(max_examples=30, deadline=None)


@QUICK
@given(MASKS)
def test_growing_and_shrinking_undo_each_other_from_the_outside(mask):
    assert (planes.opened(mask, 1) <= mask).all()
    assert (planes.shrunk(planes.grown(mask)) >= mask).all()
    assert (planes.near(mask, 2) == planes.grown(mask, 2)).all()


@QUICK
@given(FIELDS)
def test_smoothing_keeps_levels_within_what_they_were(field):
    for smoothed in (planes.smooth(field), planes.box(field, 1)):
        assert smoothed.min() >= field.min() - 1e-3
        assert smoothed.max() <= field.max() + 1e-3
    assert (planes.highest(field, 1) >= field).all()


@QUICK
@given(MASKS)
def test_what_is_unknown_is_filled_from_what_is_known(known):
    field = np.full((3, *known.shape), 90, np.float32)
    field[:, ~known] = 7
    full = planes.filled(field, known)
    assert np.allclose(full, 90 if known.any() else 0, atol=1e-3)


@QUICK
@given(MASKS)
def test_regions_are_counted_as_they_are_labelled(mask):
    labels, n = planes.label(mask)
    assert planes.count(labels, None, n).sum() == mask.size
    assert planes.count(labels, mask, n)[1:].sum() == mask.sum()
    assert not planes.touching(labels, ~mask, n).any()
    assert planes.touching(labels, mask, n)[1:].all()


def test_corners_connect_only_when_they_may():
    diagonal = np.eye(3, dtype=bool)
    assert planes.label(diagonal)[1] == 3
    assert planes.label(diagonal, corners=True)[1] == 1


def test_labels_spread_into_nothing():
    labels = np.zeros((5, 5), np.int32)
    labels[2, 2] = 4
    assert (planes.spread(labels)[1:4, 1:4] == 4).all()
    assert planes.spread(labels).sum() == 36


@pytest.mark.parametrize("step", [1, 2, 3])
def test_a_reduced_picture_enlarges_to_its_size(step):
    picture = np.full((7, 10, 3), 40, np.uint8)
    small = planes.reduced(picture, step)
    assert (planes.enlarged(small, step, 7, 10) == picture).all()


def test_reducing_rounds_up_by_what_is_known_of_it():
    noisy = np.random.default_rng(0).integers(60, 200, (512, 512), dtype=np.uint8)
    bias = planes.reduced(noisy, 2).mean() - noisy.mean()
    assert abs(bias - planes.rounding(2)) < 0.01
    assert planes.rounding(1) == 0


def test_a_colour_between_two_is_projected_to_its_share():
    full = np.array([-200.0, -120, 30], np.float32)[:, None]
    share, off, long = planes.project(full * np.float32(0.3), full)
    assert share == pytest.approx(0.3, abs=1e-5)
    assert off == pytest.approx(0, abs=1e-3)
    assert 100 < long < 260
    assert planes.project(-full, full)[0] == 0


def test_a_ramp_slopes_as_steeply_as_it_rises():
    ramp = np.broadcast_to(np.arange(9, dtype=np.float32) * 2, (3, 9, 9))
    assert planes.slope(ramp)[4, 4] == pytest.approx(2 * 3**0.5)
    assert planes.length(ramp)[0, 3] == pytest.approx(6 * 3**0.5)
    assert planes.largest(ramp)[0, 3] == 6
