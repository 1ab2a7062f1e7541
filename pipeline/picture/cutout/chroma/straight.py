"""Edges that run along the pixel grid: as sharp everywhere as they are on average.

JPEG keeps chroma at half resolution, and noise decides pixel by pixel whether one beside an edge counts as
opaque or as mixed. Along a slanting edge that is lost among its steps. Along an upright or level one it is a
ragged line of dashes, though the true edge lies at the same fraction of a pixel all along.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import ndimage

from pipeline.picture.cutout.chroma.arrays import Floats, Mask, Places
from pipeline.picture.cutout.chroma.solve import EMPTY, OPAQUE, Solved

REACH = 8  # px along the edge, either way, that its place is averaged over
ACROSS = 3  # px on either side, beyond which there is nothing but subject or backdrop
CROSSED = 0.9  # alpha from one side to the other: less is no edge of something opaque
EVEN, SHAKY = 0.1, 0.45  # px, standard deviation of the edge's place: nothing to mend; no straight edge
SLANT, BEND = 0.35, 0.2  # px by which the place may differ from end to end, and in the middle: straight
ENDS = 5  # px of a window, at its either end and in its middle


def straightened(solved: Solved) -> Solved:
    """``solved`` with the alpha along straight upright and level edges evened out, and the colour with it."""
    near = _beside_edges(solved.alpha) & ~solved.layers.soft
    alpha, foreground, core = solved.alpha.copy(), solved.foreground.copy(), solved.layers.core.copy()
    for axis in (0, 1):
        place = _straight(solved.alpha, near, axis)
        run = _run(place, axis)
        alpha[place] = solved.alpha[run].mean(axis=0)
        mixed = ~solved.layers.core[run]
        share = mixed / np.maximum(mixed.sum(axis=0), 1)
        told = (solved.foreground[:, *run] * share).sum(axis=1)
        foreground[:, *place] = np.where(mixed.any(axis=0), told, foreground[:, *place])
        core[place] &= alpha[place] >= OPAQUE
    return solved._replace(alpha=alpha, foreground=foreground, layers=replace(solved.layers, core=core))


def _beside_edges(alpha: Floats) -> Mask:
    """Mixed pixels and their neighbours, but for the picture's margin."""
    mixed = (alpha > EMPTY) & (alpha < OPAQUE)
    near = np.zeros_like(mixed)
    inner = (slice(REACH, -REACH),) * 2
    near[inner] = ndimage.binary_dilation(mixed, np.ones((3, 3), bool))[inner]
    return near


def _straight(alpha: Floats, near: Mask, axis: int) -> Places:
    """Of the pixels ``near`` an edge those where it runs straight along ``axis``."""
    rows, columns = np.nonzero(near)
    place = (rows, columns)
    ends = [_moved(place, 1 - axis, by) for by in (-ACROSS, ACROSS)]
    inside, outside = (alpha[_run(end, axis)] for end in ends)
    crossed = (np.abs(inside - outside) > CROSSED).all(axis=0)
    place = (rows[crossed], columns[crossed])
    width = 2 * ACROSS + 1
    lies = (ndimage.uniform_filter1d(alpha, width, axis=1 - axis) * width)[_run(place, axis)]
    spread = lies.std(axis=0)
    straight = (spread > EVEN) & (spread < SHAKY)
    straight &= np.abs(lies[:ENDS].mean(axis=0) - lies[-ENDS:].mean(axis=0)) < SLANT
    middle = slice(REACH - ENDS // 2, REACH + ENDS // 2 + 1)
    straight &= np.abs(lies[middle].mean(axis=0) - lies.mean(axis=0)) < BEND
    return place[0][straight], place[1][straight]


def _run(place: Places, axis: int) -> Places:
    """For each of N pixels those along ``axis`` around it: rows and columns, each (2 × ``REACH`` + 1)×N."""
    steps = np.arange(-REACH, REACH + 1)[:, None]
    rows, columns = place
    return (rows + steps, columns + 0 * steps) if axis == 0 else (rows + 0 * steps, columns + steps)


def _moved(place: Places, axis: int, by: int) -> Places:
    rows, columns = place
    return (rows + by, columns) if axis == 0 else (rows, columns + by)
