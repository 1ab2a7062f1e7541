"""Icons as pictures of any size: drawn from SVG, or enlarged from a render without its outline going soft."""

from __future__ import annotations

import hashlib
import io
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from known_alpha.packages import RESVG_VERSION, cache, resvg

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    Floats = NDArray[np.float32]

SHARE = 0.84  # of the picture's side, taken by the icon's own canvas: generators leave such a margin


class Art(Protocol):
    """An icon that can be had at any size."""

    @property
    def key(self) -> str:
        """What the picture depends on, apart from its size."""
        ...

    def icon(self, side: int) -> Image:
        """RGBA, straight alpha, ``side`` px wide and high."""
        ...


@dataclass(frozen=True, slots=True)
class Vector:
    """SVG, 32 units wide and high, without the root element."""

    body: str

    @property
    def key(self) -> str:
        return f"{RESVG_VERSION} {self.body}"

    def icon(self, side: int) -> Image:
        from PIL import Image

        px = round(side / SHARE)  # reduced from a little larger: smoother than resvg's own edges
        head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="{px}" height="{px}">'
        drawn = resvg().svg_to_bytes(svg_string=f"{head}{self.body}</svg>", width=px, height=px)
        picture = Image.open(io.BytesIO(bytes(drawn))).convert("RGBA")
        return picture.resize((side, side), Image.Resampling.LANCZOS)


@dataclass(frozen=True, slots=True)
class Render:
    """A small picture with alpha."""

    file: Path

    @property
    def key(self) -> str:
        return f"steepened {self.file.parent.name} {self.file.name}"

    def icon(self, side: int) -> Image:
        import numpy as np
        from PIL import Image

        with Image.open(self.file) as opened:
            small = opened.convert("RGBA")
        large = np.array(small.resize((side, side), Image.Resampling.BICUBIC))  # Pillow mixes by alpha
        alpha = steepened(large[..., 3].astype(np.float32) / np.float32(255), side / small.width)
        large[..., 3] = (alpha * 255).round().astype(np.uint8)
        return Image.fromarray(large)


def steepened(alpha: Floats, factor: float) -> Floats:
    """Alpha 0..1 of a picture enlarged so many times, its outlines as steep as before.

    Each pixel moves away from the middle of what is around it, within that. So an even part, be it
    see-through, and an even slope stay as they are.
    """
    import numpy as np
    from scipy import ndimage

    reach = 4 * math.ceil(factor) + 1  # an outline is up to two px wide, and is looked at from its middle
    high, low = ndimage.maximum_filter(alpha, reach), ndimage.minimum_filter(alpha, reach)
    middle = (high + low) / 2
    result: Floats = np.clip(middle + (alpha - middle) * np.float32(factor), low, high)
    return result


def file_of(art: Art, px: int) -> Path:
    digest = hashlib.sha256(f"{SHARE} {px} {art.key}".encode()).hexdigest()
    return cache() / "pictures" / f"{digest[:24]}.png"


def draw(art: Art, px: int) -> Path:
    """The RGBA picture of an icon, ``px`` wide and high, in the cache. Raises ``Unavailable``."""
    file = file_of(art, px)
    if not file.exists():
        file.parent.mkdir(exist_ok=True)
        part = file.with_suffix(".part")
        with_margin(art.icon(round(px * SHARE)), px).save(part, "PNG", compress_level=1)
        part.replace(file)
    return file


def with_margin(icon: Image, px: int) -> Image:
    """The icon in the middle of a transparent picture, ``px`` wide and high."""
    from PIL import Image

    canvas = Image.new("RGBA", (px, px))
    canvas.paste(icon, ((px - icon.width) // 2, (px - icon.height) // 2))
    return canvas
