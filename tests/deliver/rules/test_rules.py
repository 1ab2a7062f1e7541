from __future__ import annotations

import re
from pathlib import Path

from pipeline.deliver.rules import ASSETS, FILES


def test_the_docs_list_every_rule():
    text = (Path(__file__).parents[3] / "docs/cutouts.md").read_text()
    table = text.partition("## Checking")[2].partition("\n## ")[0]
    listed = set(re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE))
    assert listed == {"delivered", "readable", *FILES, *ASSETS}
