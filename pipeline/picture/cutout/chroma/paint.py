"""Pixels from alpha and colour."""

from __future__ import annotations

import numpy as np

from pipeline.picture.cutout.chroma.arrays import Floats, Mask, Pixels
from pipeline.picture.cutout.chroma.light import encoded
from pipeline.picture.cutout.chroma.solve import EMPTY, Solved
from pipeline.picture.cutout.chroma.unmix import to_rgb, to_ycc

FAINT, CLEAR = 0.2, 0.7  # alpha: below it the candidate's colour is taken, above it the pixel's own, unmixed
SPILL = 0.02  # share of the backdrop's chroma that an edge may have more than the subject beside it: noise


def painted(small: Pixels, solved: Solved, *, linear: bool) -> Pixels:
    """The cut-out at the size it was understood at."""
    mixed = (solved.alpha > 0) & ~solved.layers.core
    alpha = solved.alpha[mixed]
    backdrop, soft = solved.seen.backdrop[:, mixed], solved.layers.soft[mixed]
    color = foreground(solved.seen.apart[:, mixed], alpha, solved.foreground[:, mixed], soft, backdrop)
    result = np.zeros((*small.shape[:2], 4), np.uint8)
    part = result[solved.box]
    part[..., :3] = small[solved.box]
    part[..., 3] = (solved.alpha * 255).round()
    part[mixed, :3] = srgb(to_rgb(color) + backdrop, linear=linear).T
    part *= part[..., 3:] > 0
    return result


def foreground(apart: Floats, alpha: Floats, candidate: Floats, soft: Mask, backdrop: Floats) -> Floats:
    """The subject's own colour at N pixels: unmixed, or the candidate where that is noise."""
    trust = np.clip((alpha - FAINT) / (CLEAR - FAINT), 0, 1)
    trust = np.where(soft, np.clip(alpha / FAINT, 0, 1), trust)
    own = trust * apart / np.maximum(alpha, EMPTY) + (1 - trust) * candidate
    return np.asarray(np.where(soft, own, _without_spill(own, candidate, backdrop, alpha)), dtype=np.float32)


def _without_spill(own: Floats, candidate: Floats, backdrop: Floats, alpha: Floats) -> Floats:
    """``own`` without the chroma that JPEG carried over from the backdrop into an edge.

    Half the chroma's resolution is gone, so that a pixel opaque by its luma may still be tinged. What it has
    of the backdrop's chroma more than the candidate, the subject beside it, is taken out. Where alpha is less
    than 1, unmixing may have taken too much of it, and what is missing is put back.
    """
    back = to_ycc(backdrop)[1:]
    more = ((own - candidate)[1:] * back).sum(axis=0) / np.maximum((back * back).sum(axis=0), 1)
    clean = own.copy()
    least = np.where(alpha < 1, np.float32(-SPILL), np.float32(-np.inf))
    clean[1:] -= (more - np.clip(more, least, SPILL)) * back
    return clean


def srgb(planes: Floats, *, linear: bool) -> Pixels:
    planes = np.clip(planes, 0, 255)
    return (encoded(planes) if linear else planes).round().astype(np.uint8)
