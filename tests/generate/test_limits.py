from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from virtual_time import EPOCH, VirtualClock, play

from pipeline.generate.limits import SlidingWindow


async def admissions(window: SlidingWindow, clock: VirtualClock, gaps: list[float]) -> list[float]:
    times = []
    for gap in gaps:
        await clock.sleep(gap)
        await window.admit()
        times.append(clock.monotonic())
    return times


def most_in_any_window(times: list[float], window_s: float) -> int:
    return max(sum(start <= time < start + window_s for time in times) for start in times)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.sampled_from([0.0, 0.1, 0.9, 3.0]), min_size=1, max_size=30),
    st.integers(1, 5),
)
def test_no_window_ever_holds_more_than_it_may(gaps: list[float], count: int) -> None:
    clock = VirtualClock()
    times = play(admissions(SlidingWindow(clock, count, 2.0), clock, gaps))
    assert most_in_any_window(times, 2.0) <= count


def test_the_first_twenty_go_at_once_and_the_rest_at_twenty_a_window() -> None:
    clock = VirtualClock()
    times = play(admissions(SlidingWindow(clock), clock, [0.0] * 60))
    assert times[19] == 0.0
    assert 10.0 < times[20] == times[39] < 10.1
    assert 20.0 < times[40] == times[59] < 20.2


def test_creates_of_an_earlier_run_still_count() -> None:
    clock = VirtualClock()
    window = SlidingWindow(clock, 2, 10.0, recent=[EPOCH - 4.0, EPOCH - 3.0, EPOCH - 60.0])
    times = play(admissions(window, clock, [0.0, 0.0]))
    assert 6.0 < times[0] < 6.1
    assert 7.0 < times[1] < 7.1


def test_a_clock_that_was_set_back_cannot_block_for_longer_than_a_window() -> None:
    clock = VirtualClock()
    window = SlidingWindow(clock, 1, 10.0, recent=[EPOCH + 86_400.0])
    assert play(admissions(window, clock, [0.0]))[0] < 10.2


def test_a_refusal_holds_everybody_back_and_widens_the_window() -> None:
    clock = VirtualClock()
    window = SlidingWindow(clock, 1, 10.0)

    async def scene() -> list[float]:
        first = await admissions(window, clock, [0.0])
        window.refuse(first[0], 30.0)
        return first + await admissions(window, clock, [0.0, 0.0])

    times = play(scene())
    assert times[1] == 30.0
    assert 40.05 < times[2] < 40.2


def test_a_refused_create_takes_no_place_in_the_window() -> None:
    clock = VirtualClock()
    window = SlidingWindow(clock, 2, 10.0)

    async def scene() -> list[float]:
        first = await admissions(window, clock, [0.0, 0.1])
        window.refuse(first[1], 0.25)
        return first + await admissions(window, clock, [0.0, 0.0])

    assert play(scene()) == pytest.approx([0.0, 0.1, 0.35, 10.075])
