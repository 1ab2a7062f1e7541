from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ProcessError
from pipeline.picture.video.loop import fade_frames, looped


def ramp(count: int) -> list[np.ndarray]:
    return [np.full((2, 2), number, np.uint8) for number in range(count)]


@given(st.integers(1, 15), st.integers(0, 60))
def test_the_end_leads_into_the_beginning(fade, more):
    count = 3 * fade + more
    values = [int(frame[0, 0]) for frame in looped(ramp(count), fade)]
    assert len(values) == count - fade
    assert values[: count - 2 * fade] == list(range(fade, count - fade))
    # Each of the last frames lies between the frame of the end and that of the beginning it is mixed from.
    for number, value in enumerate(values[count - 2 * fade :]):
        assert number <= value <= count - fade + number
    assert values[-1] - (fade - 1) <= (count - fade) / (fade + 1) + 1


def test_a_film_of_a_few_frames_is_no_loop():
    with pytest.raises(ProcessError, match="too short"):
        list(looped(ramp(8), 3))


@pytest.mark.parametrize(("fps", "frames"), [(24, 12), (1, 1), (120, 15), (Fraction(30000, 1001), 15)])
def test_half_a_second_is_mixed_but_never_many_frames(fps, frames):
    assert fade_frames(Fraction(fps)) == frames
