"""Figures of a picture that a recipe's ``checks:`` ask for: RGB or RGBA, uint8, sRGB; nothing is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipeline.picture.cutout import VISIBLE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    Floats = NDArray[np.float64]

SAMPLE_PX: Final = 512
"""The longer side that colours are measured at: more of it changes no share by half a percent."""

_EDGE_SHARE: Final = 1 / 64  # of the sample's longer side: how wide the rim of a drawing is
_MOST_OF_EDGE: Final = 0.5  # the median: half of an edge may be fainter than what is said of it
# sRGB to XYZ under D65 (IEC 61966-2-1) and the white of D65, as CSS Color 4 gives them.
_TO_XYZ: Final = (
    (0.41239079926595934, 0.357584339383878, 0.1804807884018343),
    (0.21263900587151027, 0.715168678767756, 0.07219231536073371),
    (0.01933081871559182, 0.11919477979462598, 0.9505321522496607),
)
_D50: Final = (
    (1.0479297925449969, 0.022946870601609652, -0.05019226628920524),
    (0.02962780877005599, 0.9904344267538799, -0.017073799063418826),
    (-0.009243040646204504, 0.015055191490298152, 0.7518742814281371),
)
_WHITE: Final = (0.3127 / 0.3290, 1.0, (1 - 0.3127 - 0.3290) / 0.3290)
_LINEAR: Final = 216 / 24389  # CIE 15: where the cube root begins
_SLOPE: Final = 24389 / 27
_25_7: Final = 25.0**7


def brand_share(picture: Image, color: str, max_delta_e: float) -> float:
    """Share of what is visible, weighted by alpha, within ``max_delta_e`` (CIEDE2000) of ``color``; 0..1.

    ``color`` is "#RRGGBB". Nothing visible gives 0.
    """
    import numpy as np

    colors, alpha = _sample(picture)
    seen = alpha >= VISIBLE / 255
    if not seen.any():
        return 0.0
    wanted = lab(np.array([[_channels(color)]]))[0]
    near = delta_e_2000(lab(colors[seen][np.newaxis])[0], wanted) <= max_delta_e
    return float(np.average(near, weights=alpha[seen]))


def coverage(picture: Image) -> float:
    """Share of the area that is visible, each pixel by its alpha; 1 for an opaque picture."""
    import numpy as np

    if picture.mode != "RGBA":
        return 1.0
    return float(np.asarray(picture.getchannel("A")).mean()) / 255


def edge_contrast(picture: Image, ground: str) -> float:
    """WCAG 2 contrast ratio (1..21) of the rim of what is visible against ``ground`` ("#RRGGBB").

    The rim is what lies within 1/64 of the longer side of transparency or of the canvas' border, and its
    median counts: half of an edge may be fainter. Nothing visible has a contrast of 1.
    """
    import numpy as np

    colors, alpha = _sample(picture)
    rim = _rim(alpha)
    if not rim.any():
        return 1.0
    under = np.array(_channels(ground))
    shown = colors[rim] * alpha[rim][:, np.newaxis] + under * (1 - alpha[rim][:, np.newaxis])
    behind = float(luminance(under[np.newaxis])[0])
    light = luminance(shown)
    ratio = (np.maximum(light, behind) + 0.05) / (np.minimum(light, behind) + 0.05)
    return float(np.quantile(ratio, _MOST_OF_EDGE))


def luminance(colors: Floats) -> Floats:
    """Relative luminance (WCAG 2) of N×3 sRGB values from 0 to 1."""
    import numpy as np

    found: Floats = _linear(colors) @ np.array(_TO_XYZ[1])
    return found


def lab(colors: Floats) -> Floats:
    """CIELAB (D65, as coloraide measures differences) of H×W×3 sRGB values from 0 to 1."""
    import numpy as np

    xyz = _linear(colors) @ np.array(_TO_XYZ).T / np.array(_WHITE)
    root = np.where(xyz > _LINEAR, np.cbrt(np.maximum(xyz, 0)), (_SLOPE * xyz + 16) / 116)
    x, y, z = root[..., 0], root[..., 1], root[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def delta_e_2000(one: Floats, other: Floats) -> Floats:
    """CIEDE2000 between N×3 and N×3 or 1×3 CIELAB colours, all weights 1 (Sharma, Wu and Dalal 2005)."""
    import numpy as np

    chroma = (np.hypot(one[..., 1], one[..., 2]) + np.hypot(other[..., 1], other[..., 2])) / 2
    scale = 1 + 0.5 * (1 - np.sqrt(chroma**7 / (chroma**7 + _25_7)))
    chroma_1, hue_1 = _polar(one, scale)
    chroma_2, hue_2 = _polar(other, scale)
    colourless = chroma_1 * chroma_2 == 0
    turn = np.where(colourless, 0, (hue_2 - hue_1 + 180) % 360 - 180)
    mean_l, mean_c = (one[..., 0] + other[..., 0]) / 2, (chroma_1 + chroma_2) / 2
    hue = np.where(colourless, hue_1 + hue_2, (hue_1 + turn / 2) % 360)
    light = (other[..., 0] - one[..., 0]) / (
        1 + 0.015 * (mean_l - 50) ** 2 / np.sqrt(20 + (mean_l - 50) ** 2)
    )
    pure = (chroma_2 - chroma_1) / (1 + 0.045 * mean_c)
    tint = 2 * np.sqrt(chroma_1 * chroma_2) * np.sin(np.radians(turn / 2))
    tint /= 1 + 0.015 * mean_c * _hue_weight(hue)
    lean = -2 * np.sqrt(mean_c**7 / (mean_c**7 + _25_7))
    lean *= np.sin(np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2))))
    found: Floats = np.sqrt(np.maximum(light**2 + pure**2 + tint**2 + lean * pure * tint, 0))
    return found


def _polar(colors: Floats, scale: Floats) -> tuple[Floats, Floats]:
    """Chroma and hue in degrees of CIELAB colours whose a is scaled."""
    import numpy as np

    a, b = colors[..., 1] * scale, colors[..., 2] + 0 * scale
    return np.hypot(a, b), np.degrees(np.arctan2(b, a)) % 360


def _hue_weight(hue: Floats) -> Floats:
    import numpy as np

    def cosine(times: int, turned: int) -> Floats:
        found: Floats = np.cos(np.radians(times * hue + turned))
        return found

    return 1 - 0.17 * cosine(1, -30) + 0.24 * cosine(2, 0) + 0.32 * cosine(3, 6) - 0.20 * cosine(4, -63)


def _sample(picture: Image) -> tuple[Floats, Floats]:
    """Colours (H×W×3) and alpha (H×W) from 0 to 1 of a picture at most ``SAMPLE_PX`` on a side."""
    import numpy as np
    from PIL import Image

    sample = picture.convert("RGBA")
    sample.thumbnail((SAMPLE_PX, SAMPLE_PX), Image.Resampling.BOX)
    pixels = np.asarray(sample).astype(np.float64) / 255
    return pixels[..., :3], pixels[..., 3]


def _rim(alpha: Floats) -> NDArray[np.bool_]:
    """What is more than half there (else: there at all) and lies near what is not, or near the border."""
    from scipy.ndimage import minimum_filter

    seen = alpha >= 0.5  # noqa: PLR2004
    if not seen.any():
        seen = alpha >= VISIBLE / 255
    width = 2 * max(1, round(max(alpha.shape) * _EDGE_SHARE)) + 1
    found: NDArray[np.bool_] = seen & ~minimum_filter(seen, width, mode="constant", cval=False)
    return found


def _channels(color: str) -> tuple[float, float, float]:
    red, green, blue = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _linear(colors: Floats) -> Floats:
    import numpy as np

    return np.where(colors <= 0.04045, colors / 12.92, ((colors + 0.055) / 1.055) ** 2.4)  # noqa: PLR2004
