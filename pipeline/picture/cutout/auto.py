"""The method that suits a picture, chosen by what it comes with and by its border.

=====================  ===============================================================================
picture                method
=====================  ===============================================================================
real alpha             ``native``: kept
a second, on black     ``difference``, if the two match; else by the border of the first
flat, a colour         ``key``; no network, which a saturated backdrop would mislead
flat, no colour        ``key+rembg``: the key decides edges and holes, the network what is subject
painted checkerboard   the same between its two greys
anything else          ``rembg``: the network's mask, its edges solved again
=====================  ===============================================================================
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.picture.cutout import busy, difference, key, native, rembg
from pipeline.picture.cutout.alpha import bounded, is_clear, opaque
from pipeline.picture.cutout.border import Border, look
from pipeline.picture.cutout.method import Found

if TYPE_CHECKING:
    from pipeline.picture.cutout.method import Pixels
    from pipeline.recipe.spec import Cutout


def remove(pixels: Pixels, settings: Cutout, *, on_black: Pixels | None = None, threads: int = 0) -> Found:
    """The subject of ``pixels``, H×W×3 or H×W×4 uint8 sRGB; see ``pipeline.picture.cutout.method.Method``.

    Raises ``ProcessError`` where only the network can tell and it cannot be asked, where it fails on the
    picture, and for a model nobody knows.
    """
    if is_clear(pixels):
        return native.remove(pixels, settings)
    if on_black is not None:
        return difference.remove(pixels, settings, on_black=on_black, threads=threads)
    seen = opaque(pixels)
    found = _alone(seen, look(seen), settings, threads)
    return replace(found, pixels=bounded(found.pixels, pixels))


def _alone(pixels: Pixels, border: Border, settings: Cutout, threads: int) -> Found:
    if border.kind == "chroma":
        return key.keyed(pixels, border, settings)
    if border.kind == "busy":
        return _by_network(pixels, settings, threads)
    if not rembg.is_ready(settings.model, threads):
        return _without_network(pixels, border, settings)
    return key.keyed(pixels, border, settings, rembg.mask(pixels, settings, threads))


def _by_network(pixels: Pixels, settings: Cutout, threads: int) -> Found:
    if settings.alpha_matting or settings.decontaminate:
        return rembg.remove(pixels, settings, threads=threads)
    mask = rembg.mask(pixels, settings, threads)
    sure = rembg.confidence(pixels, mask)
    return Found(busy.refine(pixels, mask), f"rembg:{settings.model}", sure)


def _without_network(pixels: Pixels, border: Border, settings: Cutout) -> Found:
    found = key.keyed(pixels, border, settings)
    model = settings.model
    warning = f"keyed without a network, for {model} is not ready: pipeline models pull {model}"
    return replace(found, warnings=(*found.warnings, warning))
