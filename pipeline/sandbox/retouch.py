"""What the models without a prompt do to a picture, and how a reference loses its backdrop."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageOps
from scipy import ndimage

from pipeline.errors import ProcessError
from pipeline.picture.cutout import find
from pipeline.recipe.spec import Cutout

LONGEST_PX = 8192
WORKING_PX = 512  # the backdrop is found at this size
NEAR = 16.0  # distance from the backdrop's colour, or its shade, per pixel (0-441)
LEAST_SURE = 0.5  # confidence (0..1) of a key; what is below should be looked at, and nobody looks here
FIGURE_PX = 640  # a figure is shown no larger
WIDER = 0.04  # of the frame, for each variant of a reframed picture
FLAT = 24.0  # of 255, between corners: a generator's gradient and vignette stay well below
CORNERS_PX = 32  # corners are compared at this size, where no noise is left
DARKEST_SHADE = 0.60  # of the backdrop's colour: darker is not a shadow on it
LEAK_PX = 2  # a gap in an edge up to twice this wide does not let the backdrop in
SMOOTH = 4.0  # grey levels a shadow may change by from one pixel to the next


def without_backdrop(picture: Image.Image) -> Image.Image:
    """The picture with its flat backdrop, soft shadows included, made transparent; RGBA."""
    picture = picture.convert("RGBA")
    small = picture.copy()
    small.thumbnail((WORKING_PX, WORKING_PX), Image.Resampling.BOX)
    kept = Image.fromarray(np.where(_backdrop(small), 0, 255).astype(np.uint8))
    alpha = np.asarray(kept.resize(picture.size, Image.Resampling.BICUBIC), dtype=np.uint16)
    alpha = alpha * np.asarray(picture.getchannel("A")) // 255
    picture.putalpha(Image.fromarray(alpha.astype(np.uint8)))
    return picture


def subject(picture: Image.Image, shadow: Literal["keep", "drop"] = "keep") -> Image.Image:
    """The picture's subject as the product cuts it out; RGBA of the same size.

    Where no flat backdrop is found, what is like the corners and reaches the border counts as one.
    """
    try:
        found = find("key")(np.asarray(picture), Cutout(method="key", shadow=shadow))
    except ProcessError:
        return without_backdrop(picture)
    return Image.fromarray(found.pixels) if found.confidence >= LEAST_SURE else without_backdrop(picture)


def figure(picture: Image.Image) -> Image.Image:
    """The picture without its backdrop, trimmed to what is left; RGBA.

    Without a flat backdrop, or with nothing else, it stays whole, as a tile with rounded corners.
    """
    picture = picture.copy()
    picture.thumbnail((FIGURE_PX, FIGURE_PX))
    cut = subject(picture, "drop") if _is_flat(picture) else None
    bounds = cut.getchannel("A").getbbox() if cut else None
    return cut.crop(bounds) if cut and bounds else _tile(picture)


def enlarged(picture: Image.Image, factor: float) -> Image.Image:
    """The picture ``factor`` times as large, at most 8192 px on the longer side."""
    scale = min(factor, LONGEST_PX / max(picture.size))
    size = (round(picture.width * scale), round(picture.height * scale))
    return picture.resize(size, Image.Resampling.LANCZOS)


def reframed(picture: Image.Image, width: int, height: int, variant: int = 0) -> Image.Image:
    """The whole picture within ``width`` by ``height`` px, the colour of its corner around it; RGB.

    Each further ``variant`` shows more around it.
    """
    picture = picture.convert("RGB")
    share = 1 - WIDER * variant
    inner = ImageOps.contain(picture, (round(width * share), round(height * share)), Image.Resampling.LANCZOS)
    frame = Image.new("RGB", (width, height), _corner_colour(picture))
    frame.paste(inner, ((width - inner.width) // 2, (height - inner.height) // 2))
    return frame


def _corner_colour(picture: Image.Image) -> tuple[int, int, int]:
    red, green, blue = np.asarray(picture.crop((0, 0, 1, 1)))[0, 0].tolist()
    return red, green, blue


def _tile(picture: Image.Image) -> Image.Image:
    shape = Image.new("L", picture.size, 0)
    box = (0, 0, picture.width - 1, picture.height - 1)
    ImageDraw.Draw(shape).rounded_rectangle(box, min(picture.size) * 0.18, 255)
    tile = picture.convert("RGBA")
    tile.putalpha(shape)
    return tile


def _is_flat(picture: Image.Image) -> bool:
    small = picture.convert("RGBA").resize((CORNERS_PX, CORNERS_PX), Image.Resampling.BOX)
    return bool(np.ptp(_corners(np.asarray(small, dtype=np.float32)), axis=0).max() < FLAT)


def _corners(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    return pixels[[0, 0, -1, -1], [0, -1, 0, -1]]


def _backdrop(picture: Image.Image) -> NDArray[np.bool_]:
    """Where the backdrop is (H×W): what can be reached from the border without crossing an edge."""
    pixels = np.asarray(picture, dtype=np.float32)
    colour = np.median(_corners(pixels)[:, :3], axis=0)
    like = (_is_shade(pixels[..., :3], colour) & _is_smooth(pixels[..., :3])) | (pixels[..., 3] == 0)
    passable = ndimage.binary_erosion(like, iterations=LEAK_PX, border_value=1)
    border = np.zeros_like(like)
    border[[0, -1], :] = border[:, [0, -1]] = True
    reached = ndimage.binary_propagation(border & passable, mask=passable)
    return np.asarray(ndimage.binary_dilation(reached, iterations=LEAK_PX) & like, dtype=np.bool_)


def _is_shade(pixels: NDArray[np.float32], colour: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Whether each pixel is the colour, or the colour in a soft shadow."""
    share = np.clip(pixels @ colour / max(float(colour @ colour), 1.0), DARKEST_SHADE, 1.0)
    return np.asarray(np.linalg.norm(pixels - share[..., None] * colour, axis=-1) < NEAR)


def _is_smooth(pixels: NDArray[np.float32]) -> NDArray[np.bool_]:
    down, across = np.gradient(pixels.mean(axis=-1))
    return np.asarray(np.hypot(down, across) < SMOOTH)
