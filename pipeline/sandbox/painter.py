"""Stand-in art: a believable subject in the prompt's colours, on the backdrop it asks for.

Same words, size and references, same pixels. Nothing here knows HTTP.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
from PIL import Image, ImageChops

from pipeline.sandbox import brief as briefs
from pipeline.sandbox import retouch, scenes
from pipeline.sandbox.brief import Brief
from pipeline.sandbox.light import Canvas, Rgb, View, blurred
from pipeline.sandbox.outline import ellipse
from pipeline.sandbox.paints import WHITE, Paints, make
from pipeline.sandbox.subjects import layers, sign

FILL = 0.40  # subject units to the shorter side: the subject spans about three quarters of it
IN_SCENE = 0.24
TILT = 6.0  # degrees at most, either way
GRAIN, SCENE_GRAIN = 5.0, 3.0  # peak of the noise on painted parts, of 255
LIGHT_BACKDROP = 0.75  # a backdrop at least this light in every channel shows a shadow
MARK_REACH = 0.42  # half the side of a reference on the front of a subject, in subject units
MEDALLIONS = 3


def paint(prompt: str, width: int, height: int, references: Sequence[Image.Image] = ()) -> Image.Image:
    """A picture for the prompt: RGB, ``width`` by ``height`` px, sRGB. References show up in it.

    Wide and tall pictures, and prompts for scenery, become a composed scene unless a flat backdrop is
    asked for; a sprite sheet becomes its grid; anything else one subject.
    """
    brief = briefs.read(prompt)
    if brief.rows * brief.columns > 1:
        return _sheet(brief, width, height)
    if briefs.is_scene(prompt, width, height):
        return _scene(brief, width, height, references)
    return _icon(brief, width, height, references)


def _icon(brief: Brief, width: int, height: int, references: Sequence[Image.Image]) -> Image.Image:
    paints, side = _paints(brief.colours), min(width, height)
    canvas = Canvas(_backdrop(brief, paints, (width, height)))
    view = View(side * FILL, width / 2, height / 2 - side * 0.015, _tilt(brief))
    if brief.shadow and min(_rgb(brief.backdrop or "#FFFFFF")) >= LIGHT_BACKDROP:
        canvas.rest(view)
    _subject(canvas, brief, paints, view, references)
    return _grained(canvas.picture, canvas.subject, GRAIN)


def _subject(
    canvas: Canvas, brief: Brief, paints: Paints, view: View, references: Sequence[Image.Image]
) -> None:
    """The subject; a reference takes the place of its emblem, or hangs on it as a medallion."""
    figures = [retouch.figure(picture) for picture in references[: 1 + MEDALLIONS]]
    place = sign(brief.subject)
    on_front = place is not None and bool(figures)
    for layer in layers(brief.subject, "" if on_front else brief.emblem, paints):
        canvas.add(layer, view)
    if place is not None and on_front:
        _attach(canvas, figures.pop(0), view, (0, place[0]), place[1] * 1.25)
    for number, figure in enumerate(figures[:MEDALLIONS]):
        at = (0.66, 0.66 - number * 0.62)
        canvas.add(make((ellipse(*at, 0.34),), WHITE, bevel=0.06, cast=0.5, bounce=paints.main), view)
        _attach(canvas, figure, view, at, 0.22)


def _attach(canvas: Canvas, figure: Image.Image, view: View, at: tuple[float, float], reach: float) -> None:
    """Paste a cut-out figure with a soft shadow, ``reach`` subject units from its centre to its sides."""
    scale = 2 * reach * view.scale / max(figure.size)
    size = (max(1, round(figure.width * scale)), max(1, round(figure.height * scale)))
    figure = figure.resize(size, Image.Resampling.LANCZOS)
    centre = view.px(np.array([at]))[0]
    corner = (round(centre[0] - size[0] / 2), round(centre[1] - size[1] / 2))
    alpha = Image.new("L", canvas.picture.size, 0)
    alpha.paste(figure.getchannel("A"), corner)
    shade = blurred(ImageChops.offset(alpha, 0, round(view.scale * 0.04)), view.scale * 0.05, canvas.grid)
    shade = ImageChops.multiply(shade, canvas.subject).point(lambda value: value * 0.4)
    canvas.picture.paste((45, 25, 60), (0, 0), shade)
    canvas.picture.paste(figure.convert("RGB"), corner, figure.getchannel("A"))


def _scene(brief: Brief, width: int, height: int, references: Sequence[Image.Image]) -> Image.Image:
    canvas, paints = Canvas(Image.new("RGB", (width, height))), _paints(brief.colours)
    dice = np.random.default_rng(brief.seed)
    (scenes.bands if brief.abstract else scenes.landscape)(canvas, paints, dice)
    canvas.subject = Image.new("L", canvas.picture.size, 0)  # what follows casts no shadow on the scenery
    side, wide = min(width, height), width > height
    x = width * (0.5 if not wide else (0.30, 0.5, 0.70)[brief.seed % 3])
    view = View(side * IN_SCENE * (1.0 if wide else 1.25), x, height * (0.46 if wide else 0.40), _tilt(brief))
    scenes.glow(canvas.picture, view.x, view.y, view.scale * 1.9, WHITE, 0.55)
    _subject(canvas, brief, paints, view, references)
    return _grained(canvas.picture, None, SCENE_GRAIN)


def _sheet(brief: Brief, width: int, height: int) -> Image.Image:
    """A grid of subjects, the listed ones first, in reading order."""
    sheet = Image.new("RGB", (width, height), brief.backdrop or "#FFFFFF")
    cell = (width // brief.columns, height // brief.rows)
    for index in range(brief.rows * brief.columns):
        row, column = divmod(index, brief.columns)
        picture = _icon(_cell(brief, index), *cell, ())
        sheet.paste(picture, (column * cell[0], row * cell[1]))
    return sheet


def _cell(brief: Brief, index: int) -> Brief:
    listed = index < len(brief.cells)
    own = briefs.read(brief.cells[index] if listed else f"filler {index} of {brief.seed}")
    colours = brief.colours if brief.coloured else own.colours
    return replace(own, colours=colours, backdrop=brief.backdrop or "#FFFFFF", shadow=brief.shadow)


def _backdrop(brief: Brief, paints: Paints, size: tuple[int, int]) -> Image.Image:
    return scenes.studio(paints, size) if brief.backdrop is None else Image.new("RGB", size, brief.backdrop)


def _grained(picture: Image.Image, mask: Image.Image | None, peak: float) -> Image.Image:
    """Painterly noise, within the mask if there is one: a flat backdrop stays flat."""
    grain = Image.new("L", picture.size, 128)
    tile = _noise_tile(peak)
    for y in range(0, grain.height, tile.height):
        for x in range(0, grain.width, tile.width):
            box = (x, y, min(x + tile.width, grain.width), min(y + tile.height, grain.height))
            part = tile.crop((0, 0, box[2] - x, box[3] - y))
            grain.paste(part, box, mask.crop(box) if mask else None)
    return ImageChops.add(picture, Image.merge("RGB", (grain, grain, grain)), 1, -128)


@lru_cache(maxsize=4)
def _noise_tile(peak: float) -> Image.Image:
    draw = np.random.default_rng(7).normal(0, peak / 2.5, (256, 256))
    return Image.fromarray((128 + np.clip(draw, -peak, peak)).astype(np.uint8))


def _tilt(brief: Brief) -> float:
    return brief.seed % 1000 / 999 * 2 * TILT - TILT


def _paints(colours: Sequence[str]) -> Paints:
    main, second, accent = (_rgb(colour) for colour in colours[:3])
    return Paints(main, second, accent)


def _rgb(colour: str) -> Rgb:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue
