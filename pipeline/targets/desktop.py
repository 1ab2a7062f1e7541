"""How a drawing stands on the icons of Windows and Linux."""

from __future__ import annotations

from pipeline.targets.output import Look
from pipeline.targets.target import Choices


def free_icon(choices: Choices) -> Look:
    """A free outline that uses all of its canvas: nothing is masked, and every pixel counts."""
    return Look(share=choices.share(1.0), bleed=choices.share(1.0))
