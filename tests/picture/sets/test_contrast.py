from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from pipeline.picture.sets.contrast import hardly_shows
from pipeline.picture.sets.make import make
from pipeline.targets.output import Look, square


def disc(fill: str, outline: str | None = None) -> Image.Image:
    picture = Image.new("RGBA", (256, 256), (0, 0, 0, 0))
    ImageDraw.Draw(picture).ellipse((20, 20, 236, 236), fill=fill, outline=outline, width=8)
    return picture


@pytest.mark.parametrize(
    ("picture", "ground", "hidden"),
    [
        (disc("white"), "#FFFFFF", True),
        (disc("#F4F4F4"), "#FFFFFF", True),
        (disc("white", outline="#333333"), "#FFFFFF", False),
        (disc("white"), "#111111", False),
        (disc("#00A000"), "#C04040", False),  # as light as each other, and no one takes them for the same
        (disc("#101014"), "#000000", True),
        (Image.new("RGBA", (64, 64), (255, 255, 255, 0)), "#FFFFFF", False),
    ],
)
def test_a_drawing_in_the_colour_of_its_ground_hardly_shows(picture, ground, hidden):
    assert hardly_shows(picture, ground) is hidden


def test_files_on_such_a_ground_warn_and_no_others():
    on_white = Look(share=0.8, ground="#FFFFFF", opaque=True)
    outputs = [
        square("a.png", 64, on_white),
        square("b.png", 32, on_white),
        square("c.png", 64, Look(ground="#204060", opaque=True)),
        square("d.png", 64, Look()),
        square("e.png", 64, Look(art="monochrome", ink="white", ground="#FFFFFF")),
        square("f.png", 64, Look(art="monochrome", ink="black", ground="#FFFFFF")),
        square("g.png", 64, Look(art="background", fit="cover", ground="#FFFFFF")),
    ]
    warned = {made.path: made.warnings for made in make(outputs, {"master": disc("white")})}
    assert [path for path, warnings in warned.items() if warnings] == ["a.png", "b.png", "e.png"]
    assert warned["a.png"] == warned["b.png"]
    assert "#FFFFFF" in warned["a.png"][0]
