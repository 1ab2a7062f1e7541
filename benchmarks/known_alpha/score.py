"""How far a cut-out is from the truth.

``alpha`` is the mean of |alpha error| × 1000, ``sad`` its sum ÷ 1000, ``gradient`` the gradient error of
alphamatting.com ÷ 1000 (Rhemann et al., A Perceptually Motivated Online Benchmark for Image Matting, 2009),
over the whole picture. ``iou`` compares what is more than half opaque. ``edge`` and ``inner`` are ΔE (CIE
1976) of the cut-out against the truth, both on new backdrops: within 6 px of the outline on black and on
magenta, and well inside on black.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    Floats = NDArray[np.float32]
    Mask = NDArray[np.bool_]

BAND = 6  # px, city-block, on either side of the outline
CORE = 8  # px from what is not quite opaque
QUITE = 0.98  # opaque
GROUNDS = ((0.0, 0.0, 0.0), (255.0, 0.0, 255.0))
SIGMA = 1.4  # px, of the derivative that alphamatting.com takes
CUT_OFF = 1e-2  # where its filter ends
XYZ = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))  # from linear sRGB
WHITE = (0.95047, 1.0, 1.08883)  # D65


@dataclass(frozen=True, slots=True)
class Score:
    """Of one cut-out, or the mean of many; all but ``iou`` are better when less."""

    alpha: float
    sad: float
    gradient: float
    iou: float
    edge: float
    inner: float


class Truth:
    """What a cut-out should be: H×W×4 uint8 sRGB; measured once, compared often."""

    def __init__(self, pixels: Pixels) -> None:
        self.alpha = share(pixels)
        self.solid = self.alpha > 0.5
        self.slope = steepness(self.alpha)
        self.band = (distance(self.solid) <= BAND) & (distance(~self.solid) <= BAND)
        self.core = distance(~(self.alpha > QUITE)) > CORE
        self.edge_colors = [shown(pixels[self.band], ground) for ground in GROUNDS]
        self.core_colors = shown(pixels[self.core], GROUNDS[0])

    def score(self, found: Pixels) -> Score:
        """The score of a cut-out, H×W×4 uint8 sRGB."""
        import numpy as np

        alpha = share(found)
        error = np.abs(alpha - self.alpha)
        solid = alpha > 0.5
        union = int((solid | self.solid).sum())
        return Score(
            alpha=float(error.mean()) * 1e3,
            sad=float(error.sum()) / 1e3,
            gradient=float(((steepness(alpha) - self.slope) ** 2).sum()) / 1e3,
            iou=int((solid & self.solid).sum()) / union if union else 1.0,
            edge=mean(
                [
                    apart(shown(found[self.band], ground), colors)
                    for ground, colors in zip(GROUNDS, self.edge_colors, strict=True)
                ]
            ),
            inner=apart(shown(found[self.core], GROUNDS[0]), self.core_colors),
        )


def average(scores: Sequence[Score]) -> Score:
    """The mean of each figure; of none, not a number."""
    return Score(*(mean([getattr(score, field.name) for score in scores]) for field in fields(Score)))


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else math.nan


def share(pixels: Pixels) -> Floats:
    """Alpha, 0..1."""
    import numpy as np

    return pixels[..., 3].astype(np.float32) / np.float32(255)


def distance(mask: Mask) -> NDArray[np.int32]:
    """Steps from each pixel to the nearest one in ``mask``, 0 in it; an empty mask is far from everything."""
    import numpy as np
    from scipy import ndimage

    if not mask.any():
        return np.full(mask.shape, sum(mask.shape), np.int32)
    steps: NDArray[np.int32] = ndimage.distance_transform_cdt(~mask, metric="taxicab")
    return steps


def steepness(alpha: Floats) -> Floats:
    """The length of alpha's gradient under first derivatives of a Gaussian, each filter of unit norm."""
    import numpy as np
    from scipy import ndimage

    reach = math.ceil(SIGMA * math.sqrt(-2 * math.log(math.sqrt(math.tau) * SIGMA * CUT_OFF)))
    x = np.arange(-reach, reach + 1, dtype=np.float32)
    smooth = np.exp(-(x**2) / (2 * SIGMA**2))
    slope = x * smooth
    smooth, slope = smooth / np.linalg.norm(smooth), slope / np.linalg.norm(slope)
    across, down = (
        ndimage.correlate1d(ndimage.correlate1d(alpha, slope, axis), smooth, 1 - axis, mode="nearest")
        for axis in (1, 0)
    )
    length: Floats = np.hypot(across, down)
    return length


def over(pixels: NDArray[np.uint8] | Floats, ground: Floats) -> Floats:
    """``…×4`` straight alpha (0..255) on a backdrop; colours in the scale they come in."""
    import numpy as np

    alpha = pixels[..., 3:].astype(np.float32) / np.float32(255)
    mixed: Floats = pixels[..., :3] * alpha + ground * (1 - alpha)
    return mixed


def shown(pixels: Pixels, ground: tuple[float, float, float]) -> Floats:
    """N×4 on a colour → N×3 Lab."""
    import numpy as np

    return to_lab(over(pixels, np.array(ground, np.float32)))


def apart(first: Floats, second: Floats) -> float:
    """Mean ΔE of N×3 Lab; 0 where there is nothing to compare."""
    import numpy as np

    return float(np.linalg.norm(first - second, axis=-1).mean()) if len(first) else 0.0


def to_lab(color: Floats) -> Floats:
    """sRGB 0..255 → CIE Lab, D65."""
    import numpy as np

    tristimulus = to_linear(color) @ np.array(XYZ, np.float32).T / np.array(WHITE, np.float32)
    root = np.where(tristimulus > 0.008856, np.cbrt(tristimulus), 7.787 * tristimulus + 16 / 116)
    x, y, z = root[..., 0], root[..., 1], root[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1).astype(np.float32)


def to_linear(color: Floats) -> Floats:
    """sRGB 0..255 → linear light 0..1."""
    import numpy as np

    scaled = color / np.float32(255)
    bent = ((np.maximum(scaled, 0) + 0.055) / 1.055) ** 2.4
    return np.where(scaled <= 0.04045, scaled / 12.92, bent).astype(np.float32)


def to_srgb(light: Floats) -> Floats:
    """Linear light 0..1 → sRGB 0..255."""
    import numpy as np

    bent = 1.055 * np.maximum(light, 0) ** (1 / 2.4) - 0.055
    return (np.where(light <= 0.0031308, light * 12.92, bent) * 255).astype(np.float32)
