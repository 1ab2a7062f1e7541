"""Keying: the subject told from its backdrop by colour, in one picture, without a network."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from pipeline.errors import ProcessError
from pipeline.picture.cutout import neutral
from pipeline.picture.cutout.alpha import CLEAR, OPAQUE, bounded, enclosed, is_framed, opaque
from pipeline.picture.cutout.border import Border, color_of, kind_of, look
from pipeline.picture.cutout.chroma.key import key as chroma_key
from pipeline.picture.cutout.method import Found
from pipeline.picture.cutout.surface import Surface

if TYPE_CHECKING:
    from pipeline.picture.cutout.method import Pixels
    from pipeline.picture.cutout.surface import Ground
    from pipeline.recipe.spec import Cutout

LEAST_FIT = 0.2  # share of the border that one smooth surface must explain for a key to begin at all
MOST_NOISE = 12.0  # levels round that surface, beyond which it explains nothing: photographs have 10 and more
GUESSED = "translucent parts were guessed: a coloured backdrop, or two renders, would show them"
NEUTRAL = "what shows through cannot be told on a colourless backdrop: use a coloured one, or two renders"
UNTOLD = 0.5  # of the confidence, where a subject said to be translucent is on such a backdrop
HALF = 128  # of 255
PAINTED = 0.6  # of the confidence, where the backdrop is a painted checkerboard, whose squares drift
ALONE = 0.2  # of 1: the doubt that a network would have dispelled


def remove(pixels: Pixels, settings: Cutout, *, on_black: Pixels | None = None, threads: int = 0) -> Found:
    """The subject of ``pixels``, H×W×3 or H×W×4 uint8 sRGB, off whatever its border shows.

    A picture that is clear all round has no backdrop and is kept. Raises ``ProcessError`` when hardly any of
    the border lies on one smooth surface.
    """
    del on_black, threads
    if not is_framed(pixels):
        return Found(pixels.copy(), "native", 1.0)
    seen = opaque(pixels)
    border = look(seen)
    found = _forced(seen, border, settings) if border.kind == "busy" else keyed(seen, border, settings)
    return replace(found, pixels=bounded(found.pixels, pixels))


def keyed(pixels: Pixels, border: Border, settings: Cutout, mask: Pixels | None = None) -> Found:
    """H×W×3 uint8 sRGB keyed against its border, which is not busy.

    ``mask``, H×W uint8, is what the network of ``settings.model`` takes for the subject; a saturated backdrop
    has no use for it.
    """
    if border.kind == "chroma":
        cut, facts = chroma_key(pixels, translucent=settings.translucent, shadow=settings.shadow)
        return Found(cut, "key", facts.confidence, border.color)
    found = neutral.key(pixels, mask, surface=border.ground, shadow=settings.shadow)
    sure = confidence(found, mask, border.ground) * (PAINTED if border.kind == "checkerboard" else 1)
    warnings = (GUESSED,) if found.glass else ()
    if settings.translucent and not found.panes:
        sure, warnings = sure * UNTOLD, (NEUTRAL,)
    method = "key" if mask is None else f"key+rembg:{settings.model}"
    return Found(found.pixels, method, sure, border.color, warnings)


def confidence(found: neutral.Keyed, mask: Pixels | None, ground: Ground) -> float:
    """How likely a neutral key is right, 0..1.

    Key and network agreeing is the best sign there is (their errors have nothing in common); holes that the
    network closed are disagreement too, but the key is nearly always right about those, so it counts by half.
    What only the network said, and edges off the line between subject and backdrop, count against it.
    Without a network, so does what it would have told: holes from white parts, and shade from shadow.
    """
    alpha = found.pixels[..., 3]
    doubt = 0.03 * max(0.0, found.residual - 1) + 0.3 * found.glass + (1 - ground.fits)
    doubt += 0.5 * found.guessed + (_disagreed(alpha, mask) if mask is not None else ALONE + _unsaid(alpha))
    return float(np.clip(1 - doubt, 0, 1))


def _disagreed(alpha: Pixels, mask: Pixels) -> float:
    ours, its = alpha >= HALF, mask >= HALF
    either = max(1, int((ours | its).sum()))
    return (0.7 * int((ours & ~its).sum()) + 0.4 * int((its & ~ours).sum())) / either


def _unsaid(alpha: Pixels) -> float:
    """Shares of what there is that are hazy, or holes."""
    there = alpha >= CLEAR
    hazy = int((there & (alpha < OPAQUE)).sum()) / max(1, int(there.sum()))
    empty = sum(enclosed(alpha))
    return 0.5 * hazy + 0.5 * empty / max(1e-6, empty + float(there.mean()))


def _forced(pixels: Pixels, border: Border, settings: Cutout) -> Found:
    """The key on a border that is no flat backdrop: what can be done."""
    surface = border.ground
    if not isinstance(surface, Surface) or surface.fits < LEAST_FIT or surface.noise > MOST_NOISE:
        raise ProcessError(
            "The backdrop is not flat: there is no colour to key on.",
            hint="Use method auto or rembg, or ask for a flat backdrop.",
        )
    flat = Border(kind_of(surface), surface, color_of(surface))
    found = keyed(pixels, flat, settings)
    return replace(found, confidence=found.confidence * surface.fits * 0.5, backdrop="")
