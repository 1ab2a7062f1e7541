"""Nothing that was paid for is lost or paid for twice: real processes, killed and disturbed, and audited.

``make chaos`` does the same at length. All trials of this file run two at a time, once.
"""

from __future__ import annotations

import pytest
from chaos.__main__ import table
from chaos.campaign import Campaign
from chaos.scenarios import scenarios

ROWS = {row.name: row for row in scenarios()}
# Enough of each for the usual run of the tests; ``make chaos`` has all of it.
TRIALS = {
    "kill before-commit": (4,),
    "kill after-commit": (2,),
    "kill rename": (3,),
    "kill at writes": (1,),
    "kill at random": (1,),
    "kill the service": (1,),
    "kill, everything": (2,),
    **{name: (1,) for name, row in ROWS.items() if row.pace == "few" and "openai" not in name},
    "openai, kill rename": (2,),
    "openai, kill at writes": (2,),
    "openai, kill, answers damaged": (1,),
    "openai, Ctrl-C": (1,),
}
LEAST_KILLS = 20


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    """All trials of ``TRIALS``."""
    campaign = Campaign(list(ROWS.values()), tmp_path_factory.mktemp("chaos"))
    campaign.carry_out(ROWS[name].plan(number, 0) for name, numbers in TRIALS.items() for number in numbers)
    return campaign


@pytest.mark.parametrize("name", TRIALS)
def test_everything_is_delivered_and_paid_for_once(campaign: Campaign, name: str) -> None:
    reports = campaign.of(name)
    assert [(report.problems, report.folder) for report in reports if report.problems] == []
    if skipped := [report.skipped for report in reports if report.skipped]:
        pytest.skip(skipped[0])
    total = campaign.total(name)
    assert (total.delivered, total.duplicates, total.lost) == (total.assets, 0, 0)


def test_enough_was_killed_to_mean_something(campaign: Campaign) -> None:
    assert campaign.killed >= LEAST_KILLS
    assert campaign.total("kill, everything").faults > 0


def test_the_table_has_a_row_for_each_scenario(campaign: Campaign) -> None:
    printed = table(campaign)
    assert all(f"| {name} |" in printed for name in TRIALS)
    assert f"| all | {len(campaign.reports)} |" in printed
