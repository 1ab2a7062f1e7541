"""What is behind a subject: a flat colour as it comes out of a generator, or a scene out of focus."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Color = tuple[int, int, int]

SLOPE = (4.0, 10.0)  # of 255, from one side of the picture to the other
VIGNETTE = (2.0, 7.0)  # of 255, by which corners are darker than the middle
TINT = (1.0, 0.9, 1.1)  # how much each channel follows: a gradient is never quite neutral
CLUTTER = 70  # shapes
TEXTURE = 14.0  # of 255, one deviation of the surfaces' own pattern
DEPTHS = (90, 250, 700)  # blurs, each of so many to the picture's side: far things first


def lit(color: Color, width: int, height: int, random: np.random.Generator) -> Floats:
    """A flat colour as it comes out: sloping to one side and darker in the corners. H×W×3, 0..255."""
    import numpy as np

    y, x = np.mgrid[0:height, 0:width].astype(np.float32) / max(width, height) - 0.5
    angle = random.uniform(0, math.tau)
    slope = (x * math.cos(angle) + y * math.sin(angle)) * random.uniform(*SLOPE)
    vignette = (x * x + y * y) * 2 * random.uniform(*VIGNETTE)
    ground = np.array(color, np.float32) + (slope - vignette)[..., None] * np.array(TINT, np.float32)
    bounded: Floats = np.clip(ground, 0, 255)
    return bounded


def scene(width: int, height: int, random: np.random.Generator) -> Floats:
    """A place full of things, the nearer the sharper, with the texture of photographs. H×W×3, 0..255."""
    import numpy as np
    from PIL import Image, ImageDraw, ImageFilter

    picture = Image.new("RGB", (width, height), ink(random))
    for depth in DEPTHS:
        draw = ImageDraw.Draw(picture)
        for _ in range(CLUTTER // len(DEPTHS)):
            x, y = random.uniform(-0.1, 1.1, 2) * (width, height)
            wide, high = random.uniform(0.02, 0.25, 2) * (width, height)
            box = (x - wide, y - high, x + wide, y + high)
            shape = (draw.ellipse, draw.rectangle, draw.line)[int(random.integers(3))]
            shape(box, fill=ink(random))
        picture = picture.filter(ImageFilter.GaussianBlur(max(width, height) / depth))
    textured = np.asarray(picture, np.float32) + texture(width, height, random)[..., None]
    bounded: Floats = np.clip(textured, 0, 255)
    return bounded


def ink(random: np.random.Generator) -> Color:
    red, green, blue = (int(each) for each in random.integers(20, 236, 3))
    return red, green, blue


def texture(width: int, height: int, random: np.random.Generator) -> Floats:
    """H×W of mean 0 whose amplitude falls with frequency, as that of natural pictures does (Field, 1987)."""
    import numpy as np

    far = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None])
    far[0, 0] = 1
    spectrum = np.fft.rfft2(random.standard_normal((height, width))) / far
    spectrum[0, 0] = 0
    pattern = np.fft.irfft2(spectrum, (height, width))
    scaled: Floats = (pattern * (TEXTURE / pattern.std())).astype(np.float32)
    return scaled
