"""Small sizes sharpened, where that shows more of the drawing; decided by measuring, picture by picture.

The measure: enlarged smoothly, as the eye does, a small picture should be as near as possible to the same
drawing made at ``OVER`` times the size. Scaling down softens; too much sharpening draws rims that are not
there, and both are farther away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    Floats = NDArray[np.float32]

LARGEST_PX: Final = 48  # longer side; above it the eye has pixels to spare
OVER: Final = 4
AMOUNTS: Final = (0.3, 0.6)  # of the difference from the blurred picture, added to it
LEAST_GAIN: Final = 0.02  # of the squared error: less is not worth a changed pixel
_RADIUS: Final = 0.7  # px, of the blur


def sharpen(small: Image, reference: Image) -> Image:
    """``small`` (RGBa or RGB) as it is or sharpened, whichever comes nearer to ``reference``.

    ``reference`` is the same drawing in the same mode, ``OVER`` times as wide and high.
    """
    import numpy as np
    from PIL import Image, ImageFilter

    bands = small.split()
    soft = _stacked([band.filter(ImageFilter.GaussianBlur(_RADIUS)) for band in bands])
    plain, wanted = _stacked(bands), _stacked(reference.split())
    best, least = plain, _error(plain, wanted) * (1 - LEAST_GAIN)
    for amount in AMOUNTS:
        sharp = _valid(plain + amount * (plain - soft))
        error = _error(sharp, wanted)
        if error < least:
            best, least = sharp, error
    if best is plain:
        return small
    return Image.merge(small.mode, [Image.fromarray(band) for band in np.rint(best).astype(np.uint8)])


def error(small: Image, reference: Image) -> float:
    """Mean squared difference, in levels², of ``small`` enlarged and ``reference``; lower is better."""
    return _error(_stacked(small.split()), _stacked(reference.split()))


def _stacked(bands: tuple[Image, ...] | list[Image]) -> Floats:
    """C×H×W."""
    import numpy as np

    return np.stack([np.asarray(band, np.float32) for band in bands])


def _valid(bands: Floats) -> Floats:
    """Within 0..255, no colour above its alpha; colours shrink with an alpha that overshoots."""
    import numpy as np

    most: Floats = np.full_like(bands, 255)
    if len(bands) > 3:  # noqa: PLR2004 with alpha
        most[:] = np.minimum(np.maximum(bands[3:], 0), most[3:])
        bands = np.multiply(bands, most / np.maximum(bands[3:], np.float32(1e-3)), dtype=np.float32)
    found: Floats = np.minimum(np.maximum(bands, 0), most)
    return found


def _error(bands: Floats, wanted: Floats) -> float:
    import numpy as np
    from PIL import Image

    size = wanted.shape[2], wanted.shape[1]
    large = [
        np.asarray(Image.fromarray(band).resize(size, Image.Resampling.BILINEAR)) for band in np.rint(bands)
    ]
    return float(np.mean((np.stack(large) - wanted) ** 2))
