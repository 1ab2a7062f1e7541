"""Layers of cut-out shapes, lit as if they were solid: soft bevels, a key light, a bounce, shadows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw
from scipy import ndimage

from pipeline.sandbox.outline import Outline

Rgb = tuple[float, float, float]  # 0..1, sRGB
Grid = NDArray[np.float32]
Box = tuple[int, int, int, int]
Material = Literal["gloss", "metal", "glass", "matte", "glow"]

GRID_PX = 300  # resolution of the light on the shorter side of the picture: light is smooth, edges are not
FINE_PX = 1200  # up to this shorter side edges are drawn at three times the size, beyond at twice
GROUND_SHADE, CAST_SHADE = (115, 110, 133), (82, 71, 107)  # bluish, as shadows under a warm light are
HALF_COVERED = 0.5
HALO = 0.13  # of the blur that makes a glow, in subject units
FLAT = 0.60  # light at which a surface shows its own colour
KEY = np.array([-0.46, -0.66, 0.60], dtype=np.float32)  # towards the key light; unit length
BOUNCE = np.array([0.62, 0.58, 0.53], dtype=np.float32)
_TO_EYE = np.array([0, 0, 1], dtype=np.float32)
HALF = (KEY + _TO_EYE) / np.linalg.norm(KEY + _TO_EYE)  # between the light and the eye
_CROSS = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], dtype=bool)


@dataclass(frozen=True, slots=True)
class Layer:
    """One solid. ``bevel`` is how far the rounding of its edge reaches in, in subject units.

    ``depth`` stretches the shape downwards by that much, as the side of a thick plate; ``cast`` is the
    strength of the shadow it throws on the layers below.
    """

    shapes: tuple[Outline, ...]
    top: Rgb
    bottom: Rgb
    holes: tuple[Outline, ...] = ()
    material: Material = "gloss"
    bevel: float = 0.12
    depth: float = 0.0
    cast: float = 0.35
    alpha: float = 1.0
    bounce: Rgb = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class View:
    """From subject units to px: scale, centre, tilt in degrees."""

    scale: float
    x: float
    y: float
    turn: float = 0.0

    def px(self, outline: Outline) -> Outline:
        """An outline in px of the canvas."""
        angle = np.radians(self.turn)
        rotation = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        return np.asarray(outline @ rotation * self.scale + (self.x, self.y))


@dataclass(slots=True)
class Canvas:
    """An RGB picture being painted, and the mask of what has been painted on it."""

    picture: Image.Image
    subject: Image.Image = field(init=False)

    def __post_init__(self) -> None:
        self.subject = Image.new("L", self.picture.size, 0)

    @property
    def oversample(self) -> int:
        """How many times larger edges are drawn than they are shown."""
        return 3 if min(self.picture.size) <= FINE_PX else 2

    @property
    def grid(self) -> float:
        """Cells of the light's grid per px."""
        return min(1.0, GRID_PX / min(self.picture.size))

    def add(self, layer: Layer, view: View) -> None:
        """Paint a layer over what is there."""
        bounds = _bounds(layer, view, self.picture.size)
        if bounds is None:
            return
        mask = _mask(layer, view, bounds, self.oversample)
        if layer.cast:
            self._shade_below(mask, bounds, layer.cast, view.scale)
        self._fill(layer, view, mask, bounds)

    def halo(self, layers: Sequence[Layer], view: View, colour: Rgb) -> None:
        """Light around layers about to be painted, on whatever is behind them."""
        room = Image.new("L", self.picture.size, 0)
        for layer in layers:
            if bounds := _bounds(layer, view, room.size):
                mask = ImageChops.lighter(room.crop(bounds), _mask(layer, view, bounds, 1))
                room.paste(mask, bounds[:2])
        soft = blurred(room, view.scale * HALO, self.grid).point(lambda value: min(255, value * 1.3))
        red, green, blue = (round(value * 255) for value in colour)
        self.picture.paste((red, green, blue), (0, 0), soft)

    def rest(self, view: View) -> None:
        """The contact shadow of a subject about to be painted, on the ground below it."""
        wide, low, high = view.scale * 0.70, view.y + view.scale * 1.10, view.y + view.scale * 0.86
        reach = view.scale * 0.35  # of the blur
        bounds = _clipped(
            (
                *(round(view.x - wide - reach), round(high - reach)),
                *(round(view.x + wide + reach), round(low + reach)),
            ),
            self.picture,
        )
        room = Image.new("L", (bounds[2] - bounds[0], bounds[3] - bounds[1]), 0)
        corners = (view.x - wide, high), (view.x + wide, low)
        ImageDraw.Draw(room).ellipse([(x - bounds[0], y - bounds[1]) for x, y in corners], fill=150)
        self._darken(bounds, blurred(room, view.scale * 0.10, self.grid), GROUND_SHADE)

    def _darken(self, bounds: Box, mask: Image.Image, shade: tuple[int, int, int]) -> None:
        """Multiply by a colour where the mask is."""
        lit = self.picture.crop(bounds)
        dark = ImageChops.multiply(lit, Image.new("RGB", lit.size, shade))
        self.picture.paste(dark, bounds[:2], mask)

    def _fill(self, layer: Layer, view: View, mask: Image.Image, bounds: Box) -> None:
        small = _shrunk(mask, self.grid)
        lit = _lit(layer, small, view.scale * self.grid)
        colour = Image.fromarray(_bytes(lit)).resize(mask.size, Image.Resampling.BICUBIC)
        if layer.alpha < 1 or layer.material == "glass":
            veil = Image.fromarray(_bytes(_veil(layer, small, view.scale * self.grid)))
            mask = ImageChops.multiply(mask, veil.resize(mask.size, Image.Resampling.BICUBIC))
        self.picture.paste(colour, bounds[:2], mask)
        painted = ImageChops.lighter(self.subject.crop(bounds), mask)
        self.subject.paste(painted, bounds[:2])

    def _shade_below(self, mask: Image.Image, bounds: Box, strength: float, scale: float) -> None:
        """The soft shadow of a layer, only where something is below it."""
        reach = round(scale * 0.16)
        outer = _clipped(
            (bounds[0] - reach, bounds[1] - reach, bounds[2] + reach, bounds[3] + reach), self.picture
        )
        below = self.subject.crop(outer)
        if below.getbbox() is None:
            return
        room = Image.new("L", below.size, 0)
        offset = (round(scale * 0.02), round(scale * 0.055))
        room.paste(mask, (bounds[0] - outer[0] + offset[0], bounds[1] - outer[1] + offset[1]))
        soft = blurred(room, scale * 0.05, self.grid)
        shade = ImageChops.multiply(soft, below).point(lambda value: value * strength)
        self._darken(outer, shade, CAST_SHADE)


