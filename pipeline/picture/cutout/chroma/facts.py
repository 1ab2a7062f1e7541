"""What the key saw and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

import numpy as np
from scipy import ndimage

from pipeline.picture.cutout.chroma.arrays import Mask
from pipeline.picture.cutout.chroma.backdrop import Backdrop
from pipeline.picture.cutout.chroma.solve import Solved
from pipeline.picture.cutout.chroma.unmix import to_ycc

HOLE = 30  # px at ``layers.SIDE``: smaller is noise
HEAVY = 0.3  # alpha: a translucent part that is this heavy might be opaque
TINGED = 0.15  # share: an opaque part that has this much of the backdrop might be translucent
ENOUGH_CHROMA = 60.0  # of the backdrop, of 255: the usual green has 83, pure green 136


@dataclass(frozen=True, slots=True)
class Facts:
    """What the key saw. Shares and confidence are 0..1."""

    backdrop: tuple[int, int, int]  # sRGB
    chroma: float  # of the backdrop, 0..255: below about 40 there is nothing to key on
    noise: float  # standard deviation round the backdrop's surface, of 255
    flatness: float  # greatest distance of the surface from its mean, of 255
    explained: float  # share of the border that is backdrop
    touches: bool  # the subject reaches the border
    holes: int  # parts of the backdrop enclosed by the subject
    soft: float  # share of the subject that is translucent, shadow or glow
    own_hue: float  # share of the subject that has the backdrop's hue and was kept
    linear: bool  # edges were mixed in linear light
    confidence: float


def nothing(back: Backdrop) -> Facts:
    """Of a picture that is all backdrop, or has none."""
    return Facts(**_seen(back), holes=0, soft=0.0, own_hue=0.0, linear=False, confidence=0.0)


def facts_of(back: Backdrop, solved: Solved, *, linear: bool) -> Facts:
    """Of a cut-out. ``linear``: its edges were mixed in linear light."""
    found = solved.layers
    subject = max(1, int((~found.ground).sum()))
    own = float(found.own.sum() / subject)
    return Facts(
        **_seen(back),
        holes=_holes(found.ground),
        soft=float(found.soft.sum() / subject),
        own_hue=own,
        linear=linear,
        confidence=_confidence(back, solved, own),
    )


class _Seen(TypedDict):
    backdrop: tuple[int, int, int]
    chroma: float
    noise: float
    flatness: float
    explained: float
    touches: bool


def _seen(back: Backdrop) -> _Seen:
    return _Seen(
        backdrop=back.color,
        chroma=_chroma(back),
        noise=max(back.noise),
        flatness=back.flatness,
        explained=back.explained,
        touches=back.touched,
    )


def _chroma(back: Backdrop) -> float:
    _, blue, red = to_ycc(np.array(back.color, np.float32))
    return float(np.hypot(blue, red))


def _holes(ground: Mask) -> int:
    """Parts of the backdrop that the subject encloses."""
    parts, count = ndimage.label(ground)
    sizes = np.bincount(parts.ravel(), minlength=count + 1)
    rim = np.concatenate([parts[0], parts[-1], parts[:, 0], parts[:, -1]])
    sizes[np.unique(rim)] = 0
    return int((sizes[1:] >= HOLE).sum())


def _confidence(back: Backdrop, solved: Solved, own: float) -> float:
    """1 where every edge is explained and nothing had to be judged; weights from pictures of known alpha."""
    found = solved.layers
    subject = max(1, int((~found.ground).sum()))
    known = found.core & ~found.own & ~found.clear.solid
    judged = float((found.soft & ~found.clear.near & (solved.alpha > HEAVY)).sum() / subject)
    tinted = float((known & (solved.seen.share > TINGED)).sum() / subject)
    edges = float(np.clip(solved.doubt - 1, 0, 4)) / 4
    keyed = float(np.clip(_chroma(back) / ENOUGH_CHROMA, 0, 1))
    doubts = (0.7 * judged, 0.15 * tinted, 0.1 * own, 0.2 * edges)
    return float(keyed * back.explained * np.prod([1 - doubt for doubt in doubts]))
