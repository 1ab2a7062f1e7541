"""One-colour versions of a drawing: its silhouette, and its greys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from pipeline.picture.sets.islands import grown, label

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    Floats = NDArray[np.float32]
    Mask = NDArray[np.bool_]

_SAMPLE_PX: Final = 128  # longer side that inner drawing is looked for at: finer is lost at 24 dp anyway
_SOLID: Final = 200  # alpha of 255 from which a pixel's colour is its own
_STEPS: Final = 16  # thresholds of lightness that are tried
_LEAST_CONTRAST: Final = 0.2  # of lightness, between both sides of an edge: below it is shading
_PART: Final = (0.01, 0.5)  # of the visible area: what an inner drawing measures
_NEAR: Final = 2  # px of the sample, on either side of an edge
_BLEND: Final = 0.12  # of lightness, around the threshold: where one part goes over into the other
_SPREAD: Final = (0.02, 0.98)  # quantiles of lightness that greys are stretched to
_GREYS: Final = (0.25, 1.0)  # lightness of the darkest and the lightest grey: what is tinted has to be seen


def silhouette(picture: Image) -> Image:
    """The shape of an RGBA drawing as alpha alone (mode L, H×W), its inner drawing carved out.

    Inner drawing is what lies inside, away from the outline, and is clearly lighter or clearly darker than
    what is right around it: the glyph on a disc, and not a highlight, which fades.
    """
    import numpy as np
    from PIL import Image

    longer = max(picture.size)
    small = picture.copy()
    small.thumbnail((min(_SAMPLE_PX, longer),) * 2, Image.Resampling.BOX)
    found = _inner(_lightness(small), np.asarray(small.getchannel("A")) >= _SOLID)
    if found is None:
        return picture.getchannel("A")
    islands, threshold, is_light = found
    where = Image.fromarray(grown(islands, _NEAR)).resize(picture.size, Image.Resampling.NEAREST)
    alpha = np.asarray(picture.getchannel("A")).astype(np.float32)
    part = np.clip((_lightness(picture) - threshold) / _BLEND + 0.5, 0, 1)
    carved = np.where(np.asarray(where), part if is_light else 1 - part, 0)
    return Image.fromarray(np.rint(alpha * (1 - carved)).astype(np.uint8))


def greys(picture: Image) -> Image:
    """An RGB or RGBA drawing in greys, its lightness spread from dark grey to white, same alpha."""
    import numpy as np
    from PIL import Image

    light = _lightness(picture)
    has_alpha = picture.mode == "RGBA"
    alpha = np.asarray(picture.getchannel("A")) if has_alpha else np.full(light.shape, 255, np.uint8)
    known = light[alpha >= _SOLID]
    low, high = map(float, np.quantile(known, _SPREAD)) if known.size else (0.0, 1.0)
    spread = np.ones_like(light) if high - low <= _BLEND else (light - low) / np.float32(high - low)
    level = _GREYS[0] + np.clip(spread, 0, 1) * (_GREYS[1] - _GREYS[0])
    grey = Image.fromarray(np.rint(level * 255).astype(np.uint8))
    bands = [grey, grey, grey, *([picture.getchannel("A")] if has_alpha else [])]
    return Image.merge(picture.mode, bands)


def _lightness(picture: Image) -> Floats:
    """Rec. 709 luma of gamma-coded sRGB, H×W, 0..1: close enough to how light a colour looks."""
    import numpy as np

    rgb = np.asarray(picture.convert("RGB"), np.float32)
    found: Floats = np.dot(rgb, np.array([0.2126, 0.7152, 0.0722], np.float32)) / np.float32(255)
    return found


def _inner(light: Floats, solid: Mask) -> tuple[Mask, float, bool] | None:
    """The inner drawing, the threshold that parts it from the rest, and whether it is the lighter part."""
    best, found = 0.0, None
    for step in range(1, _STEPS):
        threshold = step / _STEPS
        for is_light in (True, False):
            part = solid & ((light > threshold) == is_light)
            islands, score = _islands(part, light if is_light else -light, solid)
            if score > best:
                best, found = score, (islands, threshold, is_light)
    return found


def _islands(part: Mask, light: Floats, solid: Mask) -> tuple[Mask, float]:
    """What of ``part`` stands out inside, and how much: contrast times the root of its area."""
    import numpy as np

    kept, score = np.zeros_like(part), 0.0
    rim = grown(~np.pad(solid, 1), _NEAR)[1:-1, 1:-1]
    visible = max(int(solid.sum()), 1)
    for island in _pieces(part):
        area = int(island.sum()) / visible
        if not _PART[0] <= area <= _PART[1] or (island & rim).any():
            continue
        contrast = _contrast(island, light, solid)
        if contrast >= _LEAST_CONTRAST:
            kept |= island
            score += contrast * area**0.5
    return kept, score


def _pieces(part: Mask) -> Iterator[Mask]:
    labels, count = label(part, diagonal=False)
    for number in range(1, count + 1):
        yield labels == number


def _contrast(island: Mask, light: Floats, solid: Mask) -> float:
    """Lightness just inside the island's edges less that just outside."""
    outside = grown(island, _NEAR) & ~island & solid
    inside = grown(~island, _NEAR) & island
    if not outside.any() or not inside.any():
        return 0.0
    return float(light[inside].mean() - light[outside].mean())
