"""What a recipe expects of its pictures (``checks:``), as plain data: what is not said is None."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

MAX_DELTA_E: Final = 15.0
"""CIEDE2000 up to which people call two colours the same name, where a recipe does not say another."""
MIN_CONTRAST: Final = 3.0
"""What WCAG 2.1 asks of graphics against their ground (success criterion 1.4.11)."""


@dataclass(frozen=True, slots=True)
class BrandColor:
    """A colour that has to be seen. ``min_share`` of what is visible, 0..1; ``max_delta_e`` in CIEDE2000."""

    color: str  # "#RRGGBB"
    min_share: float
    max_delta_e: float = MAX_DELTA_E


@dataclass(frozen=True, slots=True)
class Contrast:
    """A rim that stands out: its WCAG ratio against white, black or both of them."""

    on: Literal["light", "dark", "both"] = "both"
    min: float = MIN_CONTRAST  # 1..21


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the canvas is visible, 0..1."""

    min: float = 0.0
    max: float = 1.0


@dataclass(frozen=True, slots=True)
class Expectations:
    """Everything wished for. ``max_kb`` in units of 1000 bytes; ``min_px`` of the shorter side."""

    brand_color: BrandColor | None = None
    max_kb: float | None = None
    min_px: int | None = None
    alpha: Literal["required", "forbidden"] | None = None
    contrast: Contrast | None = None
    coverage: Coverage | None = None
    no_checkerboard: bool = False
    not_blank: bool = False
