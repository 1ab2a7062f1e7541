"""Two renders of one subject of known alpha, as a generator paints them."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageDraw, ImageFilter
from scipy import ndimage

WHITE, BLACK = (255, 255, 255), (0, 0, 0)
SHAPES = (
    ("ellipse", (0.20, 0.20, 0.66, 0.66), "#E5484DFF"),
    ("ellipse", (0.36, 0.36, 0.50, 0.50), "#00000000"),  # a hole
    ("rectangle", (0.24, 0.38, 0.32, 0.46), "#FFFFFFFF"),  # white within
    ("rectangle", (0.62, 0.14, 0.84, 0.34), "#60A5FA80"),  # half lets the backdrop through
    ("rectangle", (0.12, 0.12, 0.125, 0.86), "#111827FF"),  # a hairline of 1 px
)


def icon(px: int = 192) -> np.ndarray:
    """A ring, a white core, a pane, a hairline and a soft shadow: px×px×4 uint8, straight alpha."""
    big = px * 4
    canvas = Image.new("RGBA", (big, big), "#00000000")
    ImageDraw.Draw(canvas).ellipse([big * 0.25, big * 0.68, big * 0.7, big * 0.84], fill="#00000070")
    canvas = canvas.filter(ImageFilter.GaussianBlur(big * 0.02))
    for shape, box, color in SHAPES:
        getattr(ImageDraw.Draw(canvas), shape)([share * big for share in box], fill=color)
    return np.asarray(canvas.resize((px, px), Image.Resampling.BOX))


def other(px: int = 192) -> np.ndarray:
    """Another subject."""
    canvas = Image.new("RGBA", (px * 4, px * 4), "#00000000")
    points = [(share * px * 4, y * px * 4) for share, y in ((0.2, 0.8), (0.5, 0.15), (0.85, 0.7))]
    ImageDraw.Draw(canvas).polygon(points, fill="#22C55E")
    return np.asarray(canvas.resize((px, px), Image.Resampling.BOX))


def moved(rgba: np.ndarray, across: float, down: float) -> np.ndarray:
    """The subject elsewhere, by parts of a pixel."""
    mixed = rgba.astype(np.float32)
    mixed[..., :3] *= mixed[..., 3:] / 255
    shifted = np.stack([ndimage.shift(mixed[..., k], (down, across), order=3) for k in range(4)], -1)
    alpha = np.clip(shifted[..., 3:], 0, 255)
    colors = np.clip(shifted[..., :3] / np.maximum(alpha / 255, 1e-3), 0, 255)
    return np.dstack([colors, alpha]).round().astype(np.uint8)


def paint(rgba, color, seed=0, *, rough=1.0, jpeg=90, linear=False, gain=1.0, offset=0.0) -> np.ndarray:
    """The subject on ``color`` with a gradient, a vignette and noise; h×w×3 uint8. ``rough`` 0: clean."""
    height, width = rgba.shape[:2]
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width] / max(height, width) - 0.5
    slope = random.uniform(4, 10) * (x * np.cos(seed) + y * np.sin(seed)) - 8 * (x * x + y * y)
    behind = np.clip(np.array(color) + rough * slope[..., None] * (1, 0.9, 1.1), 0, 255)
    share = rgba[..., 3:] / 255
    if linear:
        mixed = 255 * _encoded(_decoded(rgba[..., :3] / 255) * share + _decoded(behind / 255) * (1 - share))
    else:
        mixed = rgba[..., :3] * share + behind * (1 - share)
    noise = ndimage.gaussian_filter(random.normal(0, 1, mixed.shape), (0.7, 0.7, 0))
    toned = (mixed + rough * 1.6 * noise / noise.std()) * gain + offset
    return _compressed(np.clip(toned, 0, 255).round().astype(np.uint8), jpeg if rough else 0)


def pair(rgba: np.ndarray, **changes) -> tuple[np.ndarray, np.ndarray]:
    """Both renders, each with roughness of its own."""
    return paint(rgba, WHITE, 1, **changes), paint(rgba, BLACK, 2, **changes)


def alone(pixels, settings, *, on_black=None, threads=0):
    """A method that is as sure as can be of a subject it has not looked for."""
    from pipeline.picture.cutout.method import Found

    assert on_black is None
    assert settings.method == "auto"
    alpha = np.full(pixels.shape[:2], 255, np.uint8)
    return Found(np.dstack([pixels[..., :3], alpha]), "key", 0.9, "#00B140", ("the subject is dark",))


def alpha_error(found: np.ndarray, true: np.ndarray) -> float:
    """Mean |alpha error| × 1000."""
    return float(np.abs(found[..., 3].astype(int) - true[..., 3]).mean() / 255 * 1000)


def _compressed(pixels: np.ndarray, quality: int) -> np.ndarray:
    if not quality:
        return pixels
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "jpeg", quality=quality)
    return np.asarray(Image.open(stream).convert("RGB"))


def _decoded(share: np.ndarray) -> np.ndarray:
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def _encoded(light: np.ndarray) -> np.ndarray:
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
