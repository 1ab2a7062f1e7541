"""Alpha that a picture came with: whether it means something, what it shows, and never giving more of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.picture.cutout.planes import label, reduced

if TYPE_CHECKING:
    from pipeline.picture.cutout.method import Pixels

CLEAR = 8  # of 255: below it a pixel is see-through to the eye
SOME = 0.0005  # share of clear pixels: fewer are blemishes, not transparency
MUCH = 0.01  # share of clear pixels: fewer may be mere rounded corners of an opaque picture
FRAMED = 0.5  # share of the outermost pixels that must show something for there to be a backdrop
OPAQUE = 255
SHAPES = 512  # px of the longer side at which holes are looked for
HOLE = 12  # px at ``SHAPES``: a hole 4 px wide; smaller ones are noise
EMPTY = 32  # of 255: more is a tinted pane, not a hole
_RGBA = 4  # channels


def is_clear(pixels: Pixels, share: float = MUCH) -> bool:
    """Whether more than ``share`` (0..1) of H×W×3 or H×W×4 uint8 pixels are see-through."""
    return pixels.shape[2] == _RGBA and float((pixels[..., 3] < CLEAR).mean()) > share


def is_framed(pixels: Pixels) -> bool:
    """Whether most of the outermost pixels show something, and so may be backdrop."""
    return pixels.shape[2] != _RGBA or float((_rim(pixels)[:, 3] >= CLEAR).mean()) >= FRAMED


def opaque(pixels: Pixels) -> Pixels:
    """H×W×3 uint8 sRGB: the picture on the median colour of its outermost visible pixels."""
    if pixels.shape[2] != _RGBA:
        return pixels
    if pixels[..., 3].min() == OPAQUE:
        return np.ascontiguousarray(pixels[..., :3])
    rim = _rim(pixels)
    seen = rim[rim[:, 3] >= CLEAR, :3]
    behind = np.median(seen, axis=0) if len(seen) else np.full(3, OPAQUE)
    share = pixels[..., 3:].astype(np.float32) / OPAQUE
    mixed = pixels[..., :3] * share + behind.astype(np.float32) * (1 - share)
    return np.asarray(mixed.round(), dtype=np.uint8)


def bounded(found: Pixels, pixels: Pixels) -> Pixels:
    """``found``, H×W×4, with no more alpha than ``pixels`` had: the product of both."""
    if pixels.shape[2] != _RGBA or pixels[..., 3].min() == OPAQUE:
        return found
    out = found.copy()
    out[..., 3] = found[..., 3].astype(np.uint16) * pixels[..., 3] // OPAQUE
    return out


def enclosed(alpha: Pixels) -> tuple[float, ...]:
    """The empty parts of H×W uint8 alpha that what is not empty encloses, as shares of the picture.

    What touches the border is no hole, nor is a speck.
    """
    empty = reduced(alpha, max(1, max(alpha.shape) // SHAPES)) < EMPTY
    labels, count = label(np.pad(empty, 1, constant_values=True))
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    sizes[[0, labels[0, 0]]] = 0
    return tuple((sizes[sizes >= HOLE] / empty.size).tolist())


def _rim(pixels: Pixels) -> Pixels:
    """N×C: the outermost pixels."""
    return np.concatenate([pixels[0], pixels[-1], pixels[1:-1, 0], pixels[1:-1, -1]])
