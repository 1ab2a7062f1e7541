"""Draw a contact sheet of a delivered folder: every cut-out on light and on dark, with its small sizes.

    python tools/contact_sheet.py output/app-icons -o docs/images/contact-sheet.webp

What is shown comes from the folder's ``manifest.json``. The same files give the same picture: the only
font is the one Pillow carries with it.
"""

# ruff: noqa: INP001 - a folder of programs, no package
from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from PIL import Image, ImageDraw, ImageFont

# Lengths are px of the sheet; colours are sRGB.
COLUMNS: Final = 3
MARGIN: Final = 56
GAP: Final = 28
PANEL: Final = 256  # a card is two panels wide
SUBJECT: Final = 204  # longest side of a cut-out on its panel
INSET: Final = 20  # around a picture that keeps its background
STRIP: Final = 100  # below the panels: name and small sizes
HEADER: Final = 128
RADIUS: Final = 20
LARGEST_SMALL: Final = 80  # icons up to here are shown in their own pixels
SMALL_GAP: Final = 16
SMOOTH: Final = 4  # shapes are drawn so many times larger

PAPER: Final = "#F1F1F4"
CARD: Final = "#FFFFFF"
LIGHT: Final = "#FAFAFC"
DARK: Final = "#14141B"
LINE: Final = "#E2E2E8"
INK: Final = "#17171F"
QUIET: Final = "#7A7A88"


@dataclass(frozen=True, slots=True)
class Shown:
    """One asset: its picture, whether that is a cut-out, and its icons by label, smallest first."""

    name: str
    picture: Path
    is_cutout: bool
    color: str  # dominant, "#RRGGBB" or empty
    icons: tuple[tuple[str, int, Path], ...]  # label, longer side in px, file


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw one sheet; 2 when the folder holds nothing to show."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("folder", type=Path, help="a folder that a run delivered, with its manifest.json")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help=".webp or .png")
    options = parser.parse_args(arguments)
    try:
        manifest = json.loads((options.folder / "manifest.json").read_text(encoding="utf-8"))
    except OSError as error:
        sys.stderr.write(f"{options.folder} holds no delivered pictures: {error.strerror}\n")
        return 2
    shown = list(choose(manifest, options.folder))
    if not shown:
        sys.stderr.write(f"{options.folder}/manifest.json lists no picture\n")
        return 2
    files = sum(len(entry["files"]) for entry in manifest["assets"].values())
    sheet = draw(shown, title=Path(manifest["recipe"]).stem, about=f"{len(shown)} assets · {files} files")
    options.output.parent.mkdir(parents=True, exist_ok=True)
    save(sheet, options.output)
    sys.stdout.write(f"{options.output}: {options.output.stat().st_size // 1000} kB\n")
    return 0


def choose(manifest: dict[str, Any], folder: Path) -> Iterator[Shown]:
    """What to show of each asset: its cut-out, else the picture as generated; videos are left out."""
    for name, entry in manifest["assets"].items():
        files = [file for file in entry["files"] if file["width"]]
        found = {file["purpose"]: file for file in reversed(files)}
        main_file = found.get("cutout") or found.get("original")
        if main_file is not None:
            yield Shown(
                name=name,
                picture=folder / main_file["file"],
                is_cutout="cutout" in found,
                color=main_file["dominant_color"],
                icons=tuple(icons_of(files, folder)),
            )


def icons_of(files: list[dict[str, Any]], folder: Path) -> Iterator[tuple[str, int, Path]]:
    """Each icon once, as PNG where there is one, from the smallest up."""
    icons = sorted(
        (file for file in files if file["purpose"] == "icon"),
        key=lambda file: (max(file["width"], file["height"]), file["label"], file["format"] != "png"),
    )
    seen: set[str] = set()
    for file in icons:
        if file["label"] not in seen:
            seen.add(file["label"])
            yield file["label"], max(file["width"], file["height"]), folder / file["file"]


