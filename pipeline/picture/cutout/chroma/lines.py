"""Lines too thin to show their own colour on any pixel: what that colour is, told from their surroundings.

JPEG and the networks that paint pictures blur chroma and keep luma sharp, so a line of some px is seen with
its luma and part of its chroma. Blurring loses no chroma: over some px its sum stands to that of luma as in
the line's own colour. Colours are differences from the backdrop in Y, Cb, Cr.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from PIL import Image

from pipeline.picture.cutout.chroma.arrays import Floats, Places
from pipeline.picture.cutout.chroma.layers import Layers, View
from pipeline.picture.cutout.chroma.spread import around_blocks, blurred, shrunk, strongest
from pipeline.picture.cutout.chroma.unmix import to_rgb, to_ycc

AROUND = 2.5  # px, sigma: chroma is blurred by less
LEAST_LUMA = 2.0  # of 255, mean round a line: below, its luma tells nothing
MOST_GAIN = 3.0  # of chroma: more would be a guess
MOST_LOST = 2.0  # of the backdrop's chroma: twice is its complement
CLIPPED, WHITE = 12.0, 255.0  # of 255: so near to the end of the scale, a blurred line was cut off
STRONGEST = 0.93  # of the strongest of some hundred pixels, which noise favours, is what lines are like
PAINTS = 8  # colours of a subject's lines
SOME = 20_000  # pixels to find them in

_LEAST = 0.05  # to divide by


class Lines(NamedTuple):
    """Lines by block of ``spread.BLOCK`` px, and in the middle of those that have one."""

    place: Places  # row and column of the strongest pixel round each block
    color: Floats  # 3×rows×columns, of the line there
    pale: Floats  # the same, as far as it is seen in the mean
    middle: Floats  # 3×H×W, where ``Layers.thin``


def lines(seen: View, found: Layers) -> Lines:
    """The lines of a picture."""
    around = blurred(shrunk(seen.apart * ~found.core), AROUND / 2)
    strength = np.sqrt(seen.apart[0] ** 2 + 0.2 * (seen.apart[1] ** 2 + seen.apart[2] ** 2))
    place = strongest(np.where(found.core | found.ground, 0, strength))
    square = around_blocks(around[0] ** 2, place[0].shape) + LEAST_LUMA**2
    slope = np.stack([around_blocks(around[0] * of, place[0].shape) for of in around[1:]]) / square
    colors = seen.apart[:, *place]
    gain = _gain(colors, slope, seen.backdrop[:, *place])
    color, pale = (np.concatenate([colors[:1], colors[1:] * of]) for of in (gain, np.sqrt(gain)))
    return Lines(place, color, (STRONGEST * pale).astype(np.float32), _middle(seen, found, around))


def _middle(seen: View, found: Layers, around: Floats) -> Floats:
    """The colours of ``Layers.thin``, 3×H×W; ``around``: what is seen round each pixel, at half the size."""
    middle = np.zeros_like(seen.apart)
    rows, columns = (of // 2 for of in np.nonzero(found.thin))
    luma, *chroma = around[:, rows, columns]
    slope = np.stack(chroma) * luma / (luma**2 + LEAST_LUMA**2)
    colors = seen.apart[:, found.thin]
    gain = _gain(colors, slope, seen.backdrop[:, found.thin])
    middle[:, found.thin] = np.concatenate([colors[:1], colors[1:] * gain])
    return middle


def _gain(colors: Floats, slope: Floats, backdrop: Floats) -> Floats:
    """How many times more chroma lines have than ``colors`` show; ``slope`` is chroma over luma around them.

    A line that would be out of gamut as far as it is blurred was cut off there, which raises the slope: such
    a line is taken for grey at most.
    """
    back = to_ycc(backdrop)[1:]
    size = np.maximum((colors[1:] ** 2).sum(axis=0), 1)
    gain = (slope * colors[1:]).sum(axis=0) * colors[0] / size
    lost = -(colors[1:] * back).sum(axis=0) / np.maximum((back**2).sum(axis=0), 1)
    cut = np.where(colors[0] < 0, backdrop.min(axis=0) < CLIPPED, backdrop.max(axis=0) > WHITE - CLIPPED)
    most = np.where(cut, 1, MOST_LOST) / np.maximum(lost, _LEAST)
    limit = np.maximum(1, np.minimum(MOST_GAIN, most))
    return np.asarray(np.clip(gain, 1, limit), dtype=np.float32)


def paints(colors: Floats, backdrop: Floats) -> list[Floats]:
    """The few colours that N foregrounds are of, R, G, B; both 3×N, ``backdrop`` in R, G, B too."""
    some = slice(None, None, max(1, colors.shape[1] // SOME))
    rgb = np.clip(to_rgb(colors[:, some]) + backdrop[:, some], 0, 255).round().astype(np.uint8)
    image = Image.fromarray(np.ascontiguousarray(rgb.T[None])).quantize(PAINTS)
    table = np.array(image.getpalette(), np.float32).reshape(-1, 3)
    return [table[number] for number in np.unique(np.asarray(image))]
