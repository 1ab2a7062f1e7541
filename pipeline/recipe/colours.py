"""Colours as brands write them: checked, normalised to ``#RRGGBB`` or ``#RRGGBBAA``, and put into words.

Hex colours are worked on directly; coloraide (about 70 ms to import) is loaded for CSS names and for mixing.
"""

from __future__ import annotations

import re
from functools import lru_cache

_HEX = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
_NAME = re.compile(r"[a-zA-Z]{3,30}")

Lab = tuple[float, float, float]

# What designers call colours. sRGB, chosen to lie apart in OKLab; the nearest one names a colour.
NAMES = {
    "black": "#000000", "near black": "#111318", "charcoal": "#2F343D", "slate grey": "#64748B",
    "steel grey": "#7A8088", "mid grey": "#808080", "silver grey": "#B4B8BF", "light grey": "#D4D4D4",
    "off-white": "#F5F5F4", "white": "#FFFFFF", "ivory": "#FFFFF0", "cream": "#FFF6DC",
    "beige": "#E8DCC4", "sand": "#D9BF94", "taupe": "#8B7E74", "khaki": "#B5A76B",
    "chocolate brown": "#5C3A21", "coffee brown": "#6F4E37", "chestnut brown": "#8A4B2A", "tan": "#C8A27A",
    "terracotta": "#C8643C", "rust": "#A8441C", "copper": "#B87333", "bronze": "#9C7A3C",
    "peach": "#FFCBA4", "apricot": "#FDBA74", "coral": "#FF7F61", "salmon": "#FA8F80",
    "orange": "#F97316", "bright orange": "#FF8A00", "amber": "#F59E0B", "gold": "#E6B422",
    "mustard": "#C99A1E", "golden yellow": "#FFC928", "yellow": "#FDE000", "lemon yellow": "#FFF04D",
    "pale yellow": "#FEF3A8", "olive": "#77792B", "lime green": "#84CC16", "bright lime": "#B8F000",
    "leaf green": "#4C9A2A", "emerald green": "#22C55E", "neon green": "#39FF14", "forest green": "#1E6B34",
    "dark green": "#0B3D20", "sage green": "#9CAF88", "mint green": "#A7F0C8", "sea green": "#2E9C72",
    "jade green": "#10B981", "teal": "#0D9488", "dark teal": "#134E4A", "turquoise": "#2DD4BF",
    "cyan": "#06B6D4", "bright cyan": "#00F0FF", "pale cyan": "#CFFAFE", "sky blue": "#38BDF8",
    "powder blue": "#B6D8F2", "azure blue": "#3B82F6", "cobalt blue": "#1D4ED8", "royal blue": "#3654D4",
    "electric blue": "#0000FF", "denim blue": "#3D6490", "navy blue": "#14213D", "midnight blue": "#0F1035",
    "periwinkle": "#A5B4FC", "indigo": "#4F46E5", "deep indigo": "#312E81", "violet": "#8B5CF6",
    "purple": "#9333EA", "deep purple": "#4C1D80", "lavender": "#C4B5FD", "pale lilac": "#EBE4FF",
    "orchid": "#D16BE0", "plum": "#7B2D62", "magenta": "#E01FD5", "fuchsia": "#FF00FF",
    "hot pink": "#FF4FA8", "rose pink": "#EC4899", "dusty pink": "#D8A0A8", "blush pink": "#FBCFE0",
    "pale pink": "#FDE8EF", "bubblegum pink": "#F9A8D4", "raspberry": "#BE185D", "rose red": "#E11D48",
    "red": "#EF4444", "bright red": "#FF0000", "crimson": "#B91C2C", "burgundy": "#6B1226",
    "dark slate grey": "#1E293B", "bright sky blue": "#0EA5E9", "dark brown": "#33200F", "maroon": "#551111",
}  # fmt: skip


def normalise(text: str) -> str | None:
    """``#RRGGBB`` or ``#RRGGBBAA`` in capitals for a hex colour or a CSS name; None for anything else."""
    if _HEX.fullmatch(text):
        digits = text[1:].upper()
        return "#" + (digits if len(digits) > 4 else "".join(digit * 2 for digit in digits))  # noqa: PLR2004
    return _css(text.lower()) if _NAME.fullmatch(text) else None


def describe(text: str) -> str:
    """A colour in words and numbers: ``rose pink (#EC4899)``. Transparency is not described."""
    colour = _known(text)
    return f"{nearest_name(colour)} ({colour[:7]})"


@lru_cache(maxsize=256)
def nearest_name(colour: str) -> str:
    """The designers' name nearest to ``#RRGGBB…`` by Euclidean distance in OKLab."""
    here = oklab(colour)
    return min(_labs(), key=lambda name: sum((a - b) ** 2 for a, b in zip(here, _labs()[name], strict=True)))


def oklab(colour: str) -> Lab:
    """OKLab (D65; lightness 0 to 1) of an sRGB ``#RRGGBB…``.

    Matrices: Björn Ottosson, "A perceptual color space for image processing", 2020, in the form revised
    2021-01-25. Transfer function: IEC 61966-2-1.
    """
    red, green, blue = (_linear(channel / 255) for channel in rgb(colour))
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def rgb(text: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255 (sRGB)."""
    colour = _known(text)
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def hsl(text: str) -> tuple[int, int, int]:
    """Hue in degrees, saturation and lightness in percent (sRGB)."""
    import colorsys

    red, green, blue = (channel / 255 for channel in rgb(text))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    return round(hue * 360) % 360, round(saturation * 100), round(lightness * 100)


def lighten(text: str, amount: float) -> str:
    """``amount`` (-1 to 1) added to OKLCH lightness, brought back into sRGB by lowering chroma."""
    from coloraide import Color

    colour = Color(_known(text)).convert("oklch")
    colour["lightness"] = min(1.0, max(0.0, colour["lightness"] + amount))
    return _hex(colour.convert("srgb").fit(method="oklch-chroma"))


def mix(first: str, second: str, share: float) -> str:
    """The two mixed in OKLab; ``share`` (0 to 1) of the second."""
    from coloraide import Color

    return _hex(Color(_known(first)).mix(_known(second), share, space="oklab", out_space="srgb").fit())


def contrast(text: str, candidates: tuple[str, ...]) -> str:
    """Whichever candidate has the higher WCAG 2.1 contrast with the colour."""
    from coloraide import Color

    ground = Color(_known(text))
    return max(map(_known, candidates), key=lambda candidate: ground.contrast(candidate, method="wcag21"))


def _known(text: str) -> str:
    colour = normalise(text)
    if colour is None:
        raise ValueError(f"{text!r} is not a colour")
    return colour


def _hex(colour: object) -> str:
    return str(colour.to_string(hex=True, upper=True))  # type: ignore[attr-defined]


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4  # noqa: PLR2004


@lru_cache(maxsize=1)
def _labs() -> dict[str, Lab]:
    return {name: oklab(colour) for name, colour in NAMES.items()}


@lru_cache(maxsize=256)
def _css(name: str) -> str | None:
    from coloraide import Color

    if name == "transparent" or not Color.match(name, fullmatch=True):
        return None
    return _hex(Color(name))