def blurred(mask: Image.Image, radius_px: float, grid: float) -> Image.Image:
    """A mask blurred at the light's resolution."""
    small = _shrunk(mask, grid)
    soft = ndimage.gaussian_filter(small, max(0.6, radius_px * grid))
    return Image.fromarray(_bytes(soft)).resize(mask.size, Image.Resampling.BICUBIC)


def _bounds(layer: Layer, view: View, size: tuple[int, int]) -> Box | None:
    points = np.concatenate([view.px(shape) for shape in layer.shapes])
    low, high = np.floor(points.min(0)) - 2, np.ceil(points.max(0)) + 2
    high[1] += layer.depth * view.scale
    box = (max(0, int(low[0])), max(0, int(low[1])), min(size[0], int(high[0])), min(size[1], int(high[1])))
    return box if box[0] < box[2] and box[1] < box[3] else None


def _clipped(box: Box, picture: Image.Image) -> Box:
    return (max(0, box[0]), max(0, box[1]), min(picture.width, box[2]), min(picture.height, box[3]))


def _mask(layer: Layer, view: View, bounds: Box, oversample: int) -> Image.Image:
    """The layer's coverage within ``bounds``, 0-255."""
    size = ((bounds[2] - bounds[0]) * oversample, (bounds[3] - bounds[1]) * oversample)
    drops = np.linspace(0, layer.depth * view.scale, 1 + round(layer.depth * 60))
    mask = Image.new("L", size, 0)
    for drop in drops:
        # a hole of one step would cut into the others, so steps with holes are drawn apart
        step = Image.new("L", size, 0) if layer.holes else mask
        _draw(step, layer, view, np.array((0, float(drop))) - bounds[:2], oversample)
        mask = ImageChops.lighter(mask, step) if layer.holes else step
    return mask.reduce(oversample)


def _draw(mask: Image.Image, layer: Layer, view: View, move: NDArray[np.float64], oversample: int) -> None:
    draw = ImageDraw.Draw(mask)
    for outlines, value in ((layer.shapes, 255), (layer.holes, 0)):
        for outline in outlines:
            points = (view.px(outline) + move) * oversample
            draw.polygon(points.ravel().tolist(), fill=value)


def _shrunk(mask: Image.Image, grid: float) -> Grid:
    size = (max(2, round(mask.width * grid)), max(2, round(mask.height * grid)))
    return np.asarray(mask.resize(size, Image.Resampling.BOX), dtype=np.float32) / np.float32(255)


def _normals(mask: Grid, reach: float) -> NDArray[np.float32]:
    """Unit normals (H×W×3) of a plate whose edge is rounded over ``reach`` cells."""
    reach = max(reach, 1.0)
    climb = np.clip(_depth_inside(mask) / reach, 0, 1)
    height = ndimage.gaussian_filter(reach * np.sin(climb * (np.pi / 2)), 1.5 + reach * 0.09)
    slope_y, slope_x = np.gradient(height)
    normals = np.dstack([-slope_x, -slope_y, np.ones_like(height)])
    return np.asarray(normals / np.linalg.norm(normals, axis=-1, keepdims=True), dtype=np.float32)


