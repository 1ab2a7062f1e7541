from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from painted import GREEN, hair, painted, ring

from pipeline.picture.cutout.chroma.backdrop import estimate
from pipeline.picture.cutout.chroma.layers import Layers, View, ground_of, layers_of, view
from pipeline.picture.cutout.chroma.tangles import tangled
from pipeline.picture.cutout.chroma.through import through


def layered(truth: np.ndarray, color=GREEN) -> tuple[View, Layers]:
    pixels = painted(truth, color)
    back = estimate(pixels)
    behind = back.planes(*pixels.shape[:2])
    seen = view(pixels.transpose(2, 0, 1).astype(np.float32), behind)
    ground = ground_of(seen.calm, max(back.noise))
    return seen, layers_of(seen, ground, through(seen.apart, behind, ground), translucent=None)


def test_hair_is_a_crowd_of_strands_of_its_inks():
    truth = hair()
    found = tangled(*layered(truth))
    assert found is not None
    mask, palette = found
    mixed = (truth[..., 3] > 30) & (truth[..., 3] < 225)
    assert mask[mixed].mean() > 0.8
    assert 3 <= len(palette.paints) <= 5


@pytest.mark.parametrize("truth", [ring(320), ring(320, inner=0)])
def test_an_outline_is_none(truth):
    assert tangled(*layered(truth)) is None


def test_parallel_lines_with_backdrop_between_them_are_none():
    truth = np.zeros((320, 320, 4), np.uint8)
    truth[40:280, 40:280:24] = truth[40:280, 41:280:24] = (90, 20, 160, 255)
    assert tangled(*layered(truth)) is None


def test_where_nothing_is_opaque_there_are_no_paints():
    seen, found = layered(hair())
    assert tangled(seen, replace(found, core=np.zeros_like(found.core))) is None
