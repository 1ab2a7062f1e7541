"""What every method of background removal takes and gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.recipe.spec import Cutout

    Pixels = NDArray[np.uint8]


UNSURE = 0.5
"""Confidence (0..1) below which somebody should look at a cut-out before it is used."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A subject found in a picture, and how sure its method is of it."""

    pixels: Pixels  # H×W×4 uint8 sRGB, straight alpha
    method: str  # what did it in the end: "key", "key+rembg:u2netp"
    confidence: float  # 0..1; see UNSURE
    backdrop: str = ""  # "#RRGGBB", the mean colour of a flat backdrop; empty where there is none
    warnings: tuple[str, ...] = ()


class Method(Protocol):
    """Removes what is behind the subject."""

    def __call__(
        self, pixels: Pixels, settings: Cutout, *, on_black: Pixels | None = None, threads: int = 0
    ) -> Found:
        """``pixels`` H×W×3 or H×W×4 uint8 sRGB; it is left alone.

        ``on_black`` is a second render of the same subject, H×W×3, on black; methods that need one picture
        only take no notice of it. ``threads`` bounds the threads of one call; 0 leaves it to the machine.
        Raises ``ProcessError``.
        """
        ...
