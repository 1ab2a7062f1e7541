"""Subjects of known alpha on white, grey and black, as a generator paints them."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

WHITE, GREY, BLACK = 255.0, 190.0, 0.0
ACROSS = 4  # drawn this much larger, then reduced: edges as a renderer makes them


def canvas(px: int = 256) -> Image.Image:
    return Image.new("RGBA", (px * ACROSS, px * ACROSS))


def scaled(drawn: Image.Image) -> np.ndarray:
    """H×W×4 uint8, straight alpha."""
    return np.asarray(drawn.resize((drawn.width // ACROSS, drawn.height // ACROSS), Image.Resampling.BOX))


def disc(color=(214, 60, 90), px: int = 256, share: float = 0.3, hole: float = 0.0) -> np.ndarray:
    """A disc of a radius that is a share of the picture's side, with a round hole."""
    drawn, middle = canvas(px), px * ACROSS / 2
    draw = ImageDraw.Draw(drawn)
    for part, fill in ((share, (*color, 255)), (hole, (0, 0, 0, 0))):
        if part:
            radius = part * px * ACROSS
            draw.ellipse([middle - radius, middle - radius, middle + radius, middle + radius], fill=fill)
    return scaled(drawn)


def framed(color=(59, 130, 246), inner=(255, 255, 255), px: int = 256) -> np.ndarray:
    """A rectangle with another, enclosed: a white part where ``inner`` is white."""
    drawn, u = canvas(px), px * ACROSS / 16
    draw = ImageDraw.Draw(drawn)
    draw.rectangle([2 * u, 3 * u, 14 * u, 13 * u], fill=(*color, 255))
    draw.rectangle([4 * u, 5 * u, 12 * u, 11 * u], fill=(*inner, 255))
    return scaled(drawn)


def hairs(px: int = 256, thickness: float = 1.0, color=(31, 41, 55)) -> np.ndarray:
    """Crossing lines, so thin that none of them is itself anywhere; thickness in px."""
    drawn, u = canvas(px), px * ACROSS / 8
    draw = ImageDraw.Draw(drawn)
    for k in range(2, 7):
        width = round(thickness * ACROSS)
        draw.line([u, k * u, 7 * u, (k + 0.4) * u], fill=(*color, 255), width=width)
        draw.line([k * u, u, (k + 0.4) * u, 7 * u], fill=(*color, 255), width=width)
    return scaled(drawn)


def with_shadow(px: int = 512, blur: float = 16.0) -> np.ndarray:
    """An orange disc above its soft, black shadow; blur in px."""
    shade = Image.new("RGBA", (px, px))
    box = [px * 0.2, px * 0.68, px * 0.86, px * 0.84]
    ImageDraw.Draw(shade).ellipse(box, fill=(0, 0, 0, 120))
    shade = shade.filter(ImageFilter.GaussianBlur(blur))
    return np.asarray(Image.alpha_composite(shade, Image.fromarray(disc((249, 115, 22), px, 0.27))))


def on(rgba: np.ndarray, level: float = WHITE, *, drift: float = 4.0, noise: float = 1.5, jpeg: int = 90):
    """H×W×3: composited on a grey that drifts, and darkens towards its corners, by as many levels."""
    height, width = rgba.shape[:2]
    y, x = np.mgrid[0:height, 0:width] / max(height, width) - 0.5
    ground = np.clip(level + (x + y - 2 * (x * x + y * y)) * drift, 0, 255)[..., None]
    alpha = rgba[..., 3:] / 255
    seen = rgba[..., :3] * alpha + ground * (1 - alpha)
    seen = seen + np.random.default_rng(7).normal(0, noise, seen.shape)
    picture = Image.fromarray(seen.clip(0, 255).round().astype(np.uint8))
    if not jpeg:
        return np.asarray(picture)
    stored = io.BytesIO()
    picture.save(stored, "JPEG", quality=jpeg)
    return np.asarray(Image.open(stored).convert("RGB"))


def over(rgba: np.ndarray, color) -> np.ndarray:
    alpha = rgba[..., 3:] / 255
    return rgba[..., :3] * alpha + np.asarray(color, float) * (1 - alpha)


def alpha_error(found: np.ndarray, truth: np.ndarray) -> float:
    """Mean of |alpha error|, in thousandths."""
    return float(np.abs(found[..., 3] / 255 - truth[..., 3] / 255).mean() * 1000)


def edge_error(found: np.ndarray, truth: np.ndarray) -> float:
    """Mean error in levels where the truth is mixed or borders on it, on black and on magenta."""
    mixed = (truth[..., 3] > 0) & (truth[..., 3] < 255)
    errors = [np.abs(over(found, c) - over(truth, c))[mixed].mean() for c in ((0, 0, 0), (255, 0, 255))]
    return float(np.mean(errors))
