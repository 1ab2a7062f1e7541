"""Stand-in art: a believable subject in the prompt's colours, on the backdrop it asks for.

Same words, size and references, same pixels. Nothing here knows HTTP.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from PIL import Image, ImageChops

from pipeline.sandbox import brief as briefs
from pipeline.sandbox import retouch, scenes
from pipeline.sandbox.brief import Brief
from pipeline.sandbox.ground import lit, noised
from pipeline.sandbox.light import Canvas, Layer, Rgb, View, blurred
from pipeline.sandbox.outline import ellipse
from pipeline.sandbox.paints import WHITE, Paints, lighter, make
from pipeline.sandbox.subjects import layers, sign

FILL = 0.40  # subject units to the shorter side: the subject spans about three quarters of it
IN_SCENE = 0.24
TILT = 6.0  # degrees at most, either way
GRAIN, SCENE_GRAIN = 5.0, 3.0  # peak of the noise on painted parts, of 255
GLASS = 0.42  # opacity of what is asked for in glass, where it is thin
MOST_MOVED_PX = 1.6  # either way, from one take to the next
MOST_TONED = 0.015  # share by which a channel is stronger or weaker in another take
MARK_REACH = 0.42  # half the side of a reference on the front of a subject, in subject units
MEDALLIONS = 3


@dataclass(frozen=True, slots=True)
class Take:
    """Another picture of a scene: the same things, painted anew on a backdrop of ``#RRGGBB``."""

    backdrop: str
    seed: int


def paint(
    prompt: str,
    width: int,
    height: int,
    references: Sequence[Image.Image] = (),
    take: Take | None = None,
) -> Image.Image:
    """A picture for the prompt: RGB, ``width`` by ``height`` px, sRGB. References show up in it.

    Wide and tall pictures, and prompts for scenery, become a composed scene unless a flat backdrop is
    asked for; a sprite sheet becomes its grid; anything else one subject. Another ``take`` has what stands
    in the middle of any of them on its own backdrop, up to 2 px elsewhere and a little lighter or darker,
    as generators do when they are asked to change nothing else.
    """
    brief = briefs.read(prompt)
    if take:
        brief = replace(brief, backdrop=take.backdrop)
    if brief.rows * brief.columns > 1:
        picture = _sheet(brief, width, height, take)
    elif briefs.is_scene(prompt, width, height):
        picture = _scene(brief, width, height, references, take)
    else:
        ground = _backdrop(brief, (width, height), take)
        picture = _icon(brief, ground, references, take)
    return noised(picture, take.seed if take else brief.seed)


def _icon(
    brief: Brief, ground: Image.Image, references: Sequence[Image.Image] = (), take: Take | None = None
) -> Image.Image:
    canvas, paints = Canvas(ground), _paints(brief.colours)
    width, height = ground.size
    side = min(width, height)
    view = View(side * FILL, width / 2, height / 2 - side * 0.015, _tilt(brief))
    view = _moved(view, take)
    if brief.shadow:
        canvas.rest(view)
    _subject(canvas, brief, paints, view, references)
    return _toned(_grained(canvas.picture, canvas.subject, GRAIN), take)


def _subject(
    canvas: Canvas, brief: Brief, paints: Paints, view: View, references: Sequence[Image.Image]
) -> None:
    """The subject; a reference takes the place of its emblem, or hangs on it as a medallion."""
    figures = [retouch.figure(picture) for picture in references[: 1 + MEDALLIONS]]
    place = sign(brief.subject)
    on_front = place is not None and bool(figures)
    parts = layers(brief.subject, "" if on_front else brief.emblem, paints)
    if brief.glow:
        canvas.halo(parts, view, lighter(paints.main, 0.35))
    for layer in parts:
        canvas.add(_clear(layer) if brief.glass else layer, view)
    if place is not None and on_front:
        _attach(canvas, figures.pop(0), view, (0, place[0]), place[1] * 1.25)
    for number, figure in enumerate(figures[:MEDALLIONS]):
        at = (0.66, 0.66 - number * 0.62)
        canvas.add(make((ellipse(*at, 0.34),), WHITE, bevel=0.06, cast=0.5, bounce=paints.main), view)
        _attach(canvas, figure, view, at, 0.22)


def _clear(layer: Layer) -> Layer:
    """The same of glass; what it hides and shades shows through."""
    return replace(layer, material="glass", alpha=layer.alpha * GLASS, cast=0.0)


def _moved(view: View, take: Take | None) -> View:
    if take is None:
        return view
    right, down = np.random.default_rng(take.seed).uniform(-MOST_MOVED_PX, MOST_MOVED_PX, 2)
    return replace(view, x=view.x + right, y=view.y + down)


def _toned(picture: Image.Image, take: Take | None) -> Image.Image:
    if take is None:
        return picture
    gains = 1 + np.random.default_rng(take.seed + 1).uniform(-MOST_TONED, MOST_TONED, 3)
    table = [min(255, round(value * gain)) for gain in gains.tolist() for value in range(256)]
    return picture.point(table)


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


def _scene(
    brief: Brief, width: int, height: int, references: Sequence[Image.Image], take: Take | None
) -> Image.Image:
    paints, side, wide = _paints(brief.colours), min(width, height), width > height
    x = width * (0.5 if not wide else (0.30, 0.5, 0.70)[brief.seed % 3])
    view = View(side * IN_SCENE * (1.0 if wide else 1.25), x, height * (0.46 if wide else 0.40), _tilt(brief))
    view = _moved(view, take)
    canvas = Canvas(_backdrop(brief, (width, height), take) if take else _scenery(brief, (width, height)))
    if take is None:
        scenes.glow(canvas.picture, view.x, view.y, view.scale * 1.9, WHITE, 0.55)
    _subject(canvas, brief, paints, view, references)
    return _toned(_grained(canvas.picture, None, SCENE_GRAIN), take)


def _scenery(brief: Brief, size: tuple[int, int]) -> Image.Image:
    canvas, dice = Canvas(Image.new("RGB", size)), np.random.default_rng(brief.seed)
    (scenes.bands if brief.abstract else scenes.landscape)(canvas, _paints(brief.colours), dice)
    return canvas.picture


def _sheet(brief: Brief, width: int, height: int, take: Take | None) -> Image.Image:
    """A grid of subjects, the listed ones first, in reading order."""
    brief = replace(brief, backdrop=brief.backdrop or "#FFFFFF")
    sheet = _backdrop(brief, (width, height), take)
    cell = (width // brief.columns, height // brief.rows)
    for index in range(brief.rows * brief.columns):
        row, column = divmod(index, brief.columns)
        corner = (column * cell[0], row * cell[1])
        ground = sheet.crop((*corner, corner[0] + cell[0], corner[1] + cell[1]))
        sheet.paste(_icon(_cell(brief, index), ground, (), take), corner)
    return sheet


def _cell(brief: Brief, index: int) -> Brief:
    listed = index < len(brief.cells)
    own = briefs.read(brief.cells[index] if listed else f"filler {index} of {brief.seed}")
    colours = brief.colours if brief.coloured else own.colours
    return replace(own, colours=colours, backdrop=brief.backdrop, shadow=brief.shadow)


def _backdrop(brief: Brief, size: tuple[int, int], take: Take | None) -> Image.Image:
    if brief.backdrop is None:
        return scenes.studio(_paints(brief.colours), size)
    return lit(brief.backdrop, size, take.seed if take else brief.seed)


def _grained(picture: Image.Image, mask: Image.Image | None, peak: float) -> Image.Image:
    """Painterly noise, within the mask if there is one: the subject is grainier than what is behind it."""
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
