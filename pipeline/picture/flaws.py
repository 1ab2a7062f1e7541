"""What is wrong with a finished picture, from its pixels: RGB or RGBA as ``normalize.load`` gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from pipeline.picture.cutout import VISIBLE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    Floats = NDArray[np.float32]

_SAMPLE_PX: Final = 512
_ALIKE: Final = 12  # levels of 255 in any channel: a painted flat with its noise and JPEG stays below
_LEAST_SHARE: Final = 0.0005  # of the pixels; less than that is a speck
_LEAST_BOARD_PX: Final = 64  # below it there is no telling squares from a pattern of the picture's own
_OPAQUE: Final = 250  # of 255
_TELLING: Final = 128  # alpha of 255 from which a colour is told: below it rounding makes colours of its own
_EDGE: Final = (13, 242)  # alpha of 255 between which colours are mixed: 5 % to 95 %
_RIM: Final = 3  # px: half an edge with its blur
_LEAST_EDGE: Final = 32  # pixels
_APART: Final = 60.0  # levels between subject and backdrop, below which a mix cannot be told
_NEAR_SHARE: Final = 1 / 128  # of the longer side: how far from an edge the subject's own colour is taken


def is_blank(picture: Image) -> bool:
    """Whether nothing can be seen: all transparent, or one opaque colour all over but for noise and specks.

    A shape of one colour on transparency is no blank.
    """
    import numpy as np
    from PIL import Image

    sample = picture.copy()
    sample.thumbnail((_SAMPLE_PX, _SAMPLE_PX), Image.Resampling.BOX)
    pixels = np.asarray(sample).astype(np.int16).reshape(-1, len(sample.getbands()))
    if sample.mode == "RGBA" and (pixels[:, 3] >= VISIBLE).mean() < _LEAST_SHARE:
        return True
    usual = np.median(pixels, axis=0)
    return bool((np.abs(pixels - usual).max(axis=1) > _ALIKE).mean() < _LEAST_SHARE)


def is_grey(picture: Image) -> bool:
    """Whether what can be seen has no hue: channels at most a few levels apart, but for specks."""
    return _share_beyond(picture, "grey") < _LEAST_SHARE


def is_white(picture: Image) -> bool:
    """Whether everything that can be seen is white, but for specks."""
    return _share_beyond(picture, "white") < _LEAST_SHARE


def _share_beyond(picture: Image, ink: Literal["grey", "white"]) -> float:
    """Share of the visible pixels of another colour; what is fainter than half has none to tell."""
    import numpy as np

    pixels = np.asarray(picture.convert("RGBA")).astype(np.int16)
    seen = pixels[pixels[..., 3] >= _TELLING][:, :3]
    if not len(seen):
        return 0.0
    apart = np.ptp(seen, axis=1) if ink == "grey" else 255 - seen.min(axis=1)
    return float((apart > _ALIKE).mean())


def has_painted_checkerboard(picture: Image) -> bool:
    """Whether an opaque picture pretends to be transparent: a checkerboard of two greys round its border."""
    if picture.mode == "RGBA" or min(picture.size) < _LEAST_BOARD_PX:
        return False
    import numpy as np

    from pipeline.picture.cutout.checker import find

    return find(np.asarray(picture)) is not None


def backdrop_left(picture: Image, backdrop: str) -> float:
    """How much of ``backdrop`` ("#RRGGBB") is in the colours of a cut-out's edge, 0..1.

    A soft pixel that was unmixed has the colour of the subject beside it; one that was not lies between that
    and the backdrop. This is the mean share of the way, weighted by alpha: what shows on another ground. An
    edge that was never unmixed has about 0.3. It is 0 where subject and backdrop are too much alike to tell
    them apart, and where there is hardly an edge.
    """
    import numpy as np

    if picture.mode != "RGBA":
        return 0.0
    pixels = np.asarray(picture).astype(np.float32)
    alpha = pixels[..., 3]
    own, known = _inside(pixels[..., :3], alpha >= _OPAQUE)
    soft = known & _narrow_edge(alpha)
    way = np.array([int(backdrop[at : at + 2], 16) for at in (1, 3, 5)], np.float32) - own[soft]
    length = (way * way).sum(axis=1)
    told = length > _APART**2
    if told.sum() < _LEAST_EDGE:
        return 0.0
    share = ((pixels[..., :3][soft] - own[soft]) * way).sum(axis=1)[told] / length[told]
    return float(np.clip(np.average(np.clip(share, -1, 1), weights=alpha[soft][told]), 0, 1))


def _narrow_edge(alpha: Floats) -> NDArray[np.bool_]:
    """Where H×W ``alpha`` falls from all to nothing within a few pixels: no shadow, glow or pane does."""
    from scipy.ndimage import maximum_filter, minimum_filter

    around = {"size": 2 * _RIM + 1, "mode": "nearest"}
    falls = (maximum_filter(alpha, **around) >= _OPAQUE) & (minimum_filter(alpha, **around) <= _EDGE[0])
    found: NDArray[np.bool_] = falls & (alpha > _EDGE[0]) & (alpha < _EDGE[1])
    return found


def _inside(colors: Floats, opaque: NDArray[np.bool_]) -> tuple[Floats, NDArray[np.bool_]]:
    """For each pixel the mean colour of the opaque ones near it (H×W×3), and where there are any (H×W)."""
    import numpy as np
    from scipy.ndimage import uniform_filter

    size = 2 * max(2, round(max(opaque.shape) * _NEAR_SHARE)) + 1
    share = uniform_filter(opaque.astype(np.float32), size, mode="constant")
    known = share > 0.5 / size**2  # half a pixel: sums of a moving filter are not quite exact
    found = np.empty_like(colors)
    for channel in range(3):
        summed = uniform_filter(np.where(opaque, colors[..., channel], 0), size, mode="constant")
        np.divide(summed, share, out=found[..., channel], where=known)
    return found, known
