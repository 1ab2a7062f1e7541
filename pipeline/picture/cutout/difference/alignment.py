"""Where the second render shows what the first shows: it is moved by a few pixels and scaled a little.

What lies behind differs, so the renders themselves cannot be compared. Their edges can, for a first guess by
whole pixels; then Gauss-Newton on what must be alike in both whatever is behind (``relations``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image
from scipy import ndimage

from pipeline.picture.cutout.difference import relations
from pipeline.picture.cutout.difference.backdrops import SMALL, surface
from pipeline.picture.cutout.difference.light import (
    TINY,
    Doubles,
    Floats,
    Pixels,
    Seen,
    luma,
    reduced,
    stretched,
)
from pipeline.picture.cutout.surface import border_of

_LEVELS: Final = ((256, 4), (512, 3))  # longer sides in px it is refined on, and the most steps on each
_SETTLED: Final = 0.01  # px: a smaller step is the last
_FURTHEST: Final = 1 / 8  # of the longer side: a greater move is a coincidence
WHOLE: Final = 0.05  # px: a displacement this close to whole pixels is not worth the blur of resampling


@dataclass(frozen=True, slots=True)
class Place:
    """Where the second render shows what the first shows: ``centre + (1 + grow) * (x - centre) + move``."""

    move: tuple[float, float]  # px, across and down
    grow: tuple[float, float]


def align(white: Pixels, black: Pixels) -> tuple[Place, float]:
    """The place of ``black`` against ``white`` (H×W×3 uint8 sRGB), and how alike edges are there, -1..1."""
    longest = max(white.shape[:2])
    white, black = (reduced(each, _LEVELS[-1][0]) for each in (white, black))
    smalls = [reduced(each, SMALL) for each in (white, black)]
    edges = _edges(smalls[0])
    found = np.zeros(4)  # move across and down as a share of the longer side, grow across and down
    found[:2] = _coarse(edges, _edges(smalls[1]))
    behind = [surface(each.astype(np.float32), border_of(*each.shape[:2])) for each in smalls]
    for level, rounds in _LEVELS:
        found = _refined(reduced(white, level), reduced(black, level), behind, found, rounds)
    after = _edges(moved(smalls[1], _place(found, max(smalls[1].shape[:2]))))
    return _place(found, longest), _correlation(edges, after)


def moved(black: Pixels, place: Place, whole: float = 0.0) -> Pixels:
    """The second render laid over the first, by whole pixels where that is at most ``whole`` px off."""
    height, width = black.shape[:2]
    left, right, top, bottom = _ends(place, width, height)
    near = np.round([left, right, top, bottom])
    if near[0] == near[1] and near[2] == near[3] and np.abs(near - [left, right, top, bottom]).max() < whole:
        left, right, top, bottom = (float(each) for each in near)
    if not any((left, right, top, bottom)):
        return black
    pad = int(np.ceil(max(0.0, -left, -top, right, bottom))) + 1
    padded = Image.fromarray(np.pad(black, ((pad, pad), (pad, pad), (0, 0)), mode="edge"))
    box = left + pad, top + pad, right + width + pad, bottom + height + pad
    return np.asarray(padded.resize((width, height), Image.Resampling.LANCZOS, box=box))


def _place(found: Doubles, longest: int) -> Place:
    across, down, wider, higher = (float(each) for each in found)
    return Place((across * longest, down * longest), (wider, higher))


def _ends(place: Place, width: int, height: int) -> tuple[float, float, float, float]:
    """By how many px the left, right, top and bottom of a picture are moved."""
    (across, down), (wider, higher) = place.move, place.grow
    return (
        across - width / 2 * wider,
        across + width / 2 * wider,
        down - height / 2 * higher,
        down + height / 2 * higher,
    )


def _edges(pixels: Pixels) -> Floats:
    """How steep a picture is, H×W, made equally strong everywhere: much the same on any backdrop."""
    edge = ndimage.gaussian_gradient_magnitude(luma(pixels.astype(np.float32)), 1.0)
    return np.asarray(edge / np.sqrt(ndimage.gaussian_filter(edge * edge, 4.0) + 4.0))


def _coarse(first: Floats, second: Floats) -> tuple[float, float]:
    """The move across and down that lays the edges on each other best, as a share of the longer side."""
    height, width = first.shape
    reach = max(height, width)
    spectra = [np.fft.rfft2(each - each.mean()) for each in (first, second)]
    match = np.fft.irfft2(np.conj(spectra[0]) * spectra[1], s=first.shape)
    y, x = (int(each) for each in np.unravel_index(int(match.argmax()), match.shape))
    y, x = y - height * (y > height // 2), x - width * (x > width // 2)
    return (x / reach, y / reach) if max(abs(x), abs(y)) <= reach * _FURTHEST else (0.0, 0.0)


def _correlation(one: Floats, other: Floats) -> float:
    """-1..1; 0 where either is without detail."""
    one, other = one - one.mean(), other - other.mean()
    power = float(np.sqrt((one**2).sum() * (other**2).sum()))
    return float((one * other).sum()) / max(power, TINY)


def _refined(white: Pixels, black: Pixels, behind: list[Floats], found: Doubles, rounds: int) -> Doubles:
    """A better alignment of two pictures, by a few steps of Gauss-Newton. ``behind`` are small backdrops."""
    height, width = white.shape[:2]
    longest = max(height, width)
    ratio = max(1, round(longest / max(behind[0].shape)))
    one, other = (stretched(each, (slice(0, height), slice(0, width)), ratio) for each in behind)
    for _ in range(rounds):
        laid = moved(black, _place(found, longest))
        step = relations.slip(Seen(white - one, laid - other, one, other), found)
        found = found - step
        if np.abs(step).max() * longest < _SETTLED:
            break
    return found
