from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from painted import GREEN, GREY, MAGENTA, error, over, painted, ring
from PIL import Image, ImageDraw

from pipeline.picture.cutout.chroma.key import key

LILAC, BLACK = (232, 121, 249), (0, 0, 0)


def drawn(*shapes, px: int = 192) -> np.ndarray:
    """Shapes ``(name, box in shares of the side, RGBA)``, anti-aliased, H×W×4 with straight alpha."""
    whole = Image.new("RGBA", (px * 4, px * 4))
    for name, box, color in shapes:
        layer = Image.new("RGBA", whole.size)
        getattr(ImageDraw.Draw(layer), name)([share * px * 4 for share in box], fill=color)
        whole = Image.alpha_composite(whole, layer)
    return np.asarray(whole.resize((px, px), Image.Resampling.BOX))


def disc(alpha: float, color=(120, 60, 200), px: int = 192) -> np.ndarray:
    return drawn(("ellipse", (0.15, 0.15, 0.85, 0.85), (*color, round(alpha * 255))), px=px)


def glow(px: int = 192, color=LILAC, reach: float = 0.12) -> np.ndarray:
    """An opaque disc that fades out."""
    y, x = (np.mgrid[0:px, 0:px] + 0.5) / px - 0.5
    alpha = np.exp(-((np.maximum(np.hypot(x, y) - 0.15, 0) / reach) ** 2) * 2)
    alpha[alpha < 0.01] = 0
    return np.dstack([np.full((px, px, 3), color), alpha * 255]).round().astype(np.uint8)


def fringe(found: np.ndarray, truth: np.ndarray, ground=BLACK) -> float:
    """Mean difference of what is seen of both on another ground, of 255, where the truth has an edge."""
    edge = (truth[..., 3] > 0) & (truth[..., 3] < 255)
    apart = np.abs(over(found, ground).astype(float) - over(truth, ground))
    return float(apart[edge].mean())


@pytest.mark.parametrize("backdrop", [GREEN, MAGENTA, (0, 71, 187)])
def test_a_ring_is_found_with_its_hole_and_without_a_fringe(backdrop):
    truth = ring(color=(214, 140, 60))
    pixels = painted(truth, backdrop)
    found, facts = key(pixels)
    kept = fringe(np.dstack([pixels, truth[..., 3]]), truth)
    assert error(found, truth) < 3, f"alpha error {error(found, truth):.2f}"
    assert fringe(found, truth) < 0.75 * kept, (
        f"fringe {fringe(found, truth):.1f}, kept it would be {kept:.1f}"
    )
    assert (facts.holes, facts.touches, facts.linear) == (1, False, False)
    assert facts.confidence > 0.9
    assert np.abs(np.array(facts.backdrop) - backdrop).max() < 8


def test_thin_lines_are_kept():
    lines = [
        ("rectangle", (0.1, 0.1 + k / 10, 0.9, 0.1 + k / 10 + 0.008), (40, 40, 60, 255)) for k in range(8)
    ]
    truth = drawn(*lines)
    found, _ = key(painted(truth, GREEN))
    assert error(found, truth) < 8, f"alpha error {error(found, truth):.2f}"


def test_white_and_black_parts_are_opaque():
    truth = drawn(
        ("rectangle", (0.2, 0.2, 0.8, 0.5), (250, 250, 250, 255)),
        ("rectangle", (0.2, 0.5, 0.8, 0.8), (8, 8, 8, 255)),
    )
    found, facts = key(painted(truth, GREEN))
    assert (found[60:130, 60:130, 3] == 255).all()
    assert facts.soft == 0


def test_a_glow_fades_out_in_its_own_colour():
    truth = glow()
    found, facts = key(painted(truth, GREEN))
    assert error(found, truth) < 12, f"alpha error {error(found, truth):.2f}"
    assert fringe(found, truth) < 8, f"fringe {fringe(found, truth):.1f}"
    assert facts.soft > 0.3


def shaded(px: int = 192) -> np.ndarray:
    """An orange disc over a soft black shadow."""
    y, x = (np.mgrid[0:px, 0:px] + 0.5) / px - 0.5
    cast = 0.5 * np.exp(-(((x - 0.04) / 0.26) ** 2) - (((y - 0.25) / 0.09) ** 2))
    cast[cast < 0.02] = 0
    layer = np.dstack([np.zeros((px, px, 3)), cast * 255]).round().astype(np.uint8)
    ball = drawn(("ellipse", (0.25, 0.15, 0.75, 0.65), (249, 115, 22, 255)), px=px)
    return np.asarray(Image.alpha_composite(Image.fromarray(layer), Image.fromarray(ball)))