def draw(shown: Sequence[Shown], *, title: str, about: str) -> Image.Image:
    """The sheet, RGB."""
    columns = min(COLUMNS, len(shown))
    rows = -(-len(shown) // columns)
    width = 2 * MARGIN + columns * 2 * PANEL + (columns - 1) * GAP
    height = HEADER + rows * (PANEL + STRIP) + (rows - 1) * GAP + MARGIN
    sheet = Image.new("RGB", (width, height), PAPER)
    draw_header(sheet, title, about, [one.color for one in shown if one.color])
    for number, one in enumerate(shown):
        row, column = divmod(number, columns)
        card = draw_card(one)
        place = MARGIN + column * (2 * PANEL + GAP), HEADER + row * (PANEL + STRIP + GAP)
        sheet.paste(card, place, rounded(card.size))
        outline(sheet, place, card.size)
    return sheet


def draw_header(sheet: Image.Image, title: str, about: str, colors: Sequence[str]) -> None:
    """Title and facts to the left; the dominant colour of each asset to the right."""
    pen = ImageDraw.Draw(sheet)
    pen.text((MARGIN, HEADER - 44), title, font=font(42), fill=INK, anchor="ls")
    after = MARGIN + pen.textlength(title, font=font(42)) + 20
    pen.text((after, HEADER - 44), about, font=font(20), fill=QUIET, anchor="ls")
    size, step = 30, 40
    for number, color in enumerate(reversed(colors)):
        place = sheet.width - MARGIN - size - number * step, HEADER - 44 - 29
        if place[0] < after + pen.textlength(about, font=font(20)) + step:
            return
        sheet.paste(color, place, rounded((size, size), size / 2))


def draw_card(one: Shown) -> Image.Image:
    """One asset: two panels, or one across for a picture that keeps its background; below, its strip."""
    card = Image.new("RGB", (2 * PANEL, PANEL + STRIP), CARD)
    with Image.open(one.picture) as opened:
        picture = opened.convert("RGBA")
    if one.is_cutout:
        subject = fit(picture, (SUBJECT, SUBJECT))
        for left, color in ((0, LIGHT), (PANEL, DARK)):
            card.paste(color, (left, 0, left + PANEL, PANEL))
            centre(card, subject, (left, 0, PANEL, PANEL))
    else:
        card.paste(LIGHT, (0, 0, 2 * PANEL, PANEL))
        room = 2 * PANEL - 2 * INSET, PANEL - 2 * INSET
        centre(card, fit(picture, room), (0, 0, 2 * PANEL, PANEL))
    draw_strip(card, one)
    return card


def draw_strip(card: Image.Image, one: Shown) -> None:
    """Name and sizes to the left, small icons pixel for pixel to the right, standing on one line."""
    pen = ImageDraw.Draw(card)
    pen.line((0, PANEL, card.width, PANEL), fill=LINE)
    right, floor = card.width - 24, PANEL + STRIP - 14
    for _label, px, path in reversed(one.icons):
        if px > LARGEST_SMALL:
            continue
        with Image.open(path) as opened:
            icon = opened.convert("RGBA")
        card.paste(icon, (right - icon.width, floor - icon.height), icon)
        right -= icon.width + SMALL_GAP
    room = right - 24
    pen.text((24, PANEL + 48), shorten(pen, one.name, 23, room), font=font(23), fill=INK, anchor="ls")
    sizes = " · ".join(f"{px}" for _label, px, _path in one.icons)
    if sizes:
        pen.text(
            (24, PANEL + 74), shorten(pen, f"{sizes} px", 15, room), font=font(15), fill=QUIET, anchor="ls"
        )


def fit(picture: Image.Image, room: tuple[int, int]) -> Image.Image:
    """A copy as large as ``room`` allows, never enlarged; alpha weighs colours, so edges stay clean."""
    scale = min(1.0, room[0] / picture.width, room[1] / picture.height)
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    return picture.convert("RGBa").resize(size, Image.Resampling.LANCZOS).convert("RGBA")


def centre(card: Image.Image, picture: Image.Image, room: tuple[int, int, int, int]) -> None:
    """Paste into the middle of ``room`` (left, top, width, height)."""
    left, top, width, height = room
    card.paste(picture, (left + (width - picture.width) // 2, top + (height - picture.height) // 2), picture)


def rounded(size: tuple[int, int], radius: float = RADIUS) -> Image.Image:
    """A mask with round corners and smooth edges."""
    large = Image.new("L", (size[0] * SMOOTH, size[1] * SMOOTH))
    box = (0, 0, large.width - 1, large.height - 1)
    ImageDraw.Draw(large).rounded_rectangle(box, radius * SMOOTH, fill=255)
    return large.resize(size, Image.Resampling.LANCZOS)


def outline(sheet: Image.Image, place: tuple[int, int], size: tuple[int, int]) -> None:
    """A hairline around a card, so that white stands out from paper."""
    large = Image.new("L", (size[0] * SMOOTH, size[1] * SMOOTH))
    box = (0, 0, large.width - 1, large.height - 1)
    ImageDraw.Draw(large).rounded_rectangle(box, RADIUS * SMOOTH, outline=255, width=SMOOTH)
    sheet.paste(LINE, place, large.resize(size, Image.Resampling.LANCZOS))


def shorten(pen: ImageDraw.ImageDraw, text: str, px: int, room: int) -> str:
    """``text``, cut short with dots where it is too wide."""
    if pen.textlength(text, font=font(px)) <= room:
        return text
    while text and pen.textlength(f"{text}...", font=font(px)) > room:
        text = text[:-1]
    return f"{text}..."


def font(px: int) -> ImageFont.FreeTypeFont:
    """Pillow's own font (Aileron), the same on every machine."""
    return cast("ImageFont.FreeTypeFont", ImageFont.load_default(px))


def save(sheet: Image.Image, path: Path) -> None:
    """Write a picture for the web, without metadata."""
    if path.suffix == ".webp":
        sheet.save(path, "WEBP", quality=88, method=6)
    else:
        sheet.save(path, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
