"""Any picture a service may send becomes plain sRGB: RGB or RGBA, 8 bits a channel, upright, no metadata."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import ProcessError, clean
from pipeline.media import MAX_PIXELS

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = ("PNG", "JPEG", "WEBP", "AVIF", "GIF")
"""The only decoders of Pillow that ever see a result."""

LOCAL_FORMATS = (*FORMATS, "BMP", "TIFF")
"""Those that see a file of the project, which is converted before it is sent."""

_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    EOFError,
    IndexError,
    KeyError,
    OverflowError,
    MemoryError,
    struct.error,
    zlib.error,
)
"""What Pillow's decoders are known to raise on damaged files."""


def load(path: Path, max_pixels: int = MAX_PIXELS, formats: tuple[str, ...] = FORMATS) -> Image:
    """Open and normalise the picture in ``path``: a new RGB or RGBA image, uint8, sRGB, without metadata.

    Of several frames the first is meant, by one of the decoders in ``formats``. Raises ``ProcessError`` when
    the file cannot be read, is damaged, or has more than ``max_pixels``.
    """
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own bound is lower
            with Image.open(path, formats=formats) as opened:
                _check_size(opened.size, path.name, max_pixels)
                opened.load()
                return normalize(opened)
    except Image.DecompressionBombError:
        raise ProcessError(f"{path.name} has far more than {max_pixels:,} pixels.") from None
    except _BROKEN as error:
        raise ProcessError(f"{path.name} cannot be decoded: {clean(error)}") from error


def normalize(image: Image) -> Image:
    """A new picture with the same look: RGB, or RGBA where something shows through; uint8, sRGB.

    EXIF orientation is applied, 16 bits become 8, an embedded colour profile is converted to sRGB
    (without one, and with one that is broken, the colours are taken as sRGB, as browsers do), and
    every kind of metadata is dropped. Raises ``ValueError`` for modes without a meaning as colour.
    """
    from PIL import ImageOps

    profile = image.info.get("icc_profile")
    upright = _to_8_bits(ImageOps.exif_transpose(image))
    alpha = _alpha(upright)
    plain = _to_srgb(_colours(upright), profile)
    if alpha is not None:
        plain.putalpha(alpha)
    plain.info.clear()
    return plain


def _check_size(size: tuple[int, int], name: str, max_pixels: int) -> None:
    width, height = size
    if width * height > max_pixels:
        raise ProcessError(f"{name} is {width}×{height}: more than {max_pixels:,} pixels.")


def _to_8_bits(image: Image) -> Image:
    if image.mode == "F":
        raise ValueError("floating-point pixels have no agreed range")
    if not image.mode.startswith("I"):
        return image
    import numpy as np
    from PIL import Image

    wide = np.clip(np.asarray(image).astype(np.int64), 0, 65_535)
    return Image.fromarray(((wide + 128) // 257).astype(np.uint8))


def _alpha(image: Image) -> Image | None:
    """The alpha channel as mode L, or None when every pixel is opaque."""
    if not image.has_transparency_data:
        return None
    alpha = image.convert("RGBA").getchannel("A")
    return None if alpha.getextrema() == (255, 255) else alpha


def _colours(image: Image) -> Image:
    """The colour channels in a mode a profile can describe: L, RGB or CMYK; never ``image`` itself."""
    if image.mode in ("1", "L", "LA", "La"):
        return image.convert("LA").getchannel("L")
    if image.mode == "CMYK":
        return image.copy()
    return image.convert("RGBA").convert("RGB")


def _to_srgb(colours: Image, profile: bytes | None) -> Image:
    from PIL import ImageCms

    if not profile:
        return colours.convert("RGB")
    try:
        source = ImageCms.getOpenProfile(io.BytesIO(profile))
        if ImageCms.getProfileDescription(source).startswith("sRGB"):
            return colours.convert("RGB")  # a round trip would only add rounding
        converted = ImageCms.profileToProfile(
            colours,
            source,
            ImageCms.createProfile("sRGB"),
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError):
        return colours.convert("RGB")
    assert converted is not None
    return converted
