from __future__ import annotations

import numpy as np
import pytest
from coloraide import Color
from drawn import disc, plain
from hypothesis import given
from hypothesis import strategies as st

from pipeline.picture import measures

BYTE = st.integers(0, 255)
RGB = st.tuples(BYTE, BYTE, BYTE)


def difference(one, other) -> float:
    first, second = (measures.lab(np.array([[colour]]) / 255)[0] for colour in (one, other))
    return float(measures.delta_e_2000(first, second)[0])


@given(RGB, RGB)
def test_differences_are_those_of_coloraide(one, other):
    first, second = (Color("srgb", [channel / 255 for channel in colour]) for colour in (one, other))
    assert difference(one, other) == pytest.approx(first.delta_e(second, method="2000"), abs=1e-4)


def test_many_differences_at_once_are_those_of_coloraide():
    colors = np.random.default_rng(6).integers(0, 256, (300, 2, 3))
    colors[:50, 1] = colors[:50, 0] + 1 - 2 * (colors[:50, 0] > 128)  # nearly alike
    colors[50:80] = colors[50:80, :, :1]  # greys
    one, other = (measures.lab(colors[:, [at]] / 255)[:, 0] for at in (0, 1))
    found = measures.delta_e_2000(one, other)
    for value, (first, second) in zip(found, colors / 255, strict=True):
        expected = Color("srgb", list(first)).delta_e(Color("srgb", list(second)), method="2000")
        assert value == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
        ((50, 2.5, 0), (56, -27, -3), 31.9030),
        ((90.8027, -2.0831, 1.4410), (91.1528, -1.6435, 0.0447), 1.4441),
    ],
)
def test_differences_are_those_of_the_paper(one, other, expected):
    """Pairs from table 1 of Sharma, Wu and Dalal (2005)."""
    found = measures.delta_e_2000(np.array([one]), np.array([other]))
    assert found[0] == pytest.approx(expected, abs=1e-4)


def test_the_share_of_a_brand_colour_is_of_what_can_be_seen():
    picture = plain(100, "RGBA", "#00000000")
    picture.paste("#EC4899", (0, 0, 50, 50))
    picture.paste("#22C55E", (50, 0, 100, 50))
    assert measures.brand_share(picture, "#EC4899", 10) == pytest.approx(0.5, abs=0.02)
    assert measures.brand_share(picture, "#EE4C9C", 5) == pytest.approx(0.5, abs=0.02)
    assert measures.brand_share(picture, "#0000FF", 5) == 0
    assert measures.brand_share(plain(8, "RGBA", "#00000000"), "#EC4899", 100) == 0
    assert measures.brand_share(plain(2000), "#EC4899", 1) == 1


def test_how_much_of_the_canvas_is_visible():
    assert measures.coverage(plain(9)) == 1
    assert measures.coverage(disc(200, 1)) == pytest.approx(np.pi / 4, abs=0.01)
    assert measures.coverage(plain(9, "RGBA", "#FFFFFF80")) == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    ("ink", "on_white", "on_black"), [("white", 1, 21), ("black", 21, 1), ("#767676", 4.54, 4.62)]
)
def test_the_contrast_of_an_edge_is_that_of_wcag(ink, on_white, on_black):
    picture = disc(200, 0.8, ink)
    assert measures.edge_contrast(picture, "#FFFFFF") == pytest.approx(on_white, rel=0.02)
    assert measures.edge_contrast(picture, "#000000") == pytest.approx(on_black, rel=0.02)


def test_only_the_edge_counts():
    picture = disc(200, 0.8, "black")
    picture.paste("white", (70, 70, 130, 130))
    assert measures.edge_contrast(picture, "#FFFFFF") == pytest.approx(21, rel=0.02)


def test_an_opaque_picture_ends_at_its_border_and_nothing_has_no_contrast():
    assert measures.edge_contrast(plain(64, "RGB", "black"), "#FFFFFF") == pytest.approx(21)
    assert measures.edge_contrast(plain(64, "RGBA", "#00000000"), "#FFFFFF") == 1
    assert measures.edge_contrast(plain(64, "RGBA", "#00000030"), "#FFFFFF") == pytest.approx(1.5, abs=0.1)
