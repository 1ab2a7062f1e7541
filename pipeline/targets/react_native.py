"""React Native: a picture and its multiples side by side, and on request the app's icons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pipeline.targets.android_res import Launcher
from pipeline.targets.brief import Brief
from pipeline.targets.in_app import WIDTH, app_icons, widths
from pipeline.targets.options import Option
from pipeline.targets.output import Draw, Output
from pipeline.targets.scenes import whole
from pipeline.targets.target import Choices, Target

SCALES: Final = (2, 3)
RES: Final = "android/app/src/main/res"


def table(brief: Brief, choices: Choices) -> Iterator[Output]:
    """``NAME.png``, ``NAME@2x.png``, ``NAME@3x.png``; scales wider than the master are left out.

    With ``platforms`` the same again as ``NAME.ios.png`` and so on, instead of the plain ones.
    """
    folder = f"{choices['folder']}/" if choices["folder"] else ""
    for platform in choices["platforms"] or ("",):
        for scale, width in widths(brief, choices["width"], SCALES):
            mark = "" if scale == 1 else f"@{scale}x"
            ending = f".{platform}.png" if platform else ".png"
            yield Draw(f"{folder}{brief.name}{mark}{ending}", width, 0, whole(brief, choices))
    if choices["launcher"]:
        catalog = f"ios/{choices['app'] or brief.name}/Images.xcassets"
        yield from app_icons(brief, choices, catalog, Launcher(RES))


TARGET: Final = Target(
    "react-native",
    "React Native",
    "Copy into the project's root; require the picture by the name without @2x.",
    table,
    (
        WIDTH,
        Option("folder", "path", "assets", "For the picture, below the project's root."),
        Option("platforms", "choices", (), "Of their own for these.", ("ios", "android")),
        Option("launcher", "flag", False, "The app's icons for iOS and Android, too."),
        Option("app", "name", "", "Of the folder below ios/; the picture's name unless given."),
    ),
)
