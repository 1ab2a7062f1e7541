from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.picture.sets.art import VISIBLE, Drawing
from pipeline.picture.sets.scale import scaled
from pipeline.targets.output import Look


def star(side: int = 512) -> Drawing:
    picture = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    tips = [(0.5, 0), (0.55, 0.45), (1, 0.5), (0.55, 0.55), (0.5, 1), (0.45, 0.55), (0, 0.5), (0.45, 0.45)]
    ImageDraw.Draw(picture).polygon([(x * side, y * side) for x, y in tips], fill="red")
    return Drawing(picture)


def test_a_circle_with_no_room_for_a_pixel_leaves_nothing_that_is_seen():
    alpha = np.asarray(scaled(star(), Look(fit="circle", share=0.02), 16, 16).getchannel("A"))
    assert 0 < alpha.max() < VISIBLE


@pytest.mark.parametrize("px", [32, 128, 300])
def test_a_quick_reduction_is_as_good_as_filtering_every_pixel(px):
    drawing = star()
    quick = np.asarray(scaled(drawing, Look(fit="whole"), px, px).convert("RGBa"), np.float64)
    exact = drawing.source.resize((px, px), Image.Resampling.LANCZOS)
    error = np.mean((quick - np.asarray(exact, np.float64)) ** 2)
    print(f"{px} px: squared error {error:.2f} levels²")  # noqa: T201
    assert error < (20 if px <= 48 else 2)  # small ones are sharpened on purpose
