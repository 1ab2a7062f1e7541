"""Android resources: densities, names, and the launcher icon, for every target with an Android project.

Sizes in dp are at 160 dpi; sources: developer.android.com (adaptive icons, support different densities).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from pipeline.targets.brief import Brief
from pipeline.targets.output import BACKGROUND, Draw, Format, Look, Output, Text
from pipeline.targets.scenes import has_silhouette
from pipeline.targets.target import Choices

DENSITIES: Final = (("mdpi", 1.0), ("hdpi", 1.5), ("xhdpi", 2.0), ("xxhdpi", 3.0), ("xxxhdpi", 4.0))

LEGACY_DP: Final = 48
LAYER_DP: Final = 108
LAYER_RADIUS: Final = 33 / LAYER_DP  # of a layer's side: the 66 dp circle that every mask leaves visible
LAYER_BLEED: Final = 76 / LAYER_DP  # an opaque drawing: the 72 dp viewport and 2 dp beyond the mask's edge
LEGACY_BODY: Final = 44 / LEGACY_DP  # 2 dp of margin on every side
ROUND_RADIUS: Final = LEGACY_BODY / 2 * 33 / 36  # as close to the edge as in an adaptive icon

PARTS: Final[tuple[str, ...]] = ("legacy", "round", "adaptive", "monochrome")


@dataclass(frozen=True, slots=True)
class Launcher:
    """Where a launcher icon goes and what belongs to it. ``layers``: the folder kind of the adaptive ones."""

    res: str = "res"
    name: str = "ic_launcher"
    layers: Literal["mipmap", "drawable"] = "mipmap"
    parts: tuple[str, ...] = PARTS
    format: Format = "png"


def px(dp: float, scale: float) -> int:
    """So many dp at a density, in px; halves round up (25 dp at hdpi are 38 px)."""
    return math.floor(dp * scale + 0.5)


def resource(name: str) -> str:
    """A file stem as part of a resource name: a–z, 0–9 and underscores."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "image"


def in_every_density(
    path: str, dp: float | tuple[float, float], look: Look, format_name: Format = "png"
) -> Iterator[Draw]:
    """One picture per density, a side of ``dp`` or (width, height).

    ``path`` has ``{q}`` for the qualifier and no ending.
    """
    width, height = dp if isinstance(dp, tuple) else (dp, dp)
    for qualifier, scale in DENSITIES:
        where = f"{path.format(q=qualifier)}.{format_name}"
        yield Draw(where, px(width, scale), px(height, scale), look, format_name)


def launcher(brief: Brief, choices: Choices, icon: Launcher | None = None) -> Iterator[Output]:
    """The launcher icon: legacy and round pictures, adaptive layers with their XML.

    The background is a colour in ``values/`` or, where there is a picture for it, a layer of its own, never
    inset; only the foreground keeps its distance, and only in its pixels. Without a silhouette (an opaque
    drawing and nothing in the ``monochrome`` slot) there is no monochrome layer.
    """
    icon = icon or Launcher()
    if "legacy" in icon.parts:
        yield from _pictures(icon, "mipmap", "", LEGACY_DP, _legacy(choices))
    if "round" in icon.parts:
        yield from _pictures(icon, "mipmap", "_round", LEGACY_DP, _round(brief, choices))
    if "adaptive" in icon.parts:
        yield from _adaptive(brief, choices, icon)


def foreground(choices: Choices) -> Look:
    """The foreground layer of an adaptive icon."""
    return in_circle(choices, LAYER_RADIUS, LAYER_BLEED)


def in_circle(choices: Choices, radius: float, bleed: float) -> Look:
    """A drawing on transparency that a round mask does not clip."""
    return Look(fit="circle", share=choices.radius(radius), bleed=bleed * choices.share(1.0))


def monochrome(choices: Choices) -> Look:
    """The monochrome layer: only its alpha counts."""
    return Look("monochrome", "circle", choices.radius(LAYER_RADIUS), ink="white")


def _legacy(choices: Choices) -> Look:
    return Look(share=choices.share(LEGACY_BODY), bleed=LEGACY_BODY * choices.share(1.0))


def _round(brief: Brief, choices: Choices) -> Look:
    radius, bleed = choices.radius(ROUND_RADIUS), LEGACY_BODY * choices.share(1.0)
    return Look("master", "circle", radius, bleed, brief.ground, shape="circle", body=LEGACY_BODY)


def _pictures(icon: Launcher, kind: str, ending: str, dp: int, look: Look) -> Iterator[Draw]:
    return in_every_density(f"{icon.res}/{kind}-{{q}}/{icon.name}{ending}", dp, look, icon.format)


def _adaptive(brief: Brief, choices: Choices, icon: Launcher) -> Iterator[Output]:
    painted = brief.ground == BACKGROUND
    themed = "monochrome" in icon.parts and has_silhouette(brief)
    yield from _pictures(icon, icon.layers, "_foreground", LAYER_DP, foreground(choices))
    if painted:
        yield from _pictures(icon, icon.layers, "_background", LAYER_DP, brief.backdrop)
    if themed:
        yield from _pictures(icon, icon.layers, "_monochrome", LAYER_DP, monochrome(choices))
    xml = adaptive_xml(icon.name, icon.layers, painted=painted, themed=themed)
    for ending in ("", "_round") if "round" in icon.parts else ("",):
        yield Text(f"{icon.res}/mipmap-anydpi-v26/{icon.name}{ending}.xml", xml)
    if not painted:
        yield Text(f"{icon.res}/values/{icon.name}_background.xml", color_xml(icon.name, brief.background))


def adaptive_xml(name: str, layers: str, *, painted: bool, themed: bool) -> str:
    """``mipmap-anydpi-v26/NAME.xml``, without any inset."""
    children = [
        ("background", f"@{layers if painted else 'color'}/{name}_background"),
        ("foreground", f"@{layers}/{name}_foreground"),
        *([("monochrome", f"@{layers}/{name}_monochrome")] if themed else []),
    ]
    return "\n".join(
        (
            '<?xml version="1.0" encoding="utf-8"?>',
            '<adaptive-icon xmlns:android="http://schemas.android.com/apk/res/android">',
            *(f'    <{child} android:drawable="{drawable}" />' for child, drawable in children),
            "</adaptive-icon>\n",
        )
    )


def color_xml(name: str, color: str) -> str:
    """``values/NAME_background.xml``, a colour resource of that name."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        "<resources>\n"
        f'    <color name="{name}_background">{color}</color>\n'
        "</resources>\n"
    )
