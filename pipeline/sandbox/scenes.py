"""Backdrops with depth: a landscape at dusk or dawn, or folded bands of colour, in the brand's palette."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw

from pipeline.sandbox.light import Canvas, Layer, Rgb, View, blurred, mixed
from pipeline.sandbox.outline import box, ellipse
from pipeline.sandbox.paints import WHITE, Paints, deeper, lighter, make

Curve = NDArray[np.float64]
Dice = np.random.Generator

OVERSAMPLE = 2
PEAKS = 2  # the farthest ranges are mountains, the nearer ones hills
GRADIENT_PX = 96  # resolution of a gradient before it is stretched


def studio(paints: Paints, size: tuple[int, int]) -> Image.Image:
    """A soft pastel sweep with a pool of light, for icons whose prompt names no backdrop."""
    down, across = np.mgrid[0 : 1 : GRADIENT_PX * 1j, 0 : 1 : GRADIENT_PX * 1j]
    mix = (down * 0.7 + across * 0.3)[..., None]
    wash = (1 - mix) * (0.80 + 0.20 * np.array(paints.main)) + mix * (0.66 + 0.34 * np.array(paints.second))
    pool = np.exp(-(((across - 0.5) / 0.42) ** 2 + ((down - 0.46) / 0.42) ** 2))[..., None]
    return _stretched(wash + (1 - wash) * 0.65 * pool, size)


def landscape(canvas: Canvas, paints: Paints, dice: Dice) -> None:
    """Sky, sun, clouds and ranges of hills that fade into the haze."""
    size = canvas.picture.size
    night, haze = deeper(mixed(paints.second, paints.main, 0.2), 0.30), lighter(paints.main, 0.62)
    canvas.picture.paste(
        _sky((night, mixed(night, paints.main, 0.6), haze, lighter(paints.accent, 0.72)), size)
    )
    sun = (size[0] * dice.uniform(0.28, 0.72), size[1] * dice.uniform(0.44, 0.52))
    _stars(canvas.picture, dice, size)
    _sun(canvas, sun, min(size) * 0.15, lighter(paints.accent, 0.55))
    _clouds(canvas, dice, lighter(haze, 0.5), size)
    for step in range(5):
        _range(canvas.picture, step, paints, haze, dice)


def bands(canvas: Canvas, paints: Paints, dice: Dice) -> None:
    """Folds of colour one behind the other, with a few glossy spheres between them."""
    width, height = canvas.picture.size
    top, low = lighter(paints.accent, 0.78), lighter(paints.main, 0.70)
    canvas.picture.paste(_sky((top, low, lighter(paints.second, 0.55)), (width, height)))
    x = np.linspace(0, 1, 160)
    colours = (paints.accent, paints.main, paints.second, mixed(paints.main, paints.second, 0.5), paints.main)
    for step, colour in enumerate(colours):
        _sphere(canvas, dice, colours[(step + 2) % len(colours)], 0.24 + step * 0.13)
        swing = sum(
            dice.uniform(0.02, 0.11) / wave * np.sin(x * math.tau * wave * 0.6 + dice.uniform(0, math.tau))
            for wave in (1, 2, 3)
        )
        line = height * (0.34 + step * 0.135 + swing + (x - 0.5) * dice.uniform(-0.22, 0.22))
        pale = lighter(colour, 0.30 - step * 0.04)
        _hill(canvas.picture, line, (lighter(pale, 0.34), deeper(colour, 0.06 + step * 0.05)), rim=0.75)


def glow(picture: Image.Image, x: float, y: float, radius: float, colour: Rgb, strength: float = 0.8) -> None:
    """A pool of light around a point, all in px."""
    box = tuple(round(value) for value in (x - radius, y - radius, x + radius, y + radius))
    down, across = np.mgrid[-1 : 1 : GRADIENT_PX * 1j, -1 : 1 : GRADIENT_PX * 1j]
    falloff = np.clip(1 - np.hypot(down, across), 0, 1) ** 2 * strength * 255
    mask = Image.fromarray(falloff.astype(np.uint8))
    side = (box[2] - box[0], box[3] - box[1])
    picture.paste(
        _bytes(colour), (box[0], box[1], box[2], box[3]), mask.resize(side, Image.Resampling.BICUBIC)
    )


def _sky(stops: Sequence[Rgb], size: tuple[int, int]) -> Image.Image:
    at = np.linspace(0, 1, GRADIENT_PX)
    places = np.linspace(0, 0.78, len(stops))
    column = np.column_stack(
        [np.interp(at, places, [stop[channel] for stop in stops]) for channel in range(3)]
    )
    return _stretched(np.repeat(column[:, None, :], 2, axis=1), size)


def _stars(picture: Image.Image, dice: Dice, size: tuple[int, int]) -> None:
    sky = Image.new("L", size, 0)
    draw = ImageDraw.Draw(sky)
    unit = min(size) / 1000
    for x, y, light in dice.random((70, 3)):
        reach = unit * (0.8 + 1.9 * light**3)
        place = (x * size[0], y**1.6 * size[1] * 0.42)
        draw.ellipse(
            (place[0] - reach, place[1] - reach, place[0] + reach, place[1] + reach), round(60 + 150 * light)
        )
    picture.paste((255, 255, 255), (0, 0), sky)


def _sun(canvas: Canvas, centre: tuple[float, float], radius: float, colour: Rgb) -> None:
    glow(canvas.picture, *centre, radius * 4.2, colour, 0.75)
    view = View(radius, *centre)
    for reach, alpha in ((1.9, 0.10), (1.45, 0.16)):
        canvas.add(make((ellipse(0, 0, reach),), WHITE, material="glow", alpha=alpha, cast=0.0), view)
    disc = Layer((ellipse(0, 0, 1),), lighter(colour, 0.75), colour, material="glow", cast=0.0)
    canvas.add(disc, view)


def _clouds(canvas: Canvas, dice: Dice, colour: Rgb, size: tuple[int, int]) -> None:
    for _ in range(5):
        unit = min(size) * dice.uniform(0.05, 0.10)
        view = View(unit, size[0] * dice.uniform(0.04, 0.96), size[1] * dice.uniform(0.10, 0.42))
        high, side = dice.uniform(0.5, 0.75), dice.choice((-1, 1))
        puffs = (
            box(0, 0.16, 3.0, 0.40, 0.20),
            ellipse(side * 0.15, -0.12, 0.72, high),
            ellipse(side * 0.85, 0.04, 0.46, 0.36),
            ellipse(side * -0.62, 0.02, 0.50, 0.40),
        )
        layer = Layer(
            puffs, lighter(colour, 0.5), colour, material="glow", alpha=dice.uniform(0.30, 0.62), cast=0.0
        )
        canvas.add(layer, view)


def _range(picture: Image.Image, step: int, paints: Paints, haze: Rgb, dice: Dice) -> None:
    """One range of hills; ``step`` 0 is the farthest and palest."""
    width, height = picture.size
    near = step / 4
    rough = _noise(dice, octaves=2, waves=3 + step)
    if step < PEAKS:
        rough = 1 - np.abs(2 * _noise(dice, octaves=4, waves=3) - 1) * 1.6
    line = height * (0.60 + 0.085 * step - (0.30 - 0.06 * step) * rough)
    colour = mixed(
        haze,
        deeper(mixed(paints.second, paints.main, 0.25 * (step % 2)), 0.10 + 0.35 * near),
        0.22 + 0.72 * near,
    )
    _hill(picture, line, (lighter(colour, 0.12), mixed(colour, haze, 0.42 * (1 - near))), rim=0.35)
    if step in (3, 4):
        _trees(picture, line, deeper(colour, 0.18), dice, width * (0.006 + 0.004 * near))


def _trees(picture: Image.Image, line: Curve, colour: Rgb, dice: Dice, unit: float) -> None:
    mask = Image.new("L", picture.size, 0)
    draw = ImageDraw.Draw(mask)
    for at in np.sort(dice.random(26)):
        x = at * picture.width
        y = float(np.interp(at, np.linspace(0, 1, len(line)), line)) + unit * 0.8
        tall = unit * dice.uniform(2.2, 4.4)
        for tier in range(3):
            wide = unit * (0.95 - 0.24 * tier)
            base = y - tall * 0.26 * tier
            draw.polygon([(x - wide, base), (x + wide, base), (x, base - tall * 0.5)], fill=255)
    picture.paste(_bytes(colour), (0, 0), mask)


def _hill(picture: Image.Image, line: Curve, colours: tuple[Rgb, Rgb], rim: float) -> None:
    """Fill everything below a curve of heights (px, evenly spaced over the width), with light on its edge."""
    mask = _below(line, picture.size)
    top = max(0, round(float(line.min())) - 2)
    area = (0, top, picture.width, picture.height)
    if top >= picture.height:
        return
    mask = mask.crop(area)
    lower = ImageChops.offset(mask, 0, max(2, picture.height // 260))
    edge = blurred(ImageChops.subtract(mask, lower), picture.height / 420, 0.5)
    fill = _sky((colours[0], colours[1]), (area[2] - area[0], area[3] - area[1]))
    fill.paste(_bytes(lighter(colours[0], rim)), (0, 0), edge)
    _soft_shadow(picture, mask, top)
    picture.paste(fill, area[:2], mask)


def _soft_shadow(picture: Image.Image, mask: Image.Image, top: int) -> None:
    """A fold darkens what lies just behind its edge."""
    reach = round(picture.height * 0.03)
    if top < reach:
        return
    room = Image.new("L", (picture.width, mask.height + reach), 0)
    room.paste(mask, (0, reach))
    shade = blurred(room, reach * 0.5, min(1.0, 300 / picture.height)).point(lambda value: value * 0.16)
    picture.paste((40, 20, 70), (0, top - reach), shade)


def _below(line: Curve, size: tuple[int, int]) -> Image.Image:
    scaled = (size[0] * OVERSAMPLE, size[1] * OVERSAMPLE)
    mask = Image.new("L", scaled, 0)
    x = np.linspace(0, scaled[0], len(line))
    edge = np.column_stack([x, line * OVERSAMPLE])
    corners = np.array([(scaled[0], scaled[1]), (0, scaled[1])])
    ImageDraw.Draw(mask).polygon(np.concatenate([edge, corners]).ravel().tolist(), fill=255)
    return mask.reduce(OVERSAMPLE)


def _sphere(canvas: Canvas, dice: Dice, colour: Rgb, at: float) -> None:
    width, height = canvas.picture.size
    unit = min(width, height) * dice.uniform(0.035, 0.10)
    view = View(unit, width * dice.uniform(0.06, 0.94), height * at)
    canvas.add(make((ellipse(0, 0, 1),), colour, bevel=0.95, bounce=WHITE), view)


def _noise(dice: Dice, octaves: int, waves: int) -> Curve:
    """A smooth random curve within about 0..1."""
    at = np.linspace(0, 1, 240)
    total, weight = np.zeros_like(at), 0.0
    for octave in range(octaves):
        knots = dice.random(waves * 2**octave + 2)
        share = 0.5**octave
        position = at * (len(knots) - 1)
        low = np.minimum(position.astype(int), len(knots) - 2)
        ease = (1 - np.cos((position - low) * math.pi)) / 2
        total += share * (knots[low] * (1 - ease) + knots[low + 1] * ease)
        weight += share
    return np.asarray(total / weight)


def _stretched(colours: NDArray[np.float64], size: tuple[int, int]) -> Image.Image:
    small = Image.fromarray((np.clip(colours, 0, 1) * 255).astype(np.uint8))
    return small.resize(size, Image.Resampling.BICUBIC)


def _bytes(colour: Rgb) -> tuple[int, int, int]:
    red, green, blue = (round(min(max(value, 0.0), 1.0) * 255) for value in colour)
    return red, green, blue
