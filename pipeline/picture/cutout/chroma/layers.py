"""What each pixel of a picture on a chroma backdrop is: backdrop, subject, soft, or an edge between them.

The chroma of the backdrop tells: a pixel's *share* is how much of it the pixel has, so that a grey foreground
has alpha 1 - share exactly. Sizes are in px of a picture of about ``SIDE`` px. Planes are 3×H×W float32.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PIL import Image
from scipy import ndimage

from pipeline.picture.cutout.chroma.arrays import Floats, Mask
from pipeline.picture.cutout.chroma.shapes import (
    EDGE,
    LINED,
    MOSTLY,
    NEARLY_PURE,
    ON_THE_LINE,
    PURE,
    around,
    corners,
    on_panes,
    reached,
    rim,
    steep_share,
    varied,
    with_inside,
)
from pipeline.picture.cutout.chroma.spread import blurred, farther
from pipeline.picture.cutout.chroma.through import Through
from pipeline.picture.cutout.chroma.unmix import fit, to_rgb, to_ycc
from pipeline.picture.cutout.planes import grown, near, opened

SIDE = 1024  # px: larger pictures are understood at this size
LEAST_APART = 4.0  # of 255, in Y, Cb or Cr: JPEG's ripples round an edge stay below
TINGED = 0.025  # share that is taken out of the thicker parts of glass
TINTED = 0.08  # share from which a pixel may be translucent
OWN_HUE = 30.0  # degrees off the backdrop's hue: farther away it is a colour of the subject's own
OWN_HUE_DECLARED = 60.0  # the same where the subject is declared translucent
FADE = 0.008  # change of share per px: faster is a fade, slower may be shading
WIDE = 7  # px, radius: an edge is never so wide, a shadow or a glow is
ONE_COLOR = 12.0  # of 255: how far a translucent part may be from one foreground colour
OUT_OF_GAMUT = 14.0  # of 255: how far its foreground may be out of sRGB, times alpha
LEAST_TINT = 0.18  # share: a part that nowhere shows more of the backdrop is greyish, not translucent
PALE_TINT = (0.2, 190.0)  # the same share for a pale part (luma): mint paper is commoner than glass so thick
SMALL = 0.1  # of the subject: glass takes up more, a leaf or a stripe less
FADES_OUT = 0.75  # share that a shadow or a glow surpasses where it ends
HALF_FADED = 0.5  # of its strongest: a part that fades out is as faint as that somewhere
STRAIGHT = 0.08  # of the distance from the backdrop: noise and JPEG leave less
ALMOST = 12.0  # of 255, in luma: what has so much of the backdrop besides is the backdrop, blurred
GLINT = 17  # px: what surrounds a glint on a pane; as far as panes reach, and its edge
SPECK = 60  # px: too few to judge

_LEAST_CHROMA = 25.0


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A picture against its backdrop: everything is seen from here."""

    apart: Floats  # difference from the backdrop in Y, Cb, Cr
    calm: Floats  # the same without noise
    backdrop: Floats  # R, G, B
    share: Floats  # H×W
    hue: Floats  # H×W, degrees off the backdrop's hue, 0..180


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """Masks H×W; what is in none of the first three is an edge."""

    ground: Mask
    core: Mask  # opaque
    soft: Mask  # translucent parts, shadows, glows
    own: Mask  # part of core: as green as the backdrop, but too varied or too bright to be translucent
    clear: Through
    held: Mask  # part of soft: opaque, unless a clear part explains it
    thin: Mask  # part of edge: the opaque middle of lines, where chroma is not their own

    @property
    def edge(self) -> Mask:
        return ~(self.ground | self.core | self.soft)


def view(planes: Floats, backdrop: Floats) -> View:
    """``planes`` and ``backdrop`` (R, G, B, of the same light) compared."""
    apart, back = to_ycc(planes - backdrop), to_ycc(backdrop)
    calm = blurred(apart, 1.0)
    length = np.maximum(back[1] ** 2 + back[2] ** 2, _LEAST_CHROMA)
    color = calm + back
    share = (color[1] * back[1] + color[2] * back[2]) / length
    off = np.abs(color[1] * back[2] - color[2] * back[1]) / length
    hue = np.degrees(np.arctan2(off, share))
    return View(apart, calm, backdrop, blurred(share, 0.8), hue)


def ground_of(calm: Floats, noise: float) -> Mask:
    """Where a picture is its backdrop: no farther from it than what blurring leaves of the noise."""
    return np.asarray(ndimage.binary_opening(np.abs(calm).max(axis=0) < max(LEAST_APART, 2 * noise)))


def layers_of(seen: View, ground: Mask, clear: Through, *, translucent: bool | None) -> Layers:
    """Tell the layers apart; ``translucent``: whether the backdrop shows through, None to judge it."""
    inside = ~around(ground)
    steep = steep_share(seen.share)
    mixed = corners(seen.share, seen.calm, inside, steep)
    inside &= ~mixed
    tinted = inside & (seen.share > TINTED) & (seen.hue <= (OWN_HUE_DECLARED if translucent else OWN_HUE))
    own = _own(seen, tinted & ~clear.near, int((~ground).sum()), clear, translucent=translucent)
    own &= ~(on_panes(own, clear.near) & ~clear.solid)
    if own.any():
        own &= with_inside(own, steep, varied(seen.calm[0], LINED))
        drawn = (
            mixed & grown(own & ~steep, EDGE) & ~near(ground, 2 * EDGE)
        )  # outlines of what has its own hue
        inside, own = inside | drawn, own | drawn
    soft, core = _soft(seen, inside, tinted & ~own, own)
    thin = core & ~opened(core, 1) & ~clear.near
    core &= ~thin
    found = Layers(ground, core, soft, own, clear, core & False, thin)
    return _with_panes(found, tinted & ~own, inside)


