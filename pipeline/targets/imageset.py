"""A picture inside an Apple app: ``<name>.imageset`` at 1x, 2x and 3x."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pipeline.targets.brief import Brief
from pipeline.targets.catalog_json import appearing, contents
from pipeline.targets.options import Option
from pipeline.targets.output import Draw, Ink, Look, Output, Slot
from pipeline.targets.target import Choices, Target

SCALES: Final = (1, 2, 3)


def table(brief: Brief, choices: Choices) -> Iterator[Output]:
    """The catalog's root and one image set in it."""
    name = choices["name"] or brief.name
    folder, (width, height) = f"{name}.imageset", _one(brief, choices["px"])
    images = []
    for variant in _variants(brief, choices):
        for scale in _scales(brief, width):
            file = f"{name}{variant and '-' + variant}{'' if scale == 1 else f'@{scale}x'}.png"
            look = _look(choices, variant)
            yield Draw(f"{folder}/{file}", width * scale, height * scale, look)
            images.append(
                {**appearing(variant), "filename": file, "idiom": "universal", "scale": f"{scale}x"}
            )
    yield contents(folder, images=images, **_properties(choices))
    yield contents("")


def _one(brief: Brief, px: int | None) -> tuple[int, int]:
    """Width and height at 1x: as asked, else a third of the master's, so that 3x is all there is in it."""
    width = px or max(1, brief.size[0] // 3)
    return width, max(1, (2 * width * brief.size[1] + brief.size[0]) // (2 * brief.size[0]))


def _scales(brief: Brief, width: int) -> list[int]:
    """Those the master is large enough for, and 1x: nothing is scaled up that could be left to the system."""
    return [scale for scale in SCALES if scale == 1 or scale * width <= brief.size[0]]


def _variants(brief: Brief, choices: Choices) -> tuple[str, ...]:
    return ("", "dark") if "dark" in brief.slots and not choices["template"] else ("",)


def _look(choices: Choices, variant: str) -> Look:
    art: Slot = "monochrome" if choices["template"] else "dark" if variant else "master"
    share = choices.share(1.0)
    ink: Ink = "black" if choices["template"] else ""
    return Look(art, "whole", share, share, "" if ink else choices["background"], ink=ink)


def _properties(choices: Choices) -> dict[str, Any]:
    return {"properties": {"template-rendering-intent": "template"}} if choices["template"] else {}


TARGET: Final = Target(
    "imageset",
    "iOS and macOS in-app image",
    "Into Assets.xcassets.",
    table,
    (
        Option("name", "name", "", "Of the image in the asset catalog, instead of the asset's."),
        Option("px", "px", None, "Width at 1x, instead of a third of the picture's."),
        Option("template", "flag", False, "A glyph for the system to tint: only its outline counts."),
    ),
)
