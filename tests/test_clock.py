from __future__ import annotations

import time

import pytest

from pipeline.clock import Clock, SystemClock


def test_the_system_clock_is_the_machines():
    clock: Clock = SystemClock()
    assert clock.time() == pytest.approx(time.time(), abs=0.5)
    assert 0 <= clock.monotonic() < 0.5
    first = clock.monotonic()
    assert clock.monotonic() >= first


async def test_a_faster_clock_sleeps_shorter_and_counts_alike():
    clock = SystemClock(speed=1000.0)
    began, wall, clock_began = time.monotonic(), clock.time(), clock.monotonic()
    await clock.sleep(10.0)
    assert time.monotonic() - began < 5
    assert clock.monotonic() - clock_began >= 10.0 * 0.9
    assert clock.time() - wall >= 10.0 * 0.9


@pytest.mark.parametrize("seconds", [0.0, -5.0])
async def test_no_time_is_no_wait(seconds):
    began = time.monotonic()
    await SystemClock().sleep(seconds)
    assert time.monotonic() - began < 0.5
