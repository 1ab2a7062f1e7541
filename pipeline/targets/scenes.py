"""How a drawing stands on a canvas of its own or of other proportions; whether it has a silhouette."""

from __future__ import annotations

from typing import Final

from pipeline.targets.brief import Brief
from pipeline.targets.output import Look, Slot
from pipeline.targets.target import Choices

ENOUGH: Final = 0.6
"""Of an opaque drawing's area: what has to stay visible for it to cover a canvas of other proportions."""


def scene(
    brief: Brief, size: tuple[int, int], share: float, *, ground: str = "", art: Slot = "master"
) -> Look:
    """A drawing on a wide or tall canvas of ``size`` (width, height), written without alpha.

    One with transparency stands in a box of ``share`` of both sides. An opaque one covers the canvas, unless
    that would cut off more than 40 % of it (a square icon on a banner): then it stands there whole.
    ``ground`` instead of the brief's own.
    """
    behind = ground or brief.ground
    if not brief.opaque:
        return Look(art, "box", share, ground=behind, opaque=True)
    if visible(brief.size, size) >= ENOUGH:
        return Look(art, "cover", ground=behind, opaque=True)
    return Look(art, "whole", share, ground=behind, opaque=True)


def whole(brief: Brief, choices: Choices, *, flat: bool = False) -> Look:
    """The whole picture on a canvas of its own proportions.

    It keeps its transparency, unless ``flat`` (a format without) or a background was asked for.
    """
    if brief.opaque and choices["padding"] is None:
        return Look(fit="cover", ground=brief.background, opaque=True)
    filled = flat or bool(choices["background"])
    ground = brief.ground if filled else ""
    return Look(fit="whole", share=choices.share(1.0), ground=ground, opaque=filled)


def visible(drawing: tuple[int, int], canvas: tuple[int, int]) -> float:
    """The share of a drawing's area that is seen when it covers the canvas; both as (width, height)."""
    across = drawing[0] * canvas[1] / (drawing[1] * canvas[0])
    return min(across, 1 / across)


def has_silhouette(brief: Brief) -> bool:
    """Whether the alpha channel shows a shape: that of an opaque drawing is nothing but its rectangle."""
    return not brief.opaque or "monochrome" in brief.slots
