"""One thing a rule has to say of a file or an asset."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from pipeline.errors import Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found and what to do about it.

    An error is wrong in any case; a warning is for somebody to look at. A rule says the first three; what it
    was about, and the rule's name, are filled in by whoever applies it.
    """

    severity: Severity
    message: str
    hint: str = ""
    rule: str = ""
    file: str = ""  # as the user calls it
    asset: str = ""
    recipe: str = ""

    def to_json(self) -> dict[str, Any]:
        """The finding as plain data."""
        return asdict(self)
