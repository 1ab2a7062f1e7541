from __future__ import annotations

import numpy as np
import pytest
from painted import GREEN, GREY, MAGENTA, WHITE, card, checkerboard, error, over, painted, ring

from pipeline.errors import ProcessError
from pipeline.picture.cutout import key
from pipeline.picture.cutout.border import look
from pipeline.picture.cutout.neutral import Keyed
from pipeline.recipe.spec import Cutout

KEY = Cutout(method="key")


@pytest.mark.parametrize("color", [GREEN, MAGENTA, WHITE, GREY])
def test_a_ring_is_cut_off_any_flat_backdrop_hole_and_all(color):
    truth = ring()
    found = key.remove(painted(truth, color), KEY)
    assert found.method == "key"
    assert found.pixels.shape == truth.shape
    assert found.confidence >= 0.5
    assert found.backdrop == look(painted(truth, color)).color
    off = error(found.pixels, truth)
    assert off < 6, f"mean alpha error {off:.1f} of 1000 on {color}"


def test_the_input_is_left_alone():
    pixels = painted(ring(), GREEN)
    before = pixels.copy()
    key.remove(pixels, KEY)
    assert (pixels == before).all()


def test_without_a_network_a_key_is_less_sure():
    pixels, mask = painted(card(), WHITE), card()[..., 3]
    border = look(pixels)
    alone, arbitrated = key.keyed(pixels, border, KEY), key.keyed(pixels, border, KEY, mask)
    assert (alone.method, arbitrated.method) == ("key", "key+rembg:u2netp")
    assert alone.confidence < arbitrated.confidence - 0.1


def test_a_network_that_sees_something_else_makes_it_less_sure():
    pixels, border = painted(ring(), GREY), look(painted(ring(), GREY))
    agreed = key.keyed(pixels, border, KEY, ring()[..., 3])
    apart = key.keyed(pixels, border, KEY, np.roll(ring()[..., 3], 40, axis=0))
    assert apart.confidence < agreed.confidence - 0.2


def test_glass_is_guessed_and_said():
    solid = np.zeros((8, 8, 4), np.uint8)
    solid[2:6, 2:6] = 255
    plain, glass = (
        key.confidence(
            Keyed(solid, 0, 0.0, 0.5, False, glass), None, look(np.full((9, 9, 3), 9, np.uint8)).ground
        )
        for glass in (False, True)
    )
    assert glass < plain


def test_a_saturated_backdrop_never_asks_for_the_mask():
    pixels = painted(ring(), MAGENTA)
    nonsense = np.zeros(pixels.shape[:2], np.uint8)
    found = key.keyed(pixels, look(pixels), KEY, nonsense)
    assert found.method == "key"
    assert (found.pixels == key.remove(pixels, KEY).pixels).all()


def test_a_painted_checkerboard_is_keyed_with_less_confidence():
    truth = ring()
    found = key.remove(over(truth, checkerboard()), KEY)
    off = error(found.pixels, truth)
    assert off < 15, f"mean alpha error {off:.1f} of 1000"
    assert found.confidence < 0.6
    assert found.backdrop == ""


def shadowed() -> np.ndarray:
    """A disc on the soft shadow of itself."""
    from scipy import ndimage

    disc = ring(192, inner=0, outer=0.22)
    shade = ndimage.gaussian_filter(np.roll(disc[..., 3], 26, axis=0) / 255, 7) * 0.5
    alpha = disc[..., 3] / 255
    both = alpha + shade * (1 - alpha)
    color = disc[..., :3] * (alpha / np.maximum(both, 1e-6))[..., None]
    return np.dstack([color, both * 255]).round().astype(np.uint8)


@pytest.mark.parametrize("color", [GREEN, GREY])
def test_a_shadow_is_kept_or_dropped_as_asked(color):
    pixels, mask = painted(shadowed(), color), ring(192, inner=0, outer=0.22)[..., 3]
    border = look(pixels)
    kept, dropped = (key.keyed(pixels, border, Cutout(shadow=way), mask).pixels for way in ("keep", "drop"))
    below = np.s_[150:160, 80:112]  # under the disc, in the shadow
    assert kept[below][..., 3].mean() > 50
    assert dropped[below][..., 3].mean() < 10
    assert dropped[96, 96, 3] == 255


def test_whether_a_subject_is_translucent_reaches_the_key():
    pane = ring(192, inner=0, color=(225, 225, 225))
    pane[..., 3] = pane[..., 3] // 2
    pixels = painted(pane, GREEN)
    opaque, clear = (key.remove(pixels, Cutout(translucent=way)).pixels for way in (False, True))
    assert opaque[96, 96, 3] > 240
    assert clear[96, 96, 3] < 200


def test_a_backdrop_with_clutter_on_it_is_keyed_as_well_as_can_be():
    pixels = painted(ring(), GREEN).copy()
    for start in range(0, 192, 32):
        pixels[:, start : start + 12][:40] = (250, 240, 230)
        pixels[start : start + 12, :20] = (250, 240, 230)
    assert look(pixels).kind == "busy"
    found = key.remove(pixels, KEY)
    assert found.confidence < 0.5
    assert found.backdrop == ""
    assert found.pixels[96, 96, 3] == 0, "the hole"
    assert found.pixels[96, 40, 3] == 255, "the ring"


def test_a_scene_has_nothing_to_key_on():
    noise = np.random.default_rng(0).integers(0, 256, (128, 128, 3), dtype=np.uint8)
    with pytest.raises(ProcessError, match="no colour to key on") as caught:
        key.remove(noise, KEY)
    assert "auto or rembg" in caught.value.hint


def test_a_picture_clear_all_round_is_already_cut_out():
    found = key.remove(ring(), KEY)
    assert (found.method, found.confidence) == ("native", 1.0)
    assert (found.pixels == ring()).all()


def test_alpha_that_was_there_is_never_exceeded():
    truth = ring()
    had = np.full(truth.shape[:2], 255, np.uint8)
    had[:12, :12] = 0
    had[:, 130:] = 128
    found = key.remove(np.dstack([painted(truth, GREEN), had]), KEY).pixels
    assert (found[..., 3] <= had).all()
    left = error(found[:, :120], truth[:, :120])
    assert left < 8, f"mean alpha error {left:.1f} of 1000"


def test_a_translucent_subject_on_no_colour_is_doubted_and_said():
    pixels = painted(ring(), GREY)
    plain, told = (key.remove(pixels, Cutout(translucent=way)) for way in (None, True))
    assert told.confidence == pytest.approx(plain.confidence / 2)
    assert told.warnings == (key.NEUTRAL,)
    assert plain.warnings == ()


def test_a_pane_that_was_measured_is_not_doubted_for_being_one():
    px = 512
    y, x = np.mgrid[0:px, 0:px] / px
    ground = np.repeat((186 + 9 * x - 5 * y)[..., None], 3, axis=2)
    seen = ground.copy()
    seen[100:400, 80:430] = 0.5 * ground[100:400, 80:430] + 0.5 * np.array([244, 114, 182])
    seen += np.random.default_rng(2).normal(0, 1.5, seen.shape)
    found = key.remove(seen.clip(0, 255).round().astype(np.uint8), Cutout(translucent=True))
    assert abs(float(found.pixels[150:350, 130:380, 3].mean()) - 128) < 12
    assert key.NEUTRAL not in found.warnings
