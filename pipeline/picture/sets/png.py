"""PNG, losslessly as small as it gets in a form every reader takes.

RGB and RGBA stay what they are: Apple, Play and Tauri read channels and refuse palettes. Where a ``palette``
will do, up to 256 colours with their alphas, or greys, are written as such if no pixel changes by it. With
oxipng (the extra ``optimize``) filters are chosen and packed by that; without it by Pillow and zlib.

Of painted icons, against the same pixels as `tauri icon` writes them (zlib's best), by longer side:

    up to 256 px   the filter ``bigrams``, level 10     0.94 of the bytes, 1.4 ms for 128²
    up to 1024     ``entropy``, level 7                  1.02, 24 ms for 512²; level 8 takes twice as long
    larger         ``entropy``, level 6

Of grainy and flat drawings ``entropy`` is within 1.5 % of the best of five filters, and mostly is the best.
Several cost a trial each; oxipng's own levels 1 and 2 take two to four times as long for 1 to 5 % less.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_COLORS: Final = 256
_SETTINGS: Final = ((256, "bigrams", 10), (1024, "entropy", 7), (1 << 31, "entropy", 6))
"""Longer side in px up to which they hold, filter, level of libdeflater."""
_PATIENT: Final = (["sub", "bigrams", "entropy"], 11)


def encode(picture: Image, *, palette: bool = False, patient: bool = False) -> bytes:
    """``picture`` (RGB or RGBA, uint8, sRGB) as a PNG file: the same pixels, the same bytes. No metadata.

    What is under full transparency counts as a pixel like any other. ``patient``: some ten times as long,
    for 3 to 10 % less.
    """
    raw = _raw_image()
    if raw is None:
        return _by_zlib(_indexed(picture) if palette else picture)
    kind = raw.ColorType.rgb if picture.mode == "RGB" else raw.ColorType.rgba
    filters, level = next(([one], level) for px, one, level in _SETTINGS if max(picture.size) <= px)
    if patient:
        filters, level = _PATIENT
    image = raw.RawImage(picture.width, picture.height, kind, 8, picture.tobytes())
    packed: bytes = image.create_optimized_png(
        level=0,
        filter=filters,
        deflate=raw.Deflaters.libdeflater(level),
        strip="all",
        bit_depth_reduction=palette,
        color_type_reduction=palette,
        palette_reduction=palette,
        grayscale_reduction=palette,
        optimize_alpha=False,
    )
    return packed


def _raw_image() -> Any:
    """The module oxipng, or nothing."""
    try:
        import oxipng
    except ImportError:
        return None
    return oxipng


def _by_zlib(picture: Image) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "PNG", compress_level=9)
    return stream.getvalue()


def _indexed(picture: Image) -> Image:
    """The picture with a palette, where it has no more colours than fit into one; else as it is."""
    import numpy as np
    from PIL import Image

    if picture.getcolors(MOST_COLORS) is None:
        return picture
    pixels = np.asarray(picture).reshape(-1, len(picture.getbands()))
    colors, numbers = np.unique(pixels, axis=0, return_inverse=True)
    indexed = Image.fromarray(numbers.reshape(picture.height, picture.width).astype(np.uint8), "P")
    indexed.putpalette(colors[:, :3].tobytes())
    if picture.mode == "RGBA":
        indexed.info["transparency"] = colors[:, 3].tobytes()
    return indexed
