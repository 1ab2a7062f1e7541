from __future__ import annotations

import pytest
from pictures import photo, subject
from PIL import Image

from pipeline.picture import sheet
from pipeline.picture.sheet import CELL_PX, GROUNDS, Row, draw

MAGENTA, BLACK, WHITE = (255, 0, 255), (0, 0, 0), (255, 255, 255)
PAPER = (232, 232, 235)


def runs(picture: Image.Image, y: int, color) -> list[tuple[int, int]]:
    """Start and length of each stretch of ``color`` in one line."""
    found, start = [], None
    for x in range(picture.width + 1):
        same = x < picture.width and picture.getpixel((x, y)) == color
        if same and start is None:
            start = x
        elif not same and start is not None:
            found.append((start, x - start))
            start = None
    return found


def margins(picture: Image.Image) -> tuple[int, int, int, int]:
    """Left, top, right and bottom space around what is drawn."""
    from PIL import ImageChops

    box = ImageChops.difference(picture, Image.new("RGB", picture.size, PAPER)).getbbox()
    assert box is not None
    return box[0], box[1], picture.width - box[2], picture.height - box[3]


def test_every_method_is_shown_on_every_ground():
    found = draw("coin.png", photo(200), [Row("rembg", picture=Image.new("RGBA", (200, 200)))])
    y = found.height - 41  # the last line of the last row
    lengths = [runs(found, y, color) for color in (BLACK, WHITE, MAGENTA)]
    assert [(len(line), line[0][1]) for line in (lengths[0], lengths[2])] == [(1, 200), (1, 200)]
    assert lengths[1][0][1] == 200
    assert len(lengths[1]) > 3  # the white ground and the squares of the checkerboard


def test_margins_are_even():
    found = draw("coin.png", photo(200), [Row("rembg", picture=subject(200))])
    left, top, right, bottom = margins(found)
    assert (right, bottom) == (40, 40)
    assert 38 <= left <= 43  # letters have a little room of their own
    assert 38 <= top <= 50


@pytest.mark.parametrize("size", [(3000, 2000), (2000, 3000), (600, 30), (8, 8)])
def test_cells_are_bounded_whatever_the_picture(size):
    found = draw("x", Image.new("RGB", size), [Row("a", picture=Image.new("RGBA", size)), Row("b")])
    width, height = sheet._cell(size)
    assert max(width, height) <= CELL_PX
    assert min(width, height) >= 160
    assert found.width == 2 * 40 + 240 + 4 * width + 3 * 16
    assert found.height <= 2 * CELL_PX + 300


def test_a_small_picture_is_not_enlarged():
    found = draw("x", photo(64), [Row("a", picture=Image.new("RGBA", (64, 64), "#010203"))])
    assert runs(found, found.height - 40 - 80, (1, 2, 3)) == [
        (40 + 240 + 48 + column * 176, 64) for column in range(4)
    ]


def test_an_opaque_original_is_shown_once_and_a_transparent_one_on_every_ground():
    opaque = draw("x", Image.new("RGB", (200, 200), "#010203"), [])
    clear = draw("x", Image.new("RGBA", (200, 200), (1, 2, 3, 255)), [])
    assert len(runs(opaque, opaque.height - 60, (1, 2, 3))) == 1
    assert len(runs(clear, clear.height - 60, (1, 2, 3))) == len(GROUNDS)


def test_a_second_render_is_shown_beside_an_opaque_original():
    ground, dark = Image.new("RGB", (200, 200), "#010203"), Image.new("RGB", (100, 100), "#030201")
    found = draw("x", ground, [], second=dark)
    y = found.height - 140
    assert runs(found, y, (1, 2, 3)) == [(280, 200)]
    assert runs(found, y, (3, 2, 1)) == [(280 + 216 + 50, 100)]
    clear = Image.new("RGBA", (200, 200), (1, 2, 3, 255))
    assert draw("x", clear, [], second=dark).tobytes() == draw("x", clear, []).tobytes()


def test_a_method_that_cannot_work_takes_a_line_instead_of_a_row():
    with_picture = draw("x", photo(200), [Row("a", picture=subject(200))])
    refused = draw("x", photo(200), [Row("a", picture=subject(200)), Row("native", ("No alpha " * 80,))])
    assert with_picture.height < refused.height < with_picture.height + 200


def test_notes_are_wrapped_and_end_when_the_room_does():
    lines = sheet._notes(Row("a", ("a word and another " * 60,)), 200)
    assert len(lines) == 7
    assert lines[-1].endswith("…")
    assert all(sheet._font(15).getlength(line) <= 200 for line in lines)


def test_words_wider_than_the_column_are_shortened():
    assert all(sheet._font(15).getlength(line) <= 200 for line in sheet._wrapped("M" * 99 + " end", 200))
    assert list(sheet._wrapped("", 200)) == []


def test_names_are_spelled_in_letters_the_font_has():
    assert sheet._spelled("Café – 2×2 → 猫\x1b…") == "Cafe - 2x2 > ??…"


def test_the_same_sheet_is_drawn_again():
    rows = [Row("a", ("one",), subject(100))]
    assert draw("x", photo(100), rows).tobytes() == draw("x", photo(100), rows).tobytes()
