"""A film without an end: its last half second fades into its first."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from pipeline.errors import ProcessError

if TYPE_CHECKING:
    import numpy as np

FADE_S: Final = Fraction(1, 2)
_MOST: Final = 15  # frames kept in memory twice; at 60 a second they fade for a quarter of a second


def fade_frames(fps: Fraction) -> int:
    """How many frames of the end are mixed with those of the beginning."""
    return max(1, min(_MOST, round(fps * FADE_S)))


def looped(frames: Iterable[np.ndarray], fade: int) -> Iterator[np.ndarray]:
    """Frames (equal shapes, uint8) without the first ``fade``, which are mixed into the last ones.

    What follows the last frame is then the first: both are neighbours in the original. Raises
    ``ProcessError`` for fewer than three times ``fade`` frames.
    """
    head: list[np.ndarray] = []
    tail: deque[np.ndarray] = deque()
    seen = 0
    for frame in frames:
        seen += 1
        if len(head) < fade:
            head.append(frame)
            continue
        tail.append(frame)
        if len(tail) > fade:
            yield tail.popleft()
    if seen < 3 * fade:
        raise ProcessError("The video is too short to become a loop.")
    for number, (last, first) in enumerate(zip(tail, head, strict=True), 1):
        yield _mixed(last, first, number / (fade + 1))


def _mixed(last: np.ndarray, first: np.ndarray, share: float) -> np.ndarray:
    import numpy as np

    mixed: np.ndarray = np.rint(last * (1 - share) + first * share).astype(np.uint8)
    return mixed
