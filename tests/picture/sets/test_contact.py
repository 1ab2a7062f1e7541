from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from pipeline.picture.sets import contact


def drawing(color: str = "#EC4899") -> Image.Image:
    picture = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    ImageDraw.Draw(picture).ellipse((30, 30, 270, 270), fill=color)
    return picture


def colors(sheet: Image.Image) -> set[tuple[int, ...]]:
    return {tuple(map(int, pixel)) for pixel in np.unique(np.asarray(sheet).reshape(-1, 3), axis=0)}


def test_the_sheet_shows_the_drawing_its_ground_and_every_theme():
    sheet = contact.draw({"master": drawing()}, background="#123456", title="Münze – a very long name " * 20)
    assert sheet.mode == "RGB"
    wanted = {"#EC4899", "#123456", contact.LIGHT, contact.DARK, "#FF00FF"}
    wanted |= {color for theme in contact.THEMES for color in theme}
    assert {tuple(bytes.fromhex(color[1:])) for color in wanted} <= colors(sheet)


def test_the_same_drawing_is_the_same_sheet_and_no_title_takes_no_room():
    with_title = contact.draw({"master": drawing()}, title="Coin")
    assert with_title.tobytes() == contact.draw({"master": drawing()}, title="Coin").tobytes()
    assert contact.draw({"master": drawing()}).height < with_title.height


def test_other_drawings_are_shown_where_they_stand_in():
    art = {"master": drawing(), "dark": drawing("#00FFAA"), "small": drawing("#FFAA00")}
    art["background"] = Image.new("RGB", (64, 64), "#0A0B0C")
    shown = colors(contact.draw(art))
    assert {(0, 255, 0xAA), (255, 0xAA, 0), (0x0A, 0x0B, 0x0C)} <= shown


def test_a_word_too_long_for_its_line_is_cut():
    assert (
        contact.draw({"master": drawing()}, title="x" * 500).width
        == contact.draw({"master": Image.new("RGB", (64, 64), "red")}).width
    )
