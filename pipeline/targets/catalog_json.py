"""The ``Contents.json`` of Apple's asset catalogs, written as Xcode writes it.

Keys in alphabetical order, two spaces, a space before each colon: saving the catalog in Xcode then changes
nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from pipeline.targets.output import Text

INFO: Final = {"author": "xcode", "version": 1}


def contents(folder: str, **parts: Any) -> Text:
    """The ``Contents.json`` of a folder, "" being the catalog's root: ``images=``, ``layers=`` and so on."""
    path = f"{folder}/Contents.json" if folder else "Contents.json"
    return Text(path, written({**parts, "info": INFO}))


def written(content: Mapping[str, Any]) -> str:
    """A JSON text as Apple's tools write it, ending with a newline."""
    return json.dumps(content, indent=2, sort_keys=True, separators=(",", " : "), ensure_ascii=False) + "\n"


def appearing(value: str) -> dict[str, Any]:
    """What an entry says that is meant for one appearance: "dark" or "tinted"; nothing for ""."""
    return {"appearances": [{"appearance": "luminosity", "value": value}]} if value else {}
