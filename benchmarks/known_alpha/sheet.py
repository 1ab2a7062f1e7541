"""A contact sheet of hard cut-outs: as painted, then ours and plain rembg's on magenta, black and white.

Each is shown whole and, twice as large as its pixels, where its outline is busiest: a fringe of one px is
seen there and nowhere else. The only font is the one Pillow carries with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from known_alpha.contenders import ALONE, AUTO, cut
from known_alpha.measure import Plan, renders
from known_alpha.paint import CHROMA, COLORS
from known_alpha.score import share, steepness
from known_alpha.subjects import Subject
from pipeline.picture.cutout import VISIBLE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

    Pixels = NDArray[np.uint8]
    Box = tuple[int, int, int, int]

HARD = (
    *("rings", "lattice", "white-grid", "bicycle", "cart-3d", "ferris-wheel-3d"),
    *("hairlines", "hair", "spider-web", "glass", "bubble", "lens", "smoke"),
    *("glow", "neon", "shadow", "paper", "polar-bear", "cactus", "four-leaf-clover-3d"),
)
"""Rings, lattices, hairlines, hair, glass, smoke, glow, shadow, white on white, green; some rendered."""

GROUNDS = ("magenta", "black", "white")
CONTENDERS = ((AUTO, "pipeline, method auto"), (ALONE, "rembg alone, u2netp"))
ABREAST = 2  # cards on the sheet, side by side
QUALITY = 90

# Lengths are px of the sheet; colours are sRGB and those of the README's first picture.
CELL, GAP, RADIUS = 176, 8, 6
LABEL = 34  # above each line of cells
PAINTED = 2 * CELL + LABEL  # the picture as painted is as high as both lines together
SPLIT = 20  # between what belongs apart
MARGIN, TITLE = 32, 64
LOUPE = 2  # times
WIDTH = 2 * MARGIN + PAINTED + 2 * SPLIT + 2 * len(GROUNDS) * CELL + (2 * len(GROUNDS) - 2) * GAP
HEIGHT = TITLE + LABEL + PAINTED + MARGIN
AROUND = 0.04  # of a picture's side, left around a subject shown whole
PAPER, CARD, LINE, INK, QUIET = "#F1F1F4", "#FFFFFF", "#D8D8E0", "#17171F", "#5F5F6D"


def draw_sheet(plan: Plan, subjects: Sequence[Subject], file: Path) -> None:
    """Cards of all subjects; the file's name says the format."""
    from PIL import Image

    abreast = min(ABREAST, len(subjects))
    down = -(-len(subjects) // abreast)
    sheet = Image.new("RGB", (WIDTH * abreast, HEIGHT * down), PAPER)
    for number, subject in enumerate(subjects):
        sheet.paste(card(plan, subject), (number % abreast * WIDTH, number // abreast * HEIGHT))
    save(sheet, file)


def draw_row(plan: Plan, subject: Subject, file: Path) -> None:
    """The card of one subject by itself."""
    save(card(plan, subject), file)


def save(picture: Image, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    picture.save(file, quality=QUALITY, method=6)


def card(plan: Plan, subject: Subject) -> Image:
    """One subject, ``WIDTH`` × ``HEIGHT``, RGB."""
    from PIL import Image, ImageDraw

    truth = subject.pixels()
    seen = renders(plan, subject, CHROMA)
    whole, part = around(truth), busiest(truth)
    canvas = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(canvas)
    pen.text((MARGIN, TITLE - 14), subject.name, font=font(30), fill=INK, anchor="ls")
    write(pen, MARGIN, TITLE, "as painted")
    place(canvas, framed(seen[0], part), (MARGIN, TITLE + LABEL))
    left, detail = MARGIN + PAINTED + SPLIT, MARGIN + PAINTED + 2 * SPLIT + len(GROUNDS) * (CELL + GAP) - GAP
    for line, (method, label) in enumerate(CONTENDERS):
        top = TITLE + line * (LABEL + CELL)
        pixels = cut(method, seen).pixels
        write(pen, left, top, label)
        write(pen, detail, top, f"at {LOUPE}00 %")
        for start, cells in ((left, on_grounds(pixels, whole)), (detail, on_grounds(pixels, part))):
            for number, cell in enumerate(cells):
                place(canvas, cell, (start + number * (CELL + GAP), top + LABEL))
    return canvas


def around(truth: Pixels) -> Box:
    """A square around the subject: left, top, right, bottom; it may reach beyond the picture."""
    import numpy as np

    rows, columns = (np.flatnonzero((truth[..., 3] >= VISIBLE).any(axis=axis)) for axis in (1, 0))
    height, width = truth.shape[:2]
    if not len(rows):
        return 0, 0, width, height
    side = max(np.ptp(rows), np.ptp(columns)) + round(2 * AROUND * max(truth.shape))
    x, y = (int(line[0] + line[-1] - side) // 2 for line in (columns, rows))
    return x, y, x + int(side), y + int(side)


def busiest(truth: Pixels) -> Box:
    """The square with the most outline in it, as large as fills a cell under the loupe."""
    import numpy as np
    from scipy import ndimage

    side = min(CELL // LOUPE, *truth.shape[:2])
    crowd = ndimage.uniform_filter(np.minimum(steepness(share(truth)), 1), side, mode="constant")
    inner = crowd[side // 2 : -side // 2 or None, side // 2 : -side // 2 or None]
    y, x = np.unravel_index(int(inner.argmax()), inner.shape)
    return int(x), int(y), int(x) + side, int(y) + side


def framed(pixels: Pixels, part: Box) -> Image:
    """The picture as painted, the part under the loupe marked."""
    from PIL import Image, ImageDraw

    small = Image.fromarray(pixels).resize((PAINTED, PAINTED), Image.Resampling.LANCZOS)
    scale = PAINTED / pixels.shape[1]
    x, y, right, bottom = (round(each * scale) for each in part)
    pen = ImageDraw.Draw(small)
    pen.rectangle((x - 1, y - 1, right + 1, bottom + 1), outline=INK)
    pen.rectangle((x, y, right, bottom), outline=CARD)
    return small


def on_grounds(pixels: Pixels, box: Box) -> Iterator[Image]:
    """A part of a cut-out, as large as a cell, on each ground."""
    from PIL import Image

    larger = box[2] - box[0] < CELL  # to be seen px by px
    cropped = Image.fromarray(pixels).crop(box)
    scaling = Image.Resampling.NEAREST if larger else Image.Resampling.LANCZOS
    scaled = cropped.resize((CELL, CELL), scaling)
    for ground in GROUNDS:
        cell = Image.new("RGBA", scaled.size, (*COLORS[ground], 255))
        cell.alpha_composite(scaled)
        yield cell.convert("RGB")


def place(canvas: Image, picture: Image, corner: tuple[int, int]) -> None:
    """Paste with rounded corners and a hairline around, which white needs on paper."""
    from PIL import Image, ImageDraw

    box = (0, 0, picture.width - 1, picture.height - 1)
    mask = Image.new("L", picture.size)
    ImageDraw.Draw(mask).rounded_rectangle(box, RADIUS, fill=255)
    ImageDraw.Draw(picture).rounded_rectangle(box, RADIUS, outline=LINE)
    canvas.paste(picture, corner, mask)


def write(pen: ImageDraw, left: int, top: int, text: str) -> None:
    """A label above a line of cells."""
    pen.text((left, top + LABEL - 10), text, font=font(20), fill=QUIET, anchor="ls")


def font(size: int) -> FreeTypeFont | ImageFont:
    from PIL import ImageFont

    return ImageFont.load_default(size)
