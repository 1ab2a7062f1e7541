"""The second render's tone against the first's, and the light in which both were composited."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy import ndimage

from pipeline.picture.cutout.difference.backdrops import ROUNDS
from pipeline.picture.cutout.difference.light import FULL, Floats, Seen
from pipeline.picture.cutout.difference.relations import OPAQUE

_LEAST_OPAQUE: Final = 0.004  # share of the picture that must be opaque to calibrate the tone on it
_FLAT: Final = 0.04  # by how much the share of backdrop may vary around an opaque pixel
_PRIOR: Final = (0.02, 4.0)  # of gain, and of offset in 255ths: what an edit changes without being asked
_POINTS: Final = 200  # pixels that tell as much as all the opaque ones, whose errors go together
_LEAST_TONES: Final = 20
_LEAST_POINTS: Final = 30
_LINEAR_GAIN: Final = (
    0.5  # linear light must halve the disagreement of the channels, for tone disturbs it too
)
_LINEAR_LEAST: Final = 0.03  # disagreement about alpha that noise and tone do not explain


def tone(small: Seen) -> tuple[Floats, Floats]:
    """Gain and offset of the second render's channels, from what is opaque; 1 and 0 where too little is."""
    gain, offset = np.ones(3, np.float32), np.zeros(3, np.float32)
    clear = small.clear()
    flat = ndimage.maximum_filter(clear, 5) - ndimage.minimum_filter(clear, 5) < _FLAT
    solid = ndimage.binary_erosion(np.abs(clear) < OPAQUE, iterations=2) & flat
    if solid.mean() >= _LEAST_OPAQUE:
        for channel in range(3):
            gain[channel], offset[channel] = _line(
                small.white[solid][:, channel], small.black[solid][:, channel]
            )
    return gain, offset


def fits_linear(small: Seen) -> bool:
    """Whether the channels agree much better about alpha in linear light, where something is translucent.

    Only pixels where they disagree in one of both tell anything: a grey shadow fits either.
    """
    clear = small.clear()
    flat = np.abs(ndimage.uniform_filter(clear, 3) - clear) < _FLAT
    some = small.part(flat & (clear > OPAQUE) & (clear < 1 - OPAQUE))
    as_is, in_linear = _disagreement(some), _disagreement(some.linear())
    telling = np.maximum(as_is, in_linear) > _LINEAR_LEAST
    if telling.sum() < _LEAST_POINTS:
        return False
    usual = float(np.median(as_is[telling]))
    return usual > _LINEAR_LEAST and float(np.median(in_linear[telling])) < _LINEAR_GAIN * usual


def _line(values: Floats, toned: Floats) -> tuple[float, float]:
    """Gain and offset that make ``toned`` of ``values``, clipped values and strays aside."""
    unclipped = (toned > 1) & (toned < FULL - 1) & (values < FULL - 1)
    if unclipped.sum() < _LEAST_TONES:
        return 1.0, 0.0
    terms = np.stack([values[unclipped], np.ones(int(unclipped.sum()))], 1).astype(np.float64)
    off = toned[unclipped] - values[unclipped]
    prior = np.diag(1 / np.array(_PRIOR) ** 2)
    found = np.array([0.0, float(np.median(off))])
    for _ in range(ROUNDS):
        rest = np.abs(off - terms @ found)
        spread = max(1.0, 1.5 * float(np.median(rest)))
        weight = min(1.0, _POINTS / rest.size) / (1 + (rest / (2 * spread)) ** 2) / spread**2
        weighted = terms * weight[:, None]
        found = np.linalg.solve(weighted.T @ terms + prior, weighted.T @ off)
    return 1 + float(found[0]), float(found[1])


def _disagreement(some: Seen) -> Floats:
    """By how much the three channels differ about alpha, for a list of n pixels: n."""
    shares = (some.white - some.black) / np.maximum(some.behind_white - some.behind_black, 1)
    return np.asarray(np.ptp(shares, axis=1), np.float32)