def _depth_inside(mask: Grid) -> NDArray[np.float64]:
    """Distance to the edge in cells.

    Whole cells would show as steps along slanting edges, so the edge is placed within its cell: the cover of
    the nearest outer cell and of its inner neighbour say how far the edge is from the outer one's centre.
    """
    cover = np.pad(mask, 1)
    inside, nearest = ndimage.distance_transform_edt(cover > HALF_COVERED, return_indices=True)
    neighbour = ndimage.maximum_filter(cover, footprint=_CROSS)
    to_edge = 1.5 - cover - neighbour
    return np.asarray(np.where(inside > 0, inside - to_edge[tuple(nearest)], 0)[1:-1, 1:-1])


def _lit(layer: Layer, mask: Grid, scale: float) -> NDArray[np.float32]:
    """The layer's colour under the light (H×W×3, 0..1)."""
    normals = _normals(mask, layer.bevel * scale)
    down, across = (
        axis.astype(np.float32) for axis in np.mgrid[0 : 1 : mask.shape[0] * 1j, 0 : 1 : mask.shape[1] * 1j]
    )
    base = _between(np.array(layer.top), np.array(layer.bottom), (down * 0.75 + across * 0.25)[..., None])
    if layer.material == "glow":
        return base
    level = FLAT + 0.03 + 0.85 * (normals @ KEY - KEY[2]) + 0.11 * (1 - down - across)
    if layer.material == "metal":
        level += _streaks(down, across, normals)
    colour = _toned(base, level[..., None])
    return _polished(colour, normals, layer)


def _polished(colour: NDArray[np.float32], normals: NDArray[np.float32], layer: Layer) -> NDArray[np.float32]:
    """Highlights and the bounce of a second, coloured light from below."""
    shine = {"gloss": 0.75, "metal": 0.95, "glass": 0.9}.get(layer.material, 0.12)
    spot = np.clip(normals @ HALF, 0, 1)
    glint = shine * (0.85 * (spot**60 - HALF[2] ** 60) + 0.26 * (spot**12 - HALF[2] ** 12))
    under = np.clip(normals @ BOUNCE - BOUNCE[2] - 0.08, 0, 1) * (0.75 if shine > 0.2 else 0.3)  # noqa: PLR2004
    colour = _screened(colour, np.array(layer.bounce), under[..., None])
    return _screened(colour, np.ones(3), np.clip(glint, 0, 1)[..., None])


def _toned(base: NDArray[np.float32], level: NDArray[np.float32]) -> NDArray[np.float32]:
    """Darker stays saturated, lighter goes towards a warm white; ``FLAT`` is the colour itself."""
    dark = base**1.7 * 0.50
    light = 1 - (1 - base) * np.array((0.34, 0.38, 0.42))
    below, above = np.clip(level / FLAT, 0, 1), np.clip((level - FLAT) / (1 - FLAT), 0, 1)
    return np.asarray(dark + (base - dark) * below + (light - base) * above, dtype=np.float32)


def _streaks(down: Grid, across: Grid, normals: NDArray[np.float32]) -> Grid:
    """Reflections that run diagonally over flat metal."""
    along = across * 0.8 + down * 0.6 + normals[..., 0] * 0.25
    bands = np.exp(-(((along - 0.42) / 0.09) ** 2)) + 0.6 * np.exp(-(((along - 0.66) / 0.045) ** 2))
    return np.asarray(0.30 * bands - 0.05, dtype=np.float32)


def _veil(layer: Layer, mask: Grid, scale: float) -> Grid:
    """Opacity: glass is thick, hence less clear, at its edges."""
    if layer.material != "glass":
        return np.full_like(mask, layer.alpha)
    edge = 1 - _normals(mask, layer.bevel * scale)[..., 2]
    return np.asarray(np.clip(layer.alpha + edge * 0.9, 0, 1), dtype=np.float32)


def _between(one: NDArray[np.float64], two: NDArray[np.float64], at: Grid) -> NDArray[np.float32]:
    """Mix in squared values, which keeps the middle of a gradient clear."""
    return np.asarray(np.sqrt(one**2 * (1 - at) + two**2 * at), dtype=np.float32)


def mixed(one: Rgb, two: Rgb, share: float) -> Rgb:
    """``share`` of the second colour in the first, mixed as squares."""
    red, green, blue = ((a**2 * (1 - share) + b**2 * share) ** 0.5 for a, b in zip(one, two, strict=True))
    return red, green, blue


def _screened(
    colour: NDArray[np.float32], light: NDArray[np.float64], amount: NDArray[np.float32]
) -> NDArray[np.float32]:
    return np.asarray(1 - (1 - colour) * (1 - light * amount), dtype=np.float32)


def _bytes(values: NDArray[np.float32] | NDArray[np.float64]) -> NDArray[np.uint8]:
    return np.asarray(np.rint(np.clip(values, 0, 1) * 255), dtype=np.uint8)
