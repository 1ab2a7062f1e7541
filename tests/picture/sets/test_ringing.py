from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.picture.sets.make import make
from pipeline.picture.sets.ringing import bounded
from pipeline.targets.output import Look, square

BLUE = (30, 60, 200)
ROUNDING = 4  # levels: of the means that stand for the drawing; without bounds it is 32 to 60


def plate() -> Image.Image:
    """A blue disc with a round white hole in its middle."""
    picture = Image.new("RGBA", (1024, 1024), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((0, 0, 1023, 1023), fill=BLUE)
    draw.ellipse((352, 352, 672, 672), fill="white")
    return picture


@pytest.mark.parametrize("px", [16, 24, 32, 48])
def test_no_colour_is_darker_or_lighter_than_any_of_the_drawing(px):
    [made] = make([square("a.png", px, Look())], {"master": plate()})
    pixels = np.asarray(Image.open(io.BytesIO(made.data)).convert("RGBA")).astype(int)
    solid = pixels[pixels[..., 3] == 255][:, :3]
    darkest = (np.array(BLUE) - solid.min(0)).max()
    assert darkest <= ROUNDING, f"{px} px: {darkest} levels below the darkest colour"
    assert len(solid) > px


def test_what_lies_within_is_left_alone():
    fine = Image.fromarray(np.random.default_rng(3).integers(0, 256, (64, 64, 3), dtype=np.uint8))
    small = fine.resize((16, 16), Image.Resampling.BOX)
    assert bounded(small, fine).tobytes() == small.tobytes()


def test_a_colour_weighted_by_its_alpha_never_exceeds_it():
    fine = Image.new("RGBA", (64, 64), (200, 0, 0, 100)).convert("RGBa")
    small = Image.frombytes("RGBa", (16, 16), bytes([255, 0, 0, 90]) * 256)
    pixels = np.asarray(bounded(small, fine))
    assert (pixels[..., :3] <= pixels[..., 3:]).all()
