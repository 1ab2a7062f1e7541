"""The backdrop of a picture as a smooth surface: its colour at every pixel, estimated from the border."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from pipeline.picture.cutout.chroma.arrays import Floats, Mask, Pixels
from pipeline.picture.cutout.surface import border_of, cell

OUTLIER = 12.0  # of 255: gradients of a painted backdrop stay below, a subject at the border does not
LEAST_NOISE = 0.8  # of 255: rounding alone leaves about 0.3, JPEG more


@dataclass(frozen=True, slots=True, eq=False)
class Backdrop:
    """A quadratic surface in sRGB (0..255) over the picture, and how well the border agrees with it."""

    terms: NDArray[np.float64]  # 6×3: 1, x, y, xx, xy, yy, with x and y from -1 to 1 across the picture
    noise: tuple[float, float, float]  # standard deviation of R, G, B around the surface, of 255
    flatness: float  # greatest distance of the surface from its mean, of 255; 0 is perfectly flat
    explained: float  # share of the border that the surface explains, 0..1
    touched: bool  # the subject reaches the border

    @property
    def color(self) -> tuple[int, int, int]:
        """The mean colour along the border, sRGB."""
        x, y = _grid(9, 9)
        edge = np.maximum(np.abs(x), np.abs(y)) > _EDGE
        red, green, blue = (_basis(x[edge], y[edge]) @ self.terms).mean(axis=0).clip(0, 255).round()
        return int(red), int(green), int(blue)

    def at(self, x: Floats, y: Floats) -> Floats:
        """The surface at N places, 3×N float32, sRGB 0..255."""
        return np.clip(_basis(x, y) @ self.terms, 0, 255).T.astype(np.float32)

    def planes(self, height: int, width: int, box: tuple[slice, slice] | None = None) -> Floats:
        """The surface over a picture of that size, or over a box of it: 3×H×W float32, sRGB 0..255."""
        x, y = axes(height, width)
        if box is not None:
            x, y = x[:, box[1]], y[box[0]]
        one, tx, ty, txx, txy, tyy = self.terms.astype(np.float32)[..., None, None]
        surface = (one + tx * x + txx * x * x) + (ty * y + tyy * y * y) + txy * (x * y)
        return np.asarray(np.clip(surface, 0, 255), dtype=np.float32)


_EDGE = 0.7


def estimate(pixels: Pixels) -> Backdrop:
    """The backdrop of H×W×3 uint8 sRGB ``pixels``, from the border and what it reaches."""
    step = cell(*pixels.shape[:2])
    small = np.asarray(Image.fromarray(pixels).reduce(step), dtype=np.float64)
    x, y = _grid(*small.shape[:2])
    border = border_of(*small.shape[:2])
    basis = _basis(x, y)
    terms = _fit(small[border], basis[border])
    alike = _alike(small, basis @ terms, border)
    if alike.sum() > border.sum() // 2:
        terms = _fit(small[alike], basis[alike])
    return _judged(pixels, terms, np.abs(small - basis @ terms).max(axis=-1)[border], (x[alike], y[alike]))


def axes(height: int, width: int) -> tuple[Floats, Floats]:
    """Pixel centres of a picture from -1 to 1: x as 1×W and y as H×1, float32."""
    x = (np.arange(width, dtype=np.float32) + 0.5) * (2 / width) - 1
    y = (np.arange(height, dtype=np.float32) + 0.5) * (2 / height) - 1
    return x[None, :], y[:, None]


def _grid(height: int, width: int) -> tuple[Floats, Floats]:
    x, y = axes(height, width)
    return np.broadcast_to(x, (height, width)), np.broadcast_to(y, (height, width))


def _basis(x: Floats, y: Floats) -> NDArray[np.float64]:
    x, y = x.astype(np.float64), y.astype(np.float64)
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)


def _fit(colors: NDArray[np.float64], basis: NDArray[np.float64]) -> NDArray[np.float64]:
    """The surface through N×3 colours that most of them agree on (weights fall off with the residual)."""
    weights = 1 / (1 + (np.abs(colors - np.median(colors, axis=0)).max(axis=1) / OUTLIER) ** 4)
    ridge = 1e-6 * len(colors) * np.eye(basis.shape[1])
    terms = np.zeros((basis.shape[1], colors.shape[1]))
    for _ in range(10):
        weighted = basis * weights[:, None]
        terms = np.linalg.solve(weighted.T @ basis + ridge, weighted.T @ colors)
        apart = np.abs(colors - basis @ terms).max(axis=1)
        weights = 1 / (1 + (apart / (3 * max(1.0, 1.4826 * float(np.median(apart))))) ** 4)
    return terms


def _alike(small: NDArray[np.float64], surface: NDArray[np.float64], border: Mask) -> Mask:
    """What the first surface explains and the border reaches, without its rim (mixed with the subject)."""
    near = np.abs(small - surface).max(axis=-1) < OUTLIER / 2
    regions, _ = ndimage.label(near)
    reached = np.isin(regions, np.setdiff1d(np.unique(regions[border]), [0]))
    return np.asarray(ndimage.binary_erosion(reached, iterations=2, border_value=1))


def _judged(
    pixels: Pixels, terms: NDArray[np.float64], apart: NDArray[np.float64], places: tuple[Floats, Floats]
) -> Backdrop:
    explained = float((apart < OUTLIER).mean())
    seen = _basis(*places) @ terms
    flatness = float(np.abs(seen - seen.mean(axis=0)).max()) if len(seen) else 0.0
    plain = Backdrop(terms, (0.0, 0.0, 0.0), flatness, explained, touched=explained < _WHOLE_BORDER)
    height, width = pixels.shape[:2]
    rows, columns = (of[:: max(1, len(of) // _ENOUGH)] for of in np.nonzero(border_of(height, width)))
    x, y = (axes(height, width)[0][0, columns], axes(height, width)[1][rows, 0])
    off = np.abs(pixels[rows, columns].T - plain.at(x, y))
    red, green, blue = np.maximum(1.4826 * np.median(off, axis=1), LEAST_NOISE).tolist()
    return Backdrop(terms, (red, green, blue), flatness, explained, plain.touched)


_WHOLE_BORDER = 0.995
_ENOUGH = 20_000  # pixels to measure noise with
