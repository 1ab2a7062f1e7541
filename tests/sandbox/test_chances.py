from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.sandbox.chances import Chance, Chances, parse
from pipeline.sandbox.menu import NAMES
from pipeline.sandbox.options import SandboxOptions

SPACE = st.sampled_from(["", " "])
PROBABILITY = st.integers(0, 1000).map(lambda thousandths: f"{thousandths / 1000}")
TIMES = st.none() | st.integers(1, 10**6)
ENTRIES = st.dictionaries(st.sampled_from(NAMES), st.tuples(PROBABILITY, TIMES))


def written(name: str, probability: str, times: int | None) -> str:
    return f"{name}={probability}" + ("" if times is None else f"x{times}")


def read(text: str) -> tuple[Chances, UsageError | None]:
    try:
        return parse(text), None
    except UsageError as error:
        return Chances(), error


@given(ENTRIES, st.none() | st.integers(0, 10**12), SPACE, st.randoms())
def test_what_is_written_is_read(entries, seed, space, random):
    items = [written(name, *entry) for name, entry in entries.items()]
    items += [] if seed is None else [f"seed={seed}"]
    random.shuffle(items)
    expected = {name: Chance(float(share), times) for name, (share, times) in entries.items()}
    assert parse(f"{space},{space}".join(items)) == Chances(expected, seed)


@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from([*NAMES, "all", "seed", "=", "0.5", "x2", ","])).map("".join)
)
def test_any_text_is_read_or_refused_with_a_way_out(text):
    chances, error = read(text)
    if error is None:
        assert all(0 <= chance.probability <= 1 for chance in chances.of.values())
    else:
        assert error.message.startswith("--faults")
        assert error.hint
        assert f"{error.message}{error.hint}".isprintable()


@pytest.mark.parametrize("text", ["", "  "])
def test_nothing_is_no_fault(text):
    assert parse(text) == Chances()


def test_all_means_every_row_and_an_entry_of_its_own_beats_it():
    chances = parse("stuck=0,all=0.1,slow=1x2").of
    assert set(chances) == set(NAMES)
    assert (chances["stuck"], chances["slow"], chances["fail"]) == (Chance(0), Chance(1, 2), Chance(0.1))


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("tomany=0.2", 'no fault called "tomany"', "Did you mean too-many? The list: too-many, key-limit"),
        ("zzz=0.2", 'no fault called "zzz"', "The list: too-many"),
        ("slow", "slow stands without a value", "NAME=PxN"),
        ("slow=0.2,", 'no fault called ""', "The list"),
        ("slow=0.2,slow=0.3", "names slow twice", "Keep one"),
        ("slow=1.1", '"1.1" is no chance of slow', "from 0 to 1"),
        ("slow=-1", '"-1" is no chance of slow', "from 0 to 1"),
        ("slow=nan", '"nan" is no chance of slow', "from 0 to 1"),
        ("slow=0.5x0", '"0.5x0" is no chance of slow', "at most how many times"),
        ("slow=0.5x", '"0.5x" is no chance of slow', "at most how many times"),
        ("slow=\u0661", '"\u0661" is no chance of slow', "from 0 to 1"),
        ("seed=x", 'seed="x" is no whole number', "seed=7"),
        ("seed=-1", 'seed="-1" is no whole number', "seed=7"),
    ],
)
def test_what_is_wrong_is_said(text, message, hint):
    with pytest.raises(UsageError) as caught:
        parse(text)
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_options_that_cannot_be_meant_are_refused_before_anything_starts():
    with pytest.raises(UsageError, match="slow"):
        SandboxOptions(faults="slo=1")
