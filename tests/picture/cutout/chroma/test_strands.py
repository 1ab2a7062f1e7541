from __future__ import annotations

import numpy as np
import pytest
from painted import GREEN, MAGENTA, error, hair, over, painted
from PIL import Image

from pipeline.picture.cutout.chroma.key import key


def seen_on(found: np.ndarray, truth: np.ndarray, ground) -> float:
    """Mean difference of 255 on another ground, where strands are."""
    there = (truth[..., 3] > 0) | (found[..., 3] > 0)
    return float(np.abs(over(found, ground).astype(float) - over(truth, ground))[there].mean())


@pytest.mark.parametrize("backdrop", [MAGENTA, GREEN, (0, 71, 187)])
def test_hair_is_told_from_halved_chroma(backdrop):
    truth = hair()
    found, _ = key(painted(truth, backdrop))
    assert error(found, truth) < 28
    for ground in ((255, 255, 255), (0, 0, 0)):
        off = seen_on(found, truth, ground)
        assert off < 17, f"{off:.1f} of 255 off on {ground}"


def test_strands_have_nothing_of_the_backdrop():
    truth = hair()
    found, _ = key(painted(truth, MAGENTA))
    color = found[found[..., 3] > 128].astype(int)
    pink = color[:, 2] > color[:, 1] + 20  # of browns none is
    assert pink.mean() < 0.02, f"{pink.mean():.1%} of the strands are pink"


def test_strands_are_told_as_well_where_chroma_is_whole():
    truth = hair()
    found, _ = key(over(truth, GREEN))
    assert error(found, truth) < 10


def test_gaps_that_look_opaque_are_seen_through():
    truth = hair(((234, 88, 12), (194, 65, 12), (253, 186, 116)), count=100)
    found, _ = key(painted(truth, (0, 71, 187)))
    blue = (found[..., 2].astype(int) > found[..., 0]) & (found[..., 3] > 128)
    assert blue.sum() < 0.04 * (truth[..., 3] > 128).sum()


def test_a_large_picture_of_hair_is_cut_as_well():
    truth = np.asarray(Image.fromarray(hair()).resize((1280, 1280), Image.Resampling.BICUBIC))
    found, _ = key(painted(truth, MAGENTA))
    assert found.shape == truth.shape
    assert error(found, truth) < 25


def test_hair_of_more_colours_than_a_palette_is_left_to_the_rest():
    random = np.random.default_rng(5)
    inks = tuple(tuple(ink) for ink in random.integers(0, 200, (40, 3)) * (1, 0, 1) + (20, 60, 0))
    truth = hair(inks)
    found, _ = key(painted(truth, MAGENTA))
    assert error(found, truth) < 70
