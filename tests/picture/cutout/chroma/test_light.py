from __future__ import annotations

import numpy as np
import pytest

from pipeline.picture.cutout.chroma.light import decoded, encoded


def test_linear_light_and_back_is_the_same_value():
    values = np.linspace(0, 255, 256, dtype=np.float32)
    assert np.abs(encoded(decoded(values)) - values).max() < 0.01


@pytest.mark.parametrize(("srgb", "linear"), [(0, 0), (10, 0.774), (128, 55.05), (255, 255)])
def test_values_are_those_of_the_standard(srgb, linear):
    assert decoded(np.float32([srgb]))[0] == pytest.approx(linear, rel=0.01)


def test_what_is_out_of_range_stays_finite():
    assert decoded(np.float32([-5]))[0] == 0
    assert encoded(np.float32([-5, 300])).tolist() == pytest.approx([0, 255])
