"""Two renders of one subject become the subject: the steps in their order."""

from __future__ import annotations

from typing import Final

from pipeline.errors import ProcessError
from pipeline.picture.cutout.difference import agreement, alignment, backdrops, matte
from pipeline.picture.cutout.difference.agreement import Facts
from pipeline.picture.cutout.difference.light import FULL, Pixels, tables
from pipeline.picture.cutout.difference.tone import fits_linear, tone

_LEAST_SIDE: Final = 24  # px, of the reduced picture too: a border, a subject and room to tell them apart


def solve(
    on_white: Pixels, on_black: Pixels, *, linear: bool | None = None, threads: int = 0
) -> tuple[Pixels, Facts]:
    """The subject of two renders: two H×W×3 uint8 sRGB → H×W×4 uint8 sRGB with straight alpha, and facts.

    The result has the place and tone of ``on_white``. ``linear`` tells whether the renders were composited in
    linear light; None decides by which fits better. ``threads`` share the work, 0: one a core. Raises
    ``ProcessError`` when the sizes differ, and for pictures too small or too narrow to measure anything on.
    """
    _check(on_white, on_black)
    place, likeness = alignment.align(on_white, on_black)
    black = alignment.moved(on_black, place, alignment.WHOLE)
    small, backdrop = backdrops.measured(on_white, black)
    gain, offset = tone(small)
    small = small.toned(gain, offset)
    color, dark = (each.mean((0, 1)) for each in (small.behind_white, small.behind_black))
    linear = fits_linear(small) if linear is None else linear
    small = small.linear() if linear else small
    pair = matte.Pair(on_white, black, tables(gain, offset, linear=linear), small, linear)
    noise = matte.noise(pair)
    misfit, patch = agreement.misfit(small, backdrop)
    facts = Facts(
        shift=place.move,
        scale=(1 + place.grow[0], 1 + place.grow[1]),
        gain=tuple(float(each) for each in gain),
        offset=tuple(float(each) for each in offset),
        noise=noise,
        linear=linear,
        misfit=misfit,
        patch=patch,
        likeness=likeness,
        span=float((color - dark).mean()) / FULL,
        backdrop="#{:02X}{:02X}{:02X}".format(*color.round().astype(int)),
    )
    return matte.cut(pair, noise, backdrop, threads), facts


def measurable(size: tuple[int, int]) -> bool:
    """Whether a picture of that height and width (px) is large enough, and not too narrow once reduced."""
    block = max(1, -(-max(size) // backdrops.SMALL))
    return min(size) // block >= _LEAST_SIDE


def _check(on_white: Pixels, on_black: Pixels) -> None:
    if on_white.shape != on_black.shape:
        raise ProcessError("The render on white and the render on black differ in size.")
    height, width = on_white.shape[:2]
    if not measurable((height, width)):
        raise ProcessError(f"Two renders of {width}×{height} px are too small or too narrow to be compared.")
