from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.generate.latency import MAX_INTERVAL_S, LatencyModel


def polls(model: LatencyModel, latency_s: float) -> list[float]:
    """When a task of this latency is asked for, until it is done."""
    at, interval = model.first_s(), 0.0
    asked = [at]
    while at < latency_s:
        interval = model.next_s(at, interval)
        at += interval
        asked.append(at)
    return asked


def test_without_history_the_first_question_comes_near_the_fast_tail() -> None:
    assert 7.0 < LatencyModel("image", rng=random.Random(1)).first_s() < 9.0
    assert 42.0 < LatencyModel("video", rng=random.Random(1)).first_s() < 54.0


def test_history_moves_the_first_question_and_the_pace() -> None:
    model = LatencyModel("image", [60.0, 64.0, 70.0, 80.0], random.Random(1))
    assert 50.0 < model.first_s() < 64.0
    assert 1.4 < model.next_s(60.0, 0.0) < 2.0
    assert 7.0 < model.next_s(60.0, 0.0, running=100) < 10.0


def test_many_tasks_share_the_questions() -> None:
    model = LatencyModel("image", [20.0] * 10, random.Random(1))
    alone, crowd = model.next_s(20.0, 0.0, running=1), model.next_s(20.0, 0.0, running=100)
    assert alone < 0.6
    assert 2.1 < crowd < 2.9


def test_asking_late_does_not_teach_to_ask_late() -> None:
    model = LatencyModel("image", rng=random.Random(1))
    for _ in range(12):  # tasks that take 2 s, first asked for at 8 s
        first = model.first_s()
        model.learn(0.0, max(first, 2.0))
    assert model.first_s() < 3.0


def test_a_task_that_is_late_is_asked_for_less_and_less_often() -> None:
    model = LatencyModel("image", [20.0] * 10, random.Random(1))
    asked = polls(model, 600.0)
    gaps = [after - before for before, after in pairwise(asked)]
    assert gaps[-1] > 3 * gaps[0]
    assert len(asked) < 140


@given(st.floats(0.5, 500.0), st.lists(st.floats(0.5, 500.0), max_size=20), st.integers(0, 99))
def test_a_finished_task_is_noticed_soon(latency_s: float, samples: list[float], seed: int) -> None:
    asked = polls(LatencyModel("image", samples, random.Random(seed)), latency_s)
    overshoot = asked[-1] - max(latency_s, asked[0])
    assert overshoot <= MAX_INTERVAL_S * 1.12
    assert all(before < after for before, after in pairwise(asked))


@pytest.mark.parametrize("median_s", [5.0, 20.0, 120.0])
def test_the_expected_overshoot_is_a_tenth_of_the_latency(median_s: float) -> None:
    rng = random.Random(3)
    model = LatencyModel("image", [median_s * rng.uniform(0.7, 1.4) for _ in range(40)], rng)
    overshoots = []
    for _ in range(200):
        latency = median_s * rng.uniform(0.7, 1.4)
        overshoots.append(polls(model, latency)[-1] - latency)
    assert sum(overshoots) / len(overshoots) < 0.1 * median_s
