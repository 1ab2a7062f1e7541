"""How a drawing stands on Apple's icons, and what a size in points is in pixels."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from pipeline.targets.brief import BLACK, Brief
from pipeline.targets.output import Look, Slot
from pipeline.targets.target import Choices

ICON: Final = 0.80  # of a side: our choice for an icon that the system gives rounded corners
ROUND: Final = 0.40  # radius of a side: our choice below a circular mask, which ends at 0.50
BODY: Final = 824 / 1024  # of a side: the body of macOS' icon grid, with 100 px of margin in 1024
FULL_PX: Final = 1024

_VARIANTS: Final[Mapping[str, tuple[Slot, str | None]]] = {
    "": ("master", None),
    "dark": ("dark", ""),
    "tinted": ("tinted", BLACK),
}
"""The drawing of each appearance, and what stands behind it; None: the set's own ground."""


def pixels(points: str, scale: int = 1) -> int:
    """The px of so many points, "83.5" at 2 being 167; rounded half up."""
    return int((Decimal(points) * scale).quantize(Decimal(1), ROUND_HALF_UP))


def app_icon(brief: Brief, choices: Choices, variant: str = "") -> Look:
    """A full square for the system to mask. ``variant``: "", "dark" or "tinted".

    The usual one and the tinted one are opaque, the latter in greys on black, which the system does not tint;
    the dark one keeps its transparency.
    """
    art, ground = _VARIANTS[variant]
    return Look(
        art=art,
        share=choices.share(ICON),
        bleed=choices.share(1.0),
        ground=brief.ground if ground is None else ground,
        ink="grey" if variant == "tinted" else "",
        opaque=variant != "dark",
    )


def round_icon(brief: Brief, choices: Choices) -> Look:
    """A full square, opaque, that loses nothing below a circular mask."""
    return Look(
        fit="circle",
        share=choices.radius(ROUND),
        bleed=choices.share(1.0),
        ground=brief.ground,
        opaque=True,
    )


def mac_icon(brief: Brief, choices: Choices, style: str = "body", *, shadow: bool = False) -> Look:
    """An icon that nothing masks: it stands on the rounded body of the grid, or ("free") is as large as that.

    A padding is measured within the body.
    """
    if style == "free":
        return Look(share=BODY * choices.share(1.0), bleed=BODY * choices.share(1.0))
    return Look(
        share=BODY * choices.share(ICON),
        bleed=BODY * choices.share(1.0),
        ground=brief.ground,
        shape="squircle",
        body=BODY,
        shadow=shadow,
    )
