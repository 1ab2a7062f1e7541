"""A share of a side, as people write it on the command line."""

from __future__ import annotations

import re
from typing import Any

import click


class Share(click.ParamType[float]):
    """``8%`` as 0.08, from 0 to 100 %."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The share. Fails as click does for anything else."""
        if isinstance(value, float):
            return value
        found = re.fullmatch(r"([0-9]{1,3}(?:\.[0-9]{1,6})?) ?%", value)
        share = float(found[1]) / 100 if found else 2.0
        return share if share <= 1 else self.fail(f"{value!r} is not a share from 0% to 100%.", param, ctx)
