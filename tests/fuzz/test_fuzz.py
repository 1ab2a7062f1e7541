"""A little of ``make fuzz`` with every run of the tests: the same targets and checks, one fixed seed."""

from __future__ import annotations

import pytest
from fuzz import targets
from fuzz.campaign import Tally
from fuzz.found import Case, found

FEW = {
    "recipes": 40,
    "templates": 40,
    "wire": 150,
    "service": 40,
    "records": 12,
    "pictures": 40,
    "commands": 20,
}
SLACK = 10.0  # coverage slows some inputs down that much


@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")
@pytest.mark.parametrize("name", targets.NAMES)
def test_no_input_of_a_small_campaign_fails(name: str) -> None:
    tally = Tally(targets.load(name), slack=SLACK)
    tally.run(campaign_seed=0, number=0, count=FEW[name])
    told = [f"{sign}\n{found.text}\n{found.trace}" for sign, found in tally.failures.items()]
    assert not told, "\n\n".join(told)
    assert tally.tried >= FEW[name] // 2
    assert len(tally.outcomes) > 1, "a target whose inputs all end alike tries nothing"


@pytest.mark.parametrize("case", [pytest.param(case, id=said) for said, case in found()])
def test_what_was_found_once_stays_mended(case: Case) -> None:
    name, value = case
    tally = Tally(targets.load(name), slack=SLACK)
    tally.attempt(value)
    assert not tally.failures
