"""What makes a subject hard to cut out."""

from __future__ import annotations

from typing import Literal, get_args

Kind = Literal["hole", "plain", "semi", "soft", "thin", "white", "green"]
"""Holes to be seen through; nothing special; see-through; soft shadows and glows; thin parts; white parts;
the colour of the usual chroma backdrop."""

KINDS: tuple[Kind, ...] = get_args(Kind)
