"""Shadows among what two renders found: for who wants the subject without them."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy import ndimage

from pipeline.picture.cutout.difference.light import FULL, Mask, Pixels, luma

_WIDE: Final = 7  # px: an edge is never so wide, a shadow is
_DARK: Final = 60.0  # luma of 255: a shadow's own colour is darker
_OPAQUE: Final = 0.98  # of alpha: what is noise short of one is no shadow


def without_shadows(found: Pixels) -> Pixels:
    """H×W×4 uint8 sRGB, straight alpha: alpha 0 where soft parts are dark, which is what a shadow adds to any
    backdrop. Edges are narrow and stay, glow is light and stays.
    """
    alpha = found[..., 3]
    soft = (alpha > 0) & (alpha < _OPAQUE * FULL)
    shadow = _wide(soft) & soft & (luma(found[..., :3].astype(np.float32)) < _DARK)
    kept = found.copy()
    kept[shadow, 3] = 0
    return kept


def _wide(soft: Mask) -> Mask:
    """Where ``soft`` is wide, and its rim."""
    core = ndimage.minimum_filter(soft.view(np.uint8), _WIDE)
    return np.asarray(ndimage.maximum_filter(core, 2 * _WIDE - 1)).astype(bool)
