from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from pipeline.errors import ProcessError
from pipeline.picture.sets.limit import fit


def grainy(mode: str = "RGBA") -> Image.Image:
    rng = np.random.default_rng(3)
    ramp = np.asarray(Image.radial_gradient("L").resize((200, 200))).astype(int)
    bands = [ramp + rng.integers(-12, 13, ramp.shape) for _ in mode]
    return Image.fromarray(np.stack(bands, -1).clip(0, 255).astype(np.uint8), mode)


@pytest.mark.filterwarnings("ignore:'mode' parameter:DeprecationWarning")
@pytest.mark.parametrize("format_name", ["png", "jpg", "webp", "avif"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_ceiling_is_kept_and_little_is_given_away(format_name, mode):
    picture = grainy(mode)
    usual = fit(picture, format_name, 0)
    assert fit(picture, format_name, len(usual)) == usual
    ceiling = len(usual) * 6 // 10
    data = fit(picture, format_name, ceiling)
    print(f"{format_name} {mode}: {len(usual)} bytes, {ceiling} allowed, {len(data)} used")  # noqa: T201
    assert ceiling // 3 <= len(data) <= ceiling
    assert data == fit(picture, format_name, ceiling)
    with Image.open(io.BytesIO(data)) as read:
        assert read.size == picture.size
        if format_name != "jpg":
            assert ("A" in read.getbands() or "transparency" in read.info) == (mode == "RGBA")


@pytest.mark.filterwarnings("ignore:'mode' parameter:DeprecationWarning")
@pytest.mark.parametrize("format_name", ["png", "jpg", "webp", "avif"])
def test_what_cannot_fit_is_an_error_that_says_what_to_do(format_name):
    with pytest.raises(ProcessError, match="200×200") as caught:
        fit(grainy(), format_name, 100)
    assert "Allow more" in caught.value.hint


def test_a_png_keeps_every_pixel_where_packing_for_longer_does_and_else_nearly_all_of_them():
    picture = grainy("RGBA")
    picture.putalpha(Image.radial_gradient("L").resize(picture.size))
    usual = len(fit(picture, "png", 0))
    last = 0.0
    for percent in (99, 90, 75, 60):
        data = fit(picture, "png", usual * percent // 100)
        with Image.open(io.BytesIO(data)) as read:
            apart = np.abs(np.asarray(read.convert("RGBA")).astype(int) - np.asarray(picture).astype(int))
        print(f"{percent} %: {len(data) / usual:.0%} used, {apart.mean():.2f} levels off")  # noqa: T201
        assert len(data) / usual >= percent / 100 - 0.2
        assert apart.mean() <= 1.6
        assert last <= apart.mean() + 0.05
        last = apart.mean()
