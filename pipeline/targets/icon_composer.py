"""Icon Composer's bundle for iOS and macOS 26: a plain ground, and layers that the system lights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from pipeline.targets.apple import FULL_PX, ICON, ROUND
from pipeline.targets.brief import Brief
from pipeline.targets.catalog_json import written
from pipeline.targets.options import Option
from pipeline.targets.output import Ink, Look, Output, Slot, Text, square
from pipeline.targets.target import Choices, Target

BACK: Final = "background.png"


def table(brief: Brief, choices: Choices) -> Iterator[Output]:
    """The layers, which are the drawing in every appearance and a picture behind it, and ``icon.json``."""
    folder, stem = f"{choices['name']}.icon", brief.name
    appearances = [one for one in ("dark", "tinted") if one in brief.slots]
    for appearance in ("", *appearances):
        yield square(f"{folder}/Assets/{_file(stem, appearance)}", FULL_PX, _layer(choices, appearance))
    if "background" in brief.slots:
        yield square(f"{folder}/Assets/{BACK}", FULL_PX, brief.backdrop)
    yield Text(f"{folder}/icon.json", written(_icon(brief, choices, appearances)))


def _file(stem: str, appearance: str) -> str:
    return f"{stem}-layer{appearance and '-' + appearance}.png"


def _layer(choices: Choices, appearance: str) -> Look:
    """The drawing on a transparent canvas; within a circle when a watch will cut one out."""
    arts: dict[str, Slot] = {"": "master", "dark": "dark", "tinted": "tinted"}
    ink: Ink = "grey" if appearance == "tinted" else ""
    if choices["watch"]:
        return Look(arts[appearance], "circle", choices.radius(ROUND), choices.share(1.0), ink=ink)
    return Look(arts[appearance], "box", choices.share(ICON), choices.share(1.0), ink=ink)


def _icon(brief: Brief, choices: Choices, appearances: Sequence[str]) -> dict[str, Any]:
    """What stands in ``icon.json``; the group in front comes first."""
    drawing = {"glass": choices["glass"], "name": brief.name, **_image(brief.name, appearances)}
    groups = [_group(drawing, "neutral")]
    if "background" in brief.slots:
        groups.append(_group({"glass": False, "image-name": BACK, "name": "background"}, "none"))
    squares = {"squares": "shared"}
    return {
        **_fill(brief, choices),
        "groups": groups,
        "supported-platforms": {"circles": ["watchOS"], **squares} if choices["watch"] else squares,
    }


def _image(stem: str, appearances: Sequence[str]) -> dict[str, Any]:
    """The layer's picture; a list of specializations holds the usual one, too: a plain key hides it."""
    usual = _file(stem, "")
    if not appearances:
        return {"image-name": usual}
    others = [{"appearance": one, "value": _file(stem, one)} for one in appearances]
    return {"image-name-specializations": [{"value": usual}, *others]}


def _group(layer: dict[str, Any], shadow: str) -> dict[str, Any]:
    return {
        "layers": [layer],
        "shadow": {"kind": shadow, "opacity": 0.5},
        "translucency": {"enabled": False, "value": 0.5},
    }


def _fill(brief: Brief, choices: Choices) -> dict[str, Any]:
    """The ground; a darker one for the dark appearance only where a drawing was made for it."""
    usual = {choices["fill"]: srgb(brief.background)}
    if "dark" not in brief.slots:
        return {"fill": usual}
    dark = {choices["fill"]: srgb(choices["dark_background"])}
    return {"fill-specializations": [{"value": usual}, {"appearance": "dark", "value": dark}]}


def srgb(color: str) -> str:
    """A "#RRGGBB" as Icon Composer writes it; #EC4899 is ``srgb:0.92549,0.28235,0.60000,1.00000``."""
    parts = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return f"srgb:{','.join(f'{one:.5f}' for one in (*parts, 1.0))}"


TARGET: Final = Target(
    "icon-composer",
    "Icon Composer bundle (iOS and macOS 26)",
    "Beside Assets.xcassets; also Expo's ios.icon and electron-builder's mac.icon.",
    table,
    (
        Option("name", "name", "AppIcon", "Of the bundle."),
        Option(
            "fill",
            "choice",
            "solid",
            "The background colour plain, or lit by the system.",
            ("solid", "automatic-gradient"),
        ),
        Option(
            "dark_background",
            "color",
            "#1C1C1E",
            "Behind the dark drawing, where there is one.",
        ),
        Option("glass", "flag", False, "Let the system draw the layer as glass."),
        Option("watch", "flag", False, "For watchOS as well, which cuts a circle out."),
    ),
)
