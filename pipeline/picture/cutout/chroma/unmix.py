"""Taking a known backdrop out of mixed pixels: foreground candidates, and how well they explain a pixel.

Colours are differences from the backdrop in Y, Cb, Cr (JFIF's weights, of 255): JPEG and the networks that
paint pictures keep luma sharp and blur chroma, so the two are trusted differently. Planes are 3×H×W or 3×N
float32.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.picture.cutout.chroma.arrays import Floats

LUMA_ERROR = 3.0  # of 255: noise, JPEG and shading of the foreground, as a standard deviation
CHROMA_ERROR = 0.2  # of the chroma contrast: what 4:2:0 moves across an edge
SHARPEN = 0.6  # an edge seen in chroma alone is up to twice as wide as drawn; half of that is taken back
LEAST_CONTRAST = 4.0  # standard deviations: a nearer foreground explains nothing; chroma alone has 5 at most

_TO_YCC = ((0.299, 0.587, 0.114), (-0.1687, -0.3313, 0.5), (0.5, -0.4187, -0.0813))
_TO_RGB = ((1.0, 0.0, 1.402), (1.0, -0.34414, -0.71414), (1.0, 1.772, 0.0))


@dataclass(frozen=True, slots=True)
class Fit:
    """How N pixels lie on the line from the backdrop to a foreground."""

    alpha: Floats  # share of the foreground, 0..1
    apart: Floats  # distance from the line, in standard deviations
    contrast: Floats  # length of the line, in standard deviations


def to_ycc(planes: Floats) -> Floats:
    """R, G, B planes → Y, Cb, Cr; linear, so differences stay differences."""
    return _mixed(_TO_YCC, planes)


def to_rgb(planes: Floats) -> Floats:
    """Y, Cb, Cr planes → R, G, B."""
    return _mixed(_TO_RGB, planes)


def fit(pixels: Floats, foreground: Floats, sharpen: Floats | float = 0.0) -> Fit:
    """Unmix 3×N ``pixels`` with 3×N ``foreground`` (both as differences from the backdrop).

    ``sharpen`` (0..1, per pixel or for all) steepens alpha where only chroma tells the two apart.
    """
    luma = np.float32(1 / LUMA_ERROR**2)
    chroma = 1 / (LUMA_ERROR**2 + CHROMA_ERROR**2 * (foreground[1] ** 2 + foreground[2] ** 2))
    by_luma = luma * foreground[0] ** 2
    length = np.maximum(by_luma + chroma * (foreground[1] ** 2 + foreground[2] ** 2), 1e-6)
    along = (
        chroma * (pixels[1] * foreground[1] + pixels[2] * foreground[2]) + luma * pixels[0] * foreground[0]
    )
    alpha = np.clip(along / length, 0, 1)
    rest = pixels - alpha * foreground
    apart = np.sqrt(luma * rest[0] ** 2 + chroma * (rest[1] ** 2 + rest[2] ** 2))
    steep = 1 + SHARPEN * sharpen * (1 - by_luma / length)
    return Fit(np.clip(0.5 + (alpha - 0.5) * steep, 0, 1), apart, np.sqrt(length))


def gamut_share(apart: Floats, backdrop: Floats) -> Floats:
    """The least alpha that leaves a foreground inside sRGB; both 3×N R, G, B, ``apart`` from the backdrop."""
    share = np.maximum(apart / (256 - backdrop), -apart / (backdrop + 1)).max(axis=0)
    return np.asarray(np.clip(share, 0, 1), dtype=np.float32)


def _mixed(matrix: tuple[tuple[float, ...], ...], planes: Floats) -> Floats:
    return np.tensordot(np.array(matrix, np.float32), planes, 1)
