"""What is shown of a cut-out, and where it is looked at closely."""

from __future__ import annotations

import numpy as np
import pytest
from balls import RED, disc
from known_alpha import sheet
from known_alpha.contenders import Result, untouched
from known_alpha.drawn import DRAWN
from known_alpha.icons import FLAT, SOLID
from known_alpha.measure import Plan
from known_alpha.sheet import HARD, HEIGHT, WIDTH, around, busiest, draw_row, draw_sheet
from PIL import Image

PLAN = Plan((), ())


@pytest.fixture
def found(monkeypatch):
    """``auto`` finds the subject, rembg keeps the picture whole."""
    results = {sheet.AUTO: lambda _seen: disc(RED, px=128), sheet.ALONE: lambda seen: untouched(seen[0])}
    monkeypatch.setattr(sheet, "cut", lambda method, seen: Result(results[method](seen), 0))


@pytest.mark.usefixtures("found")
def test_a_row_shows_ours_above_rembgs_on_each_ground(ball, tmp_path):
    draw_row(PLAN, ball, tmp_path / "row.png")
    with Image.open(tmp_path / "row.png") as row:
        assert row.size == (WIDTH, HEIGHT)
        left = sheet.MARGIN + sheet.PAINTED + sheet.SPLIT
        ours, theirs = (sheet.TITLE + line * (sheet.LABEL + sheet.CELL) + sheet.LABEL for line in (0, 1))
        corners = [
            [row.getpixel((left + 9 + n * (sheet.CELL + sheet.GAP), top + 9)) for n in range(3)]
            for top in (ours, theirs)
        ]
    assert corners[0] == [(255, 0, 255), (0, 0, 0), (255, 255, 255)]
    assert len({tuple(np.array(corner) // 32) for corner in corners[1]}) == 1  # its own backdrop, three times


@pytest.mark.usefixtures("found")
@pytest.mark.parametrize(("count", "size"), [(1, (WIDTH, HEIGHT)), (3, (2 * WIDTH, 2 * HEIGHT))])
def test_a_sheet_has_a_card_for_each_subject(ball, tmp_path, count, size):
    draw_sheet(PLAN, [ball] * count, tmp_path / "new" / "sheet.webp")
    with Image.open(tmp_path / "new" / "sheet.webp") as drawn:
        assert drawn.size == size


def test_a_subject_is_shown_with_a_little_air():
    left, top, right, bottom = around(disc(RED, px=100))
    assert (right - left, bottom - top) == (
        56,
        56,
    )  # 49 px of disc from the first to the last, 4 on each side
    assert (left + right) / 2 == pytest.approx(50, abs=1)


def test_an_empty_picture_is_shown_whole():
    assert around(np.zeros((30, 40, 4), np.uint8)) == (0, 0, 40, 30)


def test_the_loupe_is_where_the_outline_is():
    pixels = np.zeros((400, 400, 4), np.uint8)
    pixels[200:300, 50:60] = 255
    left, top, right, bottom = busiest(pixels)
    assert left <= 50
    assert right >= 60
    assert top + 10 >= 200
    assert bottom <= 310
    assert right - left == bottom - top == sheet.CELL // sheet.LOUPE


def test_hard_ones_are_twenty_known_names():
    solid = {f"{name}-3d" for named in SOLID.values() for name in named}
    flat = {name for names in FLAT.values() for name in names}
    drawn = {name for drawings in DRAWN.values() for name in drawings}
    assert len(set(HARD)) == 20
    assert set(HARD) <= solid | flat | drawn
