from __future__ import annotations

import numpy as np
import pytest
from painted import GREEN, MAGENTA, painted

from pipeline.picture.cutout.chroma.key import key
from pipeline.picture.cutout.chroma.lines import paints
from pipeline.picture.cutout.chroma.unmix import to_ycc


def strokes(color: tuple[int, int, int], width: float, px: int = 256) -> np.ndarray:
    """Slanting lines of that width, anti-aliased, H×W×4."""
    y, x = (np.mgrid[0:px, 0:px] + 0.5).astype(float)
    across = np.mod(x * 0.94 + y * 0.34, 32) - 16
    alpha = np.clip(width / 2 - np.abs(across) + 0.5, 0, 1)
    alpha[:24], alpha[-24:], alpha[:, :24], alpha[:, -24:] = 0, 0, 0, 0
    return np.dstack([np.full((px, px, 3), color), alpha * 255]).round().astype(np.uint8)


@pytest.mark.parametrize(("color", "backdrop"), [((55, 65, 81), MAGENTA), ((55, 65, 81), GREEN)])
def test_a_line_thinner_than_chroma_comes_out_in_its_own_colour(color, backdrop):
    truth = strokes(color, 3)
    pixels = painted(truth, backdrop)
    found, _ = key(pixels)
    middle = truth[..., 3] == 255
    seen = to_ycc(pixels[middle].T.astype(np.float32)).mean(axis=1)
    got, own = (
        to_ycc(np.asarray(of, np.float32)) for of in (found[middle][:, :3].mean(axis=0), np.array(color))
    )
    off, kept = (float(np.linalg.norm(of[1:] - own[1:])) for of in (got, seen))
    assert off < 0.5 * kept, f"chroma is off by {off:.0f}, as painted by {kept:.0f}"
    assert found[middle][:, 3].mean() > 225
    assert found[truth[..., 3] == 0][:, 3].mean() < 4


def test_strands_of_several_colours_over_each_other_are_opaque_and_not_tinged():
    dark, light = strokes((59, 35, 20), 3), strokes((160, 98, 45), 5)[:, ::-1]
    truth = np.where(dark[..., 3:] > light[..., 3:], dark, light)
    found, _ = key(painted(truth, MAGENTA))
    solid = truth[..., 3] == 255
    assert found[solid][:, 3].mean() > 225
    red, green, blue = found[solid][:, :3].astype(float).T
    assert np.median(blue - green) < 20, "pink is left"
    assert np.median(red - green) > 5, "too much of it was taken out"


def test_the_few_colours_of_lines_are_told():
    colors = np.float32([[200, 30, 30]] * 50 + [[20, 20, 90]] * 50).T
    found = paints(to_ycc(colors - 128), np.full((3, 100), 128, np.float32))
    assert sorted(tuple(int(value) for value in paint) for paint in found) == [(20, 20, 90), (200, 30, 30)]
