"""How good a cut-out is, measured on the cut-out itself, whichever method made it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.picture.cutout import border
from pipeline.picture.cutout.alpha import enclosed, opaque
from pipeline.picture.cutout.planes import box, grown, planes, reduced, shrunk
from pipeline.picture.cutout.surface import Surface, border_of, cell

if TYPE_CHECKING:
    from pipeline.picture.cutout.border import Border
    from pipeline.picture.cutout.method import Found, Pixels
    from pipeline.picture.cutout.planes import Floats, Mask

SIDE = 1024  # px of the longer side: larger pictures are looked at in every n-th pixel
SEEN = 26  # of 255: fainter than this, a fringe is not seen
SOLID = 250  # of 255
RIM = 3  # px from the outside in which a fringe is looked for: an edge, its blur and JPEG's
INNER = 8  # px: blocks in which the subject's colour behind its rim is averaged
LEAST_INNER = 4.0  # of 255: share of the blocks round a pixel that must lie deep in the subject
LEAST_APART = 30.0  # levels between subject and backdrop below which their shares cannot be told
HALF = 127  # of 255
TOUCHES = 0.005  # share of the outermost pixels: a subject's flat side, not a speck
WHOLE = 0.985  # share of the border on the backdrop's surface: less is something else


@dataclass(frozen=True, slots=True)
class Quality:
    """Figures for a summary, a manifest and a check."""

    confidence: float  # 0..1; see UNSURE
    holes: int  # parts of the backdrop enclosed by the subject
    fringe: float  # 0..1: share of the backdrop's colour left in the edge; 0 where there is no flat backdrop
    backdrop: str = ""  # "#RRGGBB"; empty where it is not flat


def measure(pixels: Pixels, found: Found) -> tuple[Quality, tuple[str, ...]]:
    """The figures of a cut-out of ``pixels`` (H×W×3 or H×W×4 uint8 sRGB), and warnings in plain words."""
    if found.method == "native":
        return Quality(found.confidence, len(enclosed(found.pixels[..., 3])), 0.0), _shape_warnings(found)
    seen = border.look(opaque(pixels))
    quality = Quality(
        found.confidence,
        len(enclosed(found.pixels[..., 3])),
        fringe_of(found.pixels, seen.surface) if seen.surface else 0.0,
        seen.color,
    )
    return quality, (*_backdrop_warnings(seen, found.pixels[..., 3]), *_shape_warnings(found))


def fringe_of(cut: Pixels, backdrop: Surface) -> float:
    """The share of the backdrop's colour left along the edge of H×W×4 ``cut``, 0..1.

    Each pixel within ``RIM`` px of the outside is compared with the subject a little further in: how far its
    own colour (alpha taken out) lies from there towards the backdrop, weighed by its alpha. On icons of known
    alpha the truth has 0.02, for subjects are shaded, a cut with unmixed edges 0.07, and the network's mask
    over mixed pixels 0.5. Lines too thin to have an inside say nothing.
    """
    step = max(1, max(cut.shape[:2]) // SIDE)
    cut = cut[::step, ::step]
    alpha = cut[..., 3]
    rim = grown(alpha < SEEN, RIM) & (alpha >= SEEN)
    inner, known = _inner(cut, shrunk(alpha >= SOLID, RIM))
    y, x = np.nonzero(rim)
    kept = known[y // INNER, x // INNER]
    y, x = y[kept], x[kept]
    inside = inner[:, y // INNER, x // INNER]
    back = backdrop.over(*inner.shape[1:])[y // INNER, x // INNER].T - inside
    own = cut[y, x, :3].T.astype(np.float32) - inside
    long = (back * back).sum(axis=0)
    told = long > LEAST_APART**2
    weight = alpha[y, x] * told
    share = np.clip((own * back).sum(axis=0) / np.maximum(long, 1), 0, 1)
    return float((share * weight).sum() / max(1.0, float(weight.sum())))


def _inner(cut: Pixels, deep: Mask) -> tuple[Floats, Mask]:
    """The mean colour of what lies deep in the subject round each block, 3×h×w, and where there is any."""
    from PIL import Image

    marked = cut.copy()
    marked[..., 3] = deep * np.uint8(255)
    blocks = np.asarray(Image.fromarray(marked).reduce(INNER), np.float32)  # colour is weighed by alpha
    mass = blocks[..., 3]
    near = box(mass, 1)
    total = box(planes(blocks[..., :3] * mass[..., None]), 1)
    return np.asarray(total / np.maximum(near, 1), np.float32), np.asarray(near > LEAST_INNER)


def _backdrop_warnings(seen: Border, alpha: Pixels) -> tuple[str, ...]:
    if seen.kind == "checkerboard":
        return ("the backdrop is a painted checkerboard, not transparency",)
    if seen.kind == "busy":
        return ("the backdrop is not flat: holes and thin parts may be lost",)
    small = reduced(alpha, cell(*alpha.shape))  # as the surface was fitted
    covered = float((small[border_of(*small.shape)] >= SEEN).mean())
    off = 1 - seen.ground.fits - covered
    return (
        (f"the backdrop is not flat: {off:.0%} of the border is something else",) if off > 1 - WHOLE else ()
    )


def _shape_warnings(found: Found) -> tuple[str, ...]:
    share = _touching(found.pixels[..., 3])
    return (f"the subject touches the border ({share:.0%} of it)",) if share > TOUCHES else ()


def _touching(alpha: Pixels) -> float:
    """The share of the outermost pixels that the subject covers."""
    rim = np.concatenate([alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]])
    return float((rim > HALF).mean())
