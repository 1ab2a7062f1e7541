from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.deliver.rules import ASSETS, BUNDLES, FILES, FOLDERS
from pipeline.errors import Severity

PAGE = (Path(__file__).parents[3] / "docs/checks.md").read_text()


def table(heading: str) -> dict[str, str]:
    """Rule → severity and what is found, from one of the page's tables."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([a-z-]+)` \| (\w+) \| (.+) \|$", section, re.MULTILINE)
    return {rule: f"{severity}: {found}" for rule, severity, found in rows}


@pytest.mark.parametrize(
    ("heading", "rules"),
    [
        ("Single files", {"readable", *FILES, *BUNDLES}),
        ("Assets of a recipe", {"delivered", *ASSETS}),
        ("Sets", {*FOLDERS}),
    ],
)
def test_the_docs_list_every_rule_with_its_severity(heading, rules):
    listed = table(heading)
    assert set(listed) == rules
    assert {said.partition(":")[0] for said in listed.values()} <= set(Severity.__args__)


def test_no_two_rules_share_a_name():
    names = [*FILES, *ASSETS, *FOLDERS, *(set(BUNDLES) - {"recorded"})]
    assert len(names) == len(set(names))
