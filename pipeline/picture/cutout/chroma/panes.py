"""Pixels round a see-through part of known alpha: mixed with the backdrop, or with what adjoins it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pipeline.picture.cutout.chroma.arrays import Floats, Mask, Places
from pipeline.picture.cutout.chroma.layers import Layers, View
from pipeline.picture.cutout.chroma.spread import nearby
from pipeline.picture.cutout.chroma.unmix import LEAST_CONTRAST, fit

EXPLAINS = 3.0  # standard deviations: what lies farther from both lines is something else


class Panes(NamedTuple):
    """What see-through parts tell about N pixels."""

    known: Mask
    alpha: Floats


def panes(colors: Floats, seen: View, found: Layers, place: Places) -> Panes:
    """Alpha of N pixels at ``place``, ``colors`` (3×N) apart from the backdrop, where panes explain it.

    An edge of a pane lies on the line from the backdrop to the pane's colour, or from that to the colour of
    the opaque part beside it. Along either, alpha changes evenly.
    """
    near = found.clear.near[place]
    alpha, known = np.zeros(len(near), np.float32), near.copy()
    if near.any():
        known[near], alpha[near] = _mixed(colors[:, near], seen, found, (place[0][near], place[1][near]))
    return Panes(known, alpha)


def _mixed(colors: Floats, seen: View, found: Layers, place: Places) -> tuple[Mask, Floats]:
    known = found.clear.alpha > 0
    pane = nearby(np.concatenate([seen.calm, found.clear.alpha[None]]), known)[:, *place]
    pane, own = pane[:3], pane[3]
    out = fit(colors, pane)
    alpha, apart = out.alpha * own, out.apart
    if (found.core & found.clear.other).any():
        beside = nearby(seen.apart, found.core & found.clear.other)[:, *place] - pane
        into = fit(colors - pane, beside)
        better = (into.apart < apart) & (into.contrast > LEAST_CONTRAST)
        alpha = np.where(better, own + into.alpha * (1 - own), alpha)
        apart = np.where(better, into.apart, apart)
    return apart < EXPLAINS, alpha.astype(np.float32)
