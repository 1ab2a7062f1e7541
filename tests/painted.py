"""Drawn subjects of known alpha, painted as a generator does, and how far a cut-out is from the truth."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageDraw

GREEN, MAGENTA, WHITE, GREY = (0, 177, 64), (255, 0, 255), (255, 255, 255), (190, 190, 190)
BROWNS = ((60, 34, 18), (107, 63, 31), (160, 98, 50))
FINE = 8  # times, to draw at


def ring(px: int = 192, *, inner: float = 0.2, outer: float = 0.38, color=(214, 60, 90)) -> np.ndarray:
    """A ring with a shade across it: H×W×4; ``inner`` 0 is a disc."""
    y, x = (np.mgrid[0:px, 0:px] + 0.5) / px - 0.5
    far = np.hypot(x, y)
    alpha = np.clip((outer - far) * px + 0.5, 0, 1) * np.clip((far - inner) * px + 0.5, 0, 1)
    shade = (0.85 + 0.3 * x)[..., None]
    return np.dstack([np.clip(np.array(color) * shade, 0, 255), alpha * 255]).round().astype(np.uint8)


def card(px: int = 192) -> np.ndarray:
    """A blue card with a white field in it: no hole."""
    picture = Image.new("RGBA", (px * 4, px * 4))
    draw = ImageDraw.Draw(picture)
    draw.rectangle([px * 0.8, px * 1.0, px * 3.2, px * 3.0], fill=(40, 90, 220, 255))
    draw.rectangle([px * 1.3, px * 1.4, px * 2.7, px * 2.6], fill=(246, 246, 246, 255))
    return np.asarray(picture.resize((px, px), Image.Resampling.BOX))


def hair(inks=BROWNS, *, px: int = 320, count: int = 60, seed: int = 3) -> np.ndarray:
    """Strands that taper to nothing, rising from a band, close together: H×W×4."""
    random = np.random.default_rng(seed)
    canvas = Image.new("RGBA", (px * FINE, px * FINE), (*inks[0], 0))
    draw = ImageDraw.Draw(canvas)
    for number in range(count):
        root, tip = random.uniform(0.25, 0.75), random.uniform(-0.14, 0.14)
        wide, top = random.uniform(0.004, 0.012), random.uniform(0.08, 0.3)
        ends = ((root - wide, 0.86), (root + tip, top), (root + wide, 0.86))
        draw.polygon([(x * px * FINE, y * px * FINE) for x, y in ends], fill=inks[number % len(inks)])
    draw.rectangle([px * FINE * k for k in (0.22, 0.84, 0.78, 0.92)], fill=inks[1])
    return shrunk(np.asarray(canvas), FINE)


def shrunk(large: np.ndarray, times: int) -> np.ndarray:
    """Means of blocks, weighed by alpha."""
    side = large.shape[0] // times
    blocks = large.reshape(side, times, side, times, 4).astype(float)
    alpha = blocks[..., 3:].mean(axis=(1, 3))
    color = (blocks[..., :3] * blocks[..., 3:]).mean(axis=(1, 3)) / np.maximum(alpha, 1e-6)
    return np.dstack([np.where(alpha > 0, color, 0), alpha]).round().astype(np.uint8)


def over(rgba: np.ndarray, backdrop) -> np.ndarray:
    """``rgba`` on a colour or on H×W×3: H×W×3 uint8."""
    alpha = rgba[..., 3:] / 255
    return (rgba[..., :3] * alpha + np.asarray(backdrop, float) * (1 - alpha)).round().astype(np.uint8)


def painted(rgba: np.ndarray, color, *, seed: int = 0, quality: int = 90) -> np.ndarray:
    """As a generator paints it: a slight gradient, noise, JPEG."""
    height, width = rgba.shape[:2]
    random = np.random.default_rng(seed)
    slope = np.linspace(-3, 3, width)[None, :, None] + np.linspace(-2, 0, height)[:, None, None]
    backdrop = np.clip(np.array(color, float) + slope, 0, 255)
    noisy = over(rgba, backdrop) + random.normal(0, 1.2, (height, width, 3))
    stream = io.BytesIO()
    Image.fromarray(noisy.clip(0, 255).round().astype(np.uint8)).save(stream, "jpeg", quality=quality)
    return np.asarray(Image.open(stream).convert("RGB"))


def checkerboard(px: int = 192, size: int = 12, dark: int = 204, light: int = 255) -> np.ndarray:
    """H×W×3: what transparency looks like in an editor."""
    y, x = np.mgrid[0:px, 0:px] // size
    return np.repeat(np.where((x + y) % 2, dark, light)[..., None], 3, axis=2).astype(np.uint8)


def clutter(px: int = 192, seed: int = 0) -> np.ndarray:
    """H×W×3: blobs of all colours."""
    small = np.random.default_rng(seed).integers(0, 256, (9, 9, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(small).resize((px, px), Image.Resampling.BICUBIC))


def error(found: np.ndarray, truth: np.ndarray) -> float:
    """Mean |alpha error| × 1000."""
    return float(np.abs(found[..., 3].astype(float) - truth[..., 3]).mean() / 255 * 1000)