def test_a_shadow_is_kept_as_black_alpha():
    truth = shaded()
    found, _ = key(painted(truth, GREEN))
    assert error(found, truth) < 12, f"alpha error {error(found, truth):.2f}"
    cast = (truth[..., 3] > 60) & (truth[..., :3].max(axis=2) == 0)
    assert found[cast][:, :3].mean() < 20, "a shadow is dark, whatever it lay on"


def test_a_shadow_is_dropped_where_that_is_wanted_and_the_subject_is_not():
    truth = shaded()
    found, _ = key(painted(truth, GREEN), shadow="drop")
    cast = (truth[..., 3] > 30) & (truth[..., :3].max(axis=2) == 0)
    cast[:134] = False  # below the ball's rim
    assert found[cast][:, 3].mean() < 12
    assert (found[60:110, 70:120, 3] == 255).all()


@pytest.mark.parametrize("color", [(120, 60, 200), (250, 250, 250), (244, 114, 182)])
def test_an_even_pane_is_seen_through_by_the_gradient_behind_it(color):
    truth = disc(0.5, color, px=256)
    found, facts = key(painted(truth, GREEN, quality=95))
    middle = found[100:156, 100:156, 3].mean() / 255
    assert abs(middle - 0.5) < 0.12, f"alpha {middle:.2f} for 0.5"
    assert facts.confidence > 0.7


def test_the_edge_of_a_pane_is_no_opaque_line():
    """Between a pane and its frame, and between a pane and the backdrop, alpha changes evenly."""
    truth = drawn(
        ("ellipse", (0.1, 0.1, 0.9, 0.9), (120, 53, 15, 255)),
        ("ellipse", (0.16, 0.16, 0.84, 0.84), (0, 0, 0, 255)),
        px=256,
    )
    frame = truth[..., :3].max(axis=2) > 0
    truth = np.where(frame[..., None], truth, disc(0.5, (235, 245, 252), px=256))
    bare = disc(0.5, (235, 245, 252), px=256)
    for name, whole in {"framed": truth, "bare": bare}.items():
        found, _ = key(painted(whole, GREEN, quality=95))
        assert error(found, whole) < 12, f"{name}: alpha error {error(found, whole):.2f}"


def test_a_coloured_glow_that_shares_the_backdrops_colour_is_soft_all_along():
    truth = glow(384, (60, 160, 250))
    found, facts = key(painted(truth, GREEN))
    assert error(found, truth) < 10, f"alpha error {error(found, truth):.2f}"
    assert facts.own_hue == 0


@pytest.mark.parametrize("glass", [(230, 240, 250), (250, 250, 250), (40, 60, 20)])
def test_a_leaf_of_the_colour_of_a_pane_is_opaque(glass):
    """It might be glass, were it not for the gradient behind, which does not show."""
    leaf = over(disc(0.5, glass, px=256), GREEN)[128, 128]
    truth = disc(1, tuple(int(part) for part in leaf), px=256)
    found, facts = key(painted(truth, GREEN))
    assert error(found, truth) < 3, f"alpha error {error(found, truth):.2f}"
    assert facts.own_hue > 0.5


def test_what_is_declared_opaque_is():
    found, facts = key(painted(disc(0.6, px=256), GREEN, quality=95), translucent=False)
    assert (found[110:146, 110:146, 3] == 255).all()
    assert facts.confidence > 0.5


def test_what_is_declared_translucent_is_though_the_backdrop_is_even():
    pixels = over(disc(0.4, (235, 240, 250)), GREEN)
    found, _ = key(pixels, translucent=True)
    middle = found[80:112, 80:112, 3].mean() / 255
    assert abs(middle - 0.4) < 0.05, f"alpha {middle:.2f} for 0.4"


def in_linear_light(truth: np.ndarray, backdrop=GREEN) -> np.ndarray:
    alpha = truth[..., 3:] / 255
    mixed = (truth[..., :3] / 255.0) ** 2.2 * alpha + (np.array(backdrop) / 255.0) ** 2.2 * (1 - alpha)
    return ((mixed ** (1 / 2.2)) * 255).round().astype(np.uint8)


def test_edges_mixed_in_linear_light_are_unmixed_in_it():
    truth = ring(256, color=(250, 235, 215))
    edge = (truth[..., 3] > 25) & (truth[..., 3] < 230)
    off = {
        light: np.abs(key(in_linear_light(truth), light=light)[0][..., 3] - truth[..., 3].astype(float))[
            edge
        ].mean()
        for light in ("auto", "srgb", "linear")
    }
    assert off["linear"] < 8 < off["srgb"], off
    assert off["auto"] == off["linear"], off


def test_edges_mixed_in_srgb_are_not_taken_for_linear_light():
    _, facts = key(over(ring(256, color=(250, 235, 215)), GREEN))
    assert not facts.linear


@pytest.mark.parametrize("color", [GREY, (255, 255, 255), (0, 0, 0)])
def test_what_is_no_chroma_backdrop_gets_no_confidence(color):
    _, facts = key(painted(ring(96), color))
    assert facts.confidence < 0.1


