"""What is behind the subject of each render: white and black with a gradient, a vignette and noise."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy import ndimage

from pipeline.picture.cutout.difference.light import (
    FULL,
    TINY,
    Doubles,
    Floats,
    Mask,
    Pixels,
    Seen,
    reduced,
)
from pipeline.picture.cutout.surface import BORDER, border_of

SMALL: Final = 256  # px, longer side of what backdrops, tone and agreement are measured on
ROUNDS: Final = 8  # of counting strays less; more change nothing that eight bits show
_STEP: Final = 4.0  # of 255: a gradient's misfit and averaged noise stay below, however rough the border
_POINTS: Final = 3000  # known pixels that a surface is put through
_STRAY: Final = 12.0  # of 255: a border pixel this far from the median counts half at first
_BLUR: Final = 25  # px of the small picture over which a backdrop's misfit is smoothed


def measured(white: Pixels, black: Pixels) -> tuple[Seen, Mask]:
    """Both renders (H×W×3 uint8 sRGB) made small, with their backdrops, and where these are bare."""
    smalls = [reduced(each, SMALL).astype(np.float32) for each in (white, black)]
    bare = _bare(smalls)
    known = bare if bare.mean() > BORDER else border_of(*bare.shape)
    surfaces = [surface(each, known) for each in smalls]
    behind = [_closer(each, under, bare) for each, under in zip(smalls, surfaces, strict=True)]
    return Seen(smalls[0], smalls[1], behind[0], behind[1]), bare


def surface(picture: Floats, known: Mask) -> Floats:
    """A quadratic surface through the known pixels (h×w×3 → h×w×3), those off it counting little."""
    height, width = known.shape
    y, x = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    basis = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], -1)
    some = slice(None, None, 1 + int(known.sum()) // _POINTS)
    factors = _fitted(basis[known][some], picture[known][some].astype(np.float64))
    return (basis @ factors).astype(np.float32)


def _fitted(terms: Doubles, values: Doubles) -> Doubles:
    """n×6 terms and n×3 values → 6×3 factors."""
    weight = 1 / (1 + (np.abs(values - np.median(values, 0)).max(1) / _STRAY) ** 2)
    factors = np.zeros((6, 3))
    for _ in range(ROUNDS):
        weighted = terms * weight[:, None]
        factors = np.linalg.solve(weighted.T @ terms + TINY * np.eye(6), weighted.T @ values)
        off = np.abs(values - terms @ factors).max(1)
        weight = 1 / (1 + (off / (3 * max(0.7, 1.5 * float(np.median(off))))) ** 4)
    return factors


def _bare(smalls: list[Floats]) -> Mask:
    """Where both pictures are on a surface through their border, and so is all the way to it."""
    edge = border_of(*smalls[0].shape[:2])
    off = np.maximum(*(np.abs(each - surface(each, edge)).max(2) for each in smalls))
    usual = float(np.percentile(off[edge], 90))
    fits = off < np.clip(3 * usual, 1, _STEP)
    labels, _ = ndimage.label(fits)
    bare = fits & np.isin(labels, np.unique(labels[edge & fits]))
    return np.asarray(ndimage.binary_erosion(bare, iterations=2, border_value=1))


def _closer(picture: Floats, under: Floats, bare: Mask) -> Floats:
    """A surface bent to what is seen of the backdrop: it is not quadratic where it is clipped."""
    share = ndimage.uniform_filter(bare.astype(np.float32), _BLUR)[..., None]
    rest = ndimage.uniform_filter((picture - under) * bare[..., None], (_BLUR, _BLUR, 1)) / (share + 0.05)
    return np.asarray(np.clip(under + rest, 0, FULL))
