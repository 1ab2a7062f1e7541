"""Shadow, glow and blur on their way into the backdrop."""

from __future__ import annotations

import numpy as np
import pytest
from achromatic import GREY, WHITE, alpha_error, disc, on, with_shadow
from PIL import Image, ImageFilter

from pipeline.picture.cutout import neutral

BALL = disc((249, 115, 22), 512, 0.27)
BODY = np.ascontiguousarray(BALL[..., 3])


@pytest.mark.parametrize(("level", "most"), [(WHITE, 8), (GREY, 12)])
def test_a_shadow_is_kept_as_black_of_little_alpha(level, most):
    truth = with_shadow()
    found = neutral.key(on(truth, level), BODY)
    assert found.shadow
    assert alpha_error(found.pixels, truth) < most, alpha_error(found.pixels, truth)
    soft = (truth[..., 3] > 40) & (truth[..., 3] < 110) & (BODY == 0)
    assert np.median(found.pixels[soft, :3]) < 8


@pytest.mark.parametrize("level", [WHITE, GREY])
def test_a_shadow_is_dropped(level):
    found = neutral.key(on(with_shadow(), level), BODY, shadow="drop")
    assert alpha_error(found.pixels, BALL) < 12, alpha_error(found.pixels, BALL)


def test_a_shadow_is_soft_without_a_network_too():
    truth = with_shadow()
    found = neutral.key(on(truth))
    assert found.shadow
    assert alpha_error(found.pixels, truth) < 45, alpha_error(found.pixels, truth)


@pytest.mark.parametrize("shadow", ["keep", "drop"])
@pytest.mark.parametrize("level", [60, 255])
def test_smoke_without_a_subject_is_grey_of_its_alpha(shadow, level):
    alpha = Image.fromarray(disc(px=512, share=0.2)[..., 3]).filter(ImageFilter.GaussianBlur(44))
    truth = np.dstack([np.full((512, 512, 3), level, np.uint8), np.asarray(alpha) // 3])
    found = neutral.key(on(truth, GREY, jpeg=0), np.zeros((512, 512), np.uint8), shadow=shadow)
    kept = level > GREY or shadow == "keep"
    assert found.shadow
    assert (found.pixels[..., 3].max() > 40) == kept


def glowing(px: int = 512) -> np.ndarray:
    """A yellow disc in its own glow."""
    near = Image.fromarray(disc(px=px, share=0.24)[..., 3])
    glow = np.asarray(near.filter(ImageFilter.GaussianBlur(24))).astype(float) * 0.8
    alpha = np.maximum(glow, np.asarray(near)).round().astype(np.uint8)
    return np.dstack([np.full((px, px, 3), (250, 190, 20), np.uint8), alpha])


def test_a_glow_has_the_colour_of_the_subject():
    truth = glowing()
    found = neutral.key(on(truth), np.where(truth[..., 3] > 250, 255, 0).astype(np.uint8))
    assert found.shadow
    assert alpha_error(found.pixels, truth) < 30, alpha_error(found.pixels, truth)
    soft = (truth[..., 3] > 60) & (truth[..., 3] < 200) & (found.pixels[..., 3] > 60)
    off = np.abs(found.pixels[soft, :3].astype(int) - (250, 190, 20))
    assert off.mean() < 25, off.mean()


def test_a_blurred_subject_fades_into_what_the_network_is_sure_of():
    sharp = Image.fromarray(disc(px=512)[..., 3])
    alpha = np.asarray(sharp.filter(ImageFilter.GaussianBlur(16)))
    truth = np.dstack([np.full((512, 512, 3), (200, 30, 110), np.uint8), alpha])
    found = neutral.key(on(truth), np.asarray(sharp))
    assert alpha_error(found.pixels, truth) < 12, alpha_error(found.pixels, truth)


def test_a_faint_subject_is_no_shadow():
    truth = disc((238, 239, 241))
    found = neutral.key(on(truth), np.ascontiguousarray(truth[..., 3]))
    assert alpha_error(found.pixels, truth) < 12, alpha_error(found.pixels, truth)