def test_noise_has_no_backdrop():
    noise = np.random.default_rng(0).integers(0, 256, (64, 96, 3), dtype=np.uint8)
    found, facts = key(noise)
    assert found.shape == (64, 96, 4)
    assert facts.confidence < 0.1


def test_a_picture_that_is_all_backdrop_comes_back_empty():
    found, facts = key(np.full((40, 50, 3), GREEN, np.uint8))
    assert not found.any()
    assert (facts.confidence, facts.holes) == (0, 0)


def test_a_subject_cut_off_by_the_border_is_found_and_told():
    truth = drawn(("rectangle", (0.3, 0.4, 0.7, 1.0), (230, 80, 40, 255)))
    found, facts = key(painted(truth, GREEN))
    assert facts.touches
    assert error(found, truth) < 4, f"alpha error {error(found, truth):.2f}"
    assert facts.confidence < key(painted(ring(), GREEN))[1].confidence


def test_alpha_that_says_nothing_changes_nothing():
    pixels = painted(ring(96), GREEN)
    opaque = np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])
    assert (key(opaque)[0] == key(pixels)[0]).all()


def test_the_input_is_left_alone_and_the_result_is_the_same_every_time():
    pixels = painted(ring(96), GREEN)
    pixels.flags.writeable = False
    one, two = key(pixels), key(pixels)
    assert (one[0] == two[0]).all()
    assert one[1] == two[1]


@pytest.mark.parametrize("translucent", [None, True, False])
@pytest.mark.parametrize("light", ["auto", "linear"])
@pytest.mark.parametrize(
    ("height", "width"), [(1, 1), (1, 60), (60, 1), (2, 2), (3, 5), (16, 16), (20, 4000), (4000, 20)]
)
def test_any_shape_is_cut(height, width, translucent, light):
    pixels = np.full((height, width, 3), GREEN, np.uint8)
    pixels[height // 3 : 2 * height // 3 + 1, width // 3 : 2 * width // 3 + 1] = (230, 120, 40)
    found, facts = key(pixels, translucent=translucent, light=light, shadow="drop")
    assert (found.shape, found.dtype) == ((height, width, 4), np.uint8)
    assert 0 <= facts.confidence <= 1
    assert (found[found[..., 3] == 0] == 0).all()


@settings(max_examples=25, deadline=None)
@given(
    st.tuples(st.integers(1, 40), st.integers(1, 40)),
    st.tuples(*[st.integers(0, 255)] * 3),
    st.tuples(*[st.integers(0, 255)] * 3),
    st.integers(0, 9),
)
def test_colours_are_hidden_nowhere_and_shares_are_shares(shape, backdrop, color, seed):
    pixels = np.full((*shape, 3), backdrop, np.int64)
    pixels[shape[0] // 4 : 3 * shape[0] // 4, shape[1] // 4 : 3 * shape[1] // 4] = color
    pixels += np.random.default_rng(seed).integers(-2, 3, pixels.shape)
    found, facts = key(pixels.clip(0, 255).astype(np.uint8))
    assert (found[found[..., 3] == 0] == 0).all()
    shares = (facts.soft, facts.own_hue, facts.confidence, facts.explained)
    assert all(0 <= share <= 1 for share in shares), facts


def large(px: int = 1100) -> np.ndarray:
    """More than ``layers.SIDE``, by a number that does not divide: an opaque ring with a glow in it."""
    truth = ring(px, inner=0.3, color=(214, 140, 60))
    inside = glow(px, (250, 250, 250), 0.08)
    return np.where(truth[..., 3:] > 0, truth, inside).astype(np.uint8)


def test_a_large_picture_is_cut_at_its_own_size():
    truth = large()
    found, facts = key(painted(truth, GREEN))
    assert found.shape == truth.shape
    assert error(found, truth) < 6, f"alpha error {error(found, truth):.2f}"
    assert fringe(found, truth) < 12, f"fringe {fringe(found, truth):.1f}"
    assert facts.soft > 0


def test_a_large_picture_is_cut_in_linear_light_too():
    truth = large()
    found, facts = key(in_linear_light(truth), light="linear")
    assert facts.linear
    assert error(found, truth) < 6, f"alpha error {error(found, truth):.2f}"


def test_a_glint_on_a_pane_is_seen_through_as_well():
    pane = ("ellipse", (0.15, 0.15, 0.85, 0.85), (224, 242, 254, 102))
    glint = ("rectangle", (0.35, 0.4, 0.6, 0.55), (255, 255, 255, 179))
    truth = drawn(pane, glint, px=384)
    found, _ = key(painted(truth, MAGENTA))
    middle = np.s_[160:200, 145:220, 3]
    assert abs(float(found[middle].mean()) - float(truth[middle].mean())) < 20
