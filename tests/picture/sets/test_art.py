from __future__ import annotations

from PIL import Image, ImageDraw

from pipeline.picture.sets.art import Box, Drawing


def blank(side: int = 200) -> Image.Image:
    return Image.new("RGBA", (side, side), (0, 0, 0, 0))


def test_a_disc_is_measured_as_a_disc():
    picture = blank()
    ImageDraw.Draw(picture).ellipse((50, 70, 149, 169), fill="red")
    drawing = Drawing(picture)
    assert drawing.box == Box(50, 70, 150, 170)
    assert (drawing.box.width, drawing.box.height) == (100, 100)
    assert abs(drawing.circle.x - 100) < 1
    assert abs(drawing.circle.y - 120) < 1
    assert 50 <= drawing.circle.radius < 51
    assert not drawing.is_opaque
    assert drawing.source.mode == "RGBa"


def test_dust_and_faint_shadows_measure_nothing():
    picture = blank(1024)
    picture.paste((255, 0, 0, 7), (0, 0, 900, 900))
    picture.paste("red", (400, 400, 600, 600))
    picture.paste("red", (2, 2, 4, 4))
    assert Drawing(picture).box == Box(400, 400, 600, 600)


def test_a_drawing_of_nothing_but_small_things_keeps_them():
    picture = blank(1024)
    picture.putpixel((10, 20), (255, 0, 0, 255))
    assert Drawing(picture).box == Box(10, 20, 11, 21)


def test_opaque_and_empty_drawings_are_as_large_as_their_picture():
    for picture in (Image.new("RGB", (30, 20)), Image.new("RGBA", (30, 20), "red"), blank().resize((30, 20))):
        drawing = Drawing(picture)
        assert drawing.box == Box(0, 0, 30, 20)
        assert drawing.circle.radius > 18
    assert Drawing(Image.new("L", (3, 3))).is_opaque
    assert Drawing(Image.new("RGBA", (3, 3), "red")).is_opaque
