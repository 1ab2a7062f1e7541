"""A flat backdrop as a generator paints it: sloping, darker in the corners, and noise on all there is."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops
from scipy import ndimage

SLOPE = (
    4.0,
    10.0,
)  # of 255, from one side of the picture to the other; as in benchmarks/known_alpha/paint.py
VIGNETTE = (2.0, 7.0)  # of 255, by which corners are darker than the middle
TINT = (1.0, 0.9, 1.1)  # how much each channel follows: a gradient is never quite neutral
NOISE = 1.6  # of 255, one deviation
GRAIN_PX = 0.7  # of the blur on the noise
TILE_PX = 512  # the noise repeats after this
MIDDLE = 128


def lit(colour: str, size: tuple[int, int], seed: int) -> Image.Image:
    """``#RRGGBB`` as it comes out in a picture of ``size`` px: RGB, nowhere more than 14 of 255 off."""
    dice = np.random.default_rng(seed)
    angle, slope, corners = dice.uniform(0, math.tau), dice.uniform(*SLOPE), dice.uniform(*VIGNETTE)
    longest = max(size)
    x, y = (np.arange(side) / longest - 0.5 * side / longest for side in size)
    across = x * math.cos(angle) * slope - 2 * corners * x * x
    down = y * math.sin(angle) * slope - 2 * corners * y * y
    light = down[:, None] + across[None, :]
    parts = zip((int(colour[at : at + 2], 16) for at in (1, 3, 5)), TINT, strict=True)
    return Image.merge("RGB", [Image.fromarray(_bytes(value + light * tint)) for value, tint in parts])


def noised(picture: Image.Image, seed: int) -> Image.Image:
    """An RGB picture with a generator's noise on all of it, in colour and a little soft."""
    tile = _tile(seed)
    grain = Image.new("RGB", picture.size)
    for y in range(0, picture.height, TILE_PX):
        for x in range(0, picture.width, TILE_PX):
            grain.paste(tile, (x, y))
    return ImageChops.add(picture, grain, 1, -MIDDLE)


def _tile(seed: int) -> Image.Image:
    noise = np.random.default_rng(seed).standard_normal((TILE_PX, TILE_PX, 3), np.float32)
    soft = ndimage.gaussian_filter(noise, (GRAIN_PX, GRAIN_PX, 0), mode="wrap")
    return Image.fromarray(_bytes(MIDDLE + soft * (NOISE / soft.std())))


def _bytes(values: NDArray[np.floating]) -> NDArray[np.uint8]:
    return np.asarray(np.rint(np.clip(values, 0, 255)), dtype=np.uint8)
