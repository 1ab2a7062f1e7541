"""Two renders of one place as numbers: values and light, reduced and stretched.

The products of matrices in this package are small, or go row by row: below the size from which OpenBLAS
wakes threads of its own (9216 elements for a matrix and a vector, 2^18 multiplications for two matrices),
so that tiles may be shared among threads without more of them than asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Mask = NDArray[np.bool_]
Window = tuple[slice, slice]

FULL: Final = 255.0
TINY: Final = 1e-6  # keeps divisions finite
_LUMA: Final = np.array([0.299, 0.587, 0.114], np.float32)
"""JPEG keeps this mean of the channels best and halves the resolution of the rest (JFIF, ITU-T T.871)."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Both renders of one place and what is behind them: h×w×3 float32 each, 0..255, sRGB or linear light."""

    white: Floats
    black: Floats
    behind_white: Floats
    behind_black: Floats

    def clear(self) -> Floats:
        """The share of backdrop seen, ``1 - alpha``, h×w; noise takes it beyond 0..1."""
        span = np.maximum(luma(self.behind_white - self.behind_black), 1)
        return np.asarray(luma(self.white - self.black) / span)

    def linear(self) -> Seen:
        """The same in linear light, where it is in sRGB."""
        return Seen(*(to_linear(each) for each in self._all()))

    def toned(self, gain: Floats, offset: Floats) -> Seen:
        """With the second render's tone brought to that of the first."""
        black, behind = ((each - offset) / gain for each in (self.black, self.behind_black))
        return Seen(self.white, black, self.behind_white, behind)

    def part(self, where: Mask | Window) -> Seen:
        """Of some pixels only."""
        return Seen(*(each[where] for each in self._all()))

    def _all(self) -> tuple[Floats, Floats, Floats, Floats]:
        return self.white, self.black, self.behind_white, self.behind_black


def luma(light: Floats) -> Floats:
    """…×3 → …: the mean of the channels that brightness goes by."""
    return np.asarray(light @ _LUMA)


def to_linear(value: Floats) -> Floats:
    """From sRGB 0..255 to linear light 0..255 (IEC 61966-2-1)."""
    share = np.clip(value / FULL, 0, 1)
    bent = ((share + 0.055) / 1.055) ** 2.4
    return np.asarray(FULL * np.where(share <= 0.04045, share / 12.92, bent), np.float32)  # noqa: PLR2004


def to_srgb(light: Floats) -> Floats:
    """From linear light 0..255 to sRGB 0..255 (IEC 61966-2-1)."""
    share = np.clip(light / FULL, 0, 1)
    bent = 1.055 * share ** (1 / 2.4) - 0.055
    return np.asarray(FULL * np.where(share <= 0.0031308, share * 12.92, bent), np.float32)  # noqa: PLR2004


def tables(gain: Floats, offset: Floats, *, linear: bool) -> tuple[Floats, Floats]:
    """What values of the first and of the second render mean as light: 256×3 each."""
    value = np.repeat(np.arange(256, dtype=np.float32)[:, None], 3, axis=1)
    toned = (value - offset) / gain
    return (to_linear(value), to_linear(toned)) if linear else (value, toned)


def looked_up(pixels: Pixels, table: Floats) -> Floats:
    """h×w×3 uint8 → h×w×3 light, by a table of 256×3."""
    light = np.empty(pixels.shape, np.float32)
    for channel in range(3):
        light[..., channel] = table[:, channel].take(pixels[..., channel])
    return light


def step(pixels: Pixels, longest: int) -> int:
    """Px of a picture in one of its reduction to at most ``longest`` px on the longer side."""
    return max(1, -(-int(max(pixels.shape[:2])) // longest))


def reduced(pixels: Pixels, longest: int) -> Pixels:
    """H×W×3 uint8 averaged over whole blocks until the longer side is at most ``longest`` px."""
    block = step(pixels, longest)
    return np.asarray(Image.fromarray(pixels).reduce(block)) if block > 1 else pixels


def stretched(small: Floats, window: Window, block: int) -> Floats:
    """A window of a picture that is known in blocks of ``block`` px (h×w×3), interpolated between them."""
    (down, rows), (across, columns) = (
        _weights(part, size, block) for part, size in zip(window, small.shape, strict=False)
    )
    near = small[rows, columns].transpose(0, 2, 1)
    wide = (near.reshape(-1, near.shape[2]) @ across.T).reshape(*near.shape[:2], -1).transpose(0, 2, 1)
    return (down @ wide.reshape(wide.shape[0], -1)).reshape(down.shape[0], *wide.shape[1:])


def _weights(part: slice, size: int, block: int) -> tuple[Floats, slice]:
    """The matrix that interpolates ``part`` of a line from some of its ``size`` blocks, and these."""
    at = np.clip((np.arange(part.start, part.stop) + 0.5) / block - 0.5, 0, size - 1)
    used = slice(int(at[0]), min(size, int(at[-1]) + 2))
    blocks = np.arange(used.start, used.stop)
    return np.maximum(0, 1 - np.abs(at[:, None] - blocks)).astype(np.float32), used
