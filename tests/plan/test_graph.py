from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.plan.graph import downstream, heights, order, upstream

DIAMOND = {"badge": ("logo", "coin"), "logo": (), "coin": ("logo",), "alone": ()}


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, tuple[str, ...]]:
    names = [f"a{number}" for number in range(draw(st.integers(0, 12)))]
    edges = {
        name: tuple(draw(st.lists(st.sampled_from(names[:at]), unique=True))) if at else ()
        for at, name in enumerate(names)
    }
    return {name: edges[name] for name in draw(st.permutations(names))}


def test_each_comes_after_what_it_is_made_from_and_otherwise_as_written() -> None:
    assert order(DIAMOND) == ["logo", "alone", "coin", "badge"]


def test_a_cycle_is_named() -> None:
    with pytest.raises(ValueError, match="these depend on each other: a, b"):
        order({"a": ("b",), "b": ("a",), "c": ()})


def test_the_height_of_an_asset_is_its_longest_chain_of_waiters() -> None:
    assert heights(DIAMOND) == {"logo": 2, "coin": 1, "badge": 0, "alone": 0}


def test_downstream_and_upstream_leave_out_where_they_start() -> None:
    assert downstream(DIAMOND, {"coin"}) == {"badge"}
    assert downstream(DIAMOND, {"logo"}) == {"coin", "badge"}
    assert upstream(DIAMOND, {"badge"}) == {"logo", "coin"}
    assert upstream(DIAMOND, {"alone"}) == set()


@given(graphs())
def test_an_order_holds_every_name_once_after_all_it_needs(graph: dict[str, tuple[str, ...]]) -> None:
    found = order(graph)
    assert sorted(found) == sorted(graph)
    assert all(found.index(other) < found.index(name) for name in graph for other in graph[name])


@given(graphs(), st.data())
def test_upstream_is_downstream_seen_from_the_other_end(
    graph: dict[str, tuple[str, ...]], data: st.DataObject
) -> None:
    if graph:
        name = data.draw(st.sampled_from(sorted(graph)))
        assert all(name in downstream(graph, {other}) for other in upstream(graph, {name}))
