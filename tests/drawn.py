"""Simple drawings of known geometry: one colour, a disc, a square with rounded corners."""

from __future__ import annotations

from PIL import Image, ImageDraw


def plain(px: int | tuple[int, int], mode: str = "RGB", colour: str = "#EC4899") -> Image.Image:
    """A square, or a box, of one colour."""
    return Image.new(mode, (px, px) if isinstance(px, int) else px, colour)


def disc(px: int, share: float, ink: str = "white", ground: str = "#00000000") -> Image.Image:
    """A disc whose diameter is ``share`` of a side, on a ground."""
    canvas = Image.new("RGBA", (px, px), ground)
    edge = px * (1 - share) / 2
    ImageDraw.Draw(canvas).ellipse((edge, edge, px - edge - 1, px - edge - 1), fill=ink)
    return canvas


def rounded(px: int, radius: float, ground: str = "white", mode: str = "RGB") -> Image.Image:
    """A square with rounded corners on a ground; ``radius`` is a share of a side."""
    canvas = Image.new("RGBA", (px, px), ground)
    ImageDraw.Draw(canvas).rounded_rectangle((0, 0, px - 1, px - 1), radius * px, fill="#2563EB")
    return canvas.convert(mode)
