"""A contact sheet: one asset as people will meet it, under masks, in motion, small, and in one colour.

Pixels in, pixels out. Rows of cells on light and dark grounds; small sizes are enlarged by whole numbers, so
that every pixel can be judged.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from pipeline.picture.sets.compose import Studio
from pipeline.picture.sets.masks import mask
from pipeline.targets.output import BACKGROUND, Look, Shape, Slot

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

CELL_PX: Final = 192
COLUMNS: Final = 6

_MARGIN: Final = 48
_GAP: Final = 16
_LABELS: Final = 232  # width of the first column
_ICON: Final = 144  # px of an icon in its cell
_TITLE, _NAME, _TEXT = 30, 19, 14  # font sizes in px
_LEADING: Final = 1.35
_CORNER: Final = 14  # px, of a cell
_PAPER, _INK, _QUIET = "#E8E8EB", "#17171A", "#55555E"
LIGHT, DARK = "#FAFAFC", "#1C1C20"
THEMES: Final = (("#E8DEF8", "#4A3B7A"), ("#D5E8D3", "#23502B"), ("#2B2A33", "#C9BEFF"))
"""Ground and tint of themed icons: two light wallpapers and a dark one."""
_MASKS: Final[tuple[Shape, ...]] = ("circle", "squircle", "rounded")
_SAFE: Final = 0.40  # radius of what a mask leaves (platform notes, rule 9)
_LAYER: Final = 33 / 108  # radius of an adaptive layer's drawing (rule 6)
_VIEW: Final = 72 / 108  # of an adaptive layer's side: what the mask shows (rule 5)
_SHIFTS: Final = (-3 / 108, 0.0, 3 / 108)  # of the layer's side: the room between drawing and mask


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    note: str
    cells: tuple[Image, ...]


def draw(art: Mapping[Slot, Image], *, background: str = "#FFFFFF", title: str = "") -> Image:
    """The sheet of ``art`` (RGB or RGBA, uint8, sRGB; "master" is always there), RGB.

    ``background``: "#RRGGBB" behind transparency wherever a platform wants none.
    """
    studio = Studio(art)
    ground = BACKGROUND if "background" in art else background
    return _sheet(title, list(_rows(studio, ground)))


def _rows(studio: Studio, ground: str) -> Iterator[_Row]:
    masked = [_masked(studio, ground, shape) for shape in _MASKS]
    both = tuple(_card(icon, paper) for paper in (LIGHT, DARK) for icon in masked)
    yield _Row("Under masks", "circle, squircle, rounded; on light and on dark", both)
    moved = tuple(
        _card(_moved(studio, ground, shape, shift), LIGHT) for shape in _MASKS[:2] for shift in _SHIFTS
    )
    yield _Row("Adaptive layers", "foreground and background as a launcher moves them", moved)
    bare = (LIGHT, DARK, "#FF00FF")
    free = tuple(_card(studio.compose(Look(), _ICON, _ICON), paper) for paper in bare)
    sizes = tuple(_card(_strip(studio), paper) for paper in bare)
    yield _Row("Transparent", "large; and at 48, 32 and 16 px", free + sizes)
    yield _Row("16 and 32 px", "every pixel 8 and 4 times as large", tuple(_zoomed(studio)))
    yield _Row("One colour", "themed, tinted and dark", tuple(_inked(studio)))


def _masked(studio: Studio, ground: str, shape: Shape) -> Image:
    return studio.compose(Look(fit="circle", share=_SAFE, ground=ground, shape=shape), _ICON, _ICON)


def _moved(studio: Studio, ground: str, shape: Shape, shift: float) -> Image:
    """The layers at ``shift`` under a mask that stays; the background moves half as far."""
    from PIL import Image

    side = round(_ICON / _VIEW)
    edge = (side - _ICON) // 2
    views = []
    for look, way in (
        (Look(art="background", fit="cover", ground=ground), shift / 2),
        (Look(fit="circle", share=_LAYER), shift),
    ):
        layer = studio.compose(look, side, side)
        left = edge - round(way * side)
        views.append(layer.convert("RGBA").crop((left, edge, left + _ICON, edge + _ICON)))
    shown = Image.alpha_composite(views[0], views[1])
    shown.putalpha(mask(shape, _ICON))
    return shown


def _strip(studio: Studio) -> Image:
    from PIL import Image

    strip = Image.new("RGBA", (144, 48), (0, 0, 0, 0))
    for px, left in ((48, 0), (32, 68), (16, 120)):
        strip.paste(studio.compose(Look(), px, px), (left, 48 - px - (48 - px) // 2))
    return strip


def _zoomed(studio: Studio) -> Iterator[Image]:
    from PIL import Image

    for px, times in ((16, 8), (32, 4)):
        small = studio.compose(Look(), px, px)
        large = small.resize((px * times, px * times), Image.Resampling.NEAREST)
        yield from (_card(large, paper) for paper in (LIGHT, DARK, "#FF00FF"))


def _inked(studio: Studio) -> Iterator[Image]:
    from PIL import Image

    stencil = studio.compose(Look(art="monochrome", fit="circle", share=_SAFE, ink="white"), _ICON, _ICON)
    for paper, tint in THEMES:
        themed = Image.new("RGBA", stencil.size, paper)
        themed.paste(tint, (0, 0), stencil.getchannel("A"))
        themed.putalpha(mask("circle", _ICON))
        yield _card(themed, "#FFFFFF" if paper != THEMES[-1][0] else DARK)
    for look in (
        Look(art="monochrome", fit="circle", share=_SAFE, ink="black"),
        Look(
            art="tinted",
            fit="circle",
            share=_SAFE,
            ink="grey",
            ground="#000000",
            shape="squircle",
            opaque=False,
        ),
        Look(art="dark", fit="circle", share=_SAFE, ground="#121216", shape="squircle"),
    ):
        yield _card(studio.compose(look, _ICON, _ICON), LIGHT)


# --- the page ------------------------------------------------------------------------------------------


def _card(picture: Image, paper: str) -> Image:
    """``picture`` (RGBA) in the middle of a cell with rounded corners, RGB."""
    from PIL import Image

    cell = Image.new("RGB", (CELL_PX, CELL_PX), paper)
    at = ((CELL_PX - picture.width) // 2, (CELL_PX - picture.height) // 2)
    cell.paste(picture, at, picture)
    card = Image.new("RGB", cell.size, _PAPER)
    card.paste(cell, (0, 0), _corners())
    return card


@cache
def _corners() -> Image:
    from PIL import Image, ImageDraw

    large = Image.new("L", (CELL_PX * 4, CELL_PX * 4), 0)
    ImageDraw.Draw(large).rounded_rectangle((0, 0, *(side - 1 for side in large.size)), _CORNER * 4, fill=255)
    return large.resize((CELL_PX, CELL_PX), Image.Resampling.BOX)


def _sheet(title: str, rows: Sequence[_Row]) -> Image:
    from PIL import Image, ImageDraw

    width = 2 * _MARGIN + _LABELS + COLUMNS * (CELL_PX + _GAP) - _GAP
    top = _MARGIN + (round(_TITLE * _LEADING) + 2 * _GAP if title else 0)
    sheet = Image.new("RGB", (width, top + len(rows) * (CELL_PX + _GAP) - _GAP + _MARGIN), _PAPER)
    pen = ImageDraw.Draw(sheet)
    if title:
        shown = _lines(title, width - 2 * _MARGIN, _TITLE)[:1]
        pen.text((_MARGIN, _MARGIN), "".join(shown), fill=_INK, font=_font(_TITLE), anchor="la")
    for number, row in enumerate(rows):
        y = top + number * (CELL_PX + _GAP)
        pen.text((_MARGIN, y), row.name, fill=_INK, font=_font(_NAME), anchor="la")
        for line, text in enumerate(_lines(row.note, _LABELS - 2 * _GAP, _TEXT)):
            at = (_MARGIN, y + round(_NAME * _LEADING) + 4 + line * round(_TEXT * _LEADING))
            pen.text(at, text, fill=_QUIET, font=_font(_TEXT), anchor="la")
        for column, cell in enumerate(row.cells):
            sheet.paste(cell, (_MARGIN + _LABELS + column * (CELL_PX + _GAP), y))
    return sheet


def _lines(text: str, width: int, size: int) -> list[str]:
    """In lines of at most ``width`` px; a word too long for one is cut."""
    lines: list[str] = []
    for word in _plain(text).split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _font(size).getlength(longer) <= width:
            lines[-1] = longer
            continue
        while _font(size).getlength(word) > width:
            word = word[:-1]  # noqa: PLW2901 the word is what is shortened
        lines.append(word)
    return lines


def _plain(text: str) -> str:
    """In the letters the font has, those of ASCII."""
    apart = unicodedata.normalize("NFD", text)
    kept = (char for char in apart if not unicodedata.combining(char))
    return "".join(char if char.isascii() and char.isprintable() else "?" for char in kept)


@cache
def _font(size: int) -> FreeTypeFont:
    """Pillow's own: the same on every machine."""
    from PIL import ImageFont

    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font
