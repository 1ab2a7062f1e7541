"""Whether a drawing shows on the ground it stands on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipeline.picture.measures import delta_e_2000, lab

if TYPE_CHECKING:
    from PIL.Image import Image

_SAMPLE_PX: Final = 128  # longer side
_SEEN: Final = 0.5  # alpha from which a pixel is part of the drawing
_DIFFERENCE: Final = 10.0  # CIEDE2000: less is taken for the ground at a glance
_SHARE: Final = 0.05  # of the drawing: a thin dark outline is enough to be seen


def hardly_shows(picture: Image, ground: str) -> bool:
    """Whether nearly all that an RGBA ``picture`` (uint8, sRGB) shows looks like ``ground`` ("#RRGGBB")."""
    import numpy as np
    from PIL import Image

    sample = picture.copy()
    sample.thumbnail((_SAMPLE_PX, _SAMPLE_PX), Image.Resampling.BOX)
    pixels = np.asarray(sample, np.float64) / 255
    seen = pixels[pixels[..., 3] >= _SEEN]
    if not len(seen):
        return False
    under = np.array([[int(ground[at : at + 2], 16) / 255 for at in (1, 3, 5)]])
    shown = seen[:, :3] * seen[:, 3:] + under * (1 - seen[:, 3:])
    apart = delta_e_2000(lab(shown), lab(under)) >= _DIFFERENCE
    return bool(apart.mean() < _SHARE)
