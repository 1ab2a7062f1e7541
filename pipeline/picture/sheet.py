"""A comparison sheet: one picture cut out in several ways, each on grounds that show different mistakes.

Black shows light fringes, white dark ones, magenta colour left of the backdrop, the checkerboard what is
really transparent. Pixels in, pixels out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from pipeline.picture.export import fit, resize

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

CELL_PX: Final = 512
"""Longest side of a cell; larger pictures are reduced, smaller ones shown as they are."""

_SMALLEST_CELL: Final = 160  # px: room for a heading
_MARGIN: Final = 40
_GAP: Final = 16
_LABELS: Final = 240  # width of the first column
_LEADING: Final = 1.35  # line height, of the font size
_TITLE, _NAME, _TEXT = 28, 20, 15  # font sizes in px
_MOST_LINES: Final = 7  # of notes beside a row: as many as the smallest cell holds
_PAPER, _INK, _QUIET = "#E8E8EB", "#17171A", "#55555E"
_SQUARE: Final = 16  # px of the checkerboard
_SQUARES: Final = ("#FFFFFF", "#CDCDD2")
_SPELLED: Final = str.maketrans({"×": "x", "–": "-", "—": "-", "→": ">", "’": "'", "\u00a0": " "})

Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Row:
    """One way to cut the picture out. Without a ``picture`` the notes say why there is none."""

    name: str
    notes: tuple[str, ...] = ()
    picture: Image | None = None  # RGBA or RGB, of the original's size


def draw(title: str, original: Image, rows: Sequence[Row], *, second: Image | None = None) -> Image:
    """The sheet, RGB: the original and each of ``rows`` on black, white, magenta and a checkerboard.

    An opaque original is shown once, above the grounds, which would all look the same behind it, and its
    ``second`` render beside it.
    """
    cell = _cell(original.size)
    beside = second is not None and original.mode != "RGBA"
    notes = _described(original.size), *["beside it its second render"][:beside]
    first = Row("original", notes, original)
    plan = [first, *(row for row in rows if row.picture is not None)]
    refused = [row for row in rows if row.picture is None]
    headed = original.mode == "RGBA" or len(plan) > 1
    extra = sum(_refusal_height(cell, row) for row in refused) + headed * _heading_height()
    page = _Page(cell, len(plan), extra)
    page.title(title)
    if original.mode == "RGBA":
        page.headings()
    page.row(first, second if beside else None)
    if original.mode != "RGBA" and len(plan) > 1:
        page.headings()
    for row in plan[1:]:
        page.row(row)
    for row in refused:
        page.refusal(row)
    return page.canvas


class _Page:
    """The canvas, and how far down it is filled."""

    def __init__(self, cell: Size, rows: int, extra: int) -> None:
        from PIL import Image, ImageDraw

        self._cell = cell
        self._y = _MARGIN
        width = 2 * _MARGIN + _LABELS + _grid_width(cell)
        height = 2 * _MARGIN + _line(_TITLE) + _GAP + rows * (cell[1] + _GAP) - _GAP + extra
        self.canvas = Image.new("RGB", (width, height), _PAPER)
        self._draw = ImageDraw.Draw(self.canvas)

    def title(self, text: str) -> None:
        """The title, as wide as the sheet."""
        width = self.canvas.width - 2 * _MARGIN
        self._write(_MARGIN, self._y, _shorten(text, width, _TITLE), _TITLE, _INK)
        self._y += _line(_TITLE) + _GAP

    def headings(self) -> None:
        """Over each column the name of its ground."""
        for column, name in enumerate(GROUNDS):
            self._write(self._x(column), self._y + _GAP // 2, name, _TEXT, _QUIET)
        self._y += _heading_height()

    def row(self, row: Row, second: Image | None = None) -> None:
        """A name with its notes, and the picture on every ground; an opaque one with another beside it."""
        assert row.picture is not None
        self._label(row.name, _notes(row, _LABELS - _GAP))
        shown = [(_reduced(each, self._cell), _none) for each in (row.picture, second) if each is not None]
        if row.picture.mode == "RGBA":
            shown = [(shown[0][0], ground) for ground in GROUNDS.values()]
        for column, (small, ground) in enumerate(shown):
            self.canvas.paste(_on(small, ground(self._cell)), (self._x(column), self._y))
        self._y += self._cell[1] + _GAP

    def refusal(self, row: Row) -> None:
        """A name, and beside it why there is no picture."""
        self._label(row.name, [])
        for number, line in enumerate(_notes(row, _grid_width(self._cell))):
            self._write(self._x(0), self._y + number * _line(_TEXT) + 4, line, _TEXT, _QUIET)
        self._y += _refusal_height(self._cell, row)

    def _label(self, name: str, notes: list[str]) -> None:
        self._write(_MARGIN, self._y, _shorten(name, _LABELS - _GAP, _NAME), _NAME, _INK)
        for number, note in enumerate(notes):
            self._write(_MARGIN, self._y + _line(_NAME) + 4 + number * _line(_TEXT), note, _TEXT, _QUIET)

    def _x(self, column: int) -> int:
        return _MARGIN + _LABELS + column * (self._cell[0] + _GAP)

    def _write(self, x: int, y: int, text: str, size: int, ink: str) -> None:
        self._draw.text((x, y), text, fill=ink, font=_font(size), anchor="la")


# --- cells ---------------------------------------------------------------------------------------------


def _cell(size: Size) -> Size:
    width, height = fit(size, min(CELL_PX, max(size)))
    return max(width, _SMALLEST_CELL), max(height, _SMALLEST_CELL)


def _reduced(picture: Image, cell: Size) -> Image:
    return resize(picture, min(max(picture.size), max(cell), CELL_PX))


def _on(picture: Image, ground: Image) -> Image:
    """``picture`` in the middle of ``ground``."""
    at = ((ground.width - picture.width) // 2, (ground.height - picture.height) // 2)
    ground.paste(picture, at, picture if picture.mode == "RGBA" else None)
    return ground


def _plain(color: str) -> Callable[[Size], Image]:
    def paint(size: Size) -> Image:
        from PIL import Image

        return Image.new("RGB", size, color)

    return paint


def _checkerboard(size: Size) -> Image:
    from PIL import Image

    canvas = Image.new("RGB", size, _SQUARES[0])
    for y in range(0, size[1], _SQUARE):
        for x in range(y % (2 * _SQUARE), size[0], 2 * _SQUARE):
            canvas.paste(_SQUARES[1], (x, y, x + _SQUARE, y + _SQUARE))
    return canvas


_none = _plain(_PAPER)
GROUNDS: Final = {
    "on black": _plain("#000000"),
    "on white": _plain("#FFFFFF"),
    "on magenta": _plain("#FF00FF"),
    "on a checkerboard": _checkerboard,
}
"""Heading → what is painted behind the cut-outs of that column."""


# --- words ---------------------------------------------------------------------------------------------


def _described(size: Size) -> str:
    longer = max(size)
    scale = "" if longer <= CELL_PX else f", shown at {CELL_PX / longer:.0%}"
    return f"{size[0]} x {size[1]} px{scale}"


def _heading_height() -> int:
    return _line(_TEXT) + _GAP


def _grid_width(cell: Size) -> int:
    return len(GROUNDS) * (cell[0] + _GAP) - _GAP


def _refusal_height(cell: Size, row: Row) -> int:
    return max(_line(_NAME), len(_notes(row, _grid_width(cell))) * _line(_TEXT)) + _GAP


def _notes(row: Row, width: int) -> list[str]:
    """The notes in lines of at most ``width`` px; the last says when there were more."""
    lines = [line for note in row.notes for line in _wrapped(note, width)]
    if len(lines) > _MOST_LINES:
        lines[_MOST_LINES - 1 :] = [_shorten(f"{lines[_MOST_LINES - 1]} …", width, _TEXT)]
    return lines


def _wrapped(text: str, width: int) -> Iterator[str]:
    line = ""
    for word in _spelled(text).split():
        longer = f"{line} {word}".strip()
        if line and _font(_TEXT).getlength(longer) > width:
            yield _shorten(line, width, _TEXT)
            longer = word
        line = longer
    if line:
        yield _shorten(line, width, _TEXT)


def _shorten(text: str, width: int, size: int) -> str:
    """``text`` if it fits, else as much of it as does and an ellipsis."""
    text, font = _spelled(text), _font(size)
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(f"{text}…") > width:
        text = text[:-1]
    return f"{text}…"


def _spelled(text: str) -> str:
    """In the letters the font has: those of ASCII and the ellipsis."""
    plain = unicodedata.normalize("NFD", text.translate(_SPELLED))
    kept = (char for char in plain if not unicodedata.combining(char))
    return "".join(char if char == "…" or (char.isascii() and char.isprintable()) else "?" for char in kept)


def _line(size: int) -> int:
    return round(size * _LEADING)


@cache
def _font(size: int) -> FreeTypeFont:
    """Pillow's own: the same on every machine."""
    from PIL import ImageFont

    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font
