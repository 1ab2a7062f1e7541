"""A colour key for chroma backdrops: the subject, its alpha and its own colours, off one saturated colour.

The picture is understood at no more than ``layers.SIDE`` px: which pixels are backdrop, subject, soft or
edge, and what colour lies behind each edge pixel. At full size only edges and soft parts are worked on again.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipeline.picture.cutout.chroma.arrays import Floats, Mask, Pixels
from pipeline.picture.cutout.chroma.backdrop import Backdrop, estimate
from pipeline.picture.cutout.chroma.enlarge import enlarged
from pipeline.picture.cutout.chroma.facts import Facts, facts_of, nothing
from pipeline.picture.cutout.chroma.layers import LEAST_APART, SIDE, View, ground_of, layers_of, view
from pipeline.picture.cutout.chroma.light import decoded, is_linear
from pipeline.picture.cutout.chroma.paint import painted
from pipeline.picture.cutout.chroma.solve import Solved, is_shadow, solve
from pipeline.picture.cutout.chroma.straight import straightened
from pipeline.picture.cutout.chroma.through import Through, nothing_through, through

__all__ = ["Facts", "Light", "Shadow", "key"]

Shadow = Literal["keep", "drop"]
Light = Literal["auto", "srgb", "linear"]

MARGIN = 12  # px round the subject, so that blurs see backdrop


class Scene(NamedTuple):
    """A picture cut to its subject, at the size it is understood at."""

    box: tuple[slice, slice]
    planes: Floats  # 3×H×W, R, G, B
    backdrop: Floats
    seen: View  # both in sRGB
    ground: Mask
    clear: Through


def key(
    pixels: Pixels, *, translucent: bool | None = None, shadow: Shadow = "keep", light: Light = "auto"
) -> tuple[Pixels, Facts]:
    """Cut the subject of H×W×3 or H×W×4 uint8 sRGB ``pixels`` off its backdrop: H×W×4, straight alpha.

    Alpha that ``pixels`` have is not looked at. ``translucent``: the backdrop shows through the subject
    (True), through nothing but shadow and glow (False), or judge (None: a part is translucent when the
    backdrop's own gradient shows through, or when one foreground of a possible colour explains it).
    ``shadow``: keep shadows as black alpha, or drop them. ``light``: the light in which edges were mixed.

    Pure and deterministic; the input is left alone. Colour is zero where alpha is zero. Raises nothing: what
    has no saturated backdrop comes back with a confidence of about 0, what is all backdrop comes back empty.
    """
    pixels = np.ascontiguousarray(pixels[..., :3])
    back = estimate(pixels)
    step = max(1, -(-max(pixels.shape[:2]) // SIDE))
    small = np.asarray(Image.fromarray(pixels).reduce(step)) if step > 1 else pixels
    box = _box(small, back)
    if box is None:
        return np.zeros((*pixels.shape[:2], 4), np.uint8), nothing(back)
    solved, linear = _solved(_scene(small, back, box, translucent=translucent), light, translucent)
    solved = straightened(solved)
    if shadow == "drop":
        solved.alpha[is_shadow(solved)] = 0
    result = painted(small, solved, linear=linear)
    facts = facts_of(back, solved, linear=linear)
    return (enlarged(pixels, result, solved, back, step, linear=linear) if step > 1 else result), facts


def _scene(small: Pixels, back: Backdrop, box: tuple[slice, slice], *, translucent: bool | None) -> Scene:
    planes = np.ascontiguousarray(small[box].transpose(2, 0, 1), dtype=np.float32)
    behind = back.planes(small.shape[0], small.shape[1], box)
    seen = view(planes, behind)
    ground = ground_of(seen.calm, max(back.noise))
    clear = nothing_through(ground) if translucent is False else through(seen.apart, behind, ground)
    return Scene(box, planes, behind, seen, ground, clear)


def _solved(scene: Scene, light: Light, translucent: bool | None) -> tuple[Solved, bool]:  # noqa: FBT001
    """Alpha and colours, and whether they were mixed in linear light."""
    if light != "linear":
        solved = _solved_in(scene, scene.seen, translucent=translucent)
        # declared alpha follows the gamut, not a line: it says nothing about the light
        if light == "srgb" or translucent or not is_linear(scene.seen, solved.layers, solved.foreground):
            return solved, False
    seen = view(decoded(scene.planes), decoded(scene.backdrop))
    return _solved_in(scene, seen, translucent=translucent), True


def _solved_in(scene: Scene, seen: View, *, translucent: bool | None) -> Solved:
    found = layers_of(seen, scene.ground, scene.clear, translucent=translucent)
    return solve(seen, found, scene.box, translucent=translucent)


def _box(small: Pixels, back: Backdrop) -> tuple[slice, slice] | None:
    """Where the picture is not all backdrop, with a margin; None: nowhere."""
    half = np.asarray(Image.fromarray(small).reduce(2)).transpose(2, 0, 1)
    apart = np.abs(half - back.planes(half.shape[1], half.shape[2])).max(axis=0)
    other = apart > max(LEAST_APART, *back.noise)
    rows, columns = np.flatnonzero(other.any(axis=1)), np.flatnonzero(other.any(axis=0))
    if not len(rows):
        return None
    return _padded(rows, small.shape[0]), _padded(columns, small.shape[1])


def _padded(halves: NDArray[np.intp], size: int) -> slice:
    return slice(max(0, 2 * int(halves[0]) - MARGIN), min(size, 2 * int(halves[-1]) + 2 + MARGIN))
