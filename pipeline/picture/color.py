"""The one colour that stands for a picture, for manifests and placeholders."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

_SAMPLE_PX = 96
_CLUSTERS = 8
_OPAQUE = 128


def dominant(picture: Image) -> str:
    """The most common colour among opaque pixels as ``#RRGGBB`` (sRGB); empty when nothing is opaque.

    The colours of a 96 px sample fall into at most eight clusters; the largest one's mean counts.
    """
    pixels = _opaque_pixels(picture)
    if pixels is None:
        return ""
    from PIL.Image import Quantize

    clustered = pixels.quantize(_CLUSTERS, method=Quantize.MEDIANCUT, kmeans=2)
    histogram = clustered.histogram()
    palette = clustered.getpalette() or []
    winner = max(range(len(palette) // 3), key=histogram.__getitem__)
    red, green, blue = palette[winner * 3 : winner * 3 + 3]
    return f"#{red:02X}{green:02X}{blue:02X}"


def _opaque_pixels(picture: Image) -> Image | None:
    """The sample's opaque pixels as one row of RGB."""
    import numpy as np
    from PIL import Image

    sample = picture.convert("RGBA")
    sample.thumbnail((_SAMPLE_PX, _SAMPLE_PX), Image.Resampling.BOX)
    pixels = np.asarray(sample)
    opaque = pixels[pixels[..., 3] >= _OPAQUE][:, :3]
    return Image.fromarray(np.ascontiguousarray(opaque[np.newaxis])) if len(opaque) else None