def _with_panes(found: Layers, tinted: Mask, inside: Mask) -> Layers:
    """What surrounds clear parts is soft, and so are the ``tinted`` glints on them."""
    clear, core, soft = found.clear, found.core, found.soft
    beside = clear.near & inside & ~clear.other
    glints = core & on_panes(tinted & ~clear.near, clear.near)
    held = core & beside
    if glints.any():
        across = near(glints, GLINT)
        glints |= core & tinted & clear.other & across
        core, soft, held = core & ~glints, soft | glints, held & ~glints & ~across
    return replace(found, core=core & ~beside, soft=soft | beside, held=held)


def _soft(seen: View, inside: Mask, glassy: Mask, own: Mask) -> tuple[Mask, Mask]:
    """What is translucent of the ``inside``, a shadow or a glow, and what is opaque."""
    thick = reached(glassy, glassy & rim(inside))  # an edge thicker than most, or what surrounds a subject
    wide = ndimage.binary_opening(glassy, iterations=WIDE)
    if not wide.any():
        return inside & False, inside & ~thick
    fading = _fading(seen.share)
    fade = reached(inside & ~own & fading, wide)
    near = ndimage.binary_dilation(wide, iterations=WIDE + 1) & inside & ~own & (seen.share > PURE)
    soft: Mask = (near & (seen.hue < OWN_HUE_DECLARED)) | fade
    core = inside & ~soft & ~thick
    tinged = core & ~own & (seen.share > TINGED) & (seen.hue < OWN_HUE)
    soft |= (reached(_explained(seen, core & ~own), soft) | reached(tinged, wide & ~fading)) & core
    core &= ~soft
    thin = core & ~ndimage.binary_opening(core, iterations=3)
    soft |= thin & ndimage.binary_dilation(soft, iterations=EDGE)
    return soft, core & ~soft


def _own(seen: View, tinted: Mask, subject: int, clear: Through, *, translucent: bool | None) -> Mask:
    """The tinted parts that are opaque: measured to be, or their foreground would be no colour or not one."""
    parts, _ = ndimage.label(tinted)
    own = np.zeros_like(tinted)
    for number, box in enumerate(ndimage.find_objects(parts), 1):
        part = parts[box] == number
        size = int(part.sum())
        if size < SPECK:
            continue
        opaque = clear.solid[box][part].mean() > MOSTLY
        if not (opaque or translucent):
            opaque = _is_opaque(_cut(seen, box, part), size < SMALL * subject, translucent)
        if opaque:
            own[box] |= part
    return own


def _cut(seen: View, box: tuple[slice, ...], part: Mask) -> tuple[Floats, Floats, Floats]:
    return seen.calm[:, *box][:, part], seen.backdrop[:, *box][:, part], seen.share[box][part]


def _is_opaque(part: tuple[Floats, Floats, Floats], small: bool, translucent: bool | None) -> bool:  # noqa: FBT001
    calm, backdrop, share = part
    ends = float(np.percentile(share, 90))
    if ends < LEAST_TINT or (ends < FADES_OUT and (small or translucent is False)):
        return True
    if _fades(calm) or (np.median(share) > FADES_OUT and np.median(np.abs(calm[0])) < ALMOST):
        return False
    alpha = np.clip(1 - share, 0.02, 1)
    foreground = to_rgb(calm / alpha) + backdrop
    luma = to_ycc(foreground)[0]
    if ends < PALE_TINT[0] and np.median(luma) > PALE_TINT[1]:
        return True
    varied = 1.4826 * np.median(np.abs(luma - np.median(luma)) * alpha)
    beyond = np.maximum(foreground - 255, 0).max(axis=0) + np.maximum(-foreground, 0).max(axis=0)
    return bool(varied > ONE_COLOR or np.median(beyond * alpha) > OUT_OF_GAMUT)


def _fades(calm: Floats) -> bool:
    """Whether N colours lie on one line from the backdrop, and all along it: a glow does, a leaf does not."""
    direction = np.linalg.eigh(calm @ calm.T)[1][:, -1:]
    along = np.abs(direction.T @ calm)[0]
    off = np.sqrt(np.maximum((calm**2).sum(axis=0) - along**2, 0))
    faint, strong = np.percentile(along, (10, 90))
    return bool(faint < HALF_FADED * strong and np.median(off) < STRAIGHT * np.median(along))


def _fading(share: Floats) -> Mask:
    """Where the share changes steadily over more than a few px."""
    half = np.asarray(Image.fromarray(share).reduce(2))
    down, across = np.gradient(half)
    steady = ndimage.binary_opening(np.hypot(down, across) > 2 * FADE, iterations=2)
    return np.asarray(
        Image.fromarray(steady).resize((share.shape[1], share.shape[0]), Image.Resampling.NEAREST)
    )


def _explained(seen: View, core: Mask) -> Mask:
    """What looks opaque but is the colour of something pure, seen through."""
    pure = ndimage.binary_erosion(core & (seen.share < PURE), iterations=3)
    maybe = core & (seen.share > PURE)
    if not (pure.any() and maybe.any()):
        return np.zeros_like(core)
    found = fit(seen.calm[:, maybe], farther(seen.calm, pure)[:, maybe])
    maybe[maybe] = (found.apart < ON_THE_LINE) & (found.alpha < NEARLY_PURE)
    return maybe
