"""The light in which a picture's edges were mixed: sRGB values, as most painters do, or linear light."""

from __future__ import annotations

import numpy as np

from pipeline.picture.cutout.chroma.arrays import Floats
from pipeline.picture.cutout.chroma.layers import Layers, View
from pipeline.picture.cutout.chroma.shapes import EDGE
from pipeline.picture.cutout.chroma.unmix import fit, to_rgb, to_ycc
from pipeline.picture.cutout.planes import near

LEAST_PIXELS = 300  # edge or soft pixels that say something, before anything is concluded
BOWED = (0.7, 1.4)  # of the bow that linear light makes: noise and chroma blur leave some in sRGB
LEAST_BOW = 3.0  # of 255, root mean square: a smaller one is lost in JPEG
BETTER = 0.75  # one light must explain soft parts by one colour so much better than the other
MUCH_BETTER = 0.5  # sRGB, being commoner, is taken for that alone, though soft parts have several colours
VARIED = 0.03  # standard deviation of alpha below which soft parts cannot tell
THIN = 0.05  # alpha below which they hardly differ from the backdrop
HALF_MIXED = (0.15, 0.85)  # alpha at which the two lights differ
CONTRAST = 12.0  # standard deviations between foreground and backdrop
EXPLAINED = 8.0  # standard deviations: farther off, the foreground is another
BLURRED = 3 * EDGE  # px from what is opaque: its chroma is no part of a soft one's
STEPS = 4  # to find the linear alpha; each halves the error and more
_LINEAR_BELOW, _STRAIGHT_BELOW = 0.04045, 0.0031308  # sRGB's own: near black the curve is a line
WELL = 0.05  # of their contrast: so little is left unexplained by noise alone
ONE_COLOR = 0.1  # of their contrast: what may be left unexplained


def decoded(values: Floats) -> Floats:
    """Linear light 0..255 of sRGB 0..255."""
    unit = np.maximum(values, 0) * np.float32(1 / 255)
    bent = ((unit + 0.055) / 1.055) ** np.float32(2.4)
    return np.asarray(np.where(unit <= _LINEAR_BELOW, unit / 12.92, bent) * 255, dtype=np.float32)


def encoded(values: Floats) -> Floats:
    """The sRGB 0..255 of linear light 0..255."""
    unit = np.clip(values * np.float32(1 / 255), 0, 1)
    bent = 1.055 * unit ** np.float32(1 / 2.4) - 0.055
    return np.asarray(np.where(unit <= _STRAIGHT_BELOW, unit * 12.92, bent) * 255, dtype=np.float32)


def is_linear(seen: View, found: Layers, foreground: Floats) -> bool:
    """Whether edges and soft parts of a picture, seen in sRGB, are better explained in linear light."""
    soft = _soft_says(seen, found)
    return BOWED[0] < _bow(seen, found, foreground) < BOWED[1] if soft is None else soft


def _soft_says(seen: View, found: Layers) -> bool | None:
    """Soft parts of one colour: luma is a straight line over the share, in the light they were mixed in."""
    soft = found.soft & ~near(found.core, BLURRED)
    alpha = 1 - seen.share[soft]
    if (alpha > THIN).sum() < LEAST_PIXELS or np.std(alpha) < VARIED:
        return None
    backdrop, calm = seen.backdrop[:, soft], seen.calm[:, soft]
    apart, back = to_ycc(decoded(to_rgb(calm) + backdrop) - decoded(backdrop)), to_ycc(decoded(backdrop))
    linear = -(apart[1:] * back[1:]).sum(axis=0) / np.maximum((back[1:] ** 2).sum(axis=0), 1)
    straight, bent = _unexplained(calm, alpha), _unexplained(apart, linear)
    if straight < MUCH_BETTER * bent:
        return False
    if min(straight, bent) > min(ONE_COLOR, BETTER * max(straight, bent)):
        return None
    return bent < straight and straight > WELL


def _unexplained(apart: Floats, alpha: Floats) -> float:
    """What lines through the origin over alpha leave of three channels, relative to their size."""
    slope = (apart * alpha).sum(axis=1) / (alpha * alpha).sum()
    left = apart - slope[:, None] * alpha
    return float(np.sqrt((left**2).sum() / (apart**2).sum()))


def _bow(seen: View, found: Layers, foreground: Floats) -> float:
    """How far edge pixels bow away from the sRGB line, as a share of the bow that linear light would make."""
    edge = found.edge
    apart, line, backdrop = seen.apart[:, edge], foreground[:, edge], seen.backdrop[:, edge]
    told = fit(apart, line)
    mixed = (told.alpha > HALF_MIXED[0]) & (told.alpha < HALF_MIXED[1])
    good = mixed & (told.contrast > CONTRAST) & (told.apart < EXPLAINED)
    if good.sum() < LEAST_PIXELS:
        return 0.0
    apart, line, backdrop, alpha = apart[:, good], line[:, good], backdrop[:, good], told.alpha[good]
    bright, dark = decoded(np.clip(to_rgb(line) + backdrop, 0, 255)), decoded(backdrop)
    guess = alpha
    for _ in range(STEPS):  # the linear alpha whose colour has the same place along the sRGB line
        bowed = to_ycc(encoded(dark + guess * (bright - dark)) - backdrop)
        reached = fit(bowed, line).alpha
        guess = np.clip(guess + alpha - reached, 0, 1)
    weight = np.array([[1], [0.3], [0.3]], np.float32)
    bow, rest = bowed - reached * line, apart - alpha * line
    size = float((weight * bow * bow).sum())
    return float((weight * rest * bow).sum()) / size if size > LEAST_BOW**2 * good.sum() else 0.0
