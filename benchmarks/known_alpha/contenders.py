"""What is compared: the pipeline's methods, and plain rembg, with and without alpha matting."""

from __future__ import annotations

import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from known_alpha.paint import CLEAN, PAIR
from pipeline.errors import ProcessError
from pipeline.picture.cutout import METHODS, find
from pipeline.recipe.spec import Cutout

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

ALONE, MATTING = "rembg-alone", "rembg-matting"
"""What ``rembg i -m u2netp`` and ``rembg i -m u2netp -a`` make of a picture, without the pipeline."""
AUTO, DIFFERENCE = "auto", "difference"
NETWORK = "u2netp"
UNSURE = 0.5  # a confidence below it asks somebody to look


@dataclass(frozen=True, slots=True)
class Result:
    """A cut-out, H×W×4 uint8 sRGB; where the method gave up, the picture whole and what it said."""

    pixels: Pixels
    seconds: float  # of processor time
    said: str = ""  # what did it in the end, or why nothing did
    confidence: float = 1.0
    failed: bool = False


def known() -> tuple[str, ...]:
    """Names of everything that can be compared, baselines first; ``native`` needs alpha to begin with."""
    return tuple(dict.fromkeys((ALONE, MATTING, AUTO, *(name for name in METHODS if name != "native"))))


def is_pair(backdrop: str) -> bool:
    return backdrop.removesuffix(CLEAN) == PAIR


def sees(method: str, backdrop: str) -> bool:
    """Whether a method works on such pictures: ``difference`` takes two, ``auto`` one or two, others one."""
    return method == AUTO or (method == DIFFERENCE) == is_pair(backdrop)


def cut(method: str, renders: Sequence[Pixels]) -> Result:
    """Cut one picture out, or two renders of it, in one thread."""
    began = time.process_time()
    try:
        if method in {ALONE, MATTING}:
            pixels = by_rembg(renders[0], matting=method == MATTING)
            return Result(pixels, time.process_time() - began)
        settings = Cutout(method=cast("Any", method))
        on_black = renders[1] if len(renders) > 1 else None
        found = find(method)(renders[0], settings, on_black=on_black, threads=1)
    except ProcessError as error:
        seconds = time.process_time() - began
        return Result(untouched(renders[0]), seconds, error.message, confidence=0.0, failed=True)
    return Result(found.pixels, time.process_time() - began, found.method, found.confidence)


def by_rembg(pixels: Pixels, *, matting: bool) -> Pixels:
    """By rembg's public functions and nothing else: H×W×3 → H×W×4."""
    import numpy as np
    import rembg

    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pymatting tells how its solver is doing
        found = rembg.remove(pixels, session=session(), alpha_matting=matting)
    return np.asarray(found, np.uint8)


@cache
def session() -> Any:
    """One for the process, as anybody with more than one picture keeps it; one thread."""
    import onnxruntime
    import rembg

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return rembg.new_session(NETWORK, sess_opts=options)


def untouched(pixels: Pixels) -> Pixels:
    import numpy as np

    return np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])
