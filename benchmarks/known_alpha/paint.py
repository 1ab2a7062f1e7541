"""Subjects over backdrops, "as a generator paints them": gradient, vignette, noise, JPEG of quality 90.

Everything is seeded: one seed, subject and backdrop give one picture.
"""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from known_alpha.grounds import lit, scene
from known_alpha.score import over, to_linear, to_srgb
from pipeline.recipe.backdrop import CHROMA as CANDIDATES
from pipeline.recipe.backdrop import choose

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    Pixels = NDArray[np.uint8]
    Floats = NDArray[np.float32]

Color = tuple[int, int, int]


def rgb(text: str) -> Color:
    """``#RRGGBB`` as numbers. Raises ``ValueError``."""
    red, green, blue = bytes.fromhex(text[1:])
    return red, green, blue


COLORS: dict[str, Color] = {
    "white": (255, 255, 255),
    "grey": (190, 190, 190),
    **{name: rgb(color) for name, (_, color) in CANDIDATES.items()},
    "black": (0, 0, 0),
}
"""Backdrops of one colour; ``#RRGGBB`` names any other."""
CHROMA, BUSY, PAIR = "chroma", "busy", "pair"
"""The colour the pipeline would ask for; a scene; two renders, the second on black."""
CLEAN = "-clean"
"""Ends the name of a backdrop that is one colour to the last pixel, without noise and JPEG."""
PAINTED = ("white", "grey", "green", "magenta", CHROMA, BUSY, PAIR)
BACKDROPS = (*PAINTED, *(name + CLEAN for name in PAINTED))

NOISE = 1.6  # of 255, one deviation
GRAIN = 0.7  # px, of the blur on the noise
JPEG = 90
PALETTE = 5  # colours a subject is reduced to
LEAST_SHARE = 0.1  # of the subject: who describes it in a prompt names no smaller part


@dataclass(frozen=True, slots=True)
class Style:
    """How a picture comes out of a generator."""

    linear: bool = False  # composited in linear light, as renderers do; generators learnt from both
    jpeg: int = JPEG  # 0: none


def painted(subject: Pixels, backdrop: str, seed: int, style: Style | None = None) -> Pixels:
    """``subject`` H×W×4 uint8 sRGB on a backdrop → H×W×3 uint8 sRGB.

    Raises ``ValueError`` for a backdrop there is none of.
    """
    import numpy as np

    style = style or Style()
    random = np.random.default_rng(seed)
    name = backdrop.removesuffix(CLEAN)
    clean = name != backdrop
    mixed = composite(subject, ground(name, subject, random, clean=clean), linear=style.linear)
    if not clean:
        mixed += grain(subject.shape[0], subject.shape[1], random)
    pixels = np.clip(mixed, 0, 255).round().astype(np.uint8)
    return pixels if clean else compressed(pixels, style.jpeg)


def pair(
    subject: Pixels, seed: int, style: Style | None = None, *, clean: bool = False
) -> tuple[Pixels, Pixels]:
    """Renders on white and on black, each with a gradient, noise and JPEG of its own, the second 1 px off.

    ``clean``: neither of that.
    """
    import numpy as np

    down, right = (0, 0) if clean else np.random.default_rng(seed).permutation([0, 1])
    moved = np.roll(subject, (down, right), (0, 1))
    end = CLEAN if clean else ""
    return painted(subject, f"white{end}", seed, style), painted(moved, f"black{end}", seed + 1, style)


def seed_of(seed: int, name: str, backdrop: str) -> int:
    """Leaving other subjects out does not change how one is painted."""
    return zlib.crc32(f"{seed} {name} {backdrop}".encode())


def ground(name: str, subject: Pixels, random: np.random.Generator, *, clean: bool) -> Floats:
    """H×W×3, 0..255. Raises ``ValueError`` as ``flat`` does."""
    import numpy as np

    height, width = subject.shape[:2]
    if name == BUSY:
        return scene(width, height, random)
    color = rgb(better_chroma(subject)) if name == CHROMA else flat(name)
    if clean:
        return np.full((height, width, 3), color, np.float32)
    return lit(color, width, height, random)


def flat(backdrop: str) -> Color:
    """The colour of that name, or ``#RRGGBB``. Raises ``ValueError`` when it is neither."""
    if backdrop in COLORS:
        return COLORS[backdrop]
    if len(backdrop) == len("#RRGGBB") and backdrop.startswith("#"):
        return rgb(backdrop)
    raise ValueError(f"No such backdrop: {backdrop}. Known: {', '.join(BACKDROPS)}, #RRGGBB.")


def better_chroma(subject: Pixels) -> str:
    """The colour, ``#RRGGBB``, that the pipeline would ask for behind a subject of such colours."""
    return choose(palette(subject))


def palette(subject: Pixels) -> list[str]:
    """The colours, ``#RRGGBB``, of a subject's larger parts."""
    import numpy as np
    from PIL import Image

    some = subject[::4, ::4]
    opaque = some[some[..., 3] > 127][None, :, :3]
    if not opaque.size:
        return []
    reduced = Image.fromarray(np.ascontiguousarray(opaque)).quantize(PALETTE)
    counts = np.bincount(np.asarray(reduced).ravel())
    colors = np.array(reduced.getpalette(), np.uint8).reshape(-1, 3)
    large = np.flatnonzero(counts >= LEAST_SHARE * opaque.shape[1])
    return [f"#{bytes(colors[index]).hex().upper()}" for index in large]


def composite(subject: Pixels, behind: Floats, *, linear: bool) -> Floats:
    if not linear:
        return over(subject, behind)
    import numpy as np

    light = np.dstack([to_linear(subject[..., :3].astype(np.float32)), subject[..., 3:]])
    return to_srgb(over(light, to_linear(behind)))


def grain(height: int, width: int, random: np.random.Generator) -> Floats:
    import numpy as np
    from scipy import ndimage

    noise = ndimage.gaussian_filter(random.standard_normal((height, width, 3), np.float32), (GRAIN, GRAIN, 0))
    scaled: Floats = noise * (NOISE / noise.std())
    return scaled


def compressed(pixels: Pixels, quality: int) -> Pixels:
    import numpy as np
    from PIL import Image

    if not quality:
        return pixels
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=quality)
    picture: Image.Image = Image.open(stream)
    return np.asarray(picture)
