from __future__ import annotations

import numpy as np
import pytest
from painted import WHITE, over, ring

from pipeline.errors import ProcessError
from pipeline.picture.cutout import native
from pipeline.recipe.spec import Cutout

NATIVE = Cutout(method="native")


def test_real_alpha_is_kept_as_it_is():
    pixels = ring(64)
    found = native.remove(pixels, NATIVE)
    assert (found.pixels == pixels).all()
    assert found.pixels is not pixels
    assert (found.method, found.confidence, found.backdrop, found.warnings) == ("native", 1.0, "", ())


def test_even_little_transparency_is_kept_where_it_was_asked_for():
    pixels = np.full((100, 100, 4), 255, np.uint8)
    pixels[:4, :4, 3] = 0
    assert native.remove(pixels, NATIVE).method == "native"


@pytest.mark.parametrize("pixels", [over(ring(64), WHITE), np.full((9, 9, 4), 255, np.uint8)])
def test_no_transparency_is_an_error_that_says_what_to_do(pixels):
    with pytest.raises(ProcessError, match="no transparency of its own") as caught:
        native.remove(pixels, NATIVE)
    assert "method auto" in caught.value.hint
    assert "removeBg" not in caught.value.hint  # files have none
