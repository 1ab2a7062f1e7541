"""Alpha and colour of every pixel from two renders that lie on each other, tile by tile."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import ndimage

from pipeline.picture.cutout.difference.backdrops import SMALL
from pipeline.picture.cutout.difference.light import (
    FULL,
    TINY,
    Floats,
    Mask,
    Pixels,
    Seen,
    Window,
    looked_up,
    luma,
    step,
    stretched,
    to_srgb,
)

_TILE: Final = 256  # px: the working set of a tile stays in the cache
_MARGIN: Final = 8  # px around a tile: the reach of all its filters
_WINDOW: Final = 5  # px over which alpha is smoothed
_SNAP: Final = 3.5  # deviations of the noise
_ROUNDING: Final = 0.004  # of alpha: one step of eight bits
_SLIP: Final = 0.12  # px by which two edges may be apart after alignment
_COLOR_NOISE: Final = 2.0  # of 255
_COLOR_PRIOR: Final = 12.0  # of 255: by how much a colour differs from those around it


@dataclass(frozen=True, slots=True)
class Pair:
    """Both renders, the second laid over the first, and all that turns their values into light."""

    white: Pixels
    black: Pixels
    tables: tuple[Floats, Floats]  # 256×3 each: value → light
    small: Seen  # light, for its backdrops
    linear: bool

    @property
    def step(self) -> int:
        """Px of the renders that one of the small picture stands for."""
        return step(self.white, SMALL)

    def window(self, window: Window) -> Seen:
        """Both renders and their backdrops in a window, as light."""
        backdrops = self.small.behind_white, self.small.behind_black
        return Seen(
            looked_up(self.white[window], self.tables[0]),
            looked_up(self.black[window], self.tables[1]),
            *(stretched(each, window, self.step) for each in backdrops),
        )


def noise(pair: Pair) -> float:
    """One deviation of alpha, from some rows: how a pixel commonly differs from those 4 px to either side."""
    height = pair.white.shape[0]
    rows = slice(height // 8, None, max(1, height // 32))
    lumas = [
        luma(looked_up(each[rows], table))
        for each, table in zip((pair.white, pair.black), pair.tables, strict=True)
    ]
    span = float(np.median(luma(pair.small.behind_white - pair.small.behind_black)))
    off = (lumas[0] - lumas[1]) / max(1.0, span)
    change = np.abs(off[:, 4:-4] - (off[:, :-8] + off[:, 8:]) / 2)
    return (
        1.4826 * float(np.median(change)) / float(1.5**0.5)
    )  # of a median; of one value less the mean of two


def cut(pair: Pair, deviation: float, backdrop: Mask, threads: int = 0) -> Pixels:
    """H×W×4 uint8 sRGB: tile by tile, those of mere backdrop left empty.

    ``deviation`` is the noise of alpha, ``backdrop`` h×w of the small picture. Tiles are shared among
    ``threads`` threads, 0: one a core; numpy and scipy let go of the interpreter while they work.
    """
    height, width = pair.white.shape[:2]
    result = np.zeros((height, width, 4), np.uint8)

    def fill(inner: Window) -> None:
        outer = _widened(inner, (height, width))
        rows, columns = (
            slice(i.start - o.start, i.stop - o.start) for i, o in zip(inner, outer, strict=True)
        )
        result[inner] = _tile(pair, outer, deviation)[rows, columns]

    windows = list(_windows((height, width), backdrop, pair.step))
    workers = min(threads or os.cpu_count() or 1, len(windows))
    if workers <= 1:
        for window in windows:
            fill(window)
        return result
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(fill, windows))
    return result


def _windows(shape: tuple[int, int], backdrop: Mask, block: int) -> Iterator[Window]:
    """The tiles of a picture that hold more than backdrop."""
    height, width = shape
    for top in range(0, height, _TILE):
        for left in range(0, width, _TILE):
            window = slice(top, min(top + _TILE, height)), slice(left, min(left + _TILE, width))
            rows, columns = (slice(part.start // block, -(-part.stop // block)) for part in window)
            if not backdrop[rows, columns].all():
                yield window


def _widened(window: Window, shape: tuple[int, int]) -> Window:
    """A window with a margin, within ``shape``."""
    rows, columns = (
        slice(max(0, part.start - _MARGIN), min(size, part.stop + _MARGIN))
        for part, size in zip(window, shape, strict=True)
    )
    return rows, columns


def _tile(pair: Pair, window: Window, deviation: float) -> Pixels:
    """h×w×4 of one window; filters are short of neighbours at its ends."""
    seen = pair.window(window)
    alpha = _alpha(1 - seen.clear(), luma(seen.white), deviation)
    result = np.dstack([pair.white[window], (alpha * FULL + 0.5).astype(np.uint8)])
    soft = (alpha > 0) & (alpha < 1)
    if soft.any():
        part = _widened(_box(soft), (alpha.shape[0], alpha.shape[1]))
        color = _color(seen.part(part), alpha[part])
        color = to_srgb(color) if pair.linear else color
        colors = np.clip(color + 0.5, 0, FULL).astype(np.uint8)
        result[part][..., :3] = np.where(soft[part][..., None], colors, result[part][..., :3])
    return result


def _box(mask: Mask) -> Window:
    """The smallest window that holds all of a mask."""
    rows, columns = (np.flatnonzero(mask.any(axis)) for axis in (1, 0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _alpha(alpha: Floats, white: Floats, deviation: float) -> Floats:
    """Alpha smoothed where it varies no more than noise does, and 0 or 1 where it cannot be told from them.

    A pixel must look so and those around it too, which leaves edges and hairlines alone. Steep places in the
    subject are doubted more: the renders are not laid on each other without any slip. ``white`` is the luma
    of the first render.
    """
    mean = ndimage.uniform_filter(alpha, _WINDOW)
    spread = np.maximum(ndimage.uniform_filter(alpha * alpha, _WINDOW) - mean * mean, TINY)
    smooth = mean + np.clip(1 - 2 * deviation**2 / spread, 0, 1) * (alpha - mean)
    slip = _steepness(white) * (_SLIP / FULL)
    doubt = _SNAP * deviation + _ROUNDING + slip
    around = 2 * deviation + _ROUNDING
    smooth[(np.abs(mean) < around) & (alpha < doubt)] = 0
    smooth[(np.abs(1 - mean) < around + slip / 2) & (1 - alpha < doubt)] = 1
    return np.asarray(np.clip(smooth, 0, 1))


def _steepness(light: Floats) -> Floats:
    """Change a px, across or down, whichever is greater; 0 at the ends."""
    slope = np.zeros_like(light)
    slope[:, 1:-1] = np.abs(light[:, 2:] - light[:, :-2]) / 2
    slope[1:-1] = np.maximum(slope[1:-1], np.abs(light[2:] - light[:-2]) / 2)
    return slope


def _color(seen: Seen, alpha: Floats) -> Floats:
    """The subject's own colour in light, h×w×3; the less of it is seen, the more of that around it.

    What the render on black shows is colour times alpha whatever alpha's error; the render on white has the
    sharper picture and the wanted tone, and counts where much is seen.
    """
    share = alpha[..., None]
    from_white = seen.white - (1 - share) * seen.behind_white
    from_black = seen.black - (1 - share) * seen.behind_black
    own = np.clip(from_black + share * share * (from_white - from_black), 0, FULL * share)
    doubt = (_COLOR_NOISE / _COLOR_PRIOR) ** 2 * (1 - share)
    return np.asarray((share * own + doubt * _around(own, alpha)) / np.maximum(share * share + doubt, TINY))


def _around(own: Floats, alpha: Floats) -> Floats:
    """The subject's colour around each pixel, of every second pixel: it varies slowly. h×w×3."""
    weight = ndimage.uniform_filter(alpha[::2, ::2], 5)[..., None]
    around = ndimage.uniform_filter(own[::2, ::2], (5, 5, 1)) / np.maximum(weight, 1e-3)
    height, width = alpha.shape
    return np.asarray(around.repeat(2, 0).repeat(2, 1)[:height, :width])
